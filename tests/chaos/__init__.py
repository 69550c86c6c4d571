"""Chaos: lives driven over HTTP while everything under them is killed, paused, terminated and restored older."""
