"""The page of figures of a process without doors, and the Temporal SDK's own figures on every page."""

from __future__ import annotations

import functools
import logging
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import httpx
from prometheus_client import REGISTRY, Metric, disable_created_metrics, start_http_server
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig

from models.said import said, trouble
from settings import LOOPBACK, Settings, SettingsError

log = logging.getLogger(__name__)

TRIES = 5
"""A port that was free a moment ago may be taken by the time the SDK asks for it."""

ANSWER_S = 2.0


class SdkFigures(Collector):
    """What the SDK tells of its pollers, slots, tasks and calls, read from its own exporter on loopback."""

    def __init__(self, url: str) -> None:
        """Where the exporter answers."""
        self._client = httpx.Client(timeout=ANSWER_S, trust_env=False)
        self._url = url

    def describe(self) -> Iterable[Metric]:
        """Nothing: what there is depends on what has happened."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """One family after the other, as the SDK names them."""
        try:
            said = self._client.get(self._url).text
        except httpx.HTTPError as error:
            log.warning("the SDK's figures cannot be read: %s", type(error).__name__)
            return
        yield from text_string_to_metric_families(said)


@functools.cache
def watched_runtime() -> Runtime:
    """The SDK's runtime of this process, whose figures are on its page; one for the life of the process."""
    # A second series beside each, which says only when this process began.
    disable_created_metrics()  # type: ignore[no-untyped-call]
    for left in reversed(range(TRIES)):
        with socket.create_server((LOOPBACK, 0)) as held:
            address = f"{LOOPBACK}:{held.getsockname()[1]}"
        try:
            runtime = Runtime(
                telemetry=TelemetryConfig(
                    metrics=PrometheusConfig(
                        bind_address=address, counters_total_suffix=True, unit_suffix=True, durations_as_seconds=True
                    )
                )
            )
        except (RuntimeError, ValueError):
            if not left:
                raise
            continue
        REGISTRY.register(SdkFigures(f"http://{address}/metrics"))
        return runtime
    raise AssertionError


@contextmanager
def page(settings: Settings) -> Iterator[None]:
    """Serve `/metrics` beside the work of this process, where the settings say so.

    Raises:
        SettingsError: the port is taken.
    """
    if settings.metrics_port is None:
        yield
        return
    try:
        server, thread = start_http_server(settings.metrics_port, settings.metrics_host)
    except OSError as error:
        where = {"port": settings.metrics_port, "host": settings.metrics_host}
        raise SettingsError(said("metrics_unusable", **where, why=trouble(error))) from None
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
