"""Somebody with every right on the database, who knows the program, and hasn't got the keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from sqlalchemy import text

from storage import log, merkle, tables
from storage.database import Connection, Database
from storage.signing import new_signer, signed_head
from storage.trail import content, fingerprint
from storage.verifier import FIRST

GUARDED = ("trail", "leaf", "node", "head")


class Meddler:
    """Changes what it likes, and makes the rest look right."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.writing() as connection:
            for table in GUARDED:
                if database.is_sqlite:
                    for act in ("update", "delete", "replace"):
                        connection.exec_driver_sql(f"DROP TRIGGER {table}_no_{act}")
                else:
                    connection.exec_driver_sql(f"DROP TRIGGER {table}_no_change ON {table}")

    def types(self, statement: str, **values: Any) -> int:
        with self.database.writing() as connection:
            return connection.execute(text(statement), values).rowcount

    def rehashes(self, stream: str) -> None:
        """Makes one stream a good chain again, with positions from 1 on."""
        with self.database.writing() as connection:
            self._rehash(connection, stream)

    def _rehash(self, connection: Connection, stream: str) -> None:
        table = tables.trail
        rows = connection.execute(table.select().where(table.c.stream == stream).order_by(table.c.position)).mappings()
        previous, fixed = FIRST, []
        for position, row in enumerate(rows.all(), start=1):
            new = {**row, "position": position, "previous": previous}
            previous = new["hash"] = fingerprint(content(new))
            fixed.append(new)
        connection.execute(table.delete().where(table.c.stream == stream))
        if fixed:
            connection.execute(table.insert(), fixed)

    def rewrites_the_log(self, order: Callable[[list[Any]], list[Any]] = lambda rows: rows) -> None:
        """Makes the log agree with the trail as it is now, kept hashes and all."""
        leaf, trail = tables.leaf, tables.trail
        with self.database.writing() as connection:
            before = {
                (row.stream, row.position): number
                for number, row in enumerate(connection.execute(leaf.select().order_by(leaf.c.index)))
            }
            rows = connection.execute(trail.select()).all()
            rows = order(sorted(rows, key=lambda row: before.get((row.stream, row.position), len(before))))
            for table in (leaf, tables.node, tables.unlogged):
                connection.execute(table.delete())
            connection.execute(
                leaf.insert(),
                [
                    {"index": number, "stream": row.stream, "position": row.position, "hash": row.hash}
                    for number, row in enumerate(rows)
                ],
            )
            log._complete(connection, 0, len(rows))

    def forgets_the_heads(self) -> None:
        self.types("DELETE FROM head")

    def signs_with_a_key_of_its_own(self, name: str) -> None:
        """A head over the log as it is now."""
        with self.database.writing() as connection:
            size = log.size(connection)
            last = log.last_head(connection)
            assert last is not None
            note = signed_head(size, merkle.root(size, log.Tiles(connection)), [new_signer(name)])
            connection.execute(tables.head.delete())
            connection.execute(tables.head.insert(), {"size": size, "at": last.at, "note": note})

    def edits(self, stream: str, position: int, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        """Changes the body of one event."""
        with self.database.writing() as connection:
            where = (tables.trail.c.stream == stream) & (tables.trail.c.position == position)
            body = connection.execute(tables.trail.select().where(where)).one().body
            new = orjson.dumps(change(orjson.loads(body)), option=orjson.OPT_SORT_KEYS).decode()
            assert new != body
            connection.execute(tables.trail.update().where(where).values(body=new))
