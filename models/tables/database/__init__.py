"""Asking the database server: room for one more process, and a deadline for its answer."""
