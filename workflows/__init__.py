"""Waits, timers and the order of steps. No rule, no SQL, no machine is asked here."""
