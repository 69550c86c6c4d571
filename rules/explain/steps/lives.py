"""How a life goes, told in steps: the application, the term, the notice, the papers, the leave."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from rules import terms
from rules.calendar import JST, Month, fiscal_year, japan_day
from rules.explain.articles import Language
from rules.explain.steps.told import Told
from rules.explain.wording import date_of, day, month


def application(told: Told) -> list[str]:
    """On which day the application counts (W-05.3, W-05.4)."""
    on = told.day("applied_on")
    if on is None:
        return []
    how = (
        told.say("オンラインで送信", "sent online")
        if "W-05.3" in told.articles
        else told.say("書面が到着", "paper arrived")
    )
    counted = told.say(f"申込日 {told.d(on)}", f"applied on {told.d(on)}")
    return [f"{told.d(japan_day(told.received_at))} {how}", told.cite("W-05.3", "W-05.4"), counted]


def minimum_term(told: Told) -> list[str]:
    """From the application that counts to the last day of the term (W-12.1, W-12.2)."""
    applied, started = _counted_from(told)
    term = told.decision.get("minimum_term", told.facts.get("minimum_term"))
    first = [told.say(f"{told.d(applied)}申込み", f"applied on {told.d(applied)}")] if applied is not None else []
    if applied is None and told.event != MOVED:
        return []
    if not term:
        return [
            *first,
            told.cite("W-12.2", "W-12.2b", "W-12.1a", "W-12.1b"),
            told.say("最低利用期間なし", "no minimum term"),
        ]
    start, end = date.fromisoformat(term["start_on"]), date.fromisoformat(term["end_on"])
    months = Month.of(start).months_until(Month.of(end)) + 1
    steps = [*first, told.cite("W-12.1", "W-12.1c", "W-12.1b", "W-12.2a")]
    if term["source"] == "carried_from_collabo" or told.rests_on("W-12.1b", "W-12.2a"):
        steps.append(
            told.say(f"光コラボの残り{months}か月を引き継ぐ", f"the {months} months left of 光コラボ are taken over")
        )
    elif started is not None:
        of = told.say("変更日" if told.change_on else "開始日", "")
        steps.append(
            told.say(
                f"{of}{told.d(started)}を含む月の初日 {told.d(start)}から{months}か月",
                f"{months} months from {told.d(start)}, the first day of the month of {told.d(started)}",
            )
        )
    else:
        steps.append(told.say(f"{told.d(start)}から{months}か月", f"{months} months from {told.d(start)}"))
    return [*steps, told.say(f"{told.d(end)}まで", f"to {told.d(end)}")]


MOVED = "course_moved"
"""A move with the line, which nobody applies for (W-09.3)."""


def _counted_from(told: Told) -> tuple[date | None, date | None]:
    """The application and the first day that the term rests on: of a change those of the change (W-12.1c, W-12.2b)."""
    if told.event == MOVED:
        return None, None
    if told.change_on is None:
        return told.day("applied_on"), told.day("service_start_on")
    made, waiting = told.facts.get("last_change"), told.before.get("pending_course_change")
    if told.event == "course_change" and isinstance(made, Mapping):
        return date_of(made.get("received_on")), told.change_on
    if isinstance(waiting, Mapping) and waiting.get("received_at"):
        return _day_of(waiting["received_at"]), told.change_on
    return japan_day(told.received_at), told.change_on


def _day_of(moment: str | datetime) -> date:
    return japan_day(moment if isinstance(moment, datetime) else datetime.fromisoformat(moment).astimezone(JST))


def cancellation(told: Told) -> list[str]:
    """From the arrival of the notice to the month end, by the row that decided (W-10.2 to W-10.6)."""
    on = japan_day(told.received_at)
    cutoff = terms.dated("cancellation.cutoff_day", int).on(on)
    paper, in_time = told.rests_on("W-10.2", "W-10.3"), told.rests_on("W-10.2", "W-10.4")
    how = told.say("書面が到着" if paper else "オンラインで送信", "letter arrived" if paper else "sent online")
    side = told.say(
        f"{cutoff}日まで" if in_time else f"{cutoff}日を過ぎている",
        f"by day {cutoff}" if in_time else f"after day {cutoff}",
    )
    earliest = Month.of(on) if in_time else Month.of(on).plus(1)
    if in_time != (on.day <= cutoff) or Month.of(told.effective_on) < earliest:
        # The owner lets the postmark count, or a weekend move the day: the row says on which side it fell.
        side = told.say("締切りまでの扱い" if in_time else "締切り後の扱い", "in time" if in_time else "too late")
        earliest = earliest if told.rests_on("W-10.6") else Month.of(told.effective_on)
    which = told.say(
        f"{'その月' if in_time else '翌月'}({month(earliest, 'ja')})の末日",
        f"the last day of {month(earliest, 'en')}",
    )
    steps = [f"{told.d(on)} {how}", side, told.cite("W-10.2", "W-10.3", "W-10.4", "W-10.5"), which]
    if Month.of(told.effective_on) != earliest:
        steps.append(told.say("ご希望の月を採用(第10条)", "the later month that was wanted (article 10)"))
    return [*steps, told.say(f"{told.d(told.effective_on)}をもって解約", f"ends with {told.d(told.effective_on)}")]


def initial(told: Told) -> list[str]:
    """The window of an initial cancellation, and the day it was sent (W-12.4)."""
    first, sent = date_of(told.decision.get("papers_received_on")), date_of(told.decision.get("dispatched_on"))
    if first is None or sent is None:
        return []
    days = terms.dated("cancellation.initial_cancellation_days", int).on(first)
    last = first + timedelta(days=days - 1)
    return [
        told.say(f"書面の受領 {told.d(first)}を1日目として{days}日", f"{days} days, {told.d(first)} being the first"),
        told.say(f"{told.d(last)}までの発信が有効", f"sent by {told.d(last)}"),
        told.say(f"{told.d(sent)}に発信", f"it was sent on {told.d(sent)}"),
    ]


def leaving(told: Told) -> list[str]:
    """What leaving the club ends, and when the storage goes back, as decided (M-05.7, M-07.3, M-07.4)."""
    through, ended = (date_of(told.decision.get(name)) for name in ("usable_through", "perk_off_on"))
    if through is None:
        return []
    steps = [
        told.say(f"{told.d(through)}までポイントを利用", f"points are usable through {told.d(through)}"),
        told.say(
            f"翌日 {told.d(through + timedelta(days=1))}にポイント失効",
            f"points lapse on {told.d(through + timedelta(days=1))}",
        ),
    ]
    if ended is not None:
        steps.insert(0, told.say(f"退会日・資格の終わり {told.d(ended)}", f"membership ends {told.d(ended)}"))
    storage = told.facts.get("storage")
    kept = storage.get("reverts_on") if isinstance(storage, Mapping) else None
    reverts = date_of(told.decision.get("reverts_on")) or date_of(kept)
    if reverts is not None:
        steps.append(told.say(f"{told.d(reverts)}に容量が戻る", f"storage goes back at the end of {told.d(reverts)}"))
    return steps


def expiry(granted_on: date, original: date, current: date, language: Language) -> list[str]:
    """How the last usable day of a lot follows from the day of its grant (M-04.1 to M-04.4)."""
    year = fiscal_year(granted_on)
    said = (
        [f"{day(granted_on, 'ja')}付与", f"{year}年度", "終了のお知らせ(3年後の3月31日)", f"{day(original, 'ja')}まで"]
        if language == "ja"
        else [
            f"granted {day(granted_on, 'en')}",
            f"fiscal year {year}",
            "31 March three years later",
            f"to {day(original, 'en')}",
        ]
    )
    if current != original:
        said.append(
            f"終了に伴い {day(current, 'ja')}に変更"
            if language == "ja"
            else f"moved to {day(current, 'en')} by the end of the programme"
        )
    return said
