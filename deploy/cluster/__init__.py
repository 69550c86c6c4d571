"""The production topology as real processes on loopback: Temporal's roles on PostgreSQL, and ours in numbers."""
