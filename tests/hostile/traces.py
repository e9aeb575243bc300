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


def record(database: Database, *, but: str = "") -> Rows:
    """Every row of every table. `but`: without what one person alone has left: their own desk and their refusals."""
    with database.reading() as connection:
        every = {name: connection.exec_driver_sql(f"SELECT * FROM {name}").all() for name in TABLES}
    return {name: Counter(row for row in rows if not _own(name, row, but)) for name, rows in every.items()}


def _own(table: str, row: Any, person: str) -> bool:
    if not person:
        return False
    return (table in DESK and row.person == person) or (
        table == "trail" and row.stream == f"person:{person}" and row.type == "CommandRefused"
    )
