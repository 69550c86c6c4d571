"""Points of a membership: what a month gives, and what a renewal gives."""
