"""Verifying a house that serves: a state and its log are read as of one moment."""

from __future__ import annotations

from typing import Any

import pytest

from service import verify
from store.log import entries
from tests.activities.statements.book import Book


def test_what_is_recorded_while_a_life_is_verified_is_no_difference(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cancellation that comes between the two reads of `keiyaku verify` is not told as a broken state (X-01)."""
    book.record(
        "K1",
        "import",
        "2018-04-21",
        contract_id="K1",
        course="W2_FAMILY",
        applied_on="2018-03-10",
        service_start_on="2018-03-20",
        line={"operator": "EAST", "brand": "NEXT", "service_type": "FAMILY"},
    )
    recorded = list[int]()

    def meanwhile(session: Any, entity_id: str) -> Any:
        if not recorded:
            at = "2018-05-15T08:00:00+09:00"
            recorded.append(
                int(book.record("K1", "cancel", "2018-05-15", channel="paper", received_at=at).state["seq"])
            )
        return entries(session, entity_id)

    monkeypatch.setattr(verify, "entries", meanwhile)
    assert verify.differences(book.engine) == []
    assert recorded == [2]
    assert verify.differences(book.engine) == []
