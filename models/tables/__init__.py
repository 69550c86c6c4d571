"""SQLModel tables. Importing this package registers all of them with `SQLModel.metadata`."""

from models.tables import (
    access,
    billing,
    clock,
    club,
    club_program,
    contract,
    doors,
    exchange,
    figures,
    filing,
    log,
    people,
    retention,
    rollout,
)

__all__ = [
    "access",
    "billing",
    "clock",
    "club",
    "club_program",
    "contract",
    "doors",
    "exchange",
    "figures",
    "filing",
    "log",
    "people",
    "retention",
    "rollout",
]
