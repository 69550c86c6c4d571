"""Storage of a membership: support services and plans, and the perk."""
