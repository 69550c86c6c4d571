"""When a day counts as announced, from the letters and the entries that sent them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from api.contracts.announced import CHANGE, SERVICE_START, announced
from models.messages.contract import ContractState
from models.tables.contract import Notice
from models.tables.log import Entity, Transition

AT = datetime(2018, 6, 13, 1, tzinfo=UTC)
LATER = AT + timedelta(minutes=5)
ENTITY = "contract/K-TOLD"


@pytest.fixture(scope="module")
def letters(club_engine: Engine) -> Engine:
    """Three starts: the first told by both letters, then corrected, the last by the portal alone."""
    days = {2: "2018-06-12", 3: "2018-06-20", 4: "2018-06-25"}
    with Session(club_engine) as session, session.begin():
        session.add(
            Entity(entity_id=ENTITY, kind="contract", seq=4, state={}, created_at=AT, recorded_at=AT, offset_s=0)
        )
        session.flush()
        for seq, on in days.items():
            session.add(
                Transition(
                    entity_id=ENTITY, seq=seq, op=f"op-{seq}", event="start_service", from_state=None, to_state=None,
                    received_at=AT, at=AT, recorded_at=AT, effective_on=date(2018, 6, 12), state_from=date(2018, 6, 12),
                    actor="x", articles=[], voids=[], patch={}, decision={"service_start_on": on},
                )
            )  # fmt: skip
            session.add(
                Notice(
                    notice_id=f"contract.K-TOLD.{seq}-1", entity_id=ENTITY, kind="service_start", subject="s", body="b",
                    created_at=AT, email_sent_at=None if seq == 4 else LATER, portal_posted_at=AT,
                )
            )  # fmt: skip
    return club_engine


@pytest.mark.parametrize(
    ("on", "until", "told"),
    [
        (date(2018, 6, 12), None, LATER),
        (date(2018, 6, 12), LATER, None),
        (date(2018, 6, 12), LATER + timedelta(microseconds=1), LATER),
        (date(2018, 6, 20), None, LATER),
        (date(2018, 6, 25), None, None),
        (date(2018, 6, 26), None, None),
        (None, None, None),
    ],
)
def test_the_letters_of_the_day_itself_announce_it(letters: Engine, on: Any, until: Any, told: Any) -> None:
    """Both letters of that very day count; one letter, or the letters of another day, announce nothing (A-52)."""
    state = ContractState.model_construct(contract_id="K-TOLD", service_start_on=on, pending_course_change=None)
    with Session(letters) as session:
        assert announced(session, state, until) == {SERVICE_START: told, CHANGE: None}
