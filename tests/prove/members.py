"""Memberships: made up, driven through the service, compared with the model."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from decisions.membership.storage.perk import REVERT
from models.messages.club.membership import MembershipState
from tests.model import member_facts as m
from tests.model.facts import Fact, in_legal_order
from tests.model.member import MemberLife, member_life
from tests.model.terms import first_of, last_of
from tests.prove import told
from tests.prove.adapter import Service
from tests.prove.orders import keyed

_JST = ZoneInfo("Asia/Tokyo")
_TURNS = (date(2023, 9, 30), date(2023, 11, 30), date(2023, 12, 31), date(2024, 3, 31), date(2025, 3, 31))
"""Days on which the programme turns."""
WRONG, AT_ONCE = 0.25, 0.5
"""How much of what is told is told wrongly, and how much of that is taken back at once."""
_KINDS = {
    m.Converted: "conversion",
    m.Abolished: "terminated",
    m.WentWest: "moved_operator",
    m.TypeTold: "service_type_changed",
    m.NinenStarted: "ninen_wari_started",
    m.NinenCancelled: "ninen_wari_cancelled",
}


# Made up


def made(seed: int) -> tuple[list[Fact], date]:
    """The facts of one membership, and the day on which it is looked at."""
    random = Random(seed)
    registered = date(2021, 1, 1) + timedelta(days=random.randrange(1000))
    if random.random() < 0.2:
        registered = date(2023, 9, 30) + timedelta(days=random.randint(-3, 2))
    started = first_of(registered, -random.randrange(40)) if random.random() < 0.7 else None
    entry = m.Registered(
        at=datetime.combine(registered, time(10)),
        service_type=random.choice(("NEXT_FAMILY", "NEXT_FAMILY", "NEXT_MANSION", "LIGHT_FAMILY")),
        in_use_since=registered - timedelta(days=random.randrange(1500)),
        ninen_started_on=started,
        operator="WEST" if random.random() < 0.03 else "EAST",
        customer="CORPORATE" if random.random() < 0.03 else "INDIVIDUAL",
    )
    facts: list[Fact] = [entry]
    day = registered
    for number in range(random.randint(2, 9)):
        day = max(day, _next(random, day, started))
        facts.append(_fact(random, day, number, facts))
    last = max(each.on for each in facts)
    looked = random.choice((last, last + timedelta(days=40), date(2024, 1, 15), date(2025, 4, 1), date(2025, 7, 1)))
    return facts, max(looked, registered)


def _next(random: Random, day: date, started: date | None) -> date:
    pick = random.random()
    if pick < 0.3 and started is not None:
        window = last_of(first_of(started, 23 + 24 * random.randint(0, 1)), 2)
        return window + timedelta(days=random.randint(-2, 2))
    if pick < 0.45:
        return random.choice(_TURNS) + timedelta(days=random.randint(-2, 2))
    return day + timedelta(days=random.choice((0, 1, 5, 20, 60, 200)))


def _fact(random: Random, day: date, number: int, before: Sequence[Fact]) -> Fact:
    at = datetime.combine(day, time(11, number))
    holds = day + timedelta(days=random.choice((-40, -5, 0, 0, 0, 3, 30)))
    holds = max(holds, before[0].on + timedelta(days=1))
    lost = [each for each in before if isinstance(each, m.Converted | m.Abolished | m.WentWest)]
    if lost:
        if len(lost) == 1 and random.random() < 0.4:
            # NTT corrects itself: the same kind again, for another day close by.
            return type(lost[0])(
                at=at,
                holds_from=max(
                    lost[0].holds_from + timedelta(days=random.choice((-9, 4, 30))), before[0].on + timedelta(days=1)
                ),
            )
        return m.SupportTold(at=at, service="REMOTE_SUPPORT", active=random.random() < 0.6, day=day)
    match random.choices(range(8), (2, 1, 1, 1, 3, 5, 5, 3))[0]:
        case 0:
            return m.MemberLeft(at=at)
        case 1:
            return m.Converted(at=at, holds_from=holds)
        case 2:
            return m.Abolished(at=at, holds_from=holds)
        case 3:
            return m.WentWest(at=at, holds_from=holds)
        case 4:
            new = random.choice(("NEXT_FAMILY", "NEXT_MANSION", "LIGHT_FAMILY", "BUSINESS"))
            return m.TypeTold(at=at, holds_from=holds, service_type=new)
        case 5:
            return m.NinenStarted(at=at, holds_from=first_of(holds, 1) if random.random() < 0.7 else holds)
        case 6:
            return m.NinenCancelled(at=at, holds_from=holds)
        case _:
            service = random.choice(("REMOTE_SUPPORT", "OFFICE_SUPPORT"))
            return m.SupportTold(at=at, service=service, active=random.random() < 0.6, day=day)


# Driven


def command_of(fact: Fact, state: Any) -> tuple[str | None, dict[str, Any]]:
    """The command a fact is keyed in by."""
    _ = state
    at = fact.at.replace(tzinfo=_JST).isoformat()
    match fact:
        case m.Registered():
            mansion = fact.service_type.endswith("MANSION")
            line = {
                "operator": fact.operator,
                "service_type": fact.service_type,
                "service_class": "MANSION" if mansion else "FAMILY",
                "in_use_since": fact.in_use_since,
                "ninen_wari_started_on": fact.ninen_started_on,
            }
            ids = {"member_id": "M1", "person_id": "P1", "line_key": "L1"}
            return "register", {**ids, "customer": fact.customer, "applied_at": at, "line": line}
        case m.MemberLeft():
            return "leave", {"received_at": at}
        case m.SupportTold():
            return "change_support", {"service": fact.service, "active": fact.active, "on": fact.day}
        case m.Told():
            details = {"service_type": fact.service_type, "by": "customer"} if isinstance(fact, m.TypeTold) else {}
            if isinstance(fact, m.WentWest):
                details = {"operator": "WEST"}
            kind = _KINDS[type(fact)]
            told = {"notice_id": f"N-{fact.at}-{kind}", "kind": kind, "details": details}
            return "line_notice", {**told, "effective_on": fact.holds_from}
    message = f"no command is known for {fact}"
    raise ValueError(message)


def play(facts: Sequence[Fact], today: date) -> MemberLife:
    """The life the service makes of the facts, keyed in when they arrived."""
    service, refused = Service("membership", command_of), list[int]()
    for place, fact in enumerate(in_legal_order(list(facts))):
        if fact.on > today:
            break
        if not service.take(fact) and not isinstance(fact, m.Told | m.SupportTold):
            refused.append(place)
    return _read(service, today, refused)


def _read(service: Service, today: date, refused: Sequence[int] = ()) -> MemberLife:
    service.pass_to(datetime.combine(today, time(23, 59, 59), _JST))
    state = service.typed
    assert isinstance(state, MembershipState)
    over = state.state != "active"
    return MemberLife(
        state=state.state,
        registered_on=state.registered_on,
        ended_on=state.ended_on if over else None,
        booked=tuple(sorted(key for key, each in state.renewals.items() if each.state == "booked")),
        perk_off_on=state.storage.perk_off_on,
        reverts_on=state.storage.reverts_on,
        refused=tuple(refused),
    )


# Compared


def disagreement(facts: Sequence[Fact], today: date, seed: int = 0) -> list[str]:
    """Model / service; empty where they agree."""
    _ = seed
    model = member_life(facts, today)
    try:
        service = play(facts, today)
    except (ValueError, KeyError, TypeError, AttributeError, RuntimeError, AssertionError, IndexError) as defect:
        return [f"defect: {type(defect).__name__}: {defect}"]
    return _differences(model, service)


def _differences(one: MemberLife, other: MemberLife) -> list[str]:
    return [
        f"{each.name}: {getattr(one, each.name)!r} / {getattr(other, each.name)!r}"
        for each in fields(MemberLife)
        if getattr(one, each.name) != getattr(other, each.name)
    ]


def late_disagrees(facts: Sequence[Fact], today: date, seed: int) -> list[str]:
    """Keyed in when it arrived / days later: a letter of leaving counts from its arrival."""
    late = Service("membership", command_of)
    for at, fact in keyed(facts, seed):
        if at.date() <= today:
            late.take(fact, at)
    return _differences(*_in_hindsight(late, _played(list(late.recorded), today), _read(late, today)))


def undo_disagrees(facts: Sequence[Fact], today: date, seed: int) -> list[str]:
    """Never said / taken back: without a fact the life is the one that would have been."""
    service = Service("membership", command_of)
    for fact in in_legal_order(list(facts)):
        if fact.on <= today:
            service.take(fact)
    firsts = [each for each in service.recorded if not isinstance(each, m.Registered)]
    if not firsts:
        return []
    taken = min(firsts, key=lambda each: Random(f"{seed}/{each.key()}").random())
    if not service.undo(taken, datetime.combine(today, time(23, 59, 58))):
        return []
    if _closed_meanwhile(list(service.recorded)):
        return []
    right, life = _played(list(service.recorded), today), _read(service, today)
    return _differences(*_in_hindsight(service, right, life))


def told_untruly(facts: Sequence[Fact], today: date, seed: int) -> list[str]:
    """So / believed: of the end and of the day on which files are deleted a member was told what is so at last."""
    service = Service("membership", command_of)
    in_time = [fact for fact in in_legal_order(list(facts)) if fact.on <= today]
    if seed % 2:
        register, *rest = in_time
        rest.sort(key=lambda each: Random(f"{seed}/{each.key()}").random())
        at = datetime.combine(today, time(9))
        in_time = [register, *rest]
        keyed_at = [register.at, *(at + timedelta(minutes=number) for number in range(len(rest)))]
    else:
        keyed_at = [fact.at for fact in in_time]
    for fact, moment in zip(in_time, keyed_at, strict=True):
        service.take(fact, moment)
    firsts = [each for each in service.recorded if not isinstance(each, m.Registered)]
    if firsts and seed % 4 < 2:
        taken = min(firsts, key=lambda each: Random(f"{seed}/{each.key()}").random())
        service.undo(taken, datetime.combine(today, time(23, 59, 58)))
    service.pass_to(datetime.combine(today, time(23, 59, 59), _JST))
    return told.of_a_member(service.sent, service.typed.model_dump(mode="json"))


def _closed_meanwhile(facts: Sequence[Fact]) -> bool:
    """Whether what was taken back had kept the record open for something that came later: that stays taken (X-02)."""
    service = Service("membership", command_of)
    for fact in in_legal_order(list(facts)):
        service.take(fact)
    return "CLOSED" in service.codes


def _in_hindsight(service: Service, right: MemberLife, life: MemberLife) -> tuple[MemberLife, MemberLife]:
    """Without what rests on the day of keying in.

    Whether the capacity had gone when a support was told in the grace does (A-08), and how long it waits after an end
    that became known late (A-05).
    """
    legal = last_of(right.ended_on, 1) if right.ended_on else None
    if {right.reverts_on, life.reverts_on} - {legal, None} or any(
        isinstance(each, m.SupportTold) and right.ended_on and each.on > right.ended_on for each in service.recorded
    ):
        right, life = replace(right, reverts_on=None), replace(life, reverts_on=None)
    return _of_facts(right), _of_facts(life)


def _played(facts: Sequence[Fact], today: date) -> MemberLife:
    return play(in_legal_order(list(facts)), today)


def _of_facts(life: MemberLife) -> MemberLife:
    """Without what rests on the day of keying in: points that were booked stay, for an operator to judge (M-03.6)."""
    return replace(life, refused=(), booked=())


def shuffled_disagrees(facts: Sequence[Fact], today: date, seed: int) -> list[str]:
    """Legal order / another one: everything keyed in on the last day, one after the other, makes one life.

    Some of it is said wrongly and taken back, at once or at last. What is refused is said again once there is more to
    go by. Of one kind only one notice is told: it is the order in
    which NTT corrects itself that says which of two stands.
    """
    told = _told_once(facts, today)
    # A service that never ran may have raised a capacity, and raised it stays until the member can know.
    able = [each for each in told[1:] if not isinstance(each, m.SupportTold)]
    wrong = {each for each in able if Random(f"{seed}/wrong/{each.key()}").random() < WRONG}
    right, other = (_all_at_once(told, today, salt, wrong) for salt in (None, f"{seed}/shuffled"))
    if "CLOSED" in {*right.codes, *other.codes}:
        # Keyed in more than a year after its end: what comes after the record has closed is nobody's any more.
        return []
    booked = {key for each in (right, other) for key, one in each.typed.renewals.items() if one.state == "booked"}
    seen = [_seen(each, booked) for each in (right, other)]
    return [f"{name}: {seen[0][name]!r} / {seen[1][name]!r}" for name in seen[0] if seen[0][name] != seen[1][name]]


def _told_once(facts: Sequence[Fact], today: date) -> list[Fact]:
    kept: dict[object, Fact] = {}
    for fact in in_legal_order([each for each in facts if each.on <= today]):
        once = isinstance(fact, m.Converted | m.Abolished | m.WentWest)
        kept.setdefault(type(fact) if once else (type(fact), getattr(fact, "holds_from", fact.at)), fact)
    return list(kept.values())


def _all_at_once(facts: Sequence[Fact], today: date, salt: str | None, wrong: set[Fact]) -> Service:
    service, (first, *rest) = Service("membership", command_of), facts
    service.take(first)
    if salt is not None:
        rest.sort(key=lambda each: Random(f"{salt}/{each.key()}").random())
    at = iter(datetime.combine(today, time(9)) + timedelta(minutes=each) for each in range(300))
    refused = []
    for fact in rest:
        if not service.take(fact, next(at)):
            refused.append(fact)
        elif fact in wrong and (salt is None or Random(f"{salt}/{fact.key()}/undo").random() < AT_ONCE):
            service.undo(fact, next(at))
    again = True
    while again:
        taken = [fact for fact in in_legal_order(refused) if service.take(fact, next(at))]
        refused = [fact for fact in refused if fact not in taken]
        back = [each for each in in_legal_order(list(wrong & service.recorded.keys())) if service.undo(each, next(at))]
        again = bool(taken or back)
    return service


def _seen(service: Service, booked: Collection[str]) -> dict[str, object]:
    """What a read shows, without what rests on the day of keying in: a bonus that was booked until then stays booked.

    Nor the return of the capacity where a support service is told after the end: it may have returned by then (A-08).
    """
    state = service.typed
    supported = bool(state.storage.support)
    return {
        "end": (state.state, state.ended_on, state.usable_through, state.end_cause),
        "renewals": {key: (one.state, one.reasons) for key, one in state.renewals.items() if key not in booked},
        "agenda": sorted((key, item.at) for key, item in state.agenda.items() if not (supported and key == REVERT)),
        "service": [(each.service_type, each.from_on) for each in state.service],
        "ninen_wari": (state.ninen_wari_started_on, state.ninen_wari_cancelled_on),
        "perk_off_on": state.storage.perk_off_on,
        "reverts_on": None if supported else state.storage.reverts_on,
    }
