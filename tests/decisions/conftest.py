"""A contract driven through the pure engine: no server, no database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from decisions.engine import Run
from decisions.fold import fold
from decisions.membership.parts import LEDGER
from decisions.membership.points import monthly
from decisions.reading import as_of, project
from decisions.registry import DOMAINS
from decisions.revise import differences
from models.messages.club.membership import MembershipState
from models.messages.contract.contract import ContractState
from models.messages.entity import Command, Entry
from rules.calendar import JST, end_of, japan_day, start_of
from rules.club import club_runs
from tests.given import Standing, looked_up


def _stored(value: Any) -> Any:
    """A document as jsonb gives it back: the names in an order of its own."""
    if isinstance(value, dict):
        return {key: _stored(value[key]) for key in sorted(value, key=lambda each: (len(each), each))}
    return [_stored(each) for each in value] if isinstance(value, list) else value


def _read(entry: Entry) -> Entry:
    return Entry.model_validate(_stored(entry.model_dump(mode="json")))


class Life:
    """One entity and its log, as the recorder would keep them."""

    def __init__(self, kind: str = "contract") -> None:
        """Begin with nothing."""
        self.domain = DOMAINS[kind]
        self.state: dict[str, Any] = self.domain.state().model_dump(mode="json")
        self.log: list[Entry] = []
        self.facts: dict[str, Any] = {}
        self.months_booked: dict[str, int] = {}
        """What the club's runs and orders have booked of months of use."""
        self._runs_until: date | None = None
        self._ops = 0

    def ask(self, name: str, at: datetime, **fields: Any) -> Any:
        """Send a command at a business moment; gives the run's outcome."""
        self._ops += 1
        self._book(at)
        handler = self.domain.commands[name]
        command: Command = handler.command.model_validate(
            {"op": f"op-{self._ops}", "at": at, "actor": "test", **fields}
        )
        facts = looked_up(self.domain, name, self.facts)
        run = Run(self.domain, self.state, at, log=self.log, facts=facts, standing=self.standing)
        run.command(name, command)
        self._keep(run)
        return run.outcome

    @property
    def standing(self) -> Standing:
        """What any decision may ask."""
        return Standing(
            statements=list(self.facts.get("owed_statements", [])),
            owed_back=int(self.facts.get("credit", 0)),
            left_to_bill=bool(self.facts.get("unbilled")),
            months_billed=dict(self.facts.get("billed_months", {})),
            items_billed=list(self.facts.get("billed_items", [])),
            line_has_another=bool(self.facts.get("line_has_another")),
            months_booked=self.months_booked,
            rollouts_begun=list(self.facts.get("rollouts", [])),
            days_spent=list(self.facts.get("days_spent", [])),
            months_imported=dict(self.facts.get("months_imported", {})),
        )

    def pass_to(self, at: datetime) -> Any:
        """Let timers fire up to a moment, inclusive."""
        self._book(at)
        run = Run(self.domain, self.state, at, log=self.log, standing=self.standing)
        run.due(at)
        self._keep(run)
        return run.outcome

    def _book(self, until: datetime) -> None:
        """The runs of the club up to a moment: they book by what was recorded on their days (M-02.1)."""
        if self.domain.kind != "membership":
            return
        today, plan = japan_day(until), self.standing.plan()
        since = self._runs_until or date.min
        self._runs_until = max(today, since)
        member = self.now
        if not isinstance(member, MembershipState) or member.registered_on is None:
            return
        for month in club_runs.booked_by(member.registered_on, today, plan, entered_on=since):
            on = club_runs.books_on(month)
            then = self.projected(start_of(on))
            ruled = monthly.due(then, month, plan) if then.state == "active" else None
            if ruled is not None and (then.usable_through or on) >= on and ruled.outcome == "granted":
                self.months_booked.setdefault(str(month), int(ruled.data["points"]))

    def _keep(self, run: Run) -> None:
        for _, order in run.outcome.outgoing:
            if order.channel == LEDGER and order.data.get("usage_month"):
                month, points = str(order.data["usage_month"]), int(order.data["points"])
                before = self.months_booked.get(month, 0)
                self.months_booked[month] = (before or points) if order.name == "grant" else before + points
        self.state = _stored(run.outcome.state)
        self.log = [*self.log, *[_read(entry) for entry in run.outcome.entries]]
        assert fold(self.domain.state().model_dump(mode="json"), self.log) == self.state, "the state is its log's fold"
        assert len({entry.op for entry in self.log}) == len(self.log), "an operation id stands in the log once"
        assert self.differences() == [], "the life is a function of its facts"

    def differences(self) -> list[str]:
        """What would come out otherwise, were the whole life decided again."""
        return differences(self.domain, self.log, self.standing)

    @property
    def now(self) -> Any:
        """The typed state."""
        return self.domain.state.model_validate(self.state)

    def on(self, day: str) -> Any:
        """The typed state as of the end of a day."""
        state = as_of(self.domain, self.log, end_of(datetime.fromisoformat(day).date()), self.standing)
        return None if state is None else self.domain.state.model_validate(state)

    def projected(self, at: datetime) -> Any:
        """The typed state with what is due by a moment, though no timer has fired."""
        return self.domain.state.model_validate(project(self.domain, self.state, at, self.standing))


def jst(text: str) -> datetime:
    """A moment of Japan time: `2019-04-25 10:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=JST)


APPLICATION: dict[str, Any] = {
    "contract_id": "K1",
    "person_id": "P1",
    "line_key": "L1",
    "course": "W2_FAMILY",
    "channel": "online",
    "received_at": "2018-05-20T08:00:00+09:00",
    "line": {"operator": "EAST"},
    "consents": {"general_terms": "2017-06-01", "course_terms": "2017-06-01", "carrier_terms": "EAST-2017"},
}


@pytest.fixture
def moment() -> Callable[[str], datetime]:
    """Japan time from text."""
    return jst


@pytest.fixture
def application() -> dict[str, Any]:
    """An application in order, of 2018-05-20."""
    return dict(APPLICATION)


@pytest.fixture
def new_life() -> Callable[..., Life]:
    """Makes an empty life of a kind."""
    return Life


@pytest.fixture
def contract(application: dict[str, Any]) -> Life:
    """An active contract: applied 2018-05-20, service from 2018-06-12, term to 2020-05-31."""
    life = Life()
    life.ask("apply", jst("2018-05-20 09:00"), **application)
    life.ask("start_service", jst("2018-06-13 09:00"), service_start_on="2018-06-12")
    assert isinstance(life.now, ContractState)
    assert life.now.state == "active"
    return life
