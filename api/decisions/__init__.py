"""“What if”, below `/v1/decisions`: pure answers of the rules; nothing is created."""
