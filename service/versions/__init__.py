"""Versions of the workers: which is current, bringing executions to it, and noticing code that does not fit."""
