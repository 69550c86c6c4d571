"""An exchange that was on its way when an end became known, and fails after it: rows of both, in every order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from decisions.membership.ending.too_late import SPENT_AFTER_END
from models.messages.club import exchange
from models.messages.club.exchange import SEND_FEE_PAYMENT, TELL_MEMBERSHIP, ExchangeState
from models.messages.club.membership import EXCHANGE_FAILED
from models.messages.entity import Recorded, RecordRequest
from models.tables.club.club import Member
from models.tables.club.exchange import Exchange, ExchangeItem, MemberSession
from rules.calendar import JST
from store.club import ledger_reads
from tests.activities.club.club import Club, a_club
from tests.activities.conftest import emptied

SENT = datetime(2024, 6, 10, 12, tzinfo=JST)


@pytest.fixture
def club(migrated: Engine) -> Iterator[Club]:
    """Empty tables."""
    with a_club(emptied(migrated)) as made:
        yield made


class Paying:
    """A member of 700 points who pays 200 of them on 2024-06-10, NTT's answer being outstanding."""

    def __init__(self, club: Club) -> None:
        """Join, confirm and send."""
        self.club = club
        self.member_id = club.join()
        self.exchange_id = f"X{self.member_id}"
        at = {"created_at": SENT, "expires_at": SENT + timedelta(minutes=30)}
        request = {"item_id": "FEE", "kind": "fee_payment", "quantity": 200, "points": 200, "state": "confirmed"}
        with Session(club.engine) as session, session.begin():
            line_key = session.get_one(Member, self.member_id).line_key
            session.add(ExchangeItem(item_id="FEE", name="サービス料のお支払い", kind="fee_payment", points=1))
            ids = {"token_hash": "T", "session_id": "S", "request_mac": "", "line_key": line_key}
            session.add(MemberSession(member_id=self.member_id, opened_at=SENT, **ids, **at))
            session.flush()
            contact = {"email": "a@example.jp", "phone": "03", "created_at": SENT, "confirmed_at": SENT}
            session.add(Exchange(exchange_id=self.exchange_id, member_id=self.member_id, **request, **contact))
        club.at("2024-06-10T12:00:00")
        self._exchange("send", SENT, exchange_id=self.exchange_id, session_id="S")

    def _exchange(self, name: str, at: datetime, **fields: Any) -> Recorded:
        command = {"op": f"{name}/{fields.get('item_id')}", "at": at.isoformat(), "actor": "test", **fields}
        entity_id = exchange.workflow_id(self.exchange_id)
        recorded = self.club.recorder.record(
            RecordRequest(kind="exchange", entity_id=entity_id, seq=0, name=name, command=command)
        )
        assert recorded.refused is None, recorded.refused
        return recorded

    def _asked(self, name: str, moment: str, **fields: Any) -> None:
        self.club.at(moment)
        at = datetime.fromisoformat(moment).replace(tzinfo=JST)
        self.club.ask(self.member_id, name, {"op": f"{name}/{moment}", "at": at.isoformat(), "actor": "test", **fields})
        self.club.timer(self.member_id, at)

    def ends(self, moment: str) -> None:
        """Converted on 06-05, as is told then."""
        told = {"notice_id": "N1", "kind": "conversion", "effective_on": "2024-06-05", "details": {}}
        self._asked("line_notice", moment, **told)

    def undone(self, moment: str) -> None:
        """The notice was of another line."""
        query = "select max(seq) from transition where entity_id = :id and event = 'conversion'"
        ((seq,),) = self.club.rows(query, id=f"membership/{self.member_id}")
        self._asked("correct", moment, voids=seq, reason_code="entry_error")

    def fails(self, moment: str) -> None:
        """NTT refuses the payment, and the membership is told where the exchange says so."""
        self.club.at(moment)
        answered = datetime.fromisoformat(moment).replace(tzinfo=JST).isoformat()
        data = {"outcome": "refused", "at": answered}
        recorded = self._exchange("effect_done", SENT, item_id=SEND_FEE_PAYMENT, data=data)
        state = ExchangeState.model_validate(recorded.state)
        assert state.closed is not (TELL_MEMBERSHIP in state.agenda)
        if not state.closed:
            self._asked(EXCHANGE_FAILED, moment, exchange_id=self.exchange_id)
            done = self._exchange("effect_done", state.agenda[TELL_MEMBERSHIP].at, item_id=TELL_MEMBERSHIP)
            assert ExchangeState.model_validate(done.state).closed

    def answers(self, outcome: str, moment: str) -> None:
        """NTT's own answer, after what an operator keyed in."""
        self.club.at(moment)
        data = {"outcome": outcome, "at": f"{moment}+09:00"}
        self._exchange("effect_done", SENT, item_id=SEND_FEE_PAYMENT, data=data)

    def told(self, outcome: str, moment: str) -> Recorded:
        """An operator keys in what NTT said of the payment."""
        return self._by_hand("payment_told", moment, outcome=outcome, told_at=f"{moment}+09:00")

    def undo(self, moment: str) -> Recorded:
        """And takes it back."""
        return self._by_hand("undo_payment_told", moment)

    def _by_hand(self, name: str, moment: str, **fields: Any) -> Recorded:
        self.club.at(moment)
        at = datetime.fromisoformat(moment).replace(tzinfo=JST)
        given = {"op": f"{name}/{moment}", "actor": "op", "reason_code": "entry_error", "reason": "電話", **fields}
        return self._exchange(name, at, **given)

    def entries(self) -> list[Any]:
        """What the ledger holds of the exchange: key, kind, points and the exchange itself."""
        query = """select ref, kind, sum(points), bool_and(exchange_id = :id) from point_entry
            where ref like 'exchange/%' group by ref, kind order by ref, kind desc"""
        return self.club.rows(query, id=self.exchange_id)

    def points(self) -> int:
        """What is usable now."""
        with Session(self.club.engine) as session:
            return ledger_reads.balance(session, self.member_id, date(2024, 6, 20)).points


STEPS = ("ends", "fails", "undone")


@pytest.mark.parametrize("order", [each for each in permutations(STEPS) if each.index("ends") < each.index("undone")])
def test_whatever_comes_first_the_member_has_every_point_in_the_end(club: Club, order: tuple[str, ...]) -> None:
    """Refused before the wrong end, under it or after its undoing: 700 points, and nobody is asked (M-09.5, X-05)."""
    paying = Paying(club)
    assert paying.points() == 500
    for number, step in enumerate(order):
        getattr(paying, step)(f"2024-06-1{2 + number}T12:00:00")
        over = order.index("ends") <= number < order.index("undone")
        back = order.index("fails") <= number
        assert paying.points() == (0 if over else 700 if back else 500)
        asked = [SPENT_AFTER_END] if over and not back else []
        assert [each for each in club.state(paying.member_id).tasks if each == SPENT_AFTER_END] == asked
    assert club.state(paying.member_id).state == "active"
    query = "select sum(points) from point_entry where member_id = :id"
    assert club.rows(query, id=paying.member_id) == [(700,)]


def test_a_failure_keyed_in_is_taken_back_and_told_again_in_the_ledger(club: Club) -> None:
    """Refused, taken back, refused again: each taking has its own key, and the row names its lots (M-09.6, M-04.6)."""
    paying = Paying(club)
    first = f"exchange/{paying.exchange_id}"
    paying.told("refused", "2024-06-12T12:00:00")
    assert paying.points() == 700
    paying.undo("2024-06-13T12:00:00")
    assert paying.points() == 500
    query = "select state, uses, closed_at from exchange where exchange_id = :id"
    ((state, uses, closed_at),) = club.rows(query, id=paying.exchange_id)
    assert (state, sum(use["points"] for use in uses), closed_at) == ("sent", 200, None)
    paying.told("refused", "2024-06-14T12:00:00")
    assert paying.points() == 700
    assert paying.entries() == [
        (first, "spend", -200, True),
        (first, "return", 200, True),
        (f"{first}/2", "spend", -200, True),
        (f"{first}/2", "return", 200, True),
    ]


def test_a_success_keyed_in_is_taken_back_without_touching_the_ledger(club: Club) -> None:
    """Taken, taken back, then NTT itself refuses: the points return once (M-09.5, M-09.6)."""
    paying = Paying(club)
    paying.told("taken", "2024-06-12T12:00:00")
    paying.undo("2024-06-13T12:00:00")
    assert paying.points() == 500
    paying.fails("2024-06-14T12:00:00")
    assert paying.points() == 700
    assert [(kind, points) for _, kind, points, _ in paying.entries()] == [("spend", -200), ("return", 200)]
