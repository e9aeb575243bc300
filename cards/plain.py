"""Any card as readable plain text, for e-mail and for phones that can't show cards."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

from cards.kit import Action, Element, command_of
from cards.words import unsaid


def as_text(card: dict[str, Any]) -> str:
    """What the card says, from top to bottom. Questions are numbered; a button becomes the line to type instead."""
    numbers = count(1)
    blocks = [block for element in card["body"] if (block := "\n".join(_lines(element, numbers)))]
    return "\n\n".join(blocks)


def _lines(element: Element, numbers: Iterator[int]) -> Iterator[str]:
    match element["type"]:
        case "TextBlock":
            yield unsaid(element["text"])
        case "RichTextBlock":
            yield "".join(run["text"] for run in element["inlines"])
        case "FactSet":
            yield from (f"{unsaid(fact['title'])}: {unsaid(fact['value'])}" for fact in element["facts"])
        case "ActionSet":
            yield from _typed(element["actions"])
        case "Input.Text" | "Input.Date" | "Input.ChoiceSet":
            yield from _question(element, next(numbers))
        case "Container" | "Column":
            for item in element["items"]:
                yield from _lines(item, numbers)
        case "ColumnSet":
            for column in element["columns"]:
                yield from _lines(column, numbers)


def _typed(actions: list[Action]) -> Iterator[str]:
    for action in actions:
        if command := command_of(action):
            yield f"{action['title']}. Type: {command}"


def _question(element: Element, number: int) -> Iterator[str]:
    yield f"{number}. {element['label']}"
    for place, choice in enumerate(element.get("choices", ()), start=1):
        yield f"   {place}) {choice['title']}"
