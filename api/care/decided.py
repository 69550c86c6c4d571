"""The auditor's month: who decided what, and who looked at whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy import Row, bindparam, text
from sqlmodel import Session

from api import notes, said
from api.contracts.view import moment
from api.doors.auth import House, Reader
from api.doors.fields import MonthText
from api.doors.paging import WholePaging
from api.services import Caller
from api.wire.language import Spoken
from models.actors import AUTOMATIC
from rules.calendar import Month, end_of, start_of
from rules.explain.articles import Language, cite, event, happened
from rules.explain.steps import outcome
from rules.explain.wording import figure, yen

router = APIRouter(tags=["tasks"])

ADMINISTRATOR = "administrator"
"""Who makes and revokes keys: somebody at the machine, whom no key names."""

_DECIDED = text("""
select t.entity_id, t.seq, t.event, t.at, t.recorded_at, t.effective_on, t.actor, t.on_behalf_of, t.articles, t.edition,
  t.voids, t.decision, t.reason_code, n.text,
  (select v.event from transition v
   where v.entity_id = t.entity_id and v.seq = (t.voids ->> 0)::integer) as voided_event
from transition t left join note n using (note_id)
where t.at >= :begin and t.at < :finish and t.actor not in :automatic
""").bindparams(bindparam("automatic", expanding=True))

_PEOPLE = text("""
select c.person_id, c.at, c.at as recorded_at, c.actor, c.on_behalf_of, c.reason, c.after
from person_change c where c.at >= :begin and c.at < :finish
""")

_RESENT = text("""
select n.entity_id, r.at, r.at as recorded_at, r.actor, r.on_behalf_of, r.reason, n.subject
from notice_resend r join notice n using (notice_id) where r.at >= :begin and r.at < :finish
""")

_RETRIED = text("""
select a.at, a.recorded_at, a.actor, a.shown ->> 0 as channel, a.shown ->> 1 as entity_id
from access_log a where a.action = 'retry' and a.at >= :begin and a.at < :finish
""")

# Kept beside it since a release; a payment of before falls back to its note, or to real time. Each table is read once.
_PAID = text("""
select p.contract_id, p.statement_id, p.amount, p.paid_on, p.recorded_at, p.actor, p.on_behalf_of, p.reason_code,
  n.text, k.at
from (
  select a.shown ->> 0 as payment_id, a.at from access_log a
  where a.action = 'payment' and a.at >= :begin and a.at < :finish
  union all
  select e.payment_id, coalesce(m.created_at, e.recorded_at) from payment e left join note m using (note_id)
  where coalesce(m.created_at, e.recorded_at) >= :begin and coalesce(m.created_at, e.recorded_at) < :finish
    and not exists (select from access_log l where l.action = 'payment' and l.shown ->> 0 = e.payment_id)
) k join payment p using (payment_id) left join note n using (note_id)
where p.kind = 'payment' and p.amount > 0 and p.actor not in :automatic
""").bindparams(bindparam("automatic", expanding=True))

_KEYS = text("""
select name, role, at, what from (
  select name, role, created_at as at, 'made' as what from api_key
  union all select name, role, replaced_at, 'replaced' from api_key
  union all select name, role, revoked_at, 'revoked' from api_key) k
where at >= :begin and at < :finish
""")

_KEY_WORDS: Mapping[str, tuple[str, str]] = {
    "made": ("キーを発行しました", "A key was made"),
    "replaced": ("キーを差し替えました", "A key was replaced"),
    "revoked": ("キーを失効させました", "A key was revoked"),
}

_CHANNELS: Mapping[str, tuple[str, str]] = {
    "email": ("メール", "e-mail"),
    "carrier": ("NTT", "NTT"),
    "event": ("イベントの送信先", "receiver of events"),
}


@router.get("/v1/operator-decisions", summary="What people decided in a month")
async def decided(
    house: House,
    who: Reader,
    language: Spoken,
    page: WholePaging,
    month: MonthText,
    actor: Annotated[str | None, Query(max_length=100)] = None,
) -> dict[str, Any]:
    """By the business moment: who, which way, how much, why, articles and edition; keys by the moment of real time.

    Decisions about contracts, memberships, filings, rollouts and programmes, changes of people, payments keyed in,
    letters and messages sent again, and keys. What came by itself or from NTT is left out. An auditor sees in outline
    whatever is personal.
    """
    wanted = Month.parse(month)
    values = {"begin": start_of(wanted.first_day), "finish": end_of(wanted.last_day), "automatic": sorted(AUTOMATIC)}

    def load(session: Session) -> dict[str, Any]:
        found = [
            (row.at, {**_BARE, **told})
            for rows, shown in ((session.execute(query, _only(query, values)), shown) for query, shown in _READ)
            for row in rows
            for told in [shown(row, who, language)]
        ]
        found.sort(key=lambda each: (each[0], str(each[1]["entity_id"]), each[1]["seq"] or 0))
        part = page.of([told for _, told in found if actor is None or told["actor"] == actor])
        about = [each["entity_id"] for each in part["items"] if each["entity_id"]]
        return said.told(session, who, "decisions", part, of=about)

    return await house.read(load)


def _only(query: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in query.compile().params}


_BARE: Mapping[str, Any] = {
    "seq": None,
    "effective_on": None,
    "on_behalf_of": None,
    "reason": None,
    "articles": [],
    "citations": [],
    "edition": None,
    "voids": [],
    "outcome": None,
    "outcome_text": "",
}


def _moments(row: Row[Any]) -> dict[str, Any]:
    return {"at": moment(row.at), "recorded_at": moment(row.recorded_at)}


def _entry(row: Row[Any], who: Caller, language: Language) -> dict[str, Any]:
    kind = row.entity_id.partition("/")[0]
    return {
        **_moments(row),
        "entity_id": row.entity_id,
        "seq": row.seq,
        "event": row.event,
        "text": happened(row.event, row.decision, language, kind),
        "outcome": row.decision.get("outcome"),
        "outcome_text": outcome(
            row.event,
            {**row.decision, "voids": row.voids, "voided_event": row.voided_event},
            row.effective_on,
            language,
        ),
        "effective_on": row.effective_on.isoformat(),
        "actor": row.actor,
        "on_behalf_of": row.on_behalf_of,
        "reason": notes.shown(row.text, who, language, filing=kind == "filing") or row.reason_code,
        "articles": row.articles,
        "citations": list(dict.fromkeys(cite(each, language) for each in row.articles)),
        "edition": row.edition,
        "voids": row.voids,
    }


def _person(row: Row[Any], _: Caller, language: Language) -> dict[str, Any]:
    fields = [notes.field(name, language) for name in row.after]
    return {
        **_moments(row),
        "entity_id": f"person/{row.person_id}",
        "event": "change_person",
        "text": event("change_person", language),
        "outcome_text": ("、" if language == "ja" else ", ").join(fields),
        "actor": row.actor,
        "on_behalf_of": row.on_behalf_of,
        "reason": row.reason,
    }


def _resent(row: Row[Any], _: Caller, language: Language) -> dict[str, Any]:
    return {
        **_moments(row),
        "entity_id": row.entity_id,
        "event": "resend_notice",
        "text": event("resend_notice", language),
        "outcome_text": row.subject,
        "actor": row.actor,
        "on_behalf_of": row.on_behalf_of,
        "reason": row.reason,
    }


def _retried(row: Row[Any], _: Caller, language: Language) -> dict[str, Any]:
    return {
        **_moments(row),
        # Kept beside the channel since a release; of before nobody can say.
        "entity_id": row.entity_id,
        "event": "resend_message",
        "text": event("resend_message", language),
        "outcome_text": _said(_CHANNELS, row.channel, language),
        "actor": row.actor,
    }


def _paid(row: Row[Any], who: Caller, language: Language) -> dict[str, Any]:
    return {
        **_moments(row),
        "entity_id": f"contract/{row.contract_id}",
        "event": "record_payment",
        "text": event("record_payment", language),
        "outcome_text": f"{yen(row.amount, language)} {figure(row.statement_id, language)}",
        "effective_on": row.paid_on.isoformat(),
        "actor": row.actor,
        "on_behalf_of": row.on_behalf_of,
        "reason": notes.shown(row.text, who, language) or row.reason_code,
    }


def _key(row: Row[Any], _: Caller, language: Language) -> dict[str, Any]:
    return {
        "at": moment(row.at),
        "recorded_at": moment(row.at),
        "entity_id": f"key/{row.name}",
        "event": f"key_{row.what}",
        "text": _said(_KEY_WORDS, row.what, language),
        "outcome_text": f"{row.name} ({figure(row.role, language)})",
        "actor": ADMINISTRATOR,
    }


def _said(words: Mapping[str, tuple[str, str]], code: str, language: Language) -> str:
    found = words.get(code)
    return found[0 if language == "ja" else 1] if found else code


_READ: Sequence[tuple[Any, Callable[[Row[Any], Caller, Language], dict[str, Any]]]] = (
    (_DECIDED, _entry),
    (_PEOPLE, _person),
    (_RESENT, _resent),
    (_RETRIED, _retried),
    (_PAID, _paid),
    (_KEYS, _key),
)
"""Where somebody's doing is kept, and how each is told."""
