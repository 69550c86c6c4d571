"""The key by which a line is known outside the database."""

from __future__ import annotations

import secrets


def new_line_key() -> str:
    """A key for a line that is met for the first time.

    Random, not a hash: a line number behind a hash could be guessed from what Temporal shows.
    """
    return "L" + secrets.token_hex(10).upper()
