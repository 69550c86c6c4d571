"""The end of a membership: leaving, the end made again, the end of the programme."""
