"""From an execution to its page at the desk."""

from __future__ import annotations

import pytest

from desk.owners import place_of
from service.desk_links import details


@pytest.mark.parametrize(
    "workflow_id",
    [
        "contract/K1",
        "filing/F1",
        "membership/M1",
        "program/flets-hikari-members-club",
        "rollout/R1",
        "exchange/X1",
        "unknown/U1",
    ],
)
def test_the_link_is_the_page_of_the_desk(workflow_id: str) -> None:
    """Whatever the desk has a page for, and nothing else; the address is the one the desk itself uses."""
    page = place_of(workflow_id)
    said = details("https://desk.example", workflow_id)
    assert said == (f"[契約デスクで開く / Open at the desk](https://desk.example{page})" if page else None)
