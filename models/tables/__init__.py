"""SQLModel tables. Importing this package registers all of them with `SQLModel.metadata`."""

from models.tables import clock, contract, doors, filing, log, people

__all__ = ["clock", "contract", "doors", "filing", "log", "people"]
