"""Rows of members, and the ledger of their points."""
