"""What the requirement catalogue says of the code, and the gates that keep both true to each other."""
