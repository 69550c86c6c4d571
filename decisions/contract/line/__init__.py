"""What NTT tells about the line, the choice it opens, and moving house."""
