"""Deciding about exchanges of points: the form the member fills in, the sending, the fulfilment."""
