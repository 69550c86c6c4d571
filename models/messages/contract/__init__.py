"""Messages of a contract: input and state, what changes it, what it is told, its money and its part of a rollout."""
