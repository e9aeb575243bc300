"""Spans for whoever traces the bot. Without OpenTelemetry's SDK in the process they cost and do nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.trace import Status, StatusCode

_tracer = trace.get_tracer("positive_challenge")


@contextmanager
def span(name: str, *, action: str = "", reference: str = "") -> Iterator[None]:
    """Time a piece of work. Of an exception only the class is noted: its message may quote a person."""
    attributes = {key: value for key, value in (("action", action), ("reference", reference)) if value}
    with _tracer.start_as_current_span(
        name, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield
        except Exception as problem:
            current.set_status(Status(StatusCode.ERROR, type(problem).__name__))
            raise
