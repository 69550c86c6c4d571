"""What the parts share: the floors, the doors, a worker and a clock of their own."""
