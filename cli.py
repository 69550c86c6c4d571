"""`keiyaku …`: everything a person types, and the processes the embedded stack starts."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer

from console import act, events, helping, imports, look
from console.options import Speaks, speaks
from models.said import aloud, said, tell
from service.exits import Exit, TemporalAwayError, of_server

if TYPE_CHECKING:
    from embedded.stack import EmbeddedStack
    from settings import Settings

app = typer.Typer(
    cls=helping.Spoken,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    add_completion=False,
)

for each in (look, events, act, imports, helping):
    each.add(app)


@app.callback()
def keiyaku(language: Speaks = None) -> None:
    """Contract lifecycles of WAKWAK contracts and フレッツ光メンバーズクラブ memberships."""
    # What is spoken was settled from the words themselves (`console.language`), in time for help and complaints.


Json = Annotated[bool, typer.Option("--json", help="The answer as JSON, for scripts.")]


DAYS_MAX = 36_500
"""A hundred years: longer than any key counts."""


def _group(of_what: str) -> typer.Typer:
    """A group of commands, which takes `--lang` as each of them does."""
    made = typer.Typer(no_args_is_help=True, help=of_what)

    @made.callback()
    def settled(language: Speaks = None) -> None:
        """What is spoken was settled before, as for `keiyaku` itself."""

    return made


keys = _group("Keys of the HTTP doors, beside those of the keys file.")
app.add_typer(keys, name="keys")


@keys.command("create", epilog="keiyaku keys create backoffice hanako --days 365")
@speaks
def keys_create(
    role: Annotated[
        Literal["backoffice", "operator", "auditor", "site"],
        typer.Argument(help="backoffice, operator, auditor or site."),
    ],
    name: Annotated[str, typer.Argument(help="Who acts with it, in the log.")],
    days: Annotated[
        int | None, typer.Option(min=1, max=DAYS_MAX, help="Days until it expires; without, it never does.")
    ] = None,
) -> None:
    """Make a key and print it, the only time it is seen."""
    from service.access.admin_keys import create

    _ask(lambda house: create(house.require_database_url(), role, name, days))


@keys.command("list", epilog="keiyaku keys list")
@speaks
def keys_list(*, json: Json = False) -> None:
    """Print every key there ever was: name, role, since when, and whether it counts."""
    from service.access.admin_keys import show

    _ask(lambda house: show(house.require_database_url(), as_json=json))


@keys.command("rotate", epilog="keiyaku keys rotate hanako --keep-hours 0")
@speaks
def keys_rotate(
    name: Annotated[str, typer.Argument(help="Whose key.")],
    keep_hours: Annotated[
        float, typer.Option(min=0, max=24 * DAYS_MAX, help="How long the old one still counts.")
    ] = 24,
) -> None:
    """Make a new key of the same name and role and print it; the old one counts for a while longer."""
    from service.access.admin_keys import rotate

    _ask(lambda house: rotate(house.require_database_url(), name, keep_hours))


@keys.command("revoke", epilog="keiyaku keys revoke hanako")
@speaks
def keys_revoke(name: Annotated[str, typer.Argument(help="Whose keys.")]) -> None:
    """End every key of a name, at once."""
    from service.access.admin_keys import revoke

    _ask(lambda house: revoke(house.require_database_url(), name))


versions = _group("Versions of the workers' code, and which of them is current.")
app.add_typer(versions, name="versions")


@versions.command("list", epilog="keiyaku versions list")
@speaks
def versions_list(*, json: Json = False) -> None:
    """Print every version with what still runs on it, whether a worker of it is there, and what is stuck."""
    from service.versions.admin import show

    _ask(lambda house: show(house, as_json=json))


@versions.command("promote", epilog="keiyaku versions promote 1.5 --ramp 5")
@speaks
def versions_promote(
    build_id: Annotated[str, typer.Argument(metavar="VERSION", help="One that polls; an older one is the way back.")],
    ramp: Annotated[
        float | None,
        typer.Option(min=0, max=100, help="Percent of what begins and wakes; without, all of it, and who sleeps too."),
    ] = None,
) -> None:
    """Make a version current: what begins is its own, and what runs goes on with it as a new run."""
    from service.versions.admin import promote

    _ask(lambda house: promote(house, build_id, ramp))


person = _group("What is held of a person.")
app.add_typer(person, name="person")


@person.command("export", epilog="keiyaku person export K0123")
@speaks
def person_export(
    any_id: Annotated[str, typer.Argument(metavar="ID", help="The id of a person, or of one of their contracts.")],
) -> None:
    """Print everything that is held of a person as JSON, by table: what a disclosure (開示) tells."""
    from service.erase import export

    _ask(lambda house: export(house.require_database_url(), any_id))


@app.command(epilog="keiyaku up")
@speaks
def up() -> None:
    """Start everything on loopback and serve until Ctrl-C (`make run`)."""
    from embedded.errors import StackError
    from embedded.serve import serve
    from rehearsal.welcome import welcome
    from settings import Settings, SettingsError

    lost: list[BrokenPipeError] = []

    def say(line: str) -> None:
        try:
            print(aloud(line), flush=True)  # noqa: T201
        except BrokenPipeError as error:
            _unread(lost, error)

    async def started(stack: EmbeddedStack) -> None:
        try:
            await welcome(stack, settings)
            sys.stdout.flush()
        except BrokenPipeError as error:
            _unread(lost, error)
        except SystemExit:  # what rich makes of a broken pipe, without a word
            _unread(lost, BrokenPipeError())

    try:
        settings = Settings.load()
        asyncio.run(serve(settings, say=say, started=started))
    except (StackError, SettingsError) as error:
        _fail(aloud(error))
    if lost:
        _exit(1)


@app.command(epilog="keiyaku migrate")
@speaks
def migrate() -> None:
    """Bring the database to the newest schema, and a new embedded home to its first moment and its sample items."""
    with _reading():
        from sqlalchemy.exc import OperationalError

        from migrations.grants import settle
        from migrations.upgrade import upgrade
        from rehearsal.club.items import stock
        from rehearsal.home import begin
        from settings import Settings, SettingsError
        from store.database import engine

    try:
        settings = Settings.load()
        service_url = settings.require_database_url()
    except SettingsError as error:
        _fail(aloud(error))
    url = settings.owner_database_url or service_url
    try:
        upgrade(url)
    except OperationalError as error:
        _fail(tell("database_refused", why=str(error.orig).strip()))
    password = settings.service_db_password
    settle(url, service_url, password.get_secret_value() if password is not None else None)
    if settings.rehearsal and settings.starts_at is not None:
        begin(engine(url), settings.starts_at)
    if settings.sample_items:
        stock(engine(url))


@app.command(epilog="keiyaku worker")
@speaks
def worker() -> None:
    """Work on the queues until told to stop."""
    with _reading():
        from worker import main as work

    settings = _begin("worker")
    with _told():
        work(settings)


@app.command(epilog="keiyaku relay")
@speaks
def relay() -> None:
    """Deliver the outbox (letters, messages to NTT, webhooks) until told to stop, and nothing else."""
    with _reading():
        from worker import relay as deliver

    settings = _begin("relay")
    with _told():
        deliver(settings)


@app.command(epilog="keiyaku api")
@speaks
def api() -> None:
    """Serve the HTTP doors until told to stop."""
    with _reading():
        from rehearsal.clock.doors import add_clock
        from service.doors import serve

    settings = _begin("api")
    with _told():
        # The one place that hands the running service a clock that can be moved.
        asyncio.run(serve(settings, add_clock if settings.rehearsal else None))


@app.command(epilog="keiyaku carrier")
@speaks
def carrier() -> None:
    """Serve the stand-in for NTT until told to stop."""
    with _reading():
        from carrier.config import CarrierConfig
        from carrier.server import serve
        from service.access.keys import webhook_secret
        from service.http import QuietServer
        from settings import LOOPBACK

    settings = _begin("carrier")
    with _told():
        secret = webhook_secret(settings)
    config = CarrierConfig(
        database_path=settings.home / "carrier.db",
        callback_url=settings.callback_url,
        webhook_secret=secret,
        self_play=not settings.rehearsal,
        smtp_host=settings.smtp_host,
        smtp_port=settings.smtp_port,
    )
    asyncio.run(serve(config, LOOPBACK, settings.carrier_port, QuietServer))


@app.command(epilog="keiyaku rehearse family-2018")
@speaks
def rehearse(
    scenario: Annotated[str, typer.Argument(help="The name of a shipped scenario, or the path of a YAML file.")],
) -> None:
    """Play a scenario in a temporary home of its own and tell its story, article by article."""
    from rehearsal.story.rehearse import main as play

    _exit(asyncio.run(play(scenario)))


@app.command(epilog="keiyaku rule W-10.2")
@speaks
def rule(
    rule_id: Annotated[str, typer.Argument(metavar="ID", help="A requirement id, such as W-10.2.")],
    *,
    json: Json = False,
) -> None:
    """Print where a rule lives: function, parameters with their dates, tests."""
    from reference.rule import main as describe

    _exit(describe(rule_id, as_json=json))


@app.command(epilog="keiyaku verify --anchor")
@speaks
def verify(
    *,
    anchor: Annotated[
        bool, typer.Option("--anchor", help="Print the daily anchors, and compare the log with them.")
    ] = False,
    json: Json = False,
) -> None:
    """Fold every log again and compare with the stored states and hashes; see that every open entity runs."""
    from service.verify import main as compare

    _ask(lambda house: compare(house, anchor=anchor, as_json=json))


@app.command(epilog="keiyaku erase K0123")
@speaks
def erase(
    any_id: Annotated[str, typer.Argument(metavar="ID", help="The id of a person, or of one of their contracts.")],
) -> None:
    """Take a person's data out of the database, once everything of theirs is closed; ids, dates and sums stay."""
    from service.erase import main as erase_person

    _ask(lambda house: erase_person(house.require_database_url(), any_id))


@app.command(epilog="keiyaku recover --adopt-database contract/K0123")
@speaks
def recover(
    adopt_database: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="A workflow id whose database record is the truth, such as contract/K1."),
    ] = None,
    adopt_all: Annotated[bool, typer.Option("--all", help="The database's record is the truth of everything.")] = False,
    *,
    json: Json = False,
) -> None:
    """Start every open entity again that does not run; after an older database was restored, adopt its record."""
    from service.healing.recover import main as recover_all

    _ask(lambda house: recover_all(house, adopt_database or (), adopt_all=adopt_all, as_json=json))


def _ask(work: Callable[[Settings], int]) -> NoReturn:
    """End as the work on the servers does; where one of them does not do it, with a sentence that says so."""
    house = _running()
    try:
        code = work(house)
    except Exception as error:  # what a server's error is, its library knows, which is read only now: see `of_server`
        told = of_server(error)
        if told is None:
            raise
        _fail(aloud(told[1]), told[0])
    _exit(code)


def _running() -> Settings:
    """The settings with their servers; without a database in them, those of `make run` in the home, which must run."""
    from embedded.errors import StackError
    from embedded.home import read_addresses
    from embedded.servers.postgres import Postgres
    from settings import Settings, SettingsError

    try:
        settings = Settings.load()
        if settings.database_url is not None:
            return settings
        home = settings.home.resolve()
        postgres = Postgres.at(home / "pg")
    except (SettingsError, StackError) as error:
        _fail(aloud(error))
    if not asyncio.run(postgres.is_ready(0)):
        _fail(tell("no_home_runs", home=settings.home), Exit.AWAY)
    temporal = read_addresses(home).get("temporal", settings.temporal_address)
    return settings.model_copy(update={"database_url": postgres.url(), "temporal_address": temporal})


@contextmanager
def _reading() -> Iterator[None]:
    """While modules are read there is nothing to let go of; looking for it took a fifth of the time they take.

    What they made stays as long as the process does, so no later look goes through it either.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _begin(process: str) -> Settings:
    """The settings of a process that stays, its log set up as they say."""
    from service.watching.logs import configure
    from service.watching.traces import begin as begin_traces
    from settings import Settings

    with _told():
        settings = Settings.load()
    configure(settings.log_format, process)
    if process != "carrier":  # the stand-in is the outside
        with _told():
            begin_traces(settings, process)
    return settings


@contextmanager
def _told() -> Iterator[None]:
    """What a person can mend ends the process with one sentence that says how, in English as all of its log."""
    from service.access.keys import KeysError
    from settings import SettingsError

    try:
        yield
    except (KeysError, SettingsError) as error:
        _fail(str(error))
    except TemporalAwayError as error:
        _fail(str(error), Exit.AWAY)
    except RuntimeError as error:
        from models.tables.database.connections import NoRoomError  # all tables come with it; the stand-in has none

        if not isinstance(error, NoRoomError):
            raise
        _fail(str(error))


def _unread(lost: list[BrokenPipeError], error: BrokenPipeError) -> None:
    """`make run | head`: nobody reads on, so say why on standard error and stop in good order."""
    if not lost:
        sys.stderr.write(tell("complaint", why=said("pipe_broken")) + "\n")
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        os.kill(os.getpid(), signal.SIGTERM)
    lost.append(error)


def _fail(message: str, code: Exit = Exit.SETUP) -> NoReturn:
    sys.stderr.write(tell("complaint", why=message) + "\n")
    _exit(code)


def _exit(code: int) -> NoReturn:
    """End with a deliberate code: the SDK's threads can crash an interpreter that takes its time to leave."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def main() -> None:
    """The console script."""
    app(prog_name=helping.PROGRAM)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    main()
