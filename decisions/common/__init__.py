"""What every kind of entity shares when it decides: checks, defects set aside, effects, what waited and is settled."""
