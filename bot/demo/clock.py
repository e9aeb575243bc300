"""A clock that can be moved, for the demo alone."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

_SPAN = re.compile(r"^\+?\s*(\d{1,4})\s*(hour|day|week)s?$", re.IGNORECASE)
LONGEST = timedelta(days=120)


class DemoClock:
    """The real time and an offset, which is kept in a file over a restart."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._offset = timedelta(seconds=json.loads(file.read_text())["seconds"]) if file.exists() else timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    def move(self, span: timedelta) -> None:
        self._offset += span
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(json.dumps({"seconds": self._offset.total_seconds()}))


def read_span(text: str) -> timedelta | None:
    """`+3 days`, `2 hours`, `1 week`; None for anything else, and for more than 120 days at once."""
    found = _SPAN.match(text.strip())
    if not found:
        return None
    span = (
        int(found[1])
        * {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}[found[2].lower()]
    )
    return span if timedelta() < span <= LONGEST else None
