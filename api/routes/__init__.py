"""One file a domain of routes."""
