"""Deciding about rollouts: changes that reach many contracts."""
