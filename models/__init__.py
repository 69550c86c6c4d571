"""The contract between the rooms: machines, messages and tables. Imports nothing itself."""
