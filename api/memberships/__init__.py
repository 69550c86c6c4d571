"""What stands below `/v1/memberships`."""
