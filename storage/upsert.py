"""Inserting where a row may be there already: both databases know the same words for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Insert = postgresql.Insert | sqlite.Insert


def insert_into(dialect: str, table: Table) -> Insert:
    """An insert that can say what happens on a conflict, which plain SQL can't."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def put(connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Make the row with this primary key what `row` says, whether it is there or not."""
    connection.execute(_put(connection.dialect.name, table, tuple(row)), dict(row))


@cache
def _put(dialect: str, table: Table, names: tuple[str, ...]) -> Insert:
    keys = [column.name for column in table.primary_key]
    statement = insert_into(dialect, table)
    changed = {name: statement.excluded[name] for name in names if name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)


def add(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows; one that is there already stays as it is."""
    if rows:
        connection.execute(_add(connection.dialect.name, table), rows)


@cache
def _add(dialect: str, table: Table) -> Insert:
    return insert_into(dialect, table).on_conflict_do_nothing()
