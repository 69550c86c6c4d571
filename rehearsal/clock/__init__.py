"""The movable clock: what is due, carrying it out, and moving the executions concerned."""
