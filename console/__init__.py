"""What a person types to a running service: over HTTP with a key, tables for people and `--json` for scripts."""
