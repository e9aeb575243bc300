"""Events as canonical JSON and back, with people's words left out of it."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, get_args

import cattrs
import orjson

from bot.domain.authority import AuthorityEvent, PersonEvent
from bot.domain.errors import NewerEvent, TrailBroken
from bot.domain.events import Event
from bot.domain.evidence import EvidenceEvent
from bot.domain.words import Words
from storage.verifier import digest

AnyEvent = Event | PersonEvent | AuthorityEvent | EvidenceEvent

VERSION = 1
"""Of the events' shapes. Older ones are brought up to date on reading, never rewritten."""

_KNOWN: dict[str, type] = {kind.__name__: kind for kind in get_args(AnyEvent)}
SALT = 16
"""Bytes of the salt of each digest."""
_CANONICAL = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_UTC_Z


@dataclasses.dataclass(frozen=True, kw_only=True)
class Said:
    """A person's words on their way into the table of words."""

    digest: str
    salt: bytes
    text: str


def canonical(value: Any) -> bytes:
    """RFC 8785 form, given ASCII keys, no floats and integers below 2^53; a test compares it with a reference."""
    return orjson.dumps(value, option=_CANONICAL)


def pack(event: AnyEvent) -> tuple[bytes, list[Said]]:
    """The canonical body of an event, and the words in it, which the body names only by salted digest."""
    said: list[Said] = []

    def plain(value: Any) -> Any:
        if isinstance(value, Words):
            return {"words": _salted(value, said)}
        if dataclasses.is_dataclass(value):
            return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        raise TypeError(f"{type(value).__name__} has no place in the trail")

    body = orjson.dumps(event, default=plain, option=_CANONICAL)
    return body, said


def _salted(value: Words, said: list[Said]) -> str:
    if not value.text:
        return ""
    salt = secrets.token_bytes(SALT)
    salted = digest(salt, value.text)
    said.append(Said(digest=salted, salt=salt, text=value.text))
    return salted


def unpack(type_name: str, body: str, shelf: Mapping[str, Words]) -> AnyEvent:
    """The event, with its words from the shelf. Raises `NewerEvent` for a type that this version doesn't know."""
    kind = _KNOWN.get(type_name)
    if kind is None:
        raise NewerEvent(f"the trail holds an event “{type_name}”, which this version doesn't know")
    event: AnyEvent = _CONVERTER.structure(_with_words(orjson.loads(body), shelf), kind)
    return event


def _with_words(node: Any, shelf: Mapping[str, Words]) -> Any:
    if isinstance(node, dict):
        if node.keys() == {"words"} and isinstance(node["words"], str):
            named = node["words"]
            if named and named not in shelf:
                raise TrailBroken(f"the words {named[:12]}… are missing without a record of their erasure")
            return shelf[named] if named else Words("")
        return {key: _with_words(value, shelf) for key, value in node.items()}
    if isinstance(node, list):
        return [_with_words(value, shelf) for value in node]
    return node


def _converter() -> cattrs.Converter:
    converter = cattrs.Converter(detailed_validation=False)
    converter.register_structure_hook(Words, lambda value, _: value)
    converter.register_structure_hook(datetime, lambda value, _: datetime.fromisoformat(value))
    converter.register_structure_hook(date, lambda value, _: date.fromisoformat(value))
    return converter


_CONVERTER = _converter()
