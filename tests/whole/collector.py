"""An OpenTelemetry collector for tests: takes spans over HTTP and keeps them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from embedded.ports import LOOPBACK


@dataclass(frozen=True)
class Span:
    """What was sent of one span."""

    service: str
    name: str
    trace: bytes
    attributes: dict[str, str]
    links: frozenset[bytes]
    """Other traces that it names."""
    raw: str
    """All of it, as text."""


@dataclass
class Collector:
    """The spans so far, and where they are sent to."""

    url: str = ""
    spans: list[Span] = field(default_factory=list)

    def of(self, name: str) -> list[Span]:
        """All spans of the traces in which a span of a name stands, and of traces that are linked to it."""
        found = {each.trace for each in self.spans if each.name == name}
        found |= {each.trace for each in self.spans if each.links & found}
        return [each for each in self.spans if each.trace in found]

    def take(self, body: bytes) -> None:
        """Keep what one request brings."""
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            named = {each.key: each.value.string_value for each in resource.resource.attributes}
            for scope in resource.scope_spans:
                for span in scope.spans:
                    attributes = {each.key: each.value.string_value for each in span.attributes}
                    links = frozenset(each.trace_id for each in span.links)
                    made = Span(named["service.name"], span.name, span.trace_id, attributes, links, str(span))
                    self.spans.append(made)


@contextmanager
def collecting() -> Iterator[Collector]:
    """A collector that listens inside the block."""
    collector = Collector()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """One batch."""
            collector.take(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing is said on the console."""

    with ThreadingHTTPServer((LOOPBACK, 0), Door) as server:
        collector.url = f"http://{LOOPBACK}:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield collector
        server.shutdown()
        thread.join()
