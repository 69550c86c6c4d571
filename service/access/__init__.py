"""Keys of doors and workers, and the seals they put on commands."""
