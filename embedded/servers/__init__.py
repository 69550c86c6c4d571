"""The real servers from packages: Temporal and PostgreSQL."""
