"""Deciding about contracts: one file a domain, as in `rules/`."""
