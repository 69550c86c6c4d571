"""Erasing a person, and telling what is held of one, as an operator asks for it."""

from __future__ import annotations

import json
import sys

from sqlmodel import Session

from store.database import engine
from store.people import personal
from store.people.erasure import NotErasableError, erase


def main(url: str, any_id: str) -> int:
    """Take a person's data out of the database and print what was taken, by table.

    Returns:
        0 when it is done, 1 when something of theirs is still open.
    """
    try:
        with Session(engine(url)) as session, session.begin():
            counts = erase(session, any_id)
    except NotErasableError as error:
        sys.stderr.write(f"keiyaku: {error}\n")
        return 1
    sys.stdout.write("".join(f"{table:18} {count}\n" for table, count in counts.items()))
    return 0


def export(url: str, any_id: str) -> int:
    """Print what is held of a person as JSON, by table.

    Returns:
        0 when it is told, 1 when nobody is known by that id.
    """
    with Session(engine(url)) as session, session.begin():
        whose = personal.find(session, any_id)
        told = personal.everything_of(session, whose) if whose is not None else None
    if told is None:
        sys.stderr.write(f"keiyaku: nobody is known by {any_id}: give the id of a person, contract or membership\n")
        return 1
    json.dump(told, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
    return 0
