"""Statements: what a contract owes, and what was paid."""
