"""How often a process says that it is alive; whoever watches it counts in these."""

PULSE_S = 5.0
"""Between two signs of life of a worker, in seconds."""
