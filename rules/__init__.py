"""The two documents as pure functions: no clock, no I/O beyond the packaged terms, no Temporal, no SQL."""
