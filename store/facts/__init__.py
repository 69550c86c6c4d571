"""What decisions are told besides state and command, looked up in the transaction that decides, or for a dry run."""
