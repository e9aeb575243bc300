"""From the text of a procedure file to a `Procedure`, naming every fault of the file at once."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, time
from functools import lru_cache
from pathlib import Path
from typing import Any

import cattrs
from cattrs.gen import make_dict_structure_fn

from bot.domain import procedure as language
from bot.domain.errors import Fault
from bot.domain.procedure import Procedure
from bot.domain.validity import Trouble, doubts, faults

HERE = Path(__file__).parent
_PLAIN: Mapping[type, str] = {str: "text", int: "a whole number", bool: "true or false", date: "a date", time: "a time"}


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
    if not file.is_file():
        known = ", ".join(bundled())
        raise UnusableProcedure(name, (Trouble("file", f"there is no such file; bundled procedures: {known}"),))
    return read(file.read_text("utf-8"), name)


@lru_cache(maxsize=32)
def read(text: str, name: str = "the procedure") -> Loaded:
    """The procedure that a text describes. Raises `UnusableProcedure` with every fault found."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as broken:
        raise UnusableProcedure(name, (Trouble("file", f"isn't TOML: {broken}"),)) from broken
    try:
        procedure = _CONVERTER.structure(table, Procedure)
    except cattrs.BaseValidationError as failures:
        raise UnusableProcedure(name, tuple(_explain(failures, ""))) from failures
    found = tuple(faults(procedure))
    if found:
        raise UnusableProcedure(name, found)
    pinned = replace(procedure, fingerprint=hashlib.sha256(text.encode()).hexdigest())
    return Loaded(procedure=pinned, text=text, doubts=tuple(doubts(pinned)))


def _strict(kind: type) -> Callable[[Any, Any], Any]:
    def check(value: Any, _: Any) -> Any:
        if type(value) is not kind:
            raise ValueError(f"must be {_PLAIN[kind]}, not {value!r}")
        return value

    return check


def _converter() -> cattrs.Converter:
    converter = cattrs.Converter(forbid_extra_keys=True, prefer_attrib_converters=False)
    for kind in _PLAIN:
        converter.register_structure_hook(kind, _strict(kind))
    hidden = cattrs.override(omit=True)
    converter.register_structure_hook(
        language.Procedure,
        make_dict_structure_fn(
            language.Procedure, converter, _cattrs_forbid_extra_keys=True, fingerprint=hidden
        ),
    )
    return converter


_CONVERTER = _converter()


def _explain(failure: BaseException, where: str) -> list[Trouble]:
    """The places and remedies in what cattrs raises, which nests as the file does."""
    if isinstance(failure, cattrs.ForbiddenExtraKeysError):
        return [Trouble(_join(where, key), "isn't a word of the language; check its spelling") for key in
                sorted(failure.extra_fields)]
    if isinstance(failure, cattrs.BaseValidationError):
        with_notes, without = failure.group_exceptions() if hasattr(failure, "group_exceptions") else ([], [])
        found: list[Trouble] = []
        for inner, note in with_notes:
            step = getattr(note, "name", None)
            step = f"[{note.index}]" if step is None else str(step)
            found.extend(_explain(inner, _join(where, step)))
        for inner in without:
            found.extend(_explain(inner, where))
        return found
    if isinstance(failure, KeyError):
        return [Trouble(where, "is missing; add it")]
    return [Trouble(where or "file", str(failure).replace("Literal", "one of "))]


def _join(where: str, step: str) -> str:
    return f"{where}{step}" if step.startswith("[") or not where else f"{where}.{step}"
