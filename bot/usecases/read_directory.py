"""From the three directory files to a `Directory`, or every fault in them at once; and what is doubtful about it.

The files are `units.csv`, `people.csv` with a row for each post, and `children.csv` with a column for each role
that the procedure looks up on the child.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.errors import Fault
from bot.domain.people import Child, Directory, Person, Post
from bot.domain.procedure import Procedure
from bot.domain.validity import Trouble
from bot.usecases.read_csv import Row, Troubles, near, read_rows

UNITS, PEOPLE, CHILDREN = "units.csv", "people.csv", "children.csv"
_UNIT_COLUMNS = ("unit", "parent")
_PEOPLE_COLUMNS = ("object_id", "name", "email", "role", "unit", "from", "until")
_CHILD_COLUMNS = ("reference", "name", "date_of_birth", "arena", "unit", "siblings")
_MAY_BE_THERE = ("plan_since", "reviews_held", "date_of_death")
"""Columns of `children.csv` that only a procedure with rules needs."""
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


class FaultyDirectory(Fault):
    """Directory files of which nothing was imported, with every reason."""

    def __init__(self, troubles: Sequence[Trouble]) -> None:
        self.troubles = tuple(troubles)
        lines = [f"{trouble.where}: {trouble.what}" for trouble in self.troubles]
        super().__init__("\n".join([f"Nothing was imported; {len(lines)} to put right:", *lines]))


def read_directory(
    units: str | bytes, people: str | bytes, children: str | bytes, procedure: Procedure, version: int
) -> Directory:
    """The directory that the three files describe, in the words of this procedure.

    Text as it was read, or bytes, which are then checked to be UTF-8. Raises `FaultyDirectory`.
    """
    reading = _Reading(procedure)
    on_child = tuple(role.id for role in procedure.roles if role.found == "on the child")
    reading.take_units(read_rows(UNITS, units, _UNIT_COLUMNS, reading.troubles))
    reading.take_people(read_rows(PEOPLE, people, _PEOPLE_COLUMNS, reading.troubles))
    reading.take_children(
        read_rows(CHILDREN, children, _CHILD_COLUMNS + on_child, reading.troubles, _MAY_BE_THERE), on_child
    )
    if reading.troubles.found:
        raise FaultyDirectory(reading.troubles.found)
    return Directory(
        version=version,
        people=reading.people,
        units=reading.units,
        posts=tuple(reading.posts),
        children=reading.children,
    )


@dataclass
class _Reading:
    """What has been read so far. A file that could not be read at all is not held against the others."""

    procedure: Procedure
    troubles: Troubles = field(default_factory=Troubles)
    units: dict[str, str | None] = field(default_factory=dict)
    units_known: bool = False
    people: dict[str, Person] = field(default_factory=dict)
    people_known: bool = False
    by_email: dict[str, str] = field(default_factory=dict)
    """E-mail in lower case → object id, of every row that has one."""
    posts: list[Post] = field(default_factory=list)
    children: dict[str, Child] = field(default_factory=dict)

    def take_units(self, rows: Sequence[Row] | None) -> None:
        if rows is None:
            return
        if not rows:
            self.troubles.add(UNITS, None, "names no unit; give at least the authority itself")
            return
        first: dict[str, int] = {}
        for row in rows:
            unit = row.need("unit")
            if unit and unit.casefold() in first:
                row.fault(f"unit “{unit}” is already on line {first[unit.casefold()]}; remove one of the two")
            elif unit:
                first[unit.casefold()] = row.line
                self.units[unit] = row.cells["parent"] or None
        self.units_known = True
        for row in rows:
            if row.cells["parent"]:
                self.unit(row, "parent")
        self.find_loops({row.cells["unit"]: row for row in reversed(rows)})

    def find_loops(self, rows: Mapping[str, Row]) -> None:
        cleared: set[str] = set()
        for start in self.units:
            path: list[str] = []
            here: str | None = start
            while here in self.units and here not in cleared and here not in path:
                path.append(here)
                here = self.units[here]
            if here in path:
                loop = [*path[path.index(here) :], here]
                rows[here].fault(f"the units go round in a circle: {' → '.join(loop)}; give one another parent")
            cleared.update(path)

    def unit(self, row: Row, column: str) -> str:
        unit = row.need(column)
        if unit and self.units_known and unit not in self.units:
            row.fault(f"no {column} is called “{unit}” in {UNITS}; {near(unit, self.units)}")
        return unit

    def take_people(self, rows: Sequence[Row] | None) -> None:
        if rows is None:
            return
        if not rows:
            self.troubles.add(PEOPLE, None, "names nobody")
            return
        self.people_known = True
        first: dict[str, int] = {}
        posts: dict[Post, int] = {}
        for row in rows:
            id = self.person(row, first)
            post = self.post(row, id)
            if id and post in posts:
                row.fault(f"is the same post as line {posts[post]}; remove one of the two")
            posts.setdefault(post, row.line)
        self.posts = list(posts)

    def person(self, row: Row, first: dict[str, int]) -> str:
        """The object id of the person on this row, who is kept if they are new; or an empty string."""
        id, name, email = self.object_id(row), row.need("name"), row.need("email")
        if email and not _EMAIL.fullmatch(email):
            row.fault(f"email “{email}” is not an e-mail address; write it like name@council.gov.uk")
        holder = self.by_email.setdefault(email.casefold(), id) if email else id
        if id and holder and holder != id:
            row.fault(f"{email} is the e-mail of another object id on line {first[holder]}; correct one of them")
        known = self.people.get(id)
        if known is None and id:
            self.people[id] = Person(id=id, name=name, email=email)
            first[id] = row.line
        elif known and name and known.name != name:
            row.fault(f"this object id is “{known.name}” on line {first[id]} and “{name}” here; write it the same")
        elif known and email and known.email.casefold() != email.casefold():
            row.fault(f"this object id has the e-mail {known.email} on line {first[id]} and {email} here; keep one")
        return id

    def object_id(self, row: Row) -> str:
        text = row.need("object_id")
        try:
            return str(uuid.UUID(text)) if text else ""
        except ValueError:
            row.fault(f"object_id “{text}” is no object id; copy it from Entra, like {uuid.UUID(int=0)}")
            return ""

    def post(self, row: Row, person: str) -> Post:
        role, unit = row.need("role"), self.unit(row, "unit")
        roles = [known.id for known in self.procedure.roles]
        if role and role not in roles:
            row.fault(f"the procedure knows no role “{role}”; {near(role, roles)}")
        since, until = row.day("from"), row.day("until")
        if since and until and until < since:
            row.fault(f"until {until} is before from {since}; correct one of them")
        return Post(person=person, role=role, unit=unit, since=since, until=until)

    def take_children(self, rows: Sequence[Row] | None, on_child: Sequence[str]) -> None:
        if rows is None:
            return
        if not rows:
            self.troubles.add(CHILDREN, None, "names no child")
        written: dict[str, str] = {}
        first: dict[str, int] = {}
        for row in rows:
            reference = row.need("reference")
            same = reference.casefold()
            if reference and same in written:
                row.fault(f"child {reference} is already on line {first[same]}; remove one of the two")
            elif reference:
                written[same], first[same] = reference, row.line
        for row in rows:
            child = self.child(row, written, on_child)
            self.children.setdefault(child.reference, child)

    def child(self, row: Row, written: Mapping[str, str], on_child: Sequence[str]) -> Child:
        arenas = [arena.id for arena in self.procedure.arenas]
        arena = row.need("arena")
        if arena and arena not in arenas:
            row.fault(f"the procedure knows no arena “{arena}”; {near(arena, arenas)}")
        born, died = row.day("date_of_birth"), row.day("date_of_death")
        if born and died and died < born:
            row.fault(f"date_of_death {died} is before date_of_birth {born}; correct one of them")
        return Child(
            reference=row.cells["reference"],
            name=row.need("name"),
            born=born,
            died=died,
            arena=arena,
            unit=self.unit(row, "unit"),
            siblings=self.siblings(row, written),
            workers={role: self.worker(row, role) for role in on_child if row.cells[role]},
            plan_since=row.day("plan_since"),
            reviews_held=row.number("reviews_held"),
        )

    def worker(self, row: Row, role: str) -> str:
        email = row.cells[role]
        if self.people_known and email.casefold() not in self.by_email:
            row.fault(f"no person in {PEOPLE} has the e-mail {email}, given as {role}; add them or correct it")
        return self.by_email.get(email.casefold(), "")

    def siblings(self, row: Row, written: Mapping[str, str]) -> tuple[str, ...]:
        """The references of the others; whoever lists a whole family on each row may name the child itself too."""
        found: list[str] = []
        for text in filter(None, (part.strip() for part in row.cells["siblings"].split(";"))):
            sibling = written.get(text.casefold())
            if sibling is None:
                row.fault(f"sibling “{text}” is no reference in {CHILDREN}; separate several with “;”")
            elif sibling != row.cells["reference"]:
                found.append(sibling)
        return tuple(dict.fromkeys(found))
