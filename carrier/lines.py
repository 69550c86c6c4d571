"""Lines: tokens that prove which line a browser is on, notices about a line, and the messages NTT received."""

from __future__ import annotations

import json
import secrets

from carrier.problems import CarrierError
from carrier.store import Store, dumps
from models.messages.carrier import CarrierArea, LineNotice, OutgoingMessage


def issue_token(store: Store, carrier_area: CarrierArea, line_id: str) -> str:
    """A new token for a browser on this line."""
    token = f"line_{secrets.token_urlsafe(18)}"
    with store.transaction() as sql:
        sql.execute("insert into tokens values (?, ?, ?)", (token, carrier_area, line_id))
    return token


def check_token(store: Store, carrier_area: CarrierArea, token: str) -> str:
    """The line of a token.

    Raises:
        CarrierError: 404 `LINE_TOKEN_UNKNOWN`, this operator never issued it.
    """
    row = store.row("select line_id from tokens where token = ? and operator = ?", token, carrier_area)
    if row is None:
        raise CarrierError(404, "LINE_TOKEN_UNKNOWN", f"{carrier_area} has not issued this line token")
    return str(row["line_id"])


def take_message(store: Store, carrier_area: CarrierArea, message: OutgoingMessage) -> bool:
    """Keep a notice from our side; False when it is known already.

    Raises:
        CarrierError: 409 `MESSAGE_CONFLICT`, known with another body or operator.
    """
    body = dumps(message.model_dump(mode="json"))
    with store.transaction() as sql:
        row = sql.execute("select operator, body from messages where message_id = ?", (message.message_id,)).fetchone()
        if row is None:
            sql.execute("insert into messages values (?, ?, ?)", (message.message_id, carrier_area, body))
            return True
    if (row["operator"], row["body"]) != (carrier_area, body):
        raise CarrierError(409, "MESSAGE_CONFLICT", f"message {message.message_id} is known with another body")
    return False


def keep_notice(store: Store, carrier_area: CarrierArea | None, notice: LineNotice) -> None:
    """Keep a line notice before it is sent.

    Raises:
        CarrierError: 409 `NOTICE_CONFLICT`, known with another body.
    """
    body = dumps(notice.model_dump(mode="json"))
    with store.transaction() as sql:
        sql.execute(
            "insert or ignore into notices (notice_id, operator, body) values (?, ?, ?)",
            (notice.notice_id, carrier_area, body),
        )
        row = sql.execute("select body from notices where notice_id = ?", (notice.notice_id,)).fetchone()
    if row["body"] != body:
        raise CarrierError(409, "NOTICE_CONFLICT", f"notice {notice.notice_id} is known with another body")


def answered(store: Store, notice_id: str, status: int | None) -> None:
    """Record what our side answered to a notice; None for no answer."""
    with store.transaction() as sql:
        sql.execute("update notices set answer = ? where notice_id = ?", (status, notice_id))


def notices(store: Store) -> list[dict[str, object]]:
    """Every notice ever made, oldest first, with our last answer."""
    return [
        {"operator": row["operator"], "notice": json.loads(row["body"]), "answer": row["answer"]}
        for row in store.rows("select * from notices order by rowid")
    ]
