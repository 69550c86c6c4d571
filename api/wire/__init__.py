"""What passes over the wire before and around every door: limits, JSON, the published document."""
