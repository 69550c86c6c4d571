"""What has to hold of a life whichever way it was keyed in: any order, an undo, and no money lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

from decisions import fold
from tests.model import facts as f
from tests.model.life import Life
from tests.prove.adapter import Service
from tests.prove.compare import differences

LATE_DAYS = (0, 1, 3, 9, 20, 45)
"""How many days after its legal moment a fact may be keyed in."""


def keyed(facts: Sequence[f.Fact], seed: int) -> list[tuple[datetime, f.Fact]]:
    """When each fact is keyed in; what has no legal moment of its own is keyed in when it happens."""
    found: list[tuple[datetime, f.Fact]] = []
    for fact in f.in_legal_order(list(facts)):
        begins = isinstance(fact, f.Applied | f.Imported)
        # A draw of its own for every fact: taking another one out of the sequence leaves this one where it was.
        late = Random(f"{seed}/{fact.key()}").choice(LATE_DAYS) if f.may_come_late(fact) and not begins else 0
        found.append((fact.at + timedelta(days=late), fact))
    return sorted(found, key=lambda each: (each[0], each[1].key()))


def legally(facts: Sequence[f.Fact], today: date) -> tuple[Life, Service]:
    """The life of the facts keyed in by legal order, and the service that holds it."""
    service = Service()
    for fact in f.in_legal_order(list(facts)):
        if fact.on <= today:
            service.take(fact)
    return service.read_at(today), service


def orders_disagree(facts: Sequence[f.Fact], today: date, seed: int) -> list[str]:
    """Legal order / late: the facts that counted when keyed in late make the life they make in legal order."""
    late = Service()
    for at, fact in keyed(facts, seed):
        if at.date() <= today:
            late.take(fact, at)
    life = late.read_at(today)
    return differences(_plain(legally(late.counting(), today)[0]), _plain(life))


def undo_disagrees(facts: Sequence[f.Fact], today: date, seed: int) -> list[str]:
    """Never said / taken back: without a fact the life is the one that would have been."""
    _, service = legally(facts, today)
    firsts = [each for each in service.recorded if not isinstance(each, f.Applied | f.Imported)]
    if not firsts:
        return []
    taken = min(firsts, key=lambda each: Random(f"{seed}/{each.key()}").random())
    if not service.undo(taken, datetime.combine(today, datetime.max.time().replace(microsecond=0))):
        return []
    return differences(_plain(legally(service.counting(), today)[0]), _plain(service.read_at(today)))


def _plain(life: Life) -> Life:
    """Which facts were refused is another matter: their places differ with the order."""
    return replace(life, refused=())


def edits_disagree(facts: Sequence[f.Fact], today: date, seed: int) -> list[str]:
    """Said at once / said late, taken back, said again: only what counts in the end makes the life."""
    service = Service()
    for at, fact in keyed(facts, seed):
        if at.date() > today:
            continue
        service.take(fact, at)
        random = Random(f"{seed}/edit/{fact.key()}")
        said = [each for each in service.recorded if not isinstance(each, f.Applied | f.Imported)]
        if said and random.random() < 0.25:
            taken = random.choice(said)
            if service.undo(taken, at) and f.may_come_late(taken) and random.random() < 0.5:
                service.take(taken, at)
    return differences(_plain(legally(service.counting(), today)[0]), _plain(service.read_at(today)))


# Money

_OWED = frozenset({"due", "paid", "watched", "needs_operator"})


def money_lost(facts: Sequence[f.Fact], today: date, seed: int) -> list[str]:
    """What is owed stays in the books: no entry makes a charge vanish, or another amount of one that is due.

    A charge goes only with the pending change it belongs to. What a revision voids is compared elsewhere.
    """
    _ = seed
    _, service = legally(facts, today)
    state, found = service.domain.state().model_dump(mode="json"), list[str]()
    for entry in service.log:
        after = fold.apply_entry(state, entry)
        pending = state.get("pending_course_change") or {}
        for key, charge in state.get("charges", {}).items():
            now = after["charges"].get(key)
            if charge["state"] in _OWED and now is None and key not in pending.get("charges", []):
                found.append(f"lost: {entry.event} drops {key}, {charge['total']} yen {charge['state']}")
            elif (
                charge["state"] in {"due", "paid"}
                and now
                and (now["state"] == "due")
                and now["total"] != charge["total"]
            ):
                found.append(f"changed: {entry.event} makes {key} {now['total']} yen of {charge['total']}")
        state = after
    return found
