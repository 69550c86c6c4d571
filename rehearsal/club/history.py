"""Members of the club with every kind of history, generated from a seed and lived through over HTTP."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from rules.calendar import Month

PROGRAMME = "/v1/programs/flets-hikari-members-club"

AT_ONCE = 8

PASSWORD = "rehearsal only"  # noqa: S105 - of generated members in a temporary home
DAY_OF_EVENTS = 15
"""What members do happens on this day of a month: fewer steps of the clock, the same rules."""

_TYPES = (("NEXT_FAMILY", "FAMILY"), ("NEXT_MANSION", "MANSION"), ("LIGHT_FAMILY", "FAMILY"))

HISTORIES = (
    "stays",
    "spends",
    "leaves",
    "converted",
    "abolished",
    "outside",
    "renews",
    "cancels",
    "supported",
    "larger",
)
"""What may become of a member; each kind has about the same number of them."""


class Doors(Protocol):
    """How the generated members speak to the house."""

    async def ask(
        self, method: str, path: str, body: Any, idem: str, *, key: str = "operator", bearer: str | None = None
    ) -> Any:
        """One request that must be granted."""

    async def steer(self, method: str, path: str, body: Any) -> Any:
        """One request to the stand-in for NTT and the storage service."""

    async def advance(self, to: str, idem: str) -> None:
        """Move business time on."""


@dataclass
class Generated:
    """One member of the rehearsal."""

    number: int
    history: str
    line_id: str
    body: dict[str, Any] = field(repr=False)
    member_id: str = ""


def generate(count: int, seed: int, first_month: Month) -> list[Generated]:
    """Members in turn of every history, with lots that were granted and partly used before.

    Args:
        count: how many.
        seed: the same gives the same members.
        first_month: the month in which the rehearsal begins.
    """
    dice = random.Random(seed)  # noqa: S311 - a story, not a secret
    return [_one(dice, number, first_month) for number in range(count)]


def _one(dice: random.Random, number: int, begins: Month) -> Generated:
    history = HISTORIES[number % len(HISTORIES)]
    service_type, service_class = dice.choice(_TYPES)
    ninen_wari = history in {"renews", "cancels"} or dice.random() < 0.3
    line_id = f"CAF55{number:08d}"
    lots = []
    for back in sorted(dice.sample(range(1, 25), dice.randint(0, 8)), reverse=True):
        points = dice.choice((100, 200, 300, 500))
        left = dice.choice((points, points, points // 2, 0))
        granted_on = begins.plus(-back).first_day.replace(day=10).isoformat()
        lots.append({"granted_on": granted_on, "kind": "monthly", "points": points, "left": left})
    started = begins.plus(-dice.randint(14, 23)).first_day.isoformat()
    person: dict[str, Any] = {
        "name": f"会員 {number}",
        "email": f"member{number}@example.com",
        "phone": f"03-{number:04d}-0000",
    }
    if history == "spends":
        person["password"] = PASSWORD
    body = {
        "external_id": f"CLUB-{number:06d}",
        "registered_on": begins.plus(-dice.randint(25, 60)).first_day.isoformat(),
        "line": {
            "operator": "EAST",
            "line_id": line_id,
            "service_type": service_type,
            "service_class": service_class,
            "in_use_since": begins.plus(-dice.randint(61, 100)).first_day.isoformat(),
            "ninen_wari_started_on": started if ninen_wari else None,
        },
        "member": person,
        "mail_magazine": dice.random() < 0.7,
        "lots": lots,
        "storage_plan_gb": dice.choice((5, 5, 25)),
    }
    return Generated(number, history, line_id, body)


class ClubHistory:
    """Lives them all, month by month, and proves the ledger."""

    def __init__(self, doors: Doors, idem: str, *, members: int, seed: int, begins: date, through: date) -> None:
        """Generate the members; nothing is sent yet."""
        self._doors = doors
        self._idem = idem
        self._dice = random.Random(seed + 1)  # noqa: S311 - a story, not a secret
        self._begins, self._through = Month.of(begins), through
        self.members = generate(members, seed, self._begins)
        self._events: dict[date, list[Callable[[], Awaitable[None]]]] = {}

    async def play(self, say: Callable[[str], None]) -> None:
        """Import, live every month, and end with the proof."""
        await self._import()
        say(f"{len(self.members)} members enter: {', '.join(HISTORIES)}")
        for member in self.members:
            await self._plan(member)
        for day in sorted(self._events):
            await self._doors.advance(f"{day}T10:00:00+09:00", f"{self._idem}/to/{day}")
            await self._at_once(self._events[day])
            say(f"{day}: {len(self._events[day])} things befall members")
        await self._doors.advance(self._through.isoformat(), f"{self._idem}/to/end")
        await self._prove(say)

    async def _import(self) -> None:
        """One request a page, as another system would send them."""
        lines = [json.dumps(member.body, ensure_ascii=False) for member in self.members]
        answer = await self._doors.ask("POST", "/v1/memberships/import", "\n".join(lines), f"{self._idem}/import")
        ids = {each["external_id"]: each["member_id"] for each in answer["lines"]}
        for member in self.members:
            member.member_id = ids[member.body["external_id"]]

    async def _plan(self, member: Generated) -> None:
        """Put what will befall a member on its days; stored files are there from the beginning."""
        if member.history in {"supported", "larger", "leaves"}:
            files = [
                {"id": f"f{index}", "stored_at": f"2021-01-0{index}", "gb": self._dice.choice((0.5, 2.0, 4.8))}
                for index in range(1, 6)
            ]
            await self._doors.steer("PUT", f"/storage/{member.line_id}/files", files)
        act = {
            "spends": self._spend,
            "leaves": self._leave,
            "converted": self._noticed("conversion"),
            "abolished": self._noticed("terminated"),
            "outside": self._noticed("service_type_changed", {"service_type": "BUSINESS", "by": "customer"}),
            "cancels": self._noticed("ninen_wari_cancelled"),
            "supported": self._support(begins=True),
            "larger": self._larger,
        }.get(member.history)
        if act is None:
            return
        day = date(2025, 4, DAY_OF_EVENTS) if member.history == "larger" else self._day()
        self._add(day, member, act)
        if member.history == "supported":
            self._add(date(2025, 2, DAY_OF_EVENTS), member, self._support(begins=False))

    def _day(self) -> date:
        ahead = self._begins.months_until(Month(2025, 1))
        return self._begins.plus(self._dice.randint(1, ahead)).first_day.replace(day=DAY_OF_EVENTS)

    def _add(self, day: date, member: Generated, act: Callable[[Generated, date], Awaitable[None]]) -> None:
        self._events.setdefault(day, []).append(lambda: act(member, day))

    async def _at_once(self, acts: list[Callable[[], Awaitable[None]]]) -> None:
        room = asyncio.Semaphore(AT_ONCE)

        async def one(act: Callable[[], Awaitable[None]]) -> None:
            async with room:
                await act()

        await asyncio.gather(*(one(act) for act in acts))

    # What befalls a member

    async def _leave(self, member: Generated, day: date) -> None:
        await self._ask(member, "leave", None, day)

    def _noticed(
        self, kind: str, details: dict[str, Any] | None = None
    ) -> Callable[[Generated, date], Awaitable[None]]:
        async def act(member: Generated, day: date) -> None:
            notice = {
                "notice_id": f"club-{member.number}-{day}",
                "kind": kind,
                "effective_on": day.isoformat(),
                "details": details or {},
            }
            await self._doors.steer("POST", f"/lines/{member.line_id}/notices", notice)

        return act

    def _support(self, *, begins: bool) -> Callable[[Generated, date], Awaitable[None]]:
        async def act(member: Generated, day: date) -> None:
            body = {"service": "REMOTE_SUPPORT", "active": begins, "on": day.isoformat()}
            await self._ask(member, "storage/support", body, day)

        return act

    async def _larger(self, member: Generated, day: date) -> None:
        await self._ask(member, "storage/plan", {"capacity_gb": 50, "on": day.isoformat()}, day)

    async def _spend(self, member: Generated, day: date) -> None:
        """From the member's own line: log in, choose the first item there are points for, confirm, send (M-09)."""
        token = await self._doors.steer("POST", "/EAST/line-tokens", {"line_id": member.line_id})
        login = {"member_id": member.member_id, "password": PASSWORD, "line_token": token["line_token"]}
        idem = f"{self._idem}/{member.number}/{day}"
        opened = await self._doors.ask("POST", "/v1/sessions", login, f"{idem}/login", key="site")
        bearer = str(opened["token"])
        balance = await self._doors.ask("GET", f"/v1/memberships/{member.member_id}/points", None, "")
        items = await self._doors.ask("GET", "/v1/items", None, "", bearer=bearer)
        codes = [
            item
            for item in items["items"]
            if item["kind"] == "gift_code" and item["available"] and item["points"] <= balance["balance"]
        ]
        if not codes:
            return
        wanted = {"item_id": codes[0]["item_id"], "quantity": 1}
        draft = await self._doors.ask("POST", "/v1/exchanges", wanted, f"{idem}/draft", bearer=bearer)
        for step in ("confirm", "send"):
            path = f"/v1/exchanges/{draft['exchange_id']}/{step}"
            await self._doors.ask("POST", path, None, f"{idem}/{step}", bearer=bearer)

    async def _ask(self, member: Generated, what: str, body: Any, day: date) -> None:
        idem = f"{self._idem}/{member.number}/{what}/{day}"
        await self._doors.ask("POST", f"/v1/memberships/{member.member_id}/{what}", body, idem)

    # The proof

    async def _prove(self, say: Callable[[str], None]) -> None:
        """Granted = spent + expired + forfeited + left, by kind of lot."""
        told = await self._doors.ask("GET", f"{PROGRAMME}/progress", None, "")
        for kind, row in told["ledger"].items():
            sums = " + ".join(f"{name} {row[name]:,}" for name in ("spent", "expired", "forfeited", "left"))
            say(f"{kind}: granted {row['granted']:,} {'=' if row['balanced'] else '≠'} {sums}")
        say(f"members: {told['ended']}, files deleted: {told['storage']['files_deleted']}")
