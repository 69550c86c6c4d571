"""Finding people by what a caller says of them: name, kana, phone, e-mail, address, line number or an id."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from rules.line.line_number import meant
from rules.refusal import Refusal

TERMS_MAX = 6
"""More words than these add nothing to a search; the rest is left out."""

PEOPLE_MAX = 200
"""No search names more people: whoever gets as many has to ask more closely."""

COMMON = 2_000
"""A word that begins something of so many people is common; the rarest word of a search leads. Where all are common,
the people closest to the leading word, so many of them, are looked through and the rest is left out."""

_WHOLE = ("enable_seqscan", "enable_bitmapscan", "enable_hashjoin", "enable_mergejoin")
"""Ways of a plan that read all a common word begins before the first person is found: 0.2 s. The planner cannot know
that every search stops after a few hundred people."""

_BY_INDEX = "; ".join(f"set local {way} = off" for way in _WHOLE)
_AS_BEFORE = "; ".join(f"reset {way}" for way in _WHOLE)

_TERMS = text(f"""
select plain_text(:whole) as whole, array(
  select plain_text(term) from unnest(cast(:terms as text[])) as term
) as terms, array(
  select (select count(*) from (
    select 1 from person_token
    where token >= plain_text(term) collate "C"
      and token < plain_text(term) || chr(1114111) collate "C" limit {COMMON}) as capped)
  from unnest(cast(:terms as text[])) as term
) as counts
""")

_BY_WORD = """
with lead as materialized (
  select token, person_id from person_token
  where token >= :lead collate "C" and token < :lead || chr(1114111) collate "C"
  order by token, person_id limit :first
)
select person_id from lead where true %s order by token, person_id limit :wide
"""

_OTHER = """
and exists (select 1 from person_token as o{n} where o{n}.person_id = lead.person_id
  and o{n}.token >= :other{n} collate "C" and o{n}.token < :other{n} || chr(1114111) collate "C")
"""

_BY_ID = text("""
select person_id from person where person_id = :id
union select person_id from contract where contract_id = :id or external_id = :typed
union select person_id from member where member_id = :id or external_id = :typed
union select m.person_id from exchange x join member m using (member_id) where x.exchange_id = :id
""")

_BY_LINE = text("""
select c.person_id from contract c join line l using (line_key) where l.line_id = any(:lines)
union select m.person_id from member m join line l using (line_key) where l.line_id = any(:lines)
""")

_TOKENS_A_PERSON = 4
"""So many tokens of one person may begin with the same word: the name and its first part, the kana and its first."""


def find_people(session: Session, query: str) -> list[str]:
    """Ids of the people a query means, the closest first, at most `PEOPLE_MAX`; nobody for an empty one.

    Every word has to be the beginning of something that is known of a person; the words together, without the spaces
    between them, are tried first. Width, case, hyphens, kana and spaces make no difference. An id of a person,
    contract, membership or exchange, an external id and a line number have to be whole.
    """
    words = [_dialled(each) for each in query.split()[:TERMS_MAX]]
    if not words:
        return []
    session.execute(text(_BY_INDEX))
    found = _found(session, query.strip(), words)
    session.execute(text(_AS_BEFORE))
    return found[:PEOPLE_MAX]


_ABROAD = re.compile(r"(?:00|010)?81-?(?=[1-9][-0-9]{7,}$)")


def _dialled(word: str) -> str:
    """A number as it is dialled inside Japan, where it was written as one is from abroad without its `+`.

    A postal mark before a code says nothing that is kept.
    """
    plain = unicodedata.normalize("NFKC", word)
    return _ABROAD.sub("0", plain.lstrip("〒"), count=1) if plain[:1] in {"〒", "8", "0"} else word


def _found(session: Session, typed: str, words: list[str]) -> list[str]:
    row = session.execute(_TERMS, {"whole": "".join(words), "terms": words}).one()
    found: dict[str, None] = {}
    if len(words) == 1:
        values = {"id": typed.upper(), "typed": typed}
        found |= dict.fromkeys(each for each in session.execute(_BY_ID, values).scalars() if each)
    if lines := _lines(typed):
        found |= dict.fromkeys(each for each in session.execute(_BY_LINE, {"lines": lines}).scalars() if each)
    if row.whole:
        found |= dict.fromkeys(_with(session, row.whole, []))
    pairs = sorted((count, term) for count, term in zip(row.counts, row.terms, strict=True) if term)
    if len(pairs) > 1 and pairs[0][0] and len(found) < PEOPLE_MAX:
        lead, *others = [term for _, term in pairs]
        found |= dict.fromkeys(_with(session, lead, others))
    return list(found)


def _lines(typed: str) -> list[str]:
    """The line numbers that were meant, groups and all; none for what can be none."""
    try:
        return list(meant(typed))
    except Refusal:
        return []


def _with(session: Session, lead: str, others: list[str]) -> list[str]:
    """People with something beginning with `lead`, and something beginning with each of the others."""
    more = "".join(_OTHER.format(n=number) for number in range(len(others)))
    wide = PEOPLE_MAX * _TOKENS_A_PERSON
    values: dict[str, Any] = {"lead": lead, "wide": wide, "first": COMMON if others else wide}
    values |= {f"other{number}": other for number, other in enumerate(others)}
    return list(session.execute(text(_BY_WORD % more), values).scalars())
