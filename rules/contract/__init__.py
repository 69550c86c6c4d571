"""A contract from its application to its end: acceptance, minimum term, cancellation (articles 5 to 12, 19, 22)."""
