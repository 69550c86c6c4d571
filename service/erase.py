"""Erasing a person, and telling what is held of one, as an operator asks for it."""

from __future__ import annotations

import json
import sys

from sqlmodel import Session

from models.said import said, tell
from service.exits import Exit
from store.database import engine
from store.people import personal
from store.people.erasure import NobodyError, NotErasableError, erase


def main(url: str, any_id: str) -> Exit:
    """Take a person's data out of the database and print what was taken, by table.

    Returns:
        How it went: nobody may be known by that id, and something of theirs may still be open.
    """
    try:
        with Session(engine(url)) as session, session.begin():
            counts = erase(session, any_id)
    except NotErasableError as error:
        sys.stderr.write(tell("complaint", why=error) + "\n")
        return Exit.NOT_FOUND if isinstance(error, NobodyError) else Exit.REFUSED
    for table, count in counts.items():
        sys.stdout.write(tell("erased_rows", table=table, count=count) + "\n")
    return Exit.DONE


def export(url: str, any_id: str) -> Exit:
    """Print what is held of a person as JSON, by table.

    Returns:
        How it went: nobody may be known by that id.
    """
    with Session(engine(url)) as session, session.begin():
        whose = personal.find(session, any_id)
        told = personal.everything_of(session, whose) if whose is not None else None
    if told is None:
        sys.stderr.write(tell("complaint", why=said("nobody", id=any_id)) + "\n")
        return Exit.NOT_FOUND
    json.dump(told, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
    return Exit.DONE
