"""Read rows written in the transaction of a recorded decision, one module a kind of entity."""
