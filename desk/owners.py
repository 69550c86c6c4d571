"""What forms are about: contracts, members, filings, exchanges, rollouts, programmes; what of them fills a choice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from desk.commands import CONTRACT, EXCHANGE, FILING, MEMBER, PROGRAM, ROLLOUT, Form, Option, named
from desk.door import Door, Said
from desk.words import code_text, looked_up, plain_date, plain_month, say, yen
from models.actors import TIMER, WORKER
from models.tasks import SETTLE, TASKS
from rules.explain.articles import event, task

NEW = "new"
"""The id of what a form begins: there is nothing to read yet."""


_OF_PEOPLE = frozenset({"contract", "membership"})
"""They have no list of their own: people are looked for, and theirs is found with them."""


@dataclass(frozen=True)
class Owner:
    """One kind of thing that forms are about."""

    kind: str
    """As tasks and the log name it."""
    place: str
    """The word in the desk's addresses."""
    api: str
    """Where it is read; the id follows."""
    forms: tuple[Form, ...]

    def page(self, owner_id: str) -> str:
        """Its page at the desk."""
        if owner_id == NEW:
            return "/desk/people" if self.kind in _OF_PEOPLE else f"/desk/{self.place}"
        return f"/desk/{self.place}/{owner_id}"

    async def read(self, door: Door, owner_id: str) -> Said:
        """As it stands; of what is yet to begin, nothing."""
        return Said(200, {"state": None}) if owner_id == NEW else await door.get(f"{self.api}/{owner_id}")

    def form(self, name: str) -> Form | None:
        """A form by its name."""
        return named(self.forms, name)


OWNERS: Mapping[str, Owner] = MappingProxyType(
    {
        each.place: each
        for each in (
            Owner("contract", "contracts", "/v1/contracts", CONTRACT),
            Owner("membership", "members", "/v1/memberships", MEMBER),
            Owner("filing", "filings", "/v1/filings", FILING),
            Owner("rollout", "rollouts", "/v1/rollouts", ROLLOUT),
            Owner("program", "programs", "/v1/programs", PROGRAM),
            Owner("exchange", "exchanges", "/v1/exchanges", EXCHANGE),
        )
    }
)
"""By the word in the desk's addresses."""

BY_KIND: Mapping[str, Owner] = MappingProxyType({each.kind: each for each in OWNERS.values()})


async def choices(
    door: Door,
    owner: Owner,
    owner_id: str,
    state: dict[str, Any],
    sources: set[str],
    entries: Sequence[dict[str, Any]] | None = None,
) -> dict[str, list[Option]]:
    """What its owner has to choose from: statements, payments, charges, entries, tasks and revisions, each once.

    Args:
        door: to the API.
        owner: the kind of thing.
        owner_id: which.
        state: as it was read.
        sources: what is wanted.
        entries: its log explained, where the page has read it: every reading is a look that is kept.
    """
    wanted = sorted(sources & _SOURCES.keys() - ({"entries"} if entries is not None else set()))
    found = await asyncio.gather(*(_SOURCES[each](door, owner, owner_id, state) for each in wanted))
    given = {} if entries is None or "entries" not in sources else {"entries": _options(entries, owner)}
    return {**dict(zip(wanted, found, strict=True)), **given}


async def present(door: Door, form: Form, state: Mapping[str, Any], person_id: str = "") -> dict[str, str]:
    """What is stored of what a form changes, as it would be typed.

    Args:
        door: to the API.
        form: as it is declared.
        state: of what it is about.
        person_id: whose details a form that begins something is filled in with; empty: nobody's.
    """
    stored = {each.name: each.stored for each in form.fields if each.stored}
    person: Mapping[str, Any] = {}
    if any(path.startswith(_PERSON) for path in stored.values()):
        if "contract_id" in state:
            contract = await door.get(f"/v1/contracts/{state['contract_id']}")
            person_id = contract.body["person_id"] if contract.ok else ""
        said = await door.get(f"/v1/people/{quote(person_id, safe='')}") if person_id else None
        person = said.body if said is not None and said.ok else {}
    found = {name: looked_up({**state, "person": person}, path) for name, path in stored.items()}
    return {name: _as_typed(value) for name, value in found.items() if value is not None}


_PERSON = "person."


def _as_typed(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


async def _statements(door: Door, owner: Owner, owner_id: str, _: dict[str, Any]) -> list[Option]:
    said = await door.get(f"{owner.api}/{owner_id}/statements")
    return [(each["statement_id"], _owed(each, "ja"), _owed(each, "en")) for each in said.items if each["owed"] > 0]


def _owed(row: dict[str, Any], language: Any) -> str:
    return f"{plain_month(row['month'], language)} {say('owed', language)} {yen(row['owed'], language)}"


async def _payments(door: Door, owner: Owner, owner_id: str, _: dict[str, Any]) -> list[Option]:
    said = await door.get(f"{owner.api}/{owner_id}/payments")
    return [(each["payment_id"], _payment(each, "ja"), _payment(each, "en")) for each in reversible(said.items)]


def reversible(payments: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that still count and were keyed in by somebody."""
    return [
        each
        for each in payments
        if each["kind"] in {"payment", "refund"} and not each["reversed"] and not each["reverses"]
    ]


def _payment(row: dict[str, Any], language: Any) -> str:
    kind = code_text("payment", row["kind"], language)
    return f"{plain_date(row['paid_on'], language)} {kind} {yen(abs(row['amount']), language)}"


async def _charges(door: Door, owner: Owner, owner_id: str, _: dict[str, Any]) -> list[Option]:
    said = await door.get(f"{owner.api}/{owner_id}/charges")
    waiting = [each for each in said.items if each["state"] == "needs_operator"]
    return [(each["charge_id"], _charge(each, "ja"), _charge(each, "en")) for each in waiting]


def _charge(row: dict[str, Any], language: Any) -> str:
    return f"{code_text('item', row['code'], language)} {yen(row['money'], language)}"


async def _entries(door: Door, owner: Owner, owner_id: str, _: dict[str, Any]) -> list[Option]:
    said = await door.get(f"{owner.api}/{owner_id}/explain")
    return _options(said.body["decisions"] if said.ok else [], owner)


def _options(entries: Sequence[dict[str, Any]], owner: Owner) -> list[Option]:
    return [
        (str(each["seq"]), _entry(each, "ja", owner.kind), _entry(each, "en", owner.kind))
        for each in reversed(entries)
        if correctable(each)
    ]


def correctable(entry: dict[str, Any]) -> bool:
    """Whether somebody keyed it in and the API says that a correction may name it."""
    return entry["correctable"] and entry["actor"] not in {TIMER, WORKER}


def _entry(row: dict[str, Any], language: Any, kind: str) -> str:
    return f"#{row['seq']} {event(row['event'], language, kind)} {plain_date(row['effective_on'], language)}"


async def _tasks(_door: Door, owner: Owner, _id: str, state: dict[str, Any]) -> list[Option]:
    codes = dict.fromkeys(each["why"] for each in state.get("needs_operator", []))
    return [(each, task(each, "ja"), task(each, "en")) for each in codes if settled_here(each, owner.forms)]


def settled_here(code: str, forms: tuple[Form, ...]) -> bool:
    """Whether saying that it was dealt with settles it, and no form of its own says what that means."""
    by = TASKS[code].settled_by if code in TASKS else SETTLE
    return (not by or SETTLE[0] in by) and all(each.fixed.get("why") != code for each in forms)


async def _held(_door: Door, owner: Owner, _id: str, state: dict[str, Any]) -> list[Option]:
    return [
        (each["held_id"], event(each["event"], "ja", owner.kind), event(each["event"], "en", owner.kind))
        for each in state.get("awaiting", [])
    ]


_SOURCES: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "statements": _statements,
        "payments": _payments,
        "charges": _charges,
        "entries": _entries,
        "tasks": _tasks,
        "held": _held,
    }
)


def place_of(entity_id: str) -> str | None:
    """The page of an entity by its id in the log, such as `contract/K1`; None: it has none."""
    kind, _, owner_id = entity_id.partition("/")
    owner = BY_KIND.get(kind)
    if kind == "person":
        return f"/desk/people/{owner_id}"
    return owner.page(owner_id) if owner is not None else None
