"""One outside effect each, idempotent. No business rule."""
