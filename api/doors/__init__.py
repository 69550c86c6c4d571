"""What every operation goes through: who may, once and only once, one command, one answer, one way to page."""
