"""Telling a story: what happened when, what came of it, and the articles behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from models.said import Said, aloud, spoken, tell
from models.words import CHARGE_STATES, CONTRACT_STATES, Words
from rules.calendar import JST
from rules.courses.course_catalogue import own_name
from rules.explain import paraphrase
from rules.explain.articles import event, texts
from rules.explain.wording import in_words

REASON_MAX = 110
"""A reason is cut there; `keiyaku rule` has the whole row."""

_INDENT = 12


def reason(article: str) -> str:
    """An article in one line, in the spoken language."""
    first = paraphrase(article, spoken()).partition(". ")[0].rstrip(".")
    return first if len(first) <= REASON_MAX else f"{first[:REASON_MAX].rsplit(' ', 1)[0]} …"


class Story:
    """Writes a story line by line; an article is explained where it is met first."""

    def __init__(self, console: Console) -> None:
        """Nothing is told yet."""
        self.console = console
        self._explained: set[str] = set()
        self._told: dict[str, int] = {}

    def note(self, text: str) -> None:
        """A sentence of the scenario's own."""
        self.console.print(Text(f"\n# {aloud(text)}", style="bold"))

    def clock(self, moment: datetime) -> None:
        """The clock was moved."""
        self.console.print(Text(tell("clock_moves", moment=moment.astimezone(JST)), style="cyan"))

    def entries(self, logs: list[tuple[str, dict[str, Any]]]) -> None:
        """The entries of the given logs that were not told yet, in the order in which they count.

        Each has beside it, as `why`, what its decision says in the spoken language.
        """
        fresh = [(name, entry) for name, entry in logs if entry["seq"] > self._told.get(name, 0)]
        for name, entry in sorted(fresh, key=lambda each: (each[1]["received_at"], each[0], each[1]["seq"])):
            self._entry(name, entry)
            self._told[name] = max(self._told.get(name, 0), entry["seq"])

    def _entry(self, name: str, entry: dict[str, Any]) -> None:
        line = Text(f"{_day(entry['received_at'][:10])}  ")
        line.append(f"{name}: {event(entry['event'], spoken())}", style="bold")
        if entry["to"] is not None:
            line.append(f"  {_word(CONTRACT_STATES, entry['from']) if entry['from'] else tell('from_new')} → ")
            line.append(_word(CONTRACT_STATES, entry["to"]), style="green")
        if entry["effective_on"] != entry["received_at"][:10]:
            line.append(tell("effective", on=_day(entry["effective_on"])))
        self.console.print(line)
        self._because(entry["why"], entry["articles"])

    def refused(self, what: str, problem: dict[str, Any]) -> None:
        """A refusal that was expected."""
        self.console.print(Text(tell("refused", what=what, code=problem["code"]), style="yellow"))
        why = Said(problem.get("message") or problem["detail"], problem["detail"])
        self._because(aloud(why), problem.get("articles", []))

    def answered(self, what: str, answer: Any) -> None:
        """The answer to any other request, where it is a decision."""
        if isinstance(answer, dict) and "outcome" in answer:
            self.console.print(Text(f"{what}  {answer['outcome']}", style="bold"))

    def _because(self, detail: str, articles: list[str]) -> None:
        if detail:
            self.console.print(Padding(Text(detail), (0, 0, 0, _INDENT), expand=False))
        known = [article for article in articles if article in self._explained or article not in texts()]
        for article in articles:
            if article not in known:
                self._explained.add(article)
                line = Text(f"{article:<9}", style="magenta").append(reason(article), style="dim")
                self.console.print(Padding(line, (0, 0, 0, _INDENT), expand=False))
        if known:
            self.console.print(Padding(Text(" ".join(known), style="magenta"), (0, 0, 0, _INDENT), expand=False))

    def expectation(self, path: str, wrong: list[str]) -> None:
        """Whether a read shows what it should."""
        if not wrong:
            self.console.print(Text(tell("as_it_should", path=path), style="green"))
        for each in wrong:
            self.console.print(Text(tell("not_as_it_should", path=path, what=each), style="bold red"))

    def table(self, rows: list[tuple[str, dict[str, Any], list[dict[str, Any]]]]) -> None:
        """The contracts as they stand: name, read, charges."""
        table = Table(title=tell("table_contracts"), title_justify="left")
        table.add_column("")
        for heading in ("contract", "state", "course", "applied", "service", "term", "ends", "owed"):
            table.add_column(tell(f"column_{heading}"))
        for name, read, charges in rows:
            term = read["minimum_term"]
            table.add_row(
                name,
                read["contract_id"],
                _word(CONTRACT_STATES, read["state"]),
                own_name(read["course"], spoken()),
                _day(read["applied_on"]),
                _day(read["service_start_on"]),
                tell("term", begin=_day(term["start_on"]), end=_day(term["end_on"])) if term else tell("no_term"),
                _day(read["end_on"]),
                "\n".join(_counted(_owed(charge) for charge in charges)) or tell("owed_nothing"),
            )
        self.console.print()
        self.console.print(table)


def _counted(lines: Iterable[str]) -> list[str]:
    """Each line once, with how often it comes: a year of equal monthly fees is one line."""
    return [line if count == 1 else f"{count} × {line}" for line, count in Counter(lines).items()]


def _owed(charge: dict[str, Any]) -> str:
    money = charge["money"]
    return tell("owed", **money, state=_word(CHARGE_STATES, charge["state"]))


def _day(stored: str | None) -> str:
    """A stored day as people write it; a dash for none."""
    return in_words(stored, spoken()) if stored else "—"


def _word(codes: Words, code: str) -> str:
    """A code in words; one without words as it is."""
    return aloud(Said(*codes.get(code, (code, code))))
