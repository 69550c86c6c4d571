"""Whole lives: the events one leaves, and as many as can be lived at once, beside another engine."""
