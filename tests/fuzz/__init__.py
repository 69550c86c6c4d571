"""The fuzzer: every operation of the published document, in `make test` for a minute, by `make fuzz` for long."""
