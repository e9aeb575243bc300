"""From the tables of a procedure file to the dataclasses of the language, naming what has the wrong form."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, time
from typing import Any, Literal, get_args, get_origin

import cattrs
from cattrs.cols import homogenous_tuple_structure_factory, mapping_structure_factory
from cattrs.gen import make_dict_structure_fn

from bot.domain.places import Trouble, entry, join, nearest, shown
from bot.domain.procedure import Procedure
from bot.procedures.merge import OWN

_PLAIN: Mapping[type, str] = {
    str: "text in quotation marks",
    int: "a whole number",
    bool: "true or false",
    date: "a date like 2026-04-07",
    time: "a time like 09:00:00",
    list: "a list in square brackets",
    dict: "a table",
}
_LARGEST = 10**9
"""No number of a procedure comes anywhere near."""
_HIDDEN = ("fingerprint",)
"""What a file can't say of itself."""


def structure(table: dict[str, Any]) -> tuple[Procedure | None, tuple[Trouble, ...]]:
    """The procedure, and what is wrong with its form.

    With words that aren't of the language there still is a procedure, that of the other words; with anything else
    wrong there is none.
    """
    try:
        return _STRICT.structure(table, Procedure), ()
    except cattrs.BaseValidationError as failures:
        troubles = tuple(_explain(failures, "", table))
    try:
        return _LENIENT.structure(table, Procedure), troubles
    except cattrs.BaseValidationError:
        return None, troubles


def _converter(*, strict: bool) -> cattrs.Converter:
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
    converter.register_structure_hook_factory(is_dataclass, lambda kind: _only(dict, _table(kind, converter, strict)))
    converter.register_structure_hook_factory(lambda kind: bool(_choices(kind)), _one_of)
    return converter


def _table(kind: type, converter: cattrs.Converter, strict: bool) -> Callable[[Any, Any], Any]:
    hidden: Any = {key: cattrs.override(omit=True) for key in _HIDDEN if key in _words(kind)}
    return make_dict_structure_fn(kind, converter, _cattrs_forbid_extra_keys=strict, **hidden)


def _words(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _is(container: type) -> Callable[[Any], bool]:
    """Whether a type is this container of something."""
    return lambda kind: get_origin(kind) is container


def _only(kind: type, structure: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda value, wanted: structure(_strictly(kind, value), wanted)


def _strictly(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise ValueError(f"must be {_PLAIN[kind]}, not {_as_written(value)}")
    if isinstance(value, int) and abs(value) > _LARGEST:
        raise ValueError("is far too large a number")
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
            return f"“{shown(value)}”"
        case bool():
            return str(value).lower()
        case int() if abs(value) > _LARGEST:
            return "so large a number"
        case list():
            return "a list"
        case dict():
            return "a table"
        case _:
            return str(value)


_STRICT, _LENIENT = _converter(strict=True), _converter(strict=False)


def _explain(failure: BaseException, where: str, at: Any) -> Iterator[Trouble]:
    """The places and remedies in what cattrs raises, which nests as the file does. `at` is what stands there."""
    match failure:
        case cattrs.ForbiddenExtraKeysError(extra_fields=unknown, cl=kind):
            yield from (Trouble(join(where, key), _unknown(key, kind)) for key in sorted(unknown))
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


def _unknown(key: str, kind: Any) -> str:
    """What was probably meant by a key that isn't a word of the language here."""
    top = {*_words(Procedure), *OWN}.difference(_HIDDEN)
    meant = nearest(key, sorted(top) if kind is Procedure else _words(kind))
    if meant:
        return f"isn't a word of the language; did you mean “{meant}”?"
    if key in top:
        return "isn't a word of the language here; it belongs at the top of the file, above the first table"
    return "isn't a word of the language; check its spelling"


def _step(where: str, at: Any, step: str | int) -> tuple[str, Any]:
    """One step down: by key or, in a list, by the entry's own id, or by its number from 1."""
    if isinstance(step, int):
        return entry(where, step + 1, at[step].get("id") if isinstance(at[step], dict) else None), at[step]
    return join(where, step), at.get(step) if isinstance(at, dict) else None
