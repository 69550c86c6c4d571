"""What a text that comes in must look like, by the grammar of its kind."""
