"""Courses merge on a day, and what happened around it is keyed in in any order: one life comes of it (W-C1.1, X-05)."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from decisions.revise import first_of
from models.messages.contract.rollout import RolloutStep, operation_id
from rules.calendar import JST, start_of
from tests.decisions.contract.test_order_of_facts import life

MERGED_ON = date(2017, 6, 1)
LOOKED = datetime(2017, 9, 1, tzinfo=JST)

STEP: dict[str, Any] = {
    "rollout_id": "R1",
    "kind": "course_merge",
    "courses": ["W2_FAMILY_LIGHT"],
    "to_course": "W2_FAMILY",
    "announced_on": date(2017, 4, 20),
    "effective_on": MERGED_ON,
}


@dataclass(frozen=True)
class Told:
    """One fact: the day of its legal moment, and how it is keyed in."""

    name: str
    command: str
    on: str
    said: dict[str, Any] = field(default_factory=dict, hash=False)
    takes_out: str | None = None
    """The fact that it takes out; keyed in behind it."""
    fixed: bool = False
    """Without a legal moment of its own: it is keyed in on its day."""

    @property
    def at(self) -> datetime:
        """The legal moment."""
        return datetime.fromisoformat(f"{self.on}T10:00").replace(tzinfo=JST)

    def fields(self) -> dict[str, Any]:
        """The command's own."""
        return {name: self.at if value == "arrived" else value for name, value in self.said.items()}


LINE = {"operator": "EAST", "brand": "NEXT", "service_type": "FAMILY"}
CONSENTS = {"general_terms": "2017-02-01", "course_terms": "2017-02-01", "carrier_terms": "EAST-2017"}
IDS = {"contract_id": "K1", "person_id": "P1", "line_key": "L1"}

APPLIED = Told(
    "applied",
    "apply",
    "2017-03-20",
    {
        **IDS,
        "course": "W2_FAMILY_LIGHT",
        "channel": "paper",
        "received_at": "arrived",
        "line": LINE,
        "consents": CONSENTS,
    },
)
IMPORTED = Told(
    "imported",
    "import",
    "2017-04-21",
    {**IDS, "course": "W2_FAMILY_LIGHT", "applied_on": "2016-06-10", "service_start_on": "2016-06-20",
     "minimum_term_end_on": "2018-12-31", "line": LINE},
    fixed=True,
)  # fmt: skip
STARTED = Told("started", "start_service", "2017-04-12", {"service_start_on": "2017-04-12"})
MERGER = Told("merger", "rollout", MERGED_ON.isoformat(), fixed=True)
LETTER = Told("letter", "cancel", "2017-05-22", {"channel": "paper", "received_at": "arrived"})
NEXT_LETTER = Told("next letter", "cancel", "2017-05-28", {"channel": "paper", "received_at": "arrived"})
LATER_LETTER = Told("later letter", "cancel", "2017-06-10", {"channel": "paper", "received_at": "arrived"})
LOST = Told(
    "line lost", "line_notice", "2017-05-10",
    {"notice_id": "N1", "kind": "terminated", "effective_on": "2017-05-10", "details": {}}, fixed=True,
)  # fmt: skip
CHOSEN = Told("chosen", "choose", "2017-06-12", {"choice": "cancel", "received_at": "arrived"})
TERMINATED = Told("terminated", "terminate", "2017-05-15", {"effective_on": "2017-05-15", "reason_code": "breach"})
TYPE = Told(
    "type changed", "line_notice", "2017-05-16",
    {"notice_id": "N2", "kind": "service_type_changed", "effective_on": "2017-05-16",
     "details": {"service_type": "MANSION", "by": "customer"}},
)  # fmt: skip


def change(to_course: str, arrived: str, change_on: str) -> Told:
    """An application for another course."""
    said = {"to_course": to_course, "channel": "paper", "received_at": "arrived", "change_on": change_on}
    return Told(f"to {to_course} on {change_on}", "request_course_change", arrived, said)


def out(of: Told, by: str = "correct") -> Told:
    """That fact taken back."""
    return Told(f"{by} {of.name}", by, of.on, takes_out=of.name)


OLD_LETTER = Told("old letter", "cancel", "2017-04-10", {"channel": "paper", "received_at": "arrived"})
OLD_TERMINATION = Told("old end", "terminate", "2017-04-18", {"effective_on": "2017-04-18", "reason_code": "breach"})
OLD_CHANGE = change("COLLABO", "2017-04-05", "2017-05-20")

BACK = change("W2_FAMILY_LIGHT", "2017-05-22", "2017-05-30")

BASE = (APPLIED, STARTED, MERGER)
TAKEN_OVER = (IMPORTED, MERGER)
BEGINS = (APPLIED, STARTED, IMPORTED)
BEFORE, ON_THE_DAY, AFTER = ("2017-05-20", "2017-06-01", "2017-06-20")

LIVES: list[tuple[Told, ...]] = [
    *((*BASE, letter, change(to, "2017-05-02", on)) for letter in (LETTER, NEXT_LETTER, LATER_LETTER)
      for to, on in (("COLLABO", BEFORE), ("DOCOMO", ON_THE_DAY), ("COLLABO", AFTER))),
    *((*BASE, letter, out(letter, by)) for letter, by in ((LETTER, "correct"), (NEXT_LETTER, "undo_cancellation"))),
    *((*BASE, made, out(made), LETTER) for on in (BEFORE, ON_THE_DAY, AFTER)
      for made in (change("COLLABO", "2017-05-02", on),)),
    *((*BASE, LOST, each) for each in (LETTER, LATER_LETTER, CHOSEN)),
    (*BASE, LOST, CHOSEN, out(CHOSEN)),
    (*BASE, LOST, LETTER, out(LETTER)),
    (*BASE, TERMINATED, out(TERMINATED)),
    (*BASE, TERMINATED, LETTER),
    (*BASE, TERMINATED, out(TERMINATED), LATER_LETTER),
    (*BASE, change("COLLABO", "2017-05-02", BEFORE), BACK),
    (*BASE, change("COLLABO", "2017-05-02", BEFORE), BACK, LATER_LETTER),
    (*BASE, change("COLLABO", "2017-05-02", BEFORE), BACK, out(BACK)),
    (*BASE, TYPE),
    (*BASE, TYPE, out(TYPE)),
    (*BASE, TYPE, LETTER),
    (*BASE, TYPE, change("COLLABO", "2017-05-02", AFTER)),
    (*TAKEN_OVER, OLD_LETTER, out(OLD_LETTER)),
    (*TAKEN_OVER, OLD_TERMINATION, out(OLD_TERMINATION), LETTER),
    (*TAKEN_OVER, OLD_CHANGE, OLD_LETTER),
    (*TAKEN_OVER, OLD_CHANGE, BACK, LATER_LETTER),
    (*TAKEN_OVER, LOST, OLD_CHANGE, out(OLD_CHANGE)),
]  # fmt: skip


def timed(order: Sequence[Told]) -> list[tuple[datetime, Told]] | None:
    """When each is keyed in, in that order; None where one has to come later, or on its day.

    What is told of a contract before its application or its start of service is refused, and so is no fact of it.
    """
    now, found = datetime.min.replace(tzinfo=JST), list[tuple[datetime, Told]]()
    for told in order:
        known = {each.name for _, each in found}
        begun = {each.name for each in order if each in BEGINS}
        behind = {MERGER: set(), APPLIED: set(), IMPORTED: set(), STARTED: {APPLIED.name}}.get(told, begun)
        if not behind | ({told.takes_out} if told.takes_out else set()) <= known:
            return None
        at = start_of(MERGED_ON) if told is MERGER else told.at
        if told.fixed and now >= at:
            return None
        now = at if told.fixed else max(now + timedelta(hours=1), at)
        found.append((now, told))
    return found


class Keyed:
    """One life, keyed in in one order."""

    def __init__(self, new_life: Callable[[], Any], keyed: Iterable[tuple[datetime, Told]]) -> None:
        """Key everything in."""
        self.life = new_life()
        self.ops: dict[str, str] = {}
        self.refused: dict[str, str] = {}
        for at, told in keyed:
            self._key(at, told)
        self.life.pass_to(LOOKED)

    @property
    def counting(self) -> frozenset[str]:
        """Names of the facts that make the life."""
        return frozenset(self.ops)

    def _key(self, at: datetime, told: Told) -> None:
        if told is MERGER:
            self._merge(at)
            return
        fields = told.fields()
        if told.takes_out is not None:
            entry = first_of(self.life.log, self.ops.get(told.takes_out, ""))
            if entry is None:
                return
            fields = {"voids": entry.seq, "reason_code": "entry_error"} if told.command == "correct" else {}
        outcome = self.life.ask(told.command, at, approved=True, **fields)
        if outcome.refused is not None:
            self.refused[told.name] = outcome.refused.code
        elif told.takes_out is not None:
            self.ops.pop(told.takes_out)
        else:
            self.ops[told.name] = next(each.op for each in outcome.entries if each.event != "revised")

    def _merge(self, at: datetime) -> None:
        """The day comes: the pages of the rollout record it for whoever is there, and it has been carried out then."""
        self.life.pass_to(at)
        now = self.life.now
        if self.life.log and now.course in STEP["courses"] and now.state not in {"ended", "declined", "withdrawn"}:
            outcome = self.life.ask("rollout", at, actor="rollout", op=operation_id("R1"), **STEP)
            assert outcome.refused is None, outcome.refused
        self.life.facts["rollouts"] = [RolloutStep(op=operation_id("R1"), actor="rollout", **STEP)]


def seen(keyed: Keyed) -> dict[str, Any]:
    """The life as it stands, and its courses before and on the day."""
    days = {day: _course(keyed.life.on(day)) for day in ("2017-05-31", "2017-06-01", "2017-06-30", "2017-07-31")}
    stands = life(keyed.life)
    # By when a fee is to be paid, and since when the line is held, rest on the day of keying in.
    stands["charges"] = [{**each, "due_on": None} for each in stands["charges"]]
    return {**stands, **days, "held_from": None}


def _course(state: Any) -> Any:
    return None if state is None else (state.course, state.state)


def orders(facts: Sequence[Told]) -> Iterator[list[tuple[datetime, Told]]]:
    """Every order in which they can have been keyed in."""
    for order in itertools.permutations(facts):
        keyed = timed(order)
        if keyed is not None:
            yield keyed


@pytest.mark.parametrize("facts", LIVES, ids=lambda facts: ", ".join(each.name for each in facts if each not in BASE))
def test_in_every_order_of_keying_in_one_life_comes_of_the_merger(
    new_life: Callable[[], Any], facts: tuple[Told, ...]
) -> None:
    """Whatever was known on the day of the merger, the life is that of the facts that count, each told in time."""
    right: dict[frozenset[str], dict[str, Any]] = {}
    for keyed in orders(facts):
        made = Keyed(new_life, keyed)
        if made.counting not in right:
            told = sorted((each for each in facts if each.name in made.counting or each is MERGER), key=_legally)
            in_time = timed(told)
            assert in_time is not None
            right[made.counting] = seen(Keyed(new_life, in_time))
        wrong = {key: (value, right[made.counting][key]) for key, value in seen(made).items()
                 if value != right[made.counting][key]}  # fmt: skip
        assert wrong == {}, (" → ".join(f"{each.name} {at:%m-%d}" for at, each in keyed), made.refused)
    assert right, "no order was played"
    assert made.life.now.state != "declined", "nothing of it was refused from the beginning"


def _legally(told: Told) -> tuple[bool, datetime]:
    """What came before an import can only be told after it."""
    return told is not IMPORTED, start_of(MERGED_ON) if told is MERGER else told.at
