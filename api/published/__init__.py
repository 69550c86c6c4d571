"""Pages for people that the API serves: its interface to read, and the guides."""
