"""Doors for those who look after people: finding them, their data, letters, what waits, and why it was decided."""
