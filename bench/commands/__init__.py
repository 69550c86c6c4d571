"""One command of one contract: its cost over an empty update, cold, late, undone, and many at a pace."""
