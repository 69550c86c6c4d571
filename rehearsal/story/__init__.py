"""Scripted scenarios, played over HTTP and told as they go; the scripts are in `rehearsal/scenarios/`."""
