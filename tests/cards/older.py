"""A card as a client sees it that knows only version 1.2: whatever the schema says is newer is gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.client.card_rules import definitions

KNOWN = (1, 2)


def for_1_2(node: Any) -> Any:
    """The card with newer properties dropped, and newer elements replaced by their fallback or dropped."""
    if isinstance(node, list):
        return [older for entry in node if (older := for_1_2(entry)) is not None]
    if not isinstance(node, Mapping):
        return node
    kind = node.get("type")
    if kind in definitions() and _is_newer(definitions()[kind]):
        return for_1_2(node["fallback"]) if "fallback" in node else None
    return {
        key: value if key == "data" else for_1_2(value)
        for key, value in node.items()
        if kind is None or not any(_is_newer(rule) for rule in _rules(str(kind), key))
    }


def _rules(kind: str, key: str) -> Iterator[Mapping[str, Any]]:
    """What the schema says of a property: in the type itself, in what it extends, and in what it refers to."""
    definition = definitions().get(kind, {})
    if rule := definition.get("properties", {}).get(key):
        yield rule
        yield from _referred(rule)
    for base in definition.get("allOf", ()):
        yield from _rules(_name(base), key)


def _referred(rule: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if "$ref" in rule:
        yield definitions()[_name(rule)]


def _name(reference: Mapping[str, Any]) -> str:
    return str(reference["$ref"]).removeprefix("#/definitions/")


def _is_newer(rule: Mapping[str, Any]) -> bool:
    version = str(rule.get("version", "1.0"))
    return tuple(int(part) for part in version.split(".")) > KNOWN
