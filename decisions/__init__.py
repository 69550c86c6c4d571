"""Deciding and folding, pure: rule, machine and facts give entries; entries fold into a state."""
