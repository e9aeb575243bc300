"""The lines of the log, as the fields that they hold."""

from __future__ import annotations

from typing import Any

import pytest


def lines(caplog: pytest.LogCaptureFixture, event: str) -> list[dict[str, Any]]:
    """The fields of every line with this event, but for those that differ from run to run."""
    found = [record.msg for record in caplog.records if isinstance(record.msg, dict)]
    return [
        {name: value for name, value in fields.items() if name not in ("event", "code", "place", "milliseconds")}
        for fields in found
        if fields["event"] == event
    ]
