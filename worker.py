"""The worker process: the only place that wires activities, workflows and settings together."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import Engine
from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.worker import PollerBehaviorAutoscaling, Worker, WorkerDeploymentConfig
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.admission import OnRecord
from activities.billing.runs import StatementRuns
from activities.carrier.exchange import ExchangeEffects, MessageGateway
from activities.carrier.filing import FilingEffects
from activities.carrier.gateway import CarrierGateway
from activities.carrier.silence import Silence
from activities.club.runs import ClubRuns
from activities.club.starter import Starter
from activities.club.storage import StorageEffects, StorageService
from activities.failures import PlainFailures
from activities.mass.command import MassCommand
from activities.mass.rollout import RolloutRuns
from activities.net import kept
from activities.outbox.destinations import RelayConfig
from activities.outbox.mail import SmtpConfig
from activities.outbox.relay import Relay
from activities.outbox.undelivered import Undelivered
from activities.record import Recorder
from activities.rows.contract import ContractRows
from activities.rows.exchange import ExchangeRows
from activities.rows.filing import FilingRows
from activities.rows.membership import MembershipRows
from activities.rows.program import ProgramRows
from activities.rows.projection import Projection
from activities.rows.rollout import RolloutRows
from activities.sealing import SealedResults
from models.messages.entity import CARRIER_QUEUE, CONTRACTS_QUEUE, RUNS_QUEUE
from models.seal import Seals
from models.tables.database.connections import ensure_room_if_it_answers
from service.access.sealing import asked_for, seals_of
from service.connect import connect
from service.healing.healer import OVERDUE_S, Healer
from service.healing.left_behind import LeftBehindContracts
from service.healing.noted import Noted
from service.pulse import PULSE_S
from service.versions.known import Versions
from service.versions.problems import Problems
from service.versions.upgrades import Upgrades
from service.watching.house import House
from service.watching.page import page
from settings import Settings
from store.database import engine as database_engine
from workflows.contract import ContractWorkflow
from workflows.exchange import ExchangeWorkflow
from workflows.filing import FilingWorkflow
from workflows.membership import MembershipWorkflow
from workflows.program import ProgramWorkflow
from workflows.rollout import RolloutWorkflow
from workflows.sandbox import LeanRunner

log = logging.getLogger(__name__)

STOP_S = 2.5
"""From SIGTERM to the end, whatever hangs: less than any supervisor's patience."""

RECORDING_THREADS = 16
"""Decisions made at once; each holds one database connection."""

RUNS_AT_ONCE = 4
"""Pages of set-based work at once; each is many updates or many rows."""

WORKFLOWS = [ContractWorkflow, ExchangeWorkflow, FilingWorkflow, MembershipWorkflow, ProgramWorkflow, RolloutWorkflow]

PASSED_THROUGH = (
    "models",
    "pages",
    "rules",
    "workflows",
    "pydantic",
    "pydantic_core",
    "annotated_types",
    "sqlmodel",
    "sqlalchemy",
    "statemachine",
    "yaml",
    "zoneinfo",
)
"""Pure packages that need no copy in each cached workflow.

The workflows' own room is one of them: a copy of its modules for each of two thousand cached workflows took more memory
than all their states together, and time at every first task. What the sandbox kept out of it at run time, clock,
chance and the outside, the import law keeps out (`lint-imports`).
"""


def runner() -> SandboxedWorkflowRunner:
    """The sandbox of every worker and replay."""
    return LeanRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH))


def recorder(engine: Engine, *, webhooks: bool = False, spread_s: float = 0.0, seals: Seals | None = None) -> Recorder:
    """Decide-and-record with the read rows of every kind; where somebody listens, webhooks are written too."""
    rows: dict[str, Projection] = {
        "contract": ContractRows(),
        "exchange": ExchangeRows(),
        "filing": FilingRows(),
        "membership": MembershipRows(),
        "program": ProgramRows(),
        "rollout": RolloutRows(),
    }
    return Recorder(engine, rows, spread_s=spread_s, seals=seals, webhooks=webhooks)


GRACE_S = 25
"""How long what is under way may take once the process is told to stop: longer than any outside effect."""

REHEARSAL_GRACE_S = 2
"""The supervisor of `make run` waits three seconds, and what was cut off is done again."""


def deployment(settings: Settings) -> WorkerDeploymentConfig | None:
    """The version of this worker: what it begins stays with it until it goes on as a new run; None: no version."""
    if settings.build_id is None:
        return None
    return WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(settings.deployment, settings.build_id),
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.PINNED,
    )


def queues(client: Client, engine: Engine, settings: Settings) -> dict[str, Callable[[], Worker]]:
    """By queue, what makes its worker: one that has failed cannot run again, so another is made."""
    records = recorder(
        engine, webhooks=settings.webhook_url is not None, spread_s=settings.spread_s, seals=asked_for(settings)
    )
    shared: dict[str, Any] = {
        "interceptors": [PlainFailures()],
        "graceful_shutdown_timeout": timedelta(seconds=REHEARSAL_GRACE_S if settings.rehearsal else GRACE_S),
        "workflow_task_poller_behavior": PollerBehaviorAutoscaling(),
        "activity_task_poller_behavior": PollerBehaviorAutoscaling(),
        "deployment_config": deployment(settings),
    }
    if settings.build_id is None:
        # Unnamed, the SDK would read the code of every module that is loaded to make a name nobody asks for.
        shared["build_id"] = "unversioned"
    known = seals_of(settings)
    # Outside all others, and also where no seal is asked for yet: a worker beside this one may ask for it already.
    of_effects = [*([SealedResults(known)] if known is not None else []), *shared["interceptors"], OnRecord(engine)]
    recording = ThreadPoolExecutor(RECORDING_THREADS, thread_name_prefix="record")
    contracts = partial(
        Worker,
        client,
        task_queue=CONTRACTS_QUEUE,
        workflows=WORKFLOWS,
        activities=[records.decide_and_record],
        # Whoever reaches Temporal could schedule it from an execution of their own, and decide in anybody's name.
        no_remote_activities=True,
        activity_executor=recording,
        max_concurrent_local_activities=RECORDING_THREADS,
        max_cached_workflows=2_000,
        workflow_runner=runner(),
        **shared,
    )
    carrier = partial(
        Worker,
        client,
        task_queue=CARRIER_QUEUE,
        activities=_at_ntt(client, engine, settings),
        max_concurrent_activities=20,
        max_activities_per_second=100,
        **{**shared, "interceptors": [*of_effects, Silence(engine, client)]},
    )
    runs = partial(
        Worker,
        client,
        task_queue=RUNS_QUEUE,
        activities=_of_many(client, engine, records, settings),
        max_concurrent_activities=RUNS_AT_ONCE,
        **{**shared, "interceptors": of_effects},
    )
    return {CONTRACTS_QUEUE: contracts, CARRIER_QUEUE: carrier, RUNS_QUEUE: runs}


def _at_ntt(client: Client, engine: Engine, settings: Settings) -> list[Callable[..., Any]]:
    """Effects outside: at NTT's two companies and at the storage service."""
    urls = {"EAST": settings.carrier_url_east, "WEST": settings.carrier_url_west}
    filings = FilingEffects(engine, client, CarrierGateway(urls))
    storage = StorageEffects(engine, StorageService(settings.storage_url))
    exchanges = ExchangeEffects(engine, client, MessageGateway(urls))
    return [
        filings.start_filing,
        filings.send_filing,
        filings.report_to_contract,
        filings.withdraw_filing,
        filings.send_withdrawal,
        filings.send_correction,
        storage.revert_storage,
        storage.set_storage_capacity,
        exchanges.send_fee_payment,
        exchanges.tell_membership,
    ]


def _of_many(client: Client, engine: Engine, records: Recorder, settings: Settings) -> list[Callable[..., Any]]:
    """Set-based runs, and commands for many."""
    mass = MassCommand(client, records)
    rollouts = RolloutRuns(engine, mass)
    statements = StatementRuns(engine, client, records, mass)
    club = ClubRuns(
        engine,
        client,
        mass,
        records,
        wakes_per_s=None if settings.rehearsal else settings.moves_per_s,
        webhooks=settings.webhook_url is not None,
    )
    return [
        rollouts.send_notices,
        rollouts.move_contracts,
        rollouts.wake_contracts,
        statements.issue_statements,
        statements.check_overdue,
        club.book_monthly_points,
        club.expire_points,
        club.remind_expiring,
        club.advise_end,
        club.advise_reversion,
        club.announce_wind_down,
        club.wake_memberships,
        club.end_memberships,
        club.wake_ended,
    ]


Parts = dict[str, Callable[[], Awaitable[object]]]


async def serve(settings: Settings) -> None:
    """Work until SIGINT or SIGTERM, beside the queues the outbox relay, unless relays of their own are enough.

    Raises:
        NoRoomError: the database takes no more connections than others may ask for already.
        SettingsError: no database is named, or the port of the figures is taken.
    """
    engine = database_engine(settings.require_database_url(), pool_size=RECORDING_THREADS + 8, claims=True)
    await asyncio.to_thread(ensure_room_if_it_answers, engine)
    client = await connect(settings, watched=True)
    stop = _told_to_stop()
    with page(settings):
        await _keep(parts_of_worker(engine, client, settings, stop), stop)


def parts_of_worker(engine: Engine, client: Client, settings: Settings, stop: asyncio.Event) -> Parts:
    """Name → what runs side by side in a worker until told to stop."""
    parts: Parts = {
        **(_relaying(engine, client, settings, stop) if settings.worker_relay else {}),
        "starter": partial(Starter(engine, client).run, stop),
        "healer": partial(_healer(engine, client, settings).run, stop),
        "pulse": partial(_say_alive, settings, "worker", stop),
        "figures": partial(_until, House(engine).keep, stop),
        "problems": partial(Problems(client).run, stop),
    }
    if settings.build_id is not None:
        versions = Versions(client, settings.deployment)
        upgrades = Upgrades(engine, client, versions, settings.build_id, settings.promote, settings.moves_per_s)
        parts["versions"] = partial(upgrades.run, stop)
    for name, make in queues(client, engine, settings).items():
        parts[f"queue {name}"] = partial(_work, make, stop)
    return parts


def _healer(engine: Engine, client: Client, settings: Settings) -> Healer:
    notes = recorder(engine, webhooks=settings.webhook_url is not None)
    return Healer(
        engine,
        client,
        overdue_s=OVERDUE_S + settings.spread_s,
        noted=Noted(engine, client, notes),
        left=LeftBehindContracts(engine, notes),
    )


RELAY_CONNECTIONS = 6
"""Of a relay process: a row under way in each lane, the look for rows, the figures."""

RELAY_OVERFLOW = 2
"""Rows that are given up are noted over connections of their own."""


async def serve_relay(settings: Settings) -> None:
    """Deliver the outbox until SIGINT or SIGTERM, and nothing else; any number may run beside workers that do too.

    It needs no Temporal server to deliver: that is only told what was given up.

    Raises:
        NoRoomError, SettingsError: as `serve`.
    """
    engine = database_engine(
        settings.require_database_url(), pool_size=RELAY_CONNECTIONS, max_overflow=RELAY_OVERFLOW, claims=True
    )
    await asyncio.to_thread(ensure_room_if_it_answers, engine)
    client = await connect(settings, watched=True, lazy=True)
    stop = _told_to_stop()
    parts: Parts = {
        **_relaying(engine, client, settings, stop),
        "pulse": partial(_say_alive, settings, "relay", stop),
        "figures": partial(_until, House(engine).keep, stop),
    }
    with page(settings):
        await _keep(parts, stop)


def _relaying(engine: Engine, client: Client, settings: Settings, stop: asyncio.Event) -> Parts:
    """The parts that deliver the outbox."""
    undelivered = Undelivered(recorder(engine, webhooks=settings.webhook_url is not None), client)
    relay = Relay(engine, relay_config(settings), undelivered.note, undelivered.arrived)
    return {"outbox": partial(relay.run, stop), "undelivered": partial(undelivered.run, stop)}


def _told_to_stop() -> asyncio.Event:
    """Set by SIGINT and SIGTERM."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


async def _keep(parts: Parts, stop: asyncio.Event) -> None:
    async with asyncio.TaskGroup() as tasks:
        for name, run in parts.items():
            tasks.create_task(kept(name, run, stop))
        await stop.wait()
        _end_within(STOP_S)


async def _until(run: Callable[[], Coroutine[Any, Any, None]], stop: asyncio.Event) -> None:
    """Run what never ends by itself until told to stop.

    Raises:
        Exception: it has failed.
    """
    running, told = asyncio.create_task(run()), asyncio.create_task(stop.wait())
    await asyncio.wait({running, told}, return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    if running.done():
        await running
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def _work(make: Callable[[], Worker], stop: asyncio.Event) -> None:
    """Serve one queue until told to stop.

    Raises:
        Exception: its worker has failed; the other queues have not.
    """
    worker = make()
    running = asyncio.create_task(worker.run())
    told = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({running, told}, return_when=asyncio.FIRST_COMPLETED)
        if not running.done():
            await worker.shutdown()
        await running
    finally:
        told.cancel()


def relay_config(settings: Settings) -> RelayConfig:
    """Where mails and messages go."""
    password = settings.smtp_password.get_secret_value() if settings.smtp_password else None
    smtp = SmtpConfig(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=settings.mail_from,
        tls=settings.smtp_tls,
        user=settings.smtp_user,
        password=password,
    )
    urls = {"EAST": settings.carrier_url_east, "WEST": settings.carrier_url_west}
    if settings.webhook_url is not None and settings.webhook_secret is None:
        sys.exit(
            "KEIYAKU_WEBHOOK_URL needs KEIYAKU_WEBHOOK_SECRET (whsec_ and base64): without a signature its receiver "
            "could not tell our events from anybody's. `python3 deploy/make_env.py` makes one."
        )
    secrets = settings.webhook_secret.get_secret_value().split() if settings.webhook_secret else []
    return RelayConfig(smtp=smtp, carrier_urls=urls, webhook_url=settings.webhook_url, webhook_secrets=secrets)


async def _say_alive(settings: Settings, process: str, stop: asyncio.Event) -> None:
    """The supervisor reads the pid of a worker that polls, and when it was written last: one that hangs is replaced."""
    settings.home.mkdir(parents=True, exist_ok=True)
    while not stop.is_set():
        (settings.home / f"{process}.ready").write_text(str(os.getpid()))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PULSE_S):
                await stop.wait()


def _end_within(seconds: float) -> None:
    """End by then whatever threads are stuck in: a database that hangs answers no thread, and none can be cancelled.

    What was under way is done again by another worker, as after a kill; every decision and every effect allows it.
    """

    def end() -> None:
        log.warning("still at work after %g s: ending all the same; it is done again elsewhere", seconds)
        logging.shutdown()
        os._exit(0)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()


def main(settings: Settings | None = None) -> None:
    """Run the worker process."""
    asyncio.run(serve(settings or Settings.load()))


def relay(settings: Settings) -> None:
    """Run the relay process."""
    asyncio.run(serve_relay(settings))


if __name__ == "__main__":
    main()
