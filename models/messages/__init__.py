"""Inputs, updates, results and workflow ids, one file a domain."""
