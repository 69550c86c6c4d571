"""What of a span leaves the process."""

from __future__ import annotations

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Status, StatusCode

from service.watching.traces import plain


def test_a_span_leaves_without_what_was_typed_and_without_the_words_of_an_error() -> None:
    """Addresses, parameters and texts of errors stay; the route, the statement and the error's type go out.

    A statement that belongs to no request stays as well.
    """
    kept = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(plain(kept)))
    tracer = provider.get_tracer("test")
    tracer.start_span("SELECT", attributes={"db.system": "postgresql"}).end()
    with tracer.start_as_current_span("door") as span:
        span.set_attributes({"http.route": "/v1/people", "url.full": "http://x/v1/people?q=taro", "user": "taro"})
        span.record_exception(ValueError("taro@example.jp"))
        span.set_status(Status(StatusCode.ERROR, "taro@example.jp"))
        tracer.start_span("SELECT", attributes={"db.system": "postgresql", "db.statement": "select %s"}).end()
    statement, door = kept.get_finished_spans()
    assert dict(statement.attributes or {}) == {"db.system": "postgresql", "db.statement": "select %s"}
    assert dict(door.attributes or {}) == {"http.route": "/v1/people"}
    assert [dict(each.attributes or {}) for each in door.events] == [{"exception.type": "ValueError"}]
    assert (door.status.status_code, door.status.description) == (StatusCode.ERROR, None)
    assert "taro" not in door.to_json()
