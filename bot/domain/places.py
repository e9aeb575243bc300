"""Where in a procedure something stands, what the tables there name, and how a wrong name is answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from difflib import SequenceMatcher

from bot.domain.procedure import Procedure
from bot.domain.stages import Stage

LONGEST_WORD = 60
"""Characters. Anything longer is no misspelt word, and is shown shortened."""
LIKE_ENOUGH = 0.6
"""From 0, nothing in common, to 1, the same."""


@dataclass(frozen=True)
class Trouble:
    """One thing wrong, or doubtful, in a procedure: where, and what to do about it."""

    where: str
    what: str


@dataclass(frozen=True, kw_only=True)
class Naming:
    """A key that names things defined elsewhere: its place, the table it belongs to, and what it names."""

    where: str
    table: object
    names: tuple[str, ...]


def tables(procedure: Procedure) -> Iterator[tuple[str, object]]:
    """Every table of a procedure with its place, the outer ones first; the place of the whole is empty."""
    return tables_in("", procedure)


def tables_in(where: str, table: object) -> Iterator[tuple[str, object]]:
    """A table at a place, and every table within it."""
    yield where, table
    if not is_dataclass(table):
        return
    for field in fields(table):
        value, place = getattr(table, field.name), join(where, field.name)
        if is_dataclass(value):
            yield from tables_in(place, value)
        elif isinstance(value, tuple):
            for number, inner in enumerate(value, 1):
                if is_dataclass(inner):
                    yield from tables_in(entry(place, number, getattr(inner, "id", None)), inner)


def stages(procedure: Procedure) -> Iterator[tuple[str, Stage]]:
    """Every stage with its place, in order."""
    for number, stage in enumerate(procedure.stages, 1):
        yield entry("stages", number, stage.id), stage


def namings(procedure: Procedure, keys: Mapping[type, tuple[str, ...]]) -> Iterator[Naming]:
    """What every table of a procedure names under these keys. A key left out names nothing; an empty list does."""
    for where, table in tables(procedure):
        for key in keys.get(type(table), ()):
            for place, value in values(join(where, key), getattr(table, key)):
                if isinstance(value, tuple):
                    yield Naming(where=place, table=table, names=value)
                elif isinstance(value, str) and value:
                    yield Naming(where=place, table=table, names=(value,))


def values(where: str, value: object) -> Iterator[tuple[str, object]]:
    """What stands under a key, with its place: each value of a table that has keys of its own, or the one value."""
    if isinstance(value, Mapping):
        yield from ((join(where, key), inner) for key, inner in value.items())
    else:
        yield where, value


def join(where: str, step: str) -> str:
    """One step down from a place; a key that can't be read as it is stands in quotation marks."""
    step = step if step and step == shown(step) else f"“{shown(step)}”"
    return f"{where}.{step}" if where else step


def entry(where: str, number: int, id: object) -> str:
    """The place of a list's entry: by its own id or, where it has none, by its number from 1."""
    return join(where, id) if isinstance(id, str) and id.strip() else f"{where}[{number}]"


def shown(text: str) -> str:
    """A text of a file as it can stand in one line of a message."""
    line = text if text.isprintable() else "".join(sign if sign.isprintable() else "�" for sign in text)
    return line if len(line) <= LONGEST_WORD else f"{line[:LONGEST_WORD]}…"


def listed(names: Iterable[str]) -> str:
    return ", ".join(map(shown, names))


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that was probably meant, the first of several as near; or nothing."""
    likely = (each for each in known if max(len(word), len(each)) <= LONGEST_WORD)
    likeness = {each: SequenceMatcher(None, word, each).ratio() for each in likely}
    best = max(likeness, key=likeness.__getitem__, default="")
    return best if likeness.get(best, 0) >= LIKE_ENOUGH else ""


def not_among(what: str, name: str, known: Iterable[str]) -> str:
    """What to say of a name that nothing defines: the one that was probably meant, and all there are."""
    ids = tuple(known)
    meant = nearest(name, ids)
    unknown = f"no {what} is called “{shown(name)}”"
    if not meant:
        return f"{unknown}; there are: {listed(ids)}"
    return f"{unknown}; did you mean “{shown(meant)}”? There are: {listed(ids)}"
