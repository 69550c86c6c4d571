"""One requirement with everything that rests on it: what `keiyaku rule W-10.2` prints."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import yaml

from models.said import Language, said, spoken, tell
from reference import catalogue as requirements
from reference import citations as cited
from reference import coverage
from reference.catalogue import Catalogue, Fact, NoTreeError, Reading, Row
from reference.citations import Citation
from rules import terms
from rules.dated import DatedError, Period
from rules.explain import cite, paraphrase
from rules.terms import Term

UNKNOWN_EXIT = 4
"""The exit code for an id that the catalogue does not have."""

NO_TREE_EXIT = 1
"""The exit code where documents and tests are not beside the code."""

_STATUSES: Mapping[str, str] = {"source": "文書のとおり", "choice": "選んだ値", "sample": "見本"}
"""Where a value comes from; a fact has its number."""


class UnknownRequirementError(LookupError):
    """The catalogue has no such id; the message names the nearest ones."""


class TermsError(ValueError):
    """The files of `rules/terms/` cannot be read; the message says what is wrong."""


@dataclass(frozen=True)
class Evidence:
    """Everything a requirement can be described from."""

    catalogue: Catalogue
    citations: tuple[Citation, ...]
    terms: Mapping[str, Term]
    listed: Mapping[str, str]
    """Row id → why it stays text."""


def read_terms(read: Callable[[], Mapping[str, Term]] = terms.catalogue) -> Mapping[str, Term]:
    """All terms.

    Raises:
        TermsError: an ill-formed file, a missing key, a gap or an overlap.
    """
    try:
        return read()
    except (DatedError, yaml.YAMLError) as error:
        raise TermsError(f"rules/terms cannot be read: {error}") from error
    except KeyError as error:
        raise TermsError(f"rules/terms cannot be read: an entry or a value has no {error}") from error


def evidence() -> Evidence:
    """Read the source tree.

    Raises:
        CatalogueError: the catalogue or the list of text-only rows is missing or ill-formed.
        CitationError: a file does not parse.
        TermsError: the terms cannot be read.
    """
    return Evidence(
        requirements.load(),
        tuple(cited.find()),
        read_terms(),
        coverage.not_modelled(),
    )


def _until(day: date | None) -> str:
    return day.isoformat() if day else ""


def value_lines(term: Term, requirement: str) -> list[str]:
    """Every dated value of a term that rests on the requirement, `from..to  value  (status)`; both days inclusive."""
    if term.dated is None:
        return [f"{_shown(term.constant)}  ({term.status})"]
    return [
        f"{period.from_on}..{_until(period.to_on)}  {_shown(period.value)}  ({period.status})"
        for period in _periods(term.dated.periods, requirement)
    ]


def _periods(periods: Iterable[Period[Any]], requirement: str) -> list[Period[Any]]:
    """Those that rest on the requirement."""
    return [each for each in periods if requirement in each.articles or requirement == each.status]


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_shown(each) for each in value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_shown(each)}" for key, each in value.items())
    return str(value)


def terms_of(known: Mapping[str, Term], requirement: str) -> list[Term]:
    """The terms that cite the requirement, or whose status it is, by name."""

    def rests(term: Term) -> bool:
        statuses = {term.status} | {period.status for period in (term.dated.periods if term.dated else ())}
        return requirement in term.articles or requirement in statuses

    return [term for _, term in sorted(known.items()) if rests(term)]


def _head(found: Row | Reading | Fact, known: Catalogue) -> list[str]:
    if isinstance(found, Fact):
        return [f"{found.id}  {found.fact}", f"  status   {found.status}"]
    if isinstance(found, Reading):
        rows = ", ".join(known.rows_of(found)) or found.rows
        return [
            f"{found.id}  {found.question}",
            f"  text     {found.text}",
            f"  reading  {found.reading}",
            f"  rows     {rows}",
        ]
    lines = [f"{found.id}  {found.rule}", f"  section  {found.section}"]
    named = {"inputs": found.inputs, "outcome": found.outcome, "example": found.example, "note": found.note}
    lines += [f"  {name:<8} {text}" for name, text in named.items() if text not in {"", "-"}]
    for reading in known.readings_of(found):
        lines += [f"  {reading.id:<8} {reading.question}: {reading.reading}"]
    return lines


def _once(citations: Iterable[Citation]) -> list[Citation]:
    """The first citation of each scope: a function that cites an id twice is one function."""
    first: dict[str, Citation] = {}
    for each in citations:
        first.setdefault(each.place, each)
    return list(first.values())


def _block(title: str, lines: list[str], none: str) -> list[str]:
    return ["", title, *(f"  {line}" for line in lines or [none])]


def _head_ja(found: Row | Reading | Fact, known: Catalogue) -> list[str]:
    """A row as a customer is told it; readings and facts are written in English only, so where to read them."""
    if isinstance(found, Fact):
        return [f"{found.id}  二つの文書の外にある事実(本文は英語): docs/requirements.md"]
    if isinstance(found, Reading):
        rows = [f"  {row}  {cite(row, 'ja')}  {paraphrase(row, 'ja')}" for row in known.rows_of(found)]
        return [f"{found.id}  文書の語らないところの読み方(本文は英語): docs/readings.md", *rows]
    readings = "、".join(reading.id for reading in known.readings_of(found))
    lines = [f"{found.id}  {cite(found.id, 'ja')}  {paraphrase(found.id, 'ja')}"]
    return [*lines, f"  読み方  {readings}(docs/readings.md)"] if readings else lines


def _found(requirement: str, known: Evidence) -> tuple[str, Row | Reading | Fact]:
    """The id as the catalogue spells it, and what stands under it; full-width characters are as good as others.

    Raises:
        UnknownRequirementError: nothing does.
    """
    parts = (known.catalogue.rows, known.catalogue.readings, known.catalogue.facts)
    spellings = {each.upper(): each for part in parts for each in part}
    typed = unicodedata.normalize("NFKC", requirement).strip()
    name = spellings.get(typed.upper())
    if name is None:
        near = ", ".join(known.catalogue.nearest(typed))
        raise UnknownRequirementError(said("no_requirement", id=repr(requirement), near=near or said("none_near")))
    return name, known.catalogue.rows.get(name) or known.catalogue.readings.get(name) or known.catalogue.facts[name]


def _places(name: str, known: Evidence) -> tuple[list[Citation], list[Citation]]:
    """Code, then tests, that cite an id, each scope once."""
    places = _once(each for each in known.citations if each.id == name)
    code = [each for each in places if not each.file.startswith("tests/") and each.kind != "entry"]
    return code, [each for each in places if each.file.startswith("tests/")]


def as_data(requirement: str, known: Evidence | None = None) -> dict[str, Any]:
    """What `describe` tells, for programs: the entry of the catalogue, where it is decided, parameters, tests.

    A parameter has its `values` as `from`, `to` (both inclusive; None: open) and `value`, with where it comes from.

    Raises:
        UnknownRequirementError: the catalogue has no such id.
    """
    known = known or evidence()
    name, found = _found(requirement, known)
    code, tests = _places(name, known)
    told: dict[str, Any] = {**asdict(found), "id": name}
    if isinstance(found, Row):
        told["readings"] = [reading.id for reading in known.catalogue.readings_of(found)]
    told["text_only"] = known.listed.get(name)
    told["code"] = [{"file": each.file, "line": each.line, "scope": each.scope} for each in code]
    told["parameters"] = [
        {"name": term.name, "unit": term.unit, "values": _values(term, name)} for term in terms_of(known.terms, name)
    ]
    told["tests"] = [{"file": each.file, "line": each.line, "scope": each.scope} for each in tests]
    return told


def _values(term: Term, requirement: str) -> list[dict[str, Any]]:
    if term.dated is None:
        return [{"from": None, "to": None, "value": term.constant, "status": term.status}]
    return [
        {"from": period.from_on, "to": period.to_on, "value": period.value, "status": period.status}
        for period in _periods(term.dated.periods, requirement)
    ]


def describe(requirement: str, known: Evidence | None = None, language: Language = "en") -> str:
    """The requirement, the code that cites it (rules first), its parameters and its tests, as text.

    Args:
        requirement: a row, reading or fact id, in either case: `W-10.2`, `a-25`, `F-33`.
        known: what to describe from; the source tree by default.
        language: `ja` or `en`; what stands in the code itself is English, and left out of the Japanese.

    Raises:
        UnknownRequirementError: the catalogue has no such id.
    """
    known = known or evidence()
    name, found = _found(requirement, known)
    in_ja = language == "ja"
    lines = _head_ja(found, known.catalogue) if in_ja else _head(found, known.catalogue)
    if name in known.listed:
        lines.append("  文だけのもの: 決めるコードはありません" if in_ja else f"  text only: {known.listed[name]}")
    code, tests = _places(name, known)
    none = "なし" if in_ja else "none"
    lines += _block("コード" if in_ja else "Code", [_code_line(each, language) for each in code], none)
    lines += _block("パラメーター" if in_ja else "Parameters", list(_parameters(known, name, language)), none)
    # What stands in code is English; in Japanese it is where to look.
    said_of = [each.place if in_ja else f"{each.place}  {each.sentence}".rstrip() for each in tests]
    lines += _block("テスト" if in_ja else "Tests", said_of, none)
    return "\n".join(lines)


def _parameters(known: Evidence, name: str, language: Language) -> Iterator[str]:
    for term in terms_of(known.terms, name):
        yield term.name if language == "ja" else f"{term.name}  [{term.unit}]"
        for line in value_lines(term, name):
            yield f"  {_in_japanese(line) if language == 'ja' else line}"
        if term.note and language == "en":
            yield f"  {term.note}"


def _in_japanese(line: str) -> str:
    """A line of values with where it comes from in words."""
    before, _, status = line.rpartition("  (")
    status = status.removesuffix(")")
    return f"{before}  ({_STATUSES.get(status, status)})"


def _code_line(each: Citation, language: Language) -> str:
    if language == "ja":
        return f"{each.file}:{each.line}  {each.scope or '(全体)'}"
    scope = each.scope or "(whole module)"
    return f"{each.file}:{each.line}  {scope}  {each.sentence}".rstrip()


def main(requirement: str, *, as_json: bool = False) -> int:
    """Print one requirement in the spoken language, or as JSON.

    Returns:
        0, 4 for an id that the catalogue does not have, 1 where there is no source tree to describe it from.
    """
    try:
        if as_json:
            told = json.dumps(as_data(requirement), ensure_ascii=False, indent=2, default=str)
        else:
            told = describe(requirement, language=spoken())
        sys.stdout.write(told + "\n")
    except UnknownRequirementError as error:
        sys.stderr.write(tell("complaint", why=error) + "\n")
        return UNKNOWN_EXIT
    except NoTreeError:
        sys.stderr.write(tell("complaint", why=said("no_source_tree")) + "\n")
        return NO_TREE_EXIT
    return 0
