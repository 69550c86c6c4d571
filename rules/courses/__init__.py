"""Courses: what there is, changes from one to another, mergers and discontinuations (articles 4, 9, 14, 18, 21, 26)."""
