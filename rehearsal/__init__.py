"""The movable clock and scripted scenarios: rehearsals on the real engine. A production stack starts nothing of it."""
