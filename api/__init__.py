"""The HTTP doors: parse, authenticate, send one message to Temporal, read tables."""
