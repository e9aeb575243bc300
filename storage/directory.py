"""The directory of people, posts and children, read whole and kept in memory until it changes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, insert, select

from bot.domain.people import Child, Directory, Person, Post
from storage import tables, upsert

VERSION = "directory"


_VERSION = select(tables.counter.c.value).where(tables.counter.c.name == bindparam("name"))


class DirectoryShelf:
    """The directory as it was last read, renewed when an import has changed it."""

    def __init__(self) -> None:
        self._kept: Directory | None = None
        self._lock = Lock()

    def read(self, connection: Connection) -> Directory:
        version = directory_version(connection)
        with self._lock:
            while self._kept is None or self._kept.version != version:
                self._kept = _read(connection, version)
                version = directory_version(connection)  # an import may have come in between
            return self._kept


def directory_version(connection: Connection) -> int:
    """How often the directory was imported; 0: never."""
    return connection.execute(_VERSION, {"name": VERSION}).scalar() or 0


def _read(connection: Connection, version: int) -> Directory:
    people = {
        row.id: Person(id=row.id, name=row.name, email=row.email) for row in connection.execute(select(tables.person))
    }
    posts = tuple(
        Post(person=row.person, role=row.role, unit=row.unit, since=row.since, until=row.until)
        for row in connection.execute(select(tables.post).order_by(tables.post.c.person))
    )
    children = {
        row.reference: Child(
            reference=row.reference,
            name=row.name,
            born=row.born,
            arena=row.arena,
            unit=row.unit,
            siblings=tuple(json.loads(row.siblings)),
            workers=json.loads(row.workers),
            plan_since=row.plan_since,
            reviews_held=row.reviews_held,
            died=row.died,
        )
        for row in connection.execute(select(tables.child).order_by(tables.child.c.reference))
    }
    units = {row.name: row.parent for row in connection.execute(select(tables.unit))}
    return Directory(version=version, people=people, units=units, posts=posts, children=children)


def replace_directory(connection: Connection, directory: Directory) -> None:
    """Units and posts become what was imported; people and children are updated and nobody is deleted."""
    connection.execute(delete(tables.unit))
    connection.execute(delete(tables.post))
    _insert(connection, tables.unit, [{"name": name, "parent": up} for name, up in directory.units.items()])
    posts = [
        {"person": post.person, "role": post.role, "unit": post.unit, "since": post.since, "until": post.until}
        for post in directory.posts
    ]
    _insert(connection, tables.post, posts)
    people = list(directory.people.values())
    connection.execute(delete(tables.person).where(tables.person.c.id.in_([person.id for person in people])))
    _insert(connection, tables.person, [{"id": one.id, "name": one.name, "email": one.email} for one in people])
    connection.execute(delete(tables.child).where(tables.child.c.reference.in_(list(directory.children))))
    _insert(connection, tables.child, [_child_row(child) for child in directory.children.values()])
    upsert.put(connection, tables.counter, {"name": VERSION, "value": directory.version})


def forget_children(connection: Connection, references: Sequence[str]) -> None:
    """Take children out of the directory about whom nothing is kept any more."""
    connection.execute(delete(tables.child).where(tables.child.c.reference.in_(references)))
    upsert.put(connection, tables.counter, {"name": VERSION, "value": directory_version(connection) + 1})


def _child_row(child: Child) -> dict[str, Any]:
    return {
        "reference": child.reference,
        "name": child.name,
        "born": child.born,
        "arena": child.arena,
        "unit": child.unit,
        "siblings": json.dumps(list(child.siblings)),
        "workers": json.dumps(dict(child.workers)),
        "plan_since": child.plan_since,
        "reviews_held": child.reviews_held,
        "died": child.died,
    }


def _insert(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), list(rows))
