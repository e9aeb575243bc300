"""From the text of a procedure file to a `Procedure`, naming every fault of the file at once."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, is_dataclass, replace
from datetime import date, time
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import cattrs
from cattrs.cols import homogenous_tuple_structure_factory, mapping_structure_factory
from cattrs.gen import make_dict_structure_fn

from bot.domain.errors import Fault
from bot.domain.procedure import Procedure
from bot.domain.validity import Trouble, doubts, faults

HERE = Path(__file__).parent
_PLAIN: Mapping[type, str] = {
    str: "text in quotation marks",
    int: "a whole number",
    bool: "true or false",
    date: "a date like 2026-04-07",
    time: "a time like 09:00:00",
    list: "a list in square brackets",
    dict: "a table",
}


class UnusableProcedure(Fault):
    """A procedure file that can't be used, with every reason."""

    def __init__(self, name: str, troubles: tuple[Trouble, ...]) -> None:
        self.troubles = troubles
        lines = [f"{name} can't be used:", *(f"  {trouble.where}: {trouble.what}" for trouble in troubles)]
        super().__init__("\n".join(lines))


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """A usable procedure, the text it was read from, and what is doubtful about it."""

    procedure: Procedure
    text: str
    doubts: tuple[Trouble, ...]


def bundled() -> tuple[str, ...]:
    """The ids of the procedures that come with the program."""
    return tuple(sorted(file.stem for file in HERE.glob("*.toml")))


def load(name: str) -> Loaded:
    """A bundled procedure by id, or any file by path. Raises `UnusableProcedure`."""
    file = HERE / f"{name}.toml" if name in bundled() else Path(name)
    try:
        text = file.read_text("utf-8-sig")
    except UnicodeDecodeError as broken:
        raise _unusable(name, "isn't UTF-8 text; save it as UTF-8") from broken
    except (OSError, ValueError) as missing:
        why = f"there is no such file that can be read; bundled procedures: {', '.join(bundled())}"
        raise _unusable(name, why) from missing
    return read(text, name)


@lru_cache(maxsize=32)
def read(text: str, name: str = "the procedure") -> Loaded:
    """The procedure that a text describes. Raises `UnusableProcedure` with every fault found."""
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as broken:
        raise _unusable(name, f"isn't TOML: {broken}") from broken
    try:
        procedure = _CONVERTER.structure(table, Procedure)
    except cattrs.BaseValidationError as failures:
        raise UnusableProcedure(name, tuple(_explain(failures, "", table))) from failures
    found = tuple(faults(procedure))
    if found:
        raise UnusableProcedure(name, found)
    pinned = replace(procedure, fingerprint=hashlib.sha256(text.encode()).hexdigest())
    return Loaded(procedure=pinned, text=text, doubts=tuple(doubts(pinned)))


def _unusable(name: str, why: str) -> UnusableProcedure:
    return UnusableProcedure(name, (Trouble("file", why),))


def _converter() -> cattrs.Converter:
    """A converter that takes nothing for something else: no number for text, no text for a list."""
    converter = cattrs.Converter()
    for kind in (str, int, bool, date, time):
        converter.register_structure_hook(kind, lambda value, wanted: _strictly(wanted, value))
    converter.register_structure_hook_factory(
        _is(tuple),
        lambda kind: _only(list, homogenous_tuple_structure_factory(kind, converter)),
    )
    converter.register_structure_hook_factory(
        _is(Mapping),
        lambda kind: _only(dict, mapping_structure_factory(kind, converter)),
    )
    converter.register_structure_hook_factory(is_dataclass, lambda kind: _only(dict, _table(kind, converter)))
    converter.register_structure_hook_factory(lambda kind: bool(_choices(kind)), _one_of)
    return converter


def _table(kind: type, converter: cattrs.Converter) -> Callable[[Any, Any], Any]:
    hidden: Any = {"fingerprint": cattrs.override(omit=True)} if kind is Procedure else {}
    return make_dict_structure_fn(kind, converter, _cattrs_forbid_extra_keys=True, **hidden)


def _is(container: type) -> Callable[[Any], bool]:
    """Whether a type is this container of something."""
    return lambda kind: get_origin(kind) is container


def _only(kind: type, structure: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda value, wanted: structure(_strictly(kind, value), wanted)


def _strictly(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise ValueError(f"must be {_PLAIN[kind]}, not {_as_written(value)}")
    return value


def _choices(kind: Any) -> tuple[str, ...]:
    """What a literal, or several joined, allow; empty for anything else."""
    parts = get_args(kind) if get_origin(kind) is not Literal else (kind,)
    if not parts or any(get_origin(part) is not Literal for part in parts):
        return ()
    return tuple(choice for part in parts for choice in get_args(part))


def _one_of(kind: Any) -> Callable[[Any, Any], Any]:
    choices = _choices(kind)

    def check(value: Any, _: Any) -> Any:
        if not isinstance(value, str) or value not in choices:
            raise ValueError(f"must be one of: {', '.join(choices)}; not {_as_written(value)}")
        return value

    return check


def _as_written(value: Any) -> str:
    match value:
        case str():
            return f"“{value}”"
        case bool():
            return str(value).lower()
        case list():
            return "a list"
        case dict():
            return "a table"
        case _:
            return str(value)


_CONVERTER = _converter()


def _explain(failure: BaseException, where: str, at: Any) -> Iterator[Trouble]:
    """The places and remedies in what cattrs raises, which nests as the file does. `at` is what stands there."""
    match failure:
        case cattrs.ForbiddenExtraKeysError(extra_fields=unknown):
            for key in sorted(unknown):
                yield Trouble(_join(where, key), "isn't a word of the language; check its spelling")
        case cattrs.ClassValidationError() | cattrs.IterableValidationError():
            noted, others = failure.group_exceptions()
            for inner, note in noted:
                yield from _explain(inner, *_step(where, at, getattr(note, "name", getattr(note, "index", ""))))
            for inner in others:
                yield from _explain(inner, where, at)
        case KeyError():
            yield Trouble(where, "is missing; add it")
        case _:
            yield Trouble(where or "file", str(failure))


def _step(where: str, at: Any, step: str | int) -> tuple[str, Any]:
    """One step down: by key or, in a list, by the entry's own id, or by its number from 1."""
    if isinstance(step, int):
        inner = at[step]
        named = isinstance(inner, dict) and isinstance(inner.get("id"), str)
        return (_join(where, inner["id"]) if named else f"{where}[{step + 1}]"), inner
    return _join(where, step), at.get(step) if isinstance(at, dict) else None


def _join(where: str, step: str) -> str:
    return f"{where}.{step}" if where else step
