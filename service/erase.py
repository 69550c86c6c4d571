"""Erasing a person, as an operator asks for it."""

from __future__ import annotations

import sys

from sqlmodel import Session

from store.database import engine
from store.erasure import NotErasableError, erase


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
