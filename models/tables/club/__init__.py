"""The club: memberships and their points, exchanges, the end of the programme."""
