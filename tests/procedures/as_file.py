"""A procedure as the text of a file that says it: only what differs from the defaults, so that it can be read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, time
from typing import Any

from bot.domain.procedure import Procedure
from tests.domain.shown import default


def as_file(procedure: Procedure) -> str:
    """TOML, a line for each value and a table for each entry of a list. Its fingerprint is no part of a file."""
    said = dict(_said(procedure))
    said.pop("fingerprint", None)
    lists = {key: value for key, value in said.items() if isinstance(value, tuple) and is_dataclass(value[0])}
    plain = [_line(key, value) for key, value in said.items() if key not in lists]
    entries = [_entry(key, one) for key, value in lists.items() for one in value]
    return "\n\n".join(("\n".join(plain), *entries)) + "\n"


def _entry(key: str, table: Any) -> str:
    return "\n".join((f"[[{key}]]", *(_line(inner, value) for inner, value in _said(table))))


def _said(table: Any) -> Iterator[tuple[str, Any]]:
    """Each key whose value isn't the default."""
    for field in fields(table):
        value = getattr(table, field.name)
        if value != default(field):
            yield field.name, value


def _line(key: str, value: Any) -> str:
    return f"{_key(key)} = {_value(value)}"


def _key(key: str) -> str:
    return key if key.replace("_", "").isalnum() else json.dumps(key)


def _value(value: Any) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, tuple):
        return f"[{', '.join(map(_value, value))}]"
    if is_dataclass(value):
        return _table(dict(_said(value)))
    if isinstance(value, Mapping):
        return _table(value)
    return str(value)


def _table(table: Mapping[str, Any]) -> str:
    inner = ", ".join(_line(key, value) for key, value in table.items())
    return f"{{ {inner} }}" if inner else "{}"
