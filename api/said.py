"""What a read says of people in its texts: in outline for whoever needs no more, and every look is kept.

Letters, notes, messages and evidence are texts in which anybody may be named. What they say of the people concerned is
known by what is stored of them, now or before a change, so nobody has to know which text names whom.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import text
from sqlmodel import Session

from api.care.access import record
from api.notes import FULL_ROLES, outline
from api.services import Caller

T = TypeVar("T")

TEXTS = frozenset({"subject", "body", "reason", "on_behalf_of", "evidence", "outcome_text", "detail", "said"})
"""Fields of an answer that somebody wrote, or that were written to somebody; everything inside them counts."""

_WHOSE = text("""
select 'contract/' || contract_id as entity_id, person_id from contract where contract_id = any(:contract)
union all select 'membership/' || member_id, person_id from member where member_id = any(:membership)
union all select 'filing/' || f.filing_id, c.person_id from filing f join contract c using (contract_id)
  where f.filing_id = any(:filing)
union all select 'exchange/' || x.exchange_id, m.person_id from exchange x join member m using (member_id)
  where x.exchange_id = any(:exchange)
union all select 'person/' || person_id, person_id from person where person_id = any(:person)
""")

_KINDS = ("contract", "membership", "filing", "exchange", "person")

_VALUES = text("""
select p.person_id, said.value from person p
  cross join lateral unnest(array[p.name, p.name_kana, p.email, p.phone, p.postal_code, p.address]) said (value)
  where p.person_id = any(:people)
union select c.person_id, said.value from person_change c
  cross join lateral (select value from jsonb_each_text(c.before) union select value from jsonb_each_text(c.after)) said
  where c.person_id = any(:people)
union select m.person_id, said.value from exchange x join member m using (member_id)
  cross join lateral unnest(array[x.email, x.phone]) said (value)
  where m.person_id = any(:people)
""")

_SHORTEST = 2
"""A single character is its own outline."""


def told(
    session: Session,
    who: Caller,
    action: str,
    answer: T,
    *,
    of: Iterable[str],
    shown: Callable[[T], Sequence[str]] | None = None,
) -> T:
    """An answer as this caller may see it; where it shows a person, the look is kept, in outline or not.

    Args:
        session: the transaction that reads.
        who: reads.
        action: what the access log calls the look.
        answer: what was read, as JSON.
        of: the entities it is about, such as `contract/K1`; one that is not known is nobody's.
        shown: what the access log says was shown beside the person; None: where several are concerned, who.
    """
    seen, people = outlined(session, who, answer, of=of)
    if people:
        one = people[0] if len(people) == 1 else None
        record(session, who, action, person_id=one, shown=list(shown(seen)) if shown is not None else people)
    return seen


def outlined(session: Session, who: Caller, answer: T, *, of: Iterable[str]) -> tuple[T, list[str]]:
    """An answer as this caller may see it, and the people it shows, in order; whoever asks keeps the look."""
    # Most answers hold no text: whose they are need not be looked up.
    known = _values(session, of) if _has_text(answer, inside=False) else {}
    if not known:
        return answer, []
    # Longer values first: what lies within another one is outlined with it.
    values = sorted(known, key=len, reverse=True)
    pattern = re.compile("|".join(f"({form})" for each in values for form in _forms(each)))
    owners = [known[each] for each in values for _ in _forms(each)]
    people: set[str] = set()
    whole = who.role in FULL_ROLES

    def said(found: re.Match[str]) -> str:
        people.update(owners[(found.lastindex or 1) - 1])
        return found[0] if whole else outline(found[0])

    seen: T = _in_texts(answer, lambda each: pattern.sub(said, each), inside=False)
    return seen, sorted(people)


def _forms(value: str) -> list[str]:
    """How a stored value may be written in a text: a number with or without hyphens, a name without its blank.

    A part of a name stands for it, and an address is one without its prefecture.
    """
    if _NUMBER.fullmatch(value):
        return [r"[-‐‑–—−ー() \u3000]*".join(re.escape(each) for each in value if each.isdigit())]
    if "@" in value:
        return [re.escape(value)]
    parts = value.split()
    first = parts[0]
    prefecture = _PREFECTURE.match(first)
    if prefecture is not None and len(first) - prefecture.end() >= _SHORTEST:
        parts = [first[prefecture.end() :], *parts[1:]]
    whole = r"[\s\u3000]*".join(re.escape(each) for each in parts)
    if prefecture is not None:
        whole = f"(?:{re.escape(prefecture[0])})?{whole}"
    return [whole, *(re.escape(each) for each in parts if len(each) >= _SHORTEST and len(parts) > 1)]


_NUMBER = re.compile(r"\+?[0-9][0-9() -]{3,}")
_PREFECTURE = re.compile(r"東京都|北海道|京都府|大阪府|..県|...県")


def letters(page: Mapping[str, Any]) -> list[str]:
    """What a page of letters shows."""
    return [str(each["notice_id"]) for each in page["items"]]


def _values(session: Session, of: Iterable[str]) -> dict[str, set[str]]:
    """Value → who it is stored of."""
    ids: dict[str, list[str]] = {kind: [] for kind in _KINDS}
    for entity in set(of):
        kind, _, name = entity.partition("/")
        if kind in ids:
            ids[kind].append(name)
    people = sorted({row.person_id for row in session.execute(_WHOSE, ids) if row.person_id})
    found: dict[str, set[str]] = defaultdict(set)
    if people:
        for row in session.execute(_VALUES, {"people": people}):
            if row.value and len(row.value) >= _SHORTEST:
                found[row.value].add(row.person_id)
    return found


def _in_texts(value: Any, change: Callable[[str], str], *, inside: bool) -> Any:
    if isinstance(value, Mapping):
        return {name: _in_texts(each, change, inside=inside or name in TEXTS) for name, each in value.items()}
    if isinstance(value, list):
        return [_in_texts(each, change, inside=inside) for each in value]
    return change(value) if inside and isinstance(value, str) else value


def _has_text(value: Any, *, inside: bool) -> bool:
    """Whether there is anything for `_in_texts` to change."""
    if isinstance(value, Mapping):
        return any(_has_text(each, inside=inside or name in TEXTS) for name, each in value.items())
    if isinstance(value, list):
        return any(_has_text(each, inside=inside) for each in value)
    return inside and isinstance(value, str) and bool(value)
