"""What the running service keeps for itself: keys, answers by idempotency key, figures, what was let go."""
