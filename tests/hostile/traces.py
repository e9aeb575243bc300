"""What stands in a database, to be compared before and after somebody tried something."""

from __future__ import annotations

from collections import Counter
from typing import Any

from storage import tables
from storage.database import Database

Rows = dict[str, Counter[Any]]
"""Table → its rows, each as often as it stands there."""

DESK = {"draft", "habit", "address"}
TABLES = [name for name in tables.metadata.tables if name != "alembic_version"]


def record(database: Database, *, but: str = "", reads: bool = False) -> Rows:
    """Every row of every table.

    `but`: without what one person alone has left: their own desk, their refusals and, with `reads`, that they read.
    """
    with database.reading() as connection:
        every = {name: connection.exec_driver_sql(f"SELECT * FROM {name}").all() for name in TABLES}
    left = {(row.stream, row.position) for row in every["trail"] if but and _left(row, but, reads)}
    return {name: Counter(row for row in rows if not _own(name, row, but, left)) for name, rows in every.items()}


def _left(event: Any, person: str, reads: bool) -> bool:
    """Whether an event says no more than that this person was refused, or was shown what they may see."""
    refused = event.stream == f"person:{person}" and event.type == "CommandRefused"
    return refused or (reads and event.type == "RecordRead" and event.by == person)


def _own(table: str, row: Any, person: str, left: set[tuple[str, int]]) -> bool:
    if table in ("trail", "unlogged"):
        return (row.stream, row.position) in left
    return bool(person) and table in DESK and row.person == person
