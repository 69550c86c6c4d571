"""`python -m reference check`: do code, catalogue, pages and migrations agree?  `… write`: make the pages agree.

`… client`, by `make client`: write the typed client.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from embedded.errors import StackError
from reference import client, coverage, machines_page, migration_locks, migrations, rooms_page, rules_page
from reference.catalogue import ROOT, CatalogueError
from reference.citations import CitationError
from reference.migrations import DatabaseError
from reference.rule import Evidence, TermsError, evidence

Gate = Callable[[], list[str]]
UNREADABLE = (
    CatalogueError,
    CitationError,
    TermsError,
    machines_page.MachinePageError,
    rooms_page.RoomError,
    client.GeneratorError,
    DatabaseError,
    StackError,
)
"""What a gate raises when it cannot look at all: as red as a difference."""

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)


def _coverage() -> list[str]:
    known = evidence()
    return coverage.failures(known.catalogue, known.citations, dict(known.listed))


def page_failures(root: Path, known: Evidence) -> list[str]:
    """Why `docs/rules.md` below `root` is not what it should be; empty when it is."""
    path = root / rules_page.PAGE
    if not path.is_file():
        return [f"{rules_page.PAGE} is missing"]
    have, want = path.read_text(encoding="utf-8").splitlines(), rules_page.render(known).splitlines()
    stale = sorted({line.split("|")[1].strip() for line in set(want) ^ set(have) if line.startswith("| ")})
    if stale:
        return [f"{rules_page.PAGE} is stale in {', '.join(stale)}"]
    return [] if have == want else [f"{rules_page.PAGE} is stale outside its tables"]


def _rules_page() -> list[str]:
    return _with_hint(page_failures(ROOT, evidence()))


def _machine_pages() -> list[str]:
    return _with_hint(machines_page.failures(ROOT, machines_page.pages(machines_page.discover())))


def _rooms_page() -> list[str]:
    return _with_hint(rooms_page.failures(ROOT))


def _client() -> list[str]:
    wrong = client.failures(ROOT, client.document())
    return [*wrong, "run `make client`"] if wrong else []


def _migrations() -> list[str]:
    return migrations.failures(ROOT, migrations.tables())


def _migration_locks() -> list[str]:
    return migration_locks.failures(ROOT / "migrations")


def _with_hint(wrong: list[str]) -> list[str]:
    return [*wrong, "run `python -m reference write`"] if wrong else []


GATES: dict[str, Gate] = {
    "requirements are covered": _coverage,
    "docs/rules.md is up to date": _rules_page,
    "docs/machines is up to date": _machine_pages,
    "docs/rooms.md is up to date": _rooms_page,
    "client is in step with the OpenAPI document": _client,
    "migrations match the tables": _migrations,
    "migrations let the service go on": _migration_locks,
}


def run(gates: dict[str, Gate]) -> int:
    """Print each gate with `ok` or `failed` and why, all of them; 0 when every one is ok, else 1."""
    failed = 0
    for name, gate in gates.items():
        try:
            wrong = gate()
        except UNREADABLE as error:
            wrong = [str(error)]
        sys.stdout.write(f"{'failed' if wrong else 'ok':<6}  {name}\n")
        sys.stdout.writelines(f"        {line}\n" for each in wrong for line in each.splitlines())
        sys.stdout.flush()
        failed += bool(wrong)
    return 1 if failed else 0


@app.command()
def check() -> None:
    """Run every gate; exit code 1 if any fails."""
    # Alembic tells every revision it runs; only its warnings concern us.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    raise typer.Exit(run(GATES))


@app.command()
def write() -> None:
    """Write `docs/rules.md`, `docs/machines/` and `docs/rooms.md`."""
    try:
        rules, machines = rules_page.render(evidence()), machines_page.pages(machines_page.discover())
    except UNREADABLE as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from error
    (ROOT / rules_page.PAGE).write_text(rules, encoding="utf-8")
    machines_page.write(ROOT, machines)
    rooms_page.write(ROOT)


@app.command("client")
def write_client(
    generator: Annotated[Path, typer.Argument(help="The program; `make client` installs it and names it.")],
) -> None:
    """Write `client/keiyaku_client` from the OpenAPI document of the code."""
    try:
        client.write(ROOT, client.document(), generator.absolute())
    except client.GeneratorError as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from error


if __name__ == "__main__":
    app()
