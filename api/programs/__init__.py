"""What stands below `/v1/programs`."""
