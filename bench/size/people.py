"""Finding people among two hundred thousand: each kind of search against one read by primary key."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from statistics import quantiles

from sqlalchemy import text
from sqlmodel import Session

from bench.common.report import Report
from embedded.stack import EmbeddedStack
from store.database import engine
from store.people.people_search import find_people

PEOPLE = 200_000
PAGE = 2_000
TRIES = 7
TRIES_OF_A_KEY = 40
MILLISECONDS_MAX = 50
SEARCHES = (
    "山田",
    "山田 太郎",
    "やまだ",
    "090",
    "09000150000",
    "東京都",
    "山田 09000004",
    "東京都 user777",
    "千代田区 山田 太郎 090",
    "5678",
    "CAF9990001111",
    "いない人",
)

KEYS: Mapping[str, Sequence[str]] = {
    "name": ("山田", "山田 太郎", "鈴木花子12"),
    "kana": ("やまだ", "ヤマダ タロウ7", "ﾔﾏﾀﾞ ﾀﾛｳ99"),
    "phone": ("090-0015-0000", "5678", "+81 90 0012 3456"),
    "e-mail": ("user777@example.jp", "USER150000@EXAMPLE.JP", "user15"),
    "address": ("東京都千代田区千代田77", "千代田12", "東京都"),
    "line number": ("CAF0000150000", "CAF 0000 000 777", "CAF9990001111"),
    "two of them": ("山田 09000004", "東京都 user777", "やまだ 5678"),
}
"""What a clerk is given, as it is typed: one that few have, one that many have, one in another form."""

_WRITE_LINES = text("""
insert into line (line_key, line_id, operator, created_at)
select 'LBULK' || n, 'CAF' || lpad(n::text, 10, '0'), 'EAST', now()
from generate_series(cast(:first as integer), cast(:last as integer)) as n
""")

_WRITE = text("""
insert into person (person_id, name, name_kana, email, phone, postal_code, address, created_at)
select 'PBULK' || n,
  (array['山田','鈴木','田中','伊藤'])[1 + n % 4] || ' ' || (array['太郎','花子','次郎'])[1 + n % 3] || n % 50,
  'ヤマダ タロウ' || n % 1000, 'user' || n || '@example.jp', '090' || lpad(n::text, 8, '0'),
  lpad((n % 9999)::text, 7, '0'), '東京都千代田区千代田' || n % 500, now()
from generate_series(cast(:first as integer), cast(:last as integer)) as n
""")


async def run(stack: EmbeddedStack) -> Report:
    """Lines of the report; the last says whether every search keeps within its limit."""
    with Session(engine(stack.database_url)) as session:
        began = time.perf_counter()
        for first in range(1, PEOPLE, PAGE):
            session.execute(_WRITE, {"first": first, "last": first + PAGE - 1})
            session.execute(_WRITE_LINES, {"first": first, "last": first + PAGE - 1})
            session.commit()
        lines: Report = [f"{PEOPLE:,} people written and made findable in {time.perf_counter() - began:.1f} s"]
        session.execute(text("analyze person_token, line"))
        floor = _best(lambda: session.execute(text("select 1 from person where person_id = 'PBULK77'")).one())
        slow = 0
        for query in SEARCHES:
            seconds = _best(lambda words=query: find_people(session, words))  # type: ignore[misc]
            slow += seconds * 1000 > MILLISECONDS_MAX
            lines.append(f"  {query}: {seconds * 1000:.1f} ms, {seconds / floor:.0f} × a read by key")
        lines.append(f"by key, {TRIES_OF_A_KEY} searches each, load average {os.getloadavg()[0]:.1f}")
        lines += [_of_key(session, key, words) for key, words in KEYS.items()]
    return [*lines, f"searches over {MILLISECONDS_MAX} ms: {slow}"]


def _of_key(session: Session, key: str, words: Sequence[str]) -> str:
    """What a search by one key takes, as it comes: p50 and p95, ms."""
    queries = [words[n % len(words)] for n in range(TRIES_OF_A_KEY)]
    taken = [_once(partial(find_people, session, each)) for each in queries]
    of_twenty = quantiles(taken, n=20)
    return f"  {key}: p50 {of_twenty[9] * 1000:.1f} ms, p95 {of_twenty[18] * 1000:.1f} ms"


def _best(work: Callable[[], object]) -> float:
    """The shortest of some tries, seconds: what it takes, whatever else the machine does."""
    return min(_once(work) for _ in range(TRIES))


def _once(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
