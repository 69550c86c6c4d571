"""Messages of the club: memberships and exchanges."""
