"""The gate between catalogue and code: no citation of an unknown id, no row that nothing speaks for."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from reference.catalogue import ROOT, Catalogue, CatalogueError, table_lines
from reference.citations import MODULE, Citation

LIST = "docs/not-modelled.md"


def parse_not_modelled(text: str) -> dict[str, str]:
    """The rows left as text, with the reason: every table line below an `ID | Reason` header.

    Raises:
        CatalogueError: a line without a reason, or an id listed twice.
    """
    reasons: dict[str, str] = {}
    for number, _, header, found in table_lines(text):
        if header != ("ID", "Reason"):
            continue
        if len(found) != 2 or not found[1]:
            raise CatalogueError(f"{LIST}:{number}: {found[0]} stands without a reason")
        if found[0] in reasons:
            raise CatalogueError(f"{LIST}:{number}: {found[0]} is listed twice")
        reasons[found[0]] = found[1]
    return reasons


def not_modelled(root: Path = ROOT) -> dict[str, str]:
    """The list of the tree at `root`; empty when there is none."""
    path = root / LIST
    return parse_not_modelled(path.read_text(encoding="utf-8")) if path.is_file() else {}


def failures(catalogue: Catalogue, citations: Iterable[Citation], listed: dict[str, str]) -> list[str]:
    """What is wrong, a sentence each; empty when nothing is.

    A row is spoken for by a function, class, constant or term of `rules/`, or by a test; a docstring of a whole
    module speaks for none.
    """
    wrong: list[str] = []
    by_rule: dict[str, Citation] = {}
    tested: set[str] = set()
    for each in citations:
        if each.id not in catalogue:
            near = ", ".join(catalogue.nearest(each.id)) or "nothing like it"
            wrong.append(f"{each.file}:{each.line} cites {each.id}, which the catalogue does not have (it has: {near})")
        elif each.kind != MODULE and each.file.startswith("rules/"):
            by_rule.setdefault(each.id, each)
        elif each.kind != MODULE and each.file.startswith("tests/"):
            tested.add(each.id)
    for row, reason in listed.items():
        if row not in catalogue.rows:
            wrong.append(f"{LIST} lists {row}, which is no row of the catalogue")
        elif row in by_rule:
            wrong.append(f"{LIST} lists {row} ({reason}), yet {by_rule[row].place} cites it: take it off the list")
    wrong += [
        f"{row.id} is cited by no rule and no test, and {LIST} gives no reason: {row.rule}"
        for row in catalogue.rows.values()
        if row.id not in by_rule and row.id not in tested and row.id not in listed
    ]
    return wrong
