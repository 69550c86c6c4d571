"""The running service: the process behind the HTTP doors, the programmes, and what an operator types."""
