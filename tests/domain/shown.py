"""What a failing example shows of the things that were drawn: only what differs from the defaults."""

from __future__ import annotations

from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any, Generic, TypeVar

from bot.domain.words import Words

One = TypeVar("One")
LONGEST = 40
"""Characters shown of a text."""


class Shown(Generic[One]):
    """Something that was drawn, with the text as which it shows."""

    def __init__(self, value: One, text: str = "") -> None:
        self.value = value
        self.text = text or brief(value)

    def __repr__(self) -> str:
        return self.text


def brief(value: Any) -> str:
    """In one line, without what has its default."""
    if isinstance(value, Words):
        return repr(value.text[:LONGEST])
    if is_dataclass(value):
        said = (field for field in fields(value) if getattr(value, field.name) != default(field))
        return f"{type(value).__name__}({', '.join(f'{one.name}={brief(getattr(value, one.name))}' for one in said)})"
    if isinstance(value, tuple):
        return f"({', '.join(map(brief, value))})"
    return str(value)


def default(field: Field[Any]) -> Any:
    return field.default_factory() if field.default_factory is not MISSING else field.default
