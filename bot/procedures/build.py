"""Files that build on one another: the texts that bind together, and the one table that they make.

A child names its parent in `builds_on` and states only its changes. Both texts bind, so both are kept: the child's,
then each parent's, joined by a line that no TOML document can contain. Such a text is read without any file.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.domain.places import Trouble, shown
from bot.procedures.merge import merge
from bot.procedures.unusable import UnusableProcedure, unusable

HERE = Path(__file__).parent
SEPARATOR = "\n\f\n"
LARGEST = 1_000_000
"""Bytes of one file; a long procedure has a twentieth of that."""


def bundled() -> tuple[str, ...]:
    """The ids of the procedures that come with the program."""
    return tuple(sorted(file.stem for file in HERE.glob("*.toml")))


def gather(name: str) -> str:
    """The whole text of a procedure: that of its file and of every file it builds on. Raises `UnusableProcedure`."""
    file = _place(name, Path())
    texts, files = [_text(file, name)], [file.resolve()]
    while SEPARATOR not in texts[-1] and (parent := _parent(texts[-1])):
        file = _place(parent, files[-1].parent)
        texts.append(_text(file, name, parent))
        files.append(file.resolve())
        if files[-1] in files[:-1]:
            circle = " → ".join(file.name for file in files)
            raise unusable(name, f"goes round in a circle: {circle}; one of them must build on none", "builds_on")
    return SEPARATOR.join(texts)


def assemble(text: str, name: str) -> dict[str, Any]:
    """The one table that a whole text makes, every parent's changed by its child's. Raises `UnusableProcedure`."""
    tables: list[dict[str, Any]] = []
    for part in text.split(SEPARATOR):
        tables.append(_parsed(part, name, f"file {shown(_builds_on(tables[-1]))}" if tables else "file"))
    troubles = list(_chain(tables))
    if troubles:
        raise UnusableProcedure(name, tuple(troubles))
    table = tables.pop()
    try:
        while tables:
            table = merge(tables.pop(), table, troubles)
    except RecursionError as deep:
        raise unusable(name, "its tables lie too deep in one another") from deep
    if troubles:
        raise UnusableProcedure(name, tuple(troubles))
    return table


def _place(name: str, folder: Path) -> Path:
    return HERE / f"{name}.toml" if name in bundled() else folder / name


def _text(file: Path, name: str, parent: str = "") -> str:
    """The text of one file, of whatever system it comes from."""
    where, who = ("builds_on", f"“{shown(parent)}”: ") if parent else ("file", "")
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST + 1)
    except (OSError, ValueError) as missing:
        why = f"there is no such file that can be read; bundled procedures: {', '.join(bundled())}"
        raise unusable(name, f"{who}{why}", where) from missing
    if len(content) > LARGEST:
        raise unusable(name, f"{who}is larger than {LARGEST:,} bytes, which no procedure is", where)
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as broken:
        raise unusable(name, f"{who}isn't UTF-8 text; save it as UTF-8", where) from broken


def _parent(text: str) -> str:
    """What a text says it builds on; nothing where it can't be read, which is said when it is."""
    try:
        return _builds_on(tomllib.loads(text))
    except (ValueError, RecursionError):
        return ""


def _builds_on(table: dict[str, Any]) -> str:
    parent = table.get("builds_on")
    return parent.strip() if isinstance(parent, str) else ""


def _parsed(part: str, name: str, where: str) -> dict[str, Any]:
    try:
        return tomllib.loads(part)
    except (ValueError, RecursionError) as broken:
        raise unusable(name, f"isn't TOML: {broken}", where) from broken


def _chain(tables: list[dict[str, Any]]) -> Iterator[Trouble]:
    """Whether each table names the one after it, and the last one none."""
    *children, last = tables
    if not all(map(_builds_on, children)):
        yield Trouble("builds_on", "another text follows, and it isn't named; name what it builds on")
    if parent := _builds_on(last):
        yield Trouble("builds_on", f"the text of “{shown(parent)}” doesn't follow; load the file, not its text alone")
    elif "builds_on" in last:
        yield Trouble("builds_on", "must be the name of another procedure, in quotation marks")
    elif "remove" in last:
        yield Trouble("remove", "only a file that builds on another (builds_on) can remove anything")
