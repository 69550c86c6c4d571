"""Writing memberships that exist already: a page of them a transaction, as sets of rows."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal

from pydantic_core import to_jsonable_python
from sqlalchemy import insert as insert_rows
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, SQLModel, col

from decisions.engine import Outcome, Run
from decisions.membership.domain import MEMBERSHIP
from decisions.membership.facts import EntryKnown
from decisions.membership.parts import LEDGER
from models.messages.club.membership import ImportMember, MemberLine, MembershipState, workflow_id
from models.tables.club.club import Member, MemberCredential, PointEntry, PointLot, RenewalEntitlement
from models.tables.log import Agenda, Entity, Outbox, Transition
from models.tables.people import Line, Person
from rules.calendar import Month, japan_day
from rules.club import points as rules
from rules.club.program import Plan
from rules.refusal import Refusal
from store.club.club_rows import carry_out_order, row_values, write_renewals
from store.club.ledger import ACCOUNTS, IMPORTED, SPENT_BEFORE, imported_lots
from store.club.ledger_runs import lapse_articles
from store.club.plan import plan_in_force
from store.database import business_now, record_at
from store.database import now as look_at_clock
from store.facts.membership import Standing
from store.imported import CONFLICT, CONFLICT_DETAIL, Entered, entered, one_at_a_time
from store.log import row_of
from store.outbox import by_email, email, event_row, posted, stem
from store.people.line_key import new_line_key


@dataclass(frozen=True)
class ImportedLot:
    """Points that the member still has, or had."""

    granted_on: date
    kind: Literal["monthly", "renewal"]
    points: int
    left: int


@dataclass
class ImportRow:
    """One membership on its way."""

    external_id: str
    member: dict[str, str]
    """Name, kana where it is said, e-mail, phone."""
    line_id: str
    line: MemberLine
    registered_on: date
    mail_magazine: bool
    storage_plan_gb: str | None
    lots: list[ImportedLot]
    password_hash: str | None = None
    member_id: str = ""
    outcome: Literal["imported", "already", "refused", "waiting"] = "waiting"
    code: str | None = None
    detail: str | None = None
    values: dict[str, Any] = field(default_factory=dict)
    """The figures of the detail."""
    differs: list[str] = field(default_factory=list)
    """Fields by which it says something else than what it finds there already."""
    decided: Outcome | None = field(default=None, repr=False)

    def refuse(self, code: str, detail: str, values: Mapping[str, Any] | None = None) -> None:
        """This one does not enter; the others do."""
        self.outcome, self.code, self.detail, self.values = "refused", code, detail, dict(values or {})

    def meet(self, there: Entered, op: str) -> None:
        """Something stands under its id: its own doing, there already, or another one that it cannot mean."""
        met = there.met_by(self.line_id, self.member, op)
        if met is None:
            self.refuse(CONFLICT, CONFLICT_DETAIL)
            return
        self.outcome = met
        self.differs = there.differs(self.said(), self.member, "member") if met == "already" else []

    def said(self) -> dict[str, Any]:
        """What it says of the membership itself, as the log and the ledger keep it."""
        return {
            "registered_on": self.registered_on.isoformat(),
            "line": self.line.model_dump(mode="json"),
            "mail_magazine": self.mail_magazine,
            "storage_plan_gb": self.storage_plan_gb,
            "lots": sorted((lot.granted_on, lot.kind, lot.points, lot.left) for lot in self.lots),
        }

    def ask_again(self) -> None:
        """What was decided no longer holds: somebody else was quicker."""
        self.outcome, self.code, self.detail, self.decided, self.differs = "waiting", None, None, None, []


def member_id_of(external_id: str) -> str:
    """The id under which a membership enters: the same for every repeat, whoever sends it."""
    return "M" + hashlib.sha256(f"import\n{external_id}".encode()).hexdigest()[:24].upper()


def decide(session: Session, rows: list[ImportRow], who: str, op: str) -> None:
    """Decide about every row in order: what is there already, what is refused, what may enter; nothing is written."""
    now, plan = business_now(session), plan_in_force(session)
    # The holds first: whoever enters between the two looks is found there already, never as somebody else's hold.
    held = _held(session, rows)
    there = _there(session, rows)
    for row in rows:
        if row.outcome != "waiting":
            continue
        row.member_id = member_id_of(row.external_id)
        if row.member_id in there:
            row.meet(there[row.member_id], op)
            continue
        try:
            check_lots(row.lots, japan_day(now), plan)
        except Refusal as refusal:
            row.refuse(refusal.code, refusal.detail, refusal.values)
            continue
        others = held[row.line_id]
        facts = EntryKnown(
            line_known=True,
            line_taken=any(until is None or until > max(began, row.registered_on) for began, until in others),
            former_member=False,
            booked_renewals=tuple(key for kind, key in _keys(row.lots) if kind == "renewal" and key),
        )
        empty = MEMBERSHIP.state().model_dump(mode="json")
        run = Run(MEMBERSHIP, empty, now, facts=facts, standing=Standing(session))
        run.command("import", _command(row, who, op, now))
        if run.outcome.refused is not None:
            refused = run.outcome.refused
            row.refuse(refused.code, refused.detail, refused.values)
            continue
        row.decided = run.outcome
        there[row.member_id] = Entered.in_this_file(row.line_id, row.member, row.said())
        held[row.line_id].append((row.registered_on, None))


def write(
    session: Session, rows: list[ImportRow], *, webhooks: bool = False, render: Callable[..., Any] | None = None
) -> None:
    """Write the decided rows; their workflows are started afterwards. Whoever listens to webhooks is told of them.

    Args:
        session: of the transaction.
        rows: decided there.
        webhooks: whether somebody listens.
        render: writes a letter; None: nobody is told by letter.
    """
    entering = [row for row in rows if row.decided is not None]
    if not entering:
        return
    one_at_a_time(session, "membership")
    clock = look_at_clock(session)
    now, wall, offset = clock.business, record_at(session, clock.real), clock.offset_s
    plan = plan_in_force(session)
    lines = _keep_lines(session, entering, now)
    batch: dict[type[SQLModel], list[dict[str, Any]]] = defaultdict(list)
    states: dict[str, MembershipState] = {}
    for row in entering:
        key, number = lines[row.line_id]
        states[row.member_id] = _collect(batch, row, (key, number), (now, wall, offset))
        _collect_lots(batch, row, plan, now, wall)
        if webhooks and row.decided is not None:
            batch[Outbox] += [event_row(workflow_id(row.member_id), entry, wall) for entry in row.decided.entries]
    kinds = (
        *(Person, MemberCredential, Entity, Transition, Agenda, Member),
        *(PointLot, PointEntry, RenewalEntitlement, Outbox),
    )
    for kind in kinds:
        if not batch[kind]:
            continue
        if kind in (Person, MemberCredential):
            session.execute(insert(kind).on_conflict_do_nothing(), batch[kind])
        else:
            session.execute(insert_rows(kind), batch[kind])
    for row in entering:
        if row.decided is not None and row.decided.outgoing:
            _follow_up(session, row, states[row.member_id], now)
            if render is not None:
                _tell(session, row.decided, states[row.member_id], now, render)
        row.outcome = "imported"


def _follow_up(session: Session, row: ImportRow, state: MembershipState, now: datetime) -> None:
    """What was due on the day of the import already: few have that."""
    booked: dict[str, str] = {}
    for _, order in row.decided.outgoing if row.decided else ():
        if order.channel == LEDGER:
            booked |= carry_out_order(session, state.member_id, order.name, order.data, japan_day(now))
    write_renewals(session, state, booked)


def _tell(
    session: Session, decided: Outcome, state: MembershipState, now: datetime, render: Callable[..., Any]
) -> None:
    """The letters of what was due already, under the ids they would have had from the membership's own execution."""
    person, entity_id = session.get_one(Person, state.person_id), workflow_id(state.member_id)
    ordinals: Counter[int] = Counter()
    for seq, message in decided.outgoing:
        if message.channel == LEDGER:
            continue
        ordinals[seq] += 1
        notice_id = stem(entity_id, seq, ordinals[seq])
        letter = render(message.name, {"reference": state.member_id, **to_jsonable_python(dict(message.data))}, person)
        words = {"subject": letter.subject, "body": letter.body}
        session.add(posted(notice_id, entity_id, person.person_id, message.name, **words, at=now))
        if by_email(person):
            session.add(email(notice_id, entity_id, notice_id, now))


def _command(row: ImportRow, who: str, op: str, now: datetime) -> ImportMember:
    return ImportMember(
        op=f"{op}/{row.member_id}",  # the other system's id is personal: the log must not hold it
        at=now,
        actor=who,
        member_id=row.member_id,
        person_id=f"P{row.member_id[1:]}",
        registered_on=row.registered_on,
        line=row.line,
        mail_magazine=row.mail_magazine,
        storage_plan_gb=row.storage_plan_gb,
    )


def check_lots(lots: list[ImportedLot], today: date, plan: Plan) -> None:
    """Lots as another system kept them.

    Raises:
        Refusal: `IN_THE_FUTURE`, `GRANTS_ENDED`.
    """
    for lot in lots:
        if lot.granted_on > today:
            detail = f"A lot cannot have been granted on {lot.granted_on}, later than {today}."
            raise Refusal("IN_THE_FUTURE", detail, ("X-06",), values={"on": lot.granted_on})
        if lot.granted_on > plan.last_booking_on:
            detail = f"No points were granted after {plan.last_booking_on}."
            raise Refusal("GRANTS_ENDED", detail, ("M-02.5",), values={"last": plan.last_booking_on})


def _keys(lots: list[ImportedLot]) -> list[tuple[str, str | None]]:
    """The month each lot is for, by the month of its booking; None where an earlier one has that month (A-03, A-04)."""
    seen: set[tuple[str, str]] = set()
    keys: list[tuple[str, str | None]] = []
    for lot in lots:
        back = -1 if lot.kind == "monthly" else -3
        key = (lot.kind, str(Month.of(lot.granted_on).plus(back)))
        keys.append((lot.kind, None if key in seen else key[1]))
        seen.add(key)
    return keys


def _there(session: Session, rows: list[ImportRow]) -> dict[str, Entered]:
    """Memberships that have entered already, with the lots they brought."""
    found = entered(session, [workflow_id(member_id_of(row.external_id)) for row in rows])
    lots = imported_lots(session, list(found))
    return {
        name: replace(each, said={**each.said, "lots": lots.get(name, [])}) if each.said else each
        for name, each in found.items()
    }


def _held(session: Session, rows: list[ImportRow]) -> dict[str, list[tuple[date, date | None]]]:
    """From when until when, exclusive, other memberships hold the lines; an empty hold holds nothing."""
    query = (
        select(col(Line.line_id), col(Member.registered_on), col(Member.ended_on))
        .join(Member, col(Member.line_key) == col(Line.line_key))
        .where(col(Line.line_id).in_([row.line_id for row in rows]))
    )
    held: dict[str, list[tuple[date, date | None]]] = defaultdict(list)
    for line_id, began, ended in session.execute(query).all():
        held[line_id].append((began, ended))
    return held


def _keep_lines(session: Session, rows: list[ImportRow], now: datetime) -> dict[str, tuple[str, int]]:
    """The key and the number of every line, made where it is new."""
    made = [
        {
            "line_key": new_line_key(),
            "line_id": row.line_id,
            "operator": row.line.carrier_area,
            "created_at": now,
        }
        for row in rows
    ]
    session.execute(insert(Line).on_conflict_do_nothing(), made)
    query = select(Line).where(col(Line.line_id).in_([row.line_id for row in rows]))
    return {line.line_id: (line.line_key, line.line_no or 0) for line in session.execute(query).scalars()}


def _collect(
    batch: dict[type[SQLModel], list[dict[str, Any]]],
    row: ImportRow,
    line: tuple[str, int],
    times: tuple[datetime, datetime, float],
) -> MembershipState:
    """The rows of one membership besides its points; the line's key goes into its log and state."""
    now, wall, offset = times
    if row.decided is None:
        message = "only a decided row can be written"
        raise ValueError(message)
    key, number = line
    entity_id = workflow_id(row.member_id)
    whole = {**row.decided.state, "line_key": key}
    state = MembershipState.model_validate(whole)
    batch[Person].append({"person_id": state.person_id, "created_at": now, "name_kana": "", **row.member})
    if row.password_hash is not None:
        batch[MemberCredential].append(
            {"member_id": row.member_id, "password_hash": row.password_hash, "changed_at": now}
        )
    batch[Entity].append(
        {
            "entity_id": entity_id,
            "kind": MEMBERSHIP.kind,
            "seq": state.seq,
            "state": whole,
            "offset_s": offset,
            "closed": state.closed,
            "created_at": now,
            "recorded_at": wall,
        }
    )
    for entry in row.decided.entries:
        values = row_of(entity_id, entry, wall)
        if entry.seq == 1:
            values["patch"]["set"]["line_key"] = key
        batch[Transition].append(values)
    batch[Agenda] += [
        {"entity_id": entity_id, "item_id": item.item_id, "due_at": item.at, "effect": item.effect}
        for item in state.agenda.values()
    ]
    if not row.decided.outgoing:
        batch[RenewalEntitlement] += [
            {"member_id": row.member_id, **each.model_dump(exclude={"points"})} for each in state.renewals.values()
        ]
    columns = row_values(state, number, now)
    batch[Member].append({**columns, "external_id": row.external_id, "workflow_started": False, "created_at": now})
    return state


def _collect_lots(
    batch: dict[type[SQLModel], list[dict[str, Any]]], row: ImportRow, plan: Plan, now: datetime, wall: datetime
) -> None:
    """Lots with the entry that granted them, and one for what was used before: dated so that no day shows too much.

    What was left of a lot whose last usable day lies before the import has lapsed on the day after it, as it would have
    here (M-04.1 to M-04.5): it is in no balance, and its closing is in the ledger at once.
    """
    today = japan_day(now)
    for index, (lot, (kind, month)) in enumerate(zip(row.lots, _keys(row.lots), strict=True), start=1):
        expiry = rules.expiry(lot.granted_on, today, plan)
        lapsed = lot.left if expiry.expires_on < today else 0
        lot_id = f"{row.member_id}-i-{index}"
        batch[PointLot].append(
            {
                "lot_id": lot_id,
                "member_id": row.member_id,
                "kind": kind,
                "granted_on": lot.granted_on,
                "points": lot.points,
                "left": lot.left - lapsed,
                "expires_on": expiry.expires_on,
                "original_expires_on": expiry.original_expires_on,
                "usage_month": month if kind == "monthly" else None,
                "term_end_month": month if kind == "renewal" else None,
            }
        )
        articles = ["M-02.1"] if kind == "monthly" else ["M-03.1"]
        entries = [("grant", lot.points, f"{IMPORTED}{index}", articles, lot.granted_on)]
        if lot.left < lot.points:
            entries.append(("spend", lot.left - lot.points, SPENT_BEFORE, ["M-04.6"], lot.granted_on))
        if lapsed:
            last = (lot.granted_on, expiry.expires_on)
            gone_on = expiry.expires_on + timedelta(days=1)
            why = lapse_articles([last], plan)[f"{last[0]}/{last[1]}"]
            entries.append(("expire", -lapsed, f"expire/{gone_on}", why, gone_on))
        batch[PointEntry] += [
            {
                "lot_id": lot_id,
                "member_id": row.member_id,
                "kind": name,
                "account": ACCOUNTS[name],
                "points": points,
                "on": on,
                "articles": rows,
                "ref": ref,
                "recorded_at": wall,
            }
            for name, points, ref, rows, on in entries
        ]
