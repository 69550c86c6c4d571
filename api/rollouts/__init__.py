"""What stands below `/v1/rollouts`."""
