"""Traces from the door through Temporal to the SQL, for an OpenTelemetry collector; off unless one is named.

Spans are made by the maintained instrumentations. What leaves this process is a list of attributes that name no person:
routes instead of addresses, statements without their parameters, and of an error its type alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from models.said import said
from settings import Settings, SettingsError

if TYPE_CHECKING:
    from fastapi import FastAPI
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.sdk.trace.export import SpanExporter
    from temporalio.client import Interceptor

EXPORT_S = 3
"""A collector that does not answer costs its spans, and the end of a process no longer than this."""

KEPT = frozenset(
    {
        *("http.route", "http.request.method", "http.response.status_code", "http.method", "http.status_code"),
        *("db.system", "db.system.name", "db.statement", "db.query.text", "db.name", "db.namespace", "error.type"),
        *("temporalWorkflowID", "temporalRunID", "temporalActivityID", "temporalUpdateID", "exception.type"),
    }
)
"""Attributes of spans and of their events that leave the process; everything else stays."""

_on: list[Interceptor] = []
"""Empty while nothing is traced."""


def begin(settings: Settings, process: str) -> None:
    """Trace this process from here on, if the settings name a collector. Called once, before a database is opened.

    Raises:
        SettingsError: a collector is named, and the packages of the extra `otel` are not installed.
    """
    if settings.otlp_endpoint is None:
        return
    try:
        from opentelemetry import trace
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.instrumentation.psycopg import PsycopgInstrumentor
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from temporalio.contrib.opentelemetry import TracingInterceptor
    except ImportError as error:
        raise SettingsError(said("no_tracer", package=error.name)) from None
    provider = TracerProvider(resource=Resource.create({"service.name": f"keiyaku-{process}"}))
    exporter = OTLPSpanExporter(endpoint=f"{settings.otlp_endpoint}/v1/traces", timeout=EXPORT_S)
    provider.add_span_processor(BatchSpanProcessor(plain(exporter)))
    trace.set_tracer_provider(provider)
    PsycopgInstrumentor().instrument(tracer_provider=provider, capture_parameters=False)
    _on.append(TracingInterceptor(provider.get_tracer("keiyaku")))


def interceptors() -> Sequence[Interceptor]:
    """What a client, and the workers made with it, trace with."""
    return tuple(_on)


def instrument(app: FastAPI) -> None:
    """Trace every request of the doors but those of health checks."""
    if not _on:
        return
    from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor

    FastAPIInstrumentor.instrument_app(app, excluded_urls="livez,healthz,metrics", exclude_spans=["receive", "send"])


def plain(exporter: SpanExporter) -> SpanExporter:
    """An exporter that lets only what is `KEPT` through."""
    from opentelemetry.sdk.trace import Event, ReadableSpan
    from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
    from opentelemetry.trace import Status

    def kept(attributes: Any) -> dict[str, Any]:
        return {name: value for name, value in (attributes or {}).items() if name in KEPT}

    class Plain(SpanExporter):
        def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
            # A statement under no request and no decision is the look of a relay or of the figures, several a second.
            told = [each for each in spans if each.parent is not None or "db.system" not in (each.attributes or {})]
            return exporter.export([self._bare(span) for span in told])

        def shutdown(self) -> None:
            exporter.shutdown()

        def force_flush(self, timeout_millis: int = 30_000) -> bool:
            return exporter.force_flush(timeout_millis)

        @staticmethod
        def _bare(span: ReadableSpan) -> ReadableSpan:
            return ReadableSpan(
                name=span.name,
                context=span.context,
                parent=span.parent,
                resource=span.resource,
                attributes=kept(span.attributes),
                events=[Event(each.name, kept(each.attributes), each.timestamp) for each in span.events],
                links=span.links,
                kind=span.kind,
                status=Status(span.status.status_code),  # its description quotes the error
                start_time=span.start_time,
                end_time=span.end_time,
                instrumentation_scope=span.instrumentation_scope,
            )

    return Plain()
