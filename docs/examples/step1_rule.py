"""1. A rule by itself: when does a contract end, and where do its numbers stand?

A rule is a pure function. It answers with a decision that names its articles; its numbers come from `rules/terms`.
"""

from __future__ import annotations

from datetime import datetime

from rules import terms
from rules.calendar import JST
from rules.contract.cancellation import cancellation_date

in_time = cancellation_date("paper", datetime(2019, 4, 25, 23, 59, tzinfo=JST))
late = cancellation_date("paper", datetime(2019, 4, 26, 0, 0, tzinfo=JST))

assert str(in_time.effective_on) == "2019-04-30"
assert in_time.articles == ("W-10.2",)
assert str(late.effective_on) == "2019-05-31"
assert late.articles == ("W-10.3",)

# The 25th itself is no part of the code: it is a dated number with its article.
cutoff = terms.dated("cancellation.cutoff_day", int).period(datetime(2019, 4, 25, tzinfo=JST).date())
assert cutoff.value == 25

print(f"25日に届いた届出: {in_time.effective_on} まで ({', '.join(in_time.articles)})")
print(f"26日に届いた届出: {late.effective_on} まで ({', '.join(late.articles)})")
print(f"締め日: {cutoff.value}日、{cutoff.from_on} から ({', '.join(cutoff.articles)})")
