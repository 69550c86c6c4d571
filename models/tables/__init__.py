"""SQLModel tables. Importing this package registers all of them with `SQLModel.metadata`.

Rows of one flush are inserted in the order of their modules' full names (SQLAlchemy, for tables without
relationships): a room or file is named so that a row it refers to goes in before it, as it did when all of these lay
side by side (`contract` before `people` before `rollout`, `club.club` before `club.exchange`).
"""

from models.tables import clock, log, people, rollout
from models.tables.club import club as club_tables
from models.tables.club import exchange, program
from models.tables.contract import billing, filing
from models.tables.contract import contract as contract_tables
from models.tables.service import access, doors, figures, retention

__all__ = [
    "access",
    "billing",
    "clock",
    "club_tables",
    "contract_tables",
    "doors",
    "exchange",
    "figures",
    "filing",
    "log",
    "people",
    "program",
    "retention",
    "rollout",
]
