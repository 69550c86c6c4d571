"""Changes of the course that were applied for."""
