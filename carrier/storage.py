"""The storage service's own books: files, capacity and deletions of each line."""

from __future__ import annotations

import json
from typing import Any

from carrier.store import Store, dumps
from models.messages.carrier import StorageCapacity, StorageDeletion, StoredFile

FREE_GB = 5
"""The capacity of a line that has no plan (F-16)."""


def put_files(store: Store, line_id: str, files: list[StoredFile]) -> None:
    """Replace a line's files by these; of files with the same id the last counts."""
    with store.transaction() as sql:
        sql.execute("delete from files where line_id = ?", (line_id,))
        sql.executemany(
            "insert or replace into files values (?, ?, ?)",
            [(line_id, file.id, dumps(file.model_dump(mode="json"))) for file in files],
        )


def files(store: Store, line_id: str) -> list[dict[str, Any]]:
    """A line's files, in the order in which they were put."""
    return [
        json.loads(row["body"])
        for row in store.rows("select body from files where line_id = ? order by rowid", line_id)
    ]


def put_capacity(store: Store, line_id: str, capacity: StorageCapacity) -> None:
    """Set a line's capacity in GB."""
    with store.transaction() as sql:
        sql.execute(
            "insert or replace into capacities values (?, ?)",
            (line_id, dumps(capacity.model_dump(mode="json", exclude_none=True))),
        )


def capacity(store: Store, line_id: str) -> dict[str, Any]:
    """A line's capacity as last set; the free 5 GB before."""
    row = store.row("select body from capacities where line_id = ?", line_id)
    found: dict[str, Any] = json.loads(row["body"]) if row else {"capacity_gb": FREE_GB}
    return found


def delete(store: Store, line_id: str, request: StorageDeletion) -> dict[str, list[str]]:
    """Delete files and write down what, when and why; an id is `deleted` now, `already` before, or `unknown`."""
    outcome: dict[str, list[str]] = {"deleted": [], "already": [], "unknown": []}
    at = request.at.isoformat()
    with store.transaction() as sql:
        for file_id in request.ids:
            key = (line_id, file_id)
            row = sql.execute("select body from files where line_id = ? and file_id = ?", key).fetchone()
            if row is not None:
                body = {**json.loads(row["body"]), "deleted_at": at, "reason": request.reason}
                sql.execute("delete from files where line_id = ? and file_id = ?", key)
                sql.execute("insert into deletions (line_id, file_id, body) values (?, ?, ?)", (*key, dumps(body)))
                outcome["deleted"].append(file_id)
            elif sql.execute("select 1 from deletions where line_id = ? and file_id = ?", key).fetchone():
                outcome["already"].append(file_id)
            else:
                outcome["unknown"].append(file_id)
    return outcome


def deletions(store: Store, line_id: str) -> list[dict[str, Any]]:
    """What was deleted of a line, when and why, oldest first."""
    return [
        json.loads(row["body"])
        for row in store.rows("select body from deletions where line_id = ? order by id", line_id)
    ]
