"""Executions that are gone are noticed and come back."""
