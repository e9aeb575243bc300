"""The made-up authority: its directory, and the people through whose eyes the demo is seen.

Fenmarsh County Council, its people and its children are invented; no one in the files exists. They are the same under
every procedure, and only their posts differ: each bundled procedure has a folder of its own beside the files that all
share, with `people.csv` and with `windows.toml`, which says who has a window. `CHILD` is the child whose whole chain
goes through them.
"""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.domain.errors import Fault
from bot.domain.people import Directory
from bot.domain.procedure import Procedure
from bot.usecases.read_directory import read_directory

DATA = Path(__file__).parent / "data"
"""Holds `units.csv`, `children.csv` and a folder for each bundled procedure."""
CHILD = "MOS-10423"
PROCEDURE = "lincolnshire"
"""The bundled procedure that is played where none is named."""
SENDER = "Positive Challenge <positive.challenge@fenmarsh.example>"
OPERATOR = "operator@fenmarsh.example"
AUDITOR = "auditor@fenmarsh.example"
_Row = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class OnStage:
    """Somebody with a window of their own: an entry of `windows.toml`."""

    key: str
    """A short word for the person, used in addresses."""
    email: str
    """Who it is in `people.csv`."""
    line: str
    """What to type first."""
    why: str
    """What that shows."""


def on_stage(procedure: Procedure) -> tuple[OnStage, ...]:
    """Who has a window under this procedure, at most six: nobody who holds no post in it."""
    entries = tomllib.loads((_folder(procedure) / "windows.toml").read_text("utf-8"))["windows"]
    in_post = {row["email"] for row in _people(procedure)}
    return tuple(OnStage(**entry) for entry in entries if entry["email"] in in_post)


def made_up_directory(procedure: Procedure) -> Directory:
    """The made-up authority in the words of this procedure; what only others know is left out.

    Raises `Fault` where nobody holds any of its roles.
    """
    people = _people(procedure)
    if not people:
        raise Fault(
            f"The made-up authority has nobody for the roles of {procedure.title}: it can't be tried with them."
        )
    units = (DATA / "units.csv").read_text("utf-8")
    return read_directory(units, _text(people), _text(list(_children(procedure, people))), procedure, version=1)


def roles_nobody_holds(procedure: Procedure, directory: Directory, on: date) -> tuple[str, ...]:
    """The titles of the posts that stand empty, so that nobody can be asked or told in them."""
    held = {post.role for post in directory.posts if post.held_on(on)}
    return tuple(role.title for role in procedure.roles if role.id not in held)


def _folder(procedure: Procedure) -> Path:
    """The folder of a bundled procedure; for any other, that in which most of its roles are held."""
    folders = sorted((file.parent for file in DATA.glob("*/people.csv")), key=lambda folder: folder.name != PROCEDURE)
    own = next((folder for folder in folders if folder.name == procedure.id), None)
    ids = {role.id for role in procedure.roles}
    return own or max(folders, key=lambda folder: len(ids & {row["role"] for row in _rows(folder / "people.csv")}))


def _people(procedure: Procedure) -> list[_Row]:
    ids = {role.id for role in procedure.roles}
    return [row for row in _rows(_folder(procedure) / "people.csv") if row["role"] in ids]


def _children(procedure: Procedure, people: list[_Row]) -> Iterator[_Row]:
    """The children, with a column for each role that this procedure looks up on the child."""
    arenas = [arena.id for arena in procedure.arenas]
    on_child = [role.id for role in procedure.roles if role.found == "on the child"]
    in_post = {row["email"] for row in people}
    for row in _rows(DATA / "children.csv"):
        of_itself = {name: row[name] for name in ("reference", "name", "date_of_birth", "unit", "siblings")}
        arena = row["arena"] if row["arena"] in arenas else arenas[0]
        workers = {role: row[role] if row.get(role) in in_post else "" for role in on_child}
        yield {**of_itself, "arena": arena, **workers}


def _rows(file: Path) -> list[_Row]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _text(rows: list[_Row]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
