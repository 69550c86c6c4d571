"""The embedded stack: the real servers from packages, our own processes, and the supervisor that keeps them."""
