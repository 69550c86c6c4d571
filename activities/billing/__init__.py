"""The monthly statements of WAKWAK: prices, issuing, due dates."""
