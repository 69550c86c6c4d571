"""One command for many entities, and the runs made of it."""
