"""Speed as ratios to a floor on the same server, and sizes; `make bench` prints them."""
