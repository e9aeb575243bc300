"""What is counted and measured. No label holds a reference, a name, a unit or anything that a person can choose."""

from __future__ import annotations

import logging
from math import nan
from typing import get_args

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from bot.telemetry.logs import Trouble, event_of

disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each, which nobody reads
PREFIX = "positive_challenge"
CONTENT_TYPE = CONTENT_TYPE_LATEST
WAYS = ("teams", "email")
OUTCOMES = ("delivered", "stale", "failed", "again", "unknown")
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 15.0)
"""Teams delivers anew what takes longer than about 15 seconds."""


class Metrics:
    """One set for each bot that is put together, so that several in one process don't mix."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        # Counted by this process
        self.turn_seconds = Histogram(
            f"{PREFIX}_turn_seconds",
            "Time from the arrival of what a person did to the answer.",
            ("kind", "action", "outcome"),
            buckets=SECONDS,
            registry=self.registry,
        )
        self.requests = self._counter("requests", "HTTP requests answered.", "route", "status")
        self.events = self._counter("events", "Events of challenges that were recorded, by type.", "event")
        self.refusals = self._counter("refusals", "Commands that were refused.", "reason")
        self.deliveries = self._counter("deliveries", "Attempts to send a message.", "way", "outcome")
        self.doubtful = self._counter(
            "doubtful_deliveries", "Messages sent though an earlier attempt may have arrived.", "way"
        )
        self.database_errors = self._counter("database_errors", "What the database raised.", "kind")
        self.troubles = self._counter("troubles", "Warnings and errors in the log.", "event")
        # Looked up when somebody asks
        self.round_age = self._gauge("round_age_seconds", "Time since a round of this process ended well.", "round")
        self.database_up = self._gauge("database_up", "Whether the database answered in time.")
        self.outbox_rows = self._gauge(
            "outbox_rows", "Messages of the whole authority that wait, are being sent, or have failed.", "state"
        )
        self.outbox_age = self._gauge("outbox_due_age_seconds", "How long the oldest due message has waited.")
        self.look_age = self._gauge("look_due_age_seconds", "How long a challenge has waited for the clock.")
        self.open_challenges = self._gauge(
            "open_challenges", "Open challenges by their stage's position in the procedure.", "position"
        )

        for event in get_args(Trouble):  # from 0, so that the first one is seen as an increase
            self.troubles.labels(event)
        for way in WAYS:
            self.doubtful.labels(way)
            for outcome in OUTCOMES:
                self.deliveries.labels(way, outcome)

    def _counter(self, name: str, about: str, *labels: str) -> Counter:
        return Counter(f"{PREFIX}_{name}", about, labels, registry=self.registry)

    def _gauge(self, name: str, about: str, *labels: str) -> Gauge:
        return Gauge(f"{PREFIX}_{name}", about, labels, registry=self.registry)

    def delivered(self, way: str, outcome: str, *, doubtful: bool) -> None:
        """Count one attempt to send. `doubtful`: an earlier one may have arrived, so this may be a duplicate."""
        self.deliveries.labels(way, outcome).inc()
        if doubtful and outcome in ("delivered", "unknown"):
            self.doubtful.labels(way).inc()

    def database_failed(self, kind: str) -> None:
        """Count one error of the database."""
        self.database_errors.labels(kind).inc()

    def database_is_down(self) -> None:
        """Nothing is known of what stands in the database."""
        self.database_up.set(0)
        for labelled in (self.outbox_rows, self.open_challenges):
            labelled.clear()
        for alone in (self.outbox_age, self.look_age):
            alone.set(nan)

    def text(self) -> bytes:
        """All of it as Prometheus reads it."""
        return generate_latest(self.registry)


class CountLines(logging.Handler):
    """Counts warnings and errors wherever in the process they are written."""

    def __init__(self, metrics: Metrics) -> None:
        super().__init__(logging.WARNING)
        self._metrics = metrics

    def emit(self, record: logging.LogRecord) -> None:
        self._metrics.troubles.labels(event_of(record)).inc()
