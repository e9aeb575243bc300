"""The report of a run, shown and written when the last benchmark is through."""

from __future__ import annotations

import pytest
from _pytest.terminal import TerminalReporter

from tests.benchmarks.report import FULL, OUT, Report

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
