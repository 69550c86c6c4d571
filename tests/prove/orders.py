"""What has to hold of a life whichever way it was keyed in: any order, an undo, and no money lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random

from decisions import fold
from tests.model import facts as f
from tests.model.life import Life
from tests.prove import told
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
    return _unlike(_late(facts, today, seed), today)


def _unlike(service: Service, today: date) -> list[str]:
    """The facts that count, keyed in by legal order / as they were."""
    life = service.read_at(today)
    right, legal = legally(service.counting(), today)
    if "CLOSED" in legal.codes:
        # What became known late, as by an undo, keeps the record open for what comes after: that stays taken.
        return []
    return differences(_plain(right), _plain(life))


def undo_disagrees(facts: Sequence[f.Fact], today: date, seed: int) -> list[str]:
    """Never said / taken back: without a fact the life is the one that would have been."""
    _, service = legally(facts, today)
    firsts = [each for each in service.recorded if not isinstance(each, f.Applied | f.Imported)]
    if not firsts or not _take_back(service, firsts, today, seed):
        return []
    return _unlike(service, today)


def told_untruly(facts: Sequence[f.Fact], today: date, seed: int) -> list[str]:
    """So / believed: what was told on the way leaves nobody with something that is not so, whichever way it was."""
    service = (_in_time, _late, _at_once, _undone)[seed % 4](facts, today, seed)
    service.read_at(today)
    return told.untrue(service.sent, service.typed.model_dump(mode="json"))


def _in_time(facts: Sequence[f.Fact], today: date, seed: int) -> Service:
    _ = seed
    return legally(facts, today)[1]


def _late(facts: Sequence[f.Fact], today: date, seed: int) -> Service:
    service = Service()
    for at, fact in keyed(facts, seed):
        if at.date() <= today:
            service.take(fact, at)
    return service


def _at_once(facts: Sequence[f.Fact], today: date, seed: int) -> Service:
    return _all_at_once(facts, today, Random(f"{seed}/shuffled"))


def _undone(facts: Sequence[f.Fact], today: date, seed: int) -> Service:
    _, service = legally(facts, today)
    firsts = [each for each in service.recorded if not isinstance(each, f.Applied | f.Imported)]
    if firsts:
        _take_back(service, firsts, today, seed)
    return service


def _take_back(service: Service, firsts: Sequence[f.Fact], today: date, seed: int) -> bool:
    taken = min(firsts, key=lambda each: Random(f"{seed}/{each.key()}").random())
    return service.undo(taken, datetime.combine(today, datetime.max.time().replace(microsecond=0)))


def shuffled_disagrees(facts: Sequence[f.Fact], today: date, seed: int) -> list[str]:
    """Legal order / another one: everything keyed in on the last day, one after the other, makes one life.

    What is refused is said again once there is more to go by. An operator decides at last, so that no decision is left
    without its ground; a fact that the life does not allow waits without it in both.
    """
    right = _all_at_once(facts, today, None)
    other = _all_at_once(facts, today, Random(f"{seed}/shuffled"))
    if "CLOSED" in {*right.codes, *other.codes}:
        # Keyed in more than a year after its end: what comes after the record has closed is nobody's any more.
        return []
    # Keyed in on one day, the record is open until one day.
    lives = [replace(each.read_at(today), refused=()) for each in (right, other)]
    both = (right, other)
    beside = {
        "facts": [_counting(each) for each in both],
        "tasks": [_asked(each) for each in both],
        "events": [_events(each) for each in both],
    }
    unlike = [f"{name}: {one} / {two}" for name, (one, two) in beside.items() if one != two]
    return [*unlike, *differences(*lives)]


def _all_at_once(facts: Sequence[f.Fact], today: date, shuffled: Random | None) -> Service:
    service, legal = Service(), [each for each in f.in_legal_order(list(facts)) if each.on <= today]
    begins = [each for each in legal if isinstance(each, f.Applied | f.Imported)]
    decided = [each for each in legal if not (f.may_come_late(each) or isinstance(each, f.Notice))]
    rest = [each for each in legal if each not in begins and each not in decided]
    for first in begins:
        service.take(first)
    if shuffled is not None:
        # A draw of its own for every fact, as in `keyed`.
        salt = shuffled.random()
        rest.sort(key=lambda each: Random(f"{salt}/{each.key()}").random())
    at = iter(datetime.combine(today, time(9)) + timedelta(minutes=each) for each in range(600))
    refused = [fact for fact in rest if not service.take(fact, next(at))]
    while again := [fact for fact in f.in_legal_order(refused) if service.take(fact, next(at))]:
        refused = [fact for fact in refused if fact not in again]
    for fact in decided:
        service.take(fact, next(at))
    return service


def _events(service: Service) -> list[tuple[str, str]]:
    """What those who follow the events have been told and nothing has voided; which revision told it is no matter."""
    gone = fold.voided(service.log)
    stands = [each for each in service.log if each.seq not in gone and each.event != "revised"]
    return sorted((each.event, each.effective_on.isoformat()) for each in stands)


def _counting(service: Service) -> list[str]:
    """The facts that the life rests on."""
    lost = set(service.typed.ungrounded)
    return sorted(repr(fact) for fact, op in service.recorded.items() if op not in lost)


def _asked(service: Service) -> list[str]:
    """What waits for an operator, but that a fact has no ground.

    What one order refuses to whoever keys it in, another has recorded before its ground went: somebody is told of it
    either way, the caller at once or an operator by the task.
    """
    return sorted(set(service.typed.tasks) - {"GROUND_GONE"})


def _plain(life: Life) -> Life:
    """Without what rests on the day of keying in: which facts were refused, and until when the record is open."""
    return replace(life, refused=(), agenda=tuple(each for each in life.agenda if each[0] != "close"))


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
    return _unlike(service, today)


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
