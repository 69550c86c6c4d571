"""What stands below `/v1/contracts`, `/v1/applications` and `/v1/filings`."""
