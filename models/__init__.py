"""The contract between the rooms: machines, messages and tables. Imports only `rules`."""
