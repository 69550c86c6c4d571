"""Members of the club for a rehearsal: generated lives, and what points are exchanged for."""
