"""Lives as somebody lives them: what is asked next, and what must have become of it.

A life knows its own state from what it asked and was granted, and from the days that pass. It knows nothing of what is
killed meanwhile, which is the point.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from api.contracts.applications import EXAMPLE as APPLICATION
from api.memberships.routes import EXAMPLE as REGISTRATION

JAPAN_NOON = "12:00:00+09:00"
EDITION_FROM = datetime.fromisoformat("2018-06-01T00:00:00+09:00")
OPENED_AT_ONCE = [{"after_days": 0, "status": status} for status in ("accepted", "opened")]
"""What NTT answers to every filing, within seconds."""
COURSES = ("COLLABO", "DOCOMO", "OTHER")
CASES = ("death", "line_name_change", "line_unusable")


@dataclass(frozen=True, kw_only=True)
class Step:
    """One request of a life."""

    method: str
    path: str
    body: Any = None
    role: str = "operator"
    wanted: frozenset[int] = frozenset({200})
    """The answers that are right."""
    state: str | None = None
    """The state after it, where it is granted."""
    took: Callable[[Any], None] = lambda _answer: None
    """What the life learns from an answer that granted it."""
    dry: bool = True
    """Whether it can be tried first."""


class Life:
    """One entity from its beginning."""

    kind: str
    entity: str = ""
    """Its id; empty before it began."""
    state: str = ""

    @property
    def entity_id(self) -> str:
        """Its workflow id."""
        return f"{self.kind}/{self.entity}"

    @property
    def path(self) -> str:
        """Where it is read."""
        raise NotImplementedError

    @property
    def is_over(self) -> bool:
        """Whether nothing more is asked of it."""
        raise NotImplementedError

    def step(self, chance: random.Random, now: datetime) -> Step:
        """What is asked next."""
        raise NotImplementedError

    def pass_to(self, today: date) -> None:
        """What the days have brought."""
        raise NotImplementedError


@dataclass
class Contract(Life):
    """A WAKWAK contract on a line of its own."""

    line_id: str
    filed: bool
    """Whether NTT opens its line; otherwise it is there."""
    kind: str = "contract"
    last_day: date | None = None
    """While `ending`."""
    changing: bool = False
    """Whether a course change may be ahead, or have been: then what is refused is not foretold."""
    benefits: int = 0

    @property
    def path(self) -> str:
        """Its read."""
        return f"/v1/contracts/{self.entity}"

    @property
    def is_over(self) -> bool:
        """Ended, however it came to it."""
        return self.state == "ended"

    def pass_to(self, today: date) -> None:
        """It ends with its last day."""
        if self.state == "ending" and self.last_day is not None and today > self.last_day:
            self.state = "ended"

    def step(self, chance: random.Random, now: datetime) -> Step:
        """Applied for, started, then whatever a contractor and an operator may ask, in any order."""
        if not self.entity:
            return self._apply(now)
        if self.state == "accepted":
            body = {"service_start_on": now.date().isoformat()}
            return Step(method="POST", path=f"{self.path}/service-start", body=body, state="active")
        if self.state == "ending":
            makes = [self._undo, self._undo, self._waiver, self._again, self._inquiry]
        else:
            makes = [self._cancel, self._cancel, self._change, self._undo_change]
            makes += [self._waiver, self._waiver_request, self._inquiry, self._benefit, self._nothing_to_undo]
        return chance.choice(makes)(chance, now)

    def _apply(self, now: datetime) -> Step:
        body: dict[str, Any] = json.loads(json.dumps(APPLICATION))
        edition = "2018-06-01" if now >= EDITION_FROM else "2017-06-01"
        body |= {"received_at": now.isoformat(), "start_line": self.filed}
        body["consents"] |= {"general_terms": edition, "course_terms": edition}
        body["line"]["line_id"] = None if self.filed else self.line_id

        def took(answer: Any) -> None:
            self.entity = answer["contract_id"]

        state = "filing" if self.filed else "accepted"
        return Step(method="POST", path="/v1/applications", body=body, wanted=frozenset({201}), state=state, took=took)

    def _cancel(self, chance: random.Random, now: datetime) -> Step:
        def took(answer: Any) -> None:
            self.last_day = date.fromisoformat(answer["effective_on"])

        body = {"channel": chance.choice(["paper", "online"]), "received_at": now.isoformat()}
        return self._post("cancellation", body, state="ending", took=took)

    def _again(self, _: random.Random, now: datetime) -> Step:
        """It is cancelled already."""
        body = {"channel": "paper", "received_at": now.isoformat()}
        return self._post("cancellation", body, wanted=frozenset({409}))

    def _undo(self, _: random.Random, __: datetime) -> Step:
        return Step(method="DELETE", path=f"{self.path}/cancellation", state="active")

    def _nothing_to_undo(self, _: random.Random, __: datetime) -> Step:
        return Step(method="DELETE", path=f"{self.path}/cancellation", wanted=frozenset({409}))

    def _change(self, chance: random.Random, now: datetime) -> Step:
        body = {"to_course": chance.choice(COURSES), "channel": "online", "received_at": now.isoformat()}
        wanted = {200, 409, 422} if self.changing else {200}

        def took(_: Any) -> None:
            self.changing = True

        return self._post("course-changes", body, wanted=frozenset(wanted), state="active", took=took)

    def _undo_change(self, _: random.Random, __: datetime) -> Step:
        wanted = {200, 409} if self.changing else {409}
        return Step(
            method="DELETE", path=f"{self.path}/course-changes/pending", wanted=frozenset(wanted), state="active"
        )

    def _waiver(self, chance: random.Random, _: datetime) -> Step:
        body = {"case": chance.choice(CASES), "evidence": "写し", "reason": "12条6項を確認"}
        return self._post("waivers", body, wanted=frozenset({200, 409, 422}), state=self.state)

    def _waiver_request(self, chance: random.Random, _: datetime) -> Step:
        body = {"case": chance.choice(CASES), "evidence": "写し"}
        return self._post("waiver-requests", body, wanted=frozenset({200, 409, 422}), state=self.state)

    def _inquiry(self, _: random.Random, __: datetime) -> Step:
        return self._post("inquiries", {"topic": "CONSTRUCTION_DATE", "text": "工事日はいつですか。"}, state=self.state)

    def _benefit(self, _: random.Random, now: datetime) -> Step:
        self.benefits += 1
        body = {
            "benefit_id": f"B{self.benefits}",
            "minimum_months": 12,
            "fee": 10000,
            "from_on": now.date().isoformat(),
        }
        return self._post("benefits", body, state=self.state)

    def _post(self, name: str, body: Any, **more: Any) -> Step:
        return Step(method="POST", path=f"{self.path}/{name}", body=body, **more)


@dataclass
class Membership(Life):
    """A membership of the club."""

    line_id: str
    kind: str = "membership"
    last_day: date | None = None
    """Of one that leaves."""
    passwords: int = field(default=0)

    @property
    def path(self) -> str:
        """Its read."""
        return f"/v1/memberships/{self.entity}"

    @property
    def is_over(self) -> bool:
        """Left: on the day after its last."""
        return self.state == "left"

    def pass_to(self, today: date) -> None:
        """The day on which it left is its last."""
        if self.last_day is not None and today > self.last_day:
            self.state = "left"

    def step(self, chance: random.Random, now: datetime) -> Step:
        """Registered, then what members ask."""
        if not self.entity:
            return self._register(now)
        if self.last_day is not None:
            return self._leave(now, again=True)
        return chance.choice([self._consents, self._consents, self._password, lambda *_: self._leave(now)])(chance)

    def _register(self, now: datetime) -> Step:
        body = json.loads(json.dumps(REGISTRATION))
        body["applied_at"] = now.isoformat()
        body["line"] |= {"line_id": self.line_id, "ninen_wari_started_on": None}

        def took(answer: Any) -> None:
            self.entity = answer["member_id"]

        wanted = frozenset({201})
        return Step(method="POST", path="/v1/memberships", body=body, wanted=wanted, state="active", took=took)

    def _consents(self, chance: random.Random) -> Step:
        body = {"club": chance.random() < 0.5, "ntt_east": chance.random() < 0.5}
        return Step(method="PUT", path=f"{self.path}/mail-consents", body=body, state="active")

    def _password(self, _: random.Random) -> Step:
        self.passwords += 1
        body = {"password": f"another good one {self.passwords}"}
        return Step(method="POST", path=f"{self.path}/credentials", body=body, state="active", dry=False)

    def _leave(self, now: datetime, *, again: bool = False) -> Step:
        def took(_: Any) -> None:
            self.last_day = self.last_day or now.date()

        wanted = frozenset({200, 409, 422}) if again else frozenset({200})
        body = {"received_at": now.isoformat()}
        return Step(method="POST", path=f"{self.path}/leave", body=body, wanted=wanted, state="active", took=took)


def born(chance: random.Random, line_id: str) -> Life:
    """A new life: half on a line that is there, the others filed for, or of a member."""
    kind = chance.choices(["letter", "filed", "member"], [5, 2, 4])[0]
    return Membership(line_id) if kind == "member" else Contract(line_id, kind == "filed")


def next_day(chance: random.Random, now: datetime) -> datetime:
    """Where the clock goes after a round: ten in the morning, some days later."""
    day = now.date() + timedelta(days=chance.randint(1, 5))
    return datetime.fromisoformat(f"{day.isoformat()}T10:00:00+09:00")
