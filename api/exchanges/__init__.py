"""The member's own session: `/v1/sessions`, `/v1/session`, `/v1/items` and `/v1/exchanges`."""
