"""State machines as tables: states, then events. Strict: an event that is not allowed raises."""
