"""The report of a run, shown and written when the last benchmark is through; and empty databases of both kinds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from _pytest.terminal import TerminalReporter

from tests.benchmarks.report import FULL, OUT, Report
from tests.storage import postgres

_REPORT = Report()


@pytest.fixture
def report() -> Report:
    """Where a benchmark puts what it found."""
    return _REPORT


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    if FULL and _REPORT.findings:
        _REPORT.write(OUT)
        terminalreporter.section("benchmarks")
        for line in _REPORT.table():
            terminalreporter.write_line(line)
        terminalreporter.write_line(f"\nWritten to {OUT}.")


@dataclass(frozen=True)
class Empty:
    """An empty database."""

    kind: str
    url: str


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Empty]:
    """At full size PostgreSQL waits for the disk, as in service; SQLite always does."""
    if request.param == "SQLite":
        yield Empty("SQLite", f"sqlite:///{tmp_path / 'benchmark.db'}")
    elif FULL:
        with postgres.running(durable=True) as server, server.database() as url:
            yield Empty("PostgreSQL", url)
    else:
        yield Empty("PostgreSQL", request.getfixturevalue("postgres_url"))
