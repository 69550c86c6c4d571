"""What goes out: the rows of the outbox, and the relay that delivers them."""
