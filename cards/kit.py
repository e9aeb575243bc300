"""The pieces of which every card is made, and the envelope around them.

Some phones know cards only up to version 1.2, so a card declares 1.2 and whatever is newer is an extra: it stays
complete when a client drops it. Each button is an `Action.Execute` in an ActionSet, with an `Action.Submit` that
carries the same for a client that doesn't know it.

What people wrote is drawn as a RichTextBlock, which no client reads as markdown; the words around it are ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from bot.domain.words import Words
from cards import words
from cards.verbs import typed

Element = dict[str, Any]
Action = dict[str, Any]
Look = Literal["", "good", "attention", "warning", "accent"]

LIMIT = 28 * 1024
"""Bytes of one card as compact UTF-8 JSON."""
LENGTHS = (600, 300, 160, 80, 40)
"""Characters left of each text, tried in turn until the card is small enough."""


@dataclass(frozen=True)
class Drawn:
    """A card, and the one line about it that a locked phone may show."""

    card: dict[str, Any]
    summary: str


def text(
    said: str, *, bold: bool = False, subtle: bool = False, small: bool = False, look: Look = "", gap: str = ""
) -> Element:
    """Our own words, light markdown. `gap` is the space above: None, Small, Medium, Large."""
    element: Element = {"type": "TextBlock", "text": said, "wrap": True}
    extras = {
        "weight": "Bolder" if bold else "",
        "isSubtle": subtle,
        "size": "Small" if small else "",
        "color": look.capitalize(),
        "spacing": gap,
    }
    return element | {key: value for key, value in extras.items() if value}


def bullets(lines: Iterable[str]) -> list[Element]:
    """A list, a line each; no markdown list, as some clients cut those off at the right."""
    return [text(f"• {line}", gap="Small") for line in lines]


def heading(said: str, *, top: bool = False, look: Look = "", gap: str = "") -> Element:
    """A heading, which screen readers can jump to. `top`: the card's own."""
    size = "Large" if top else "Default"
    return text(said, bold=True, look=look, gap=gap) | {"size": size, "style": "heading"}


def quote(said: Words | str, *, label: str = "", most: int = LENGTHS[0], gap: str = "") -> Element:
    """Somebody's own words, as plain text, after a label of ours."""
    runs: list[Element] = [{"type": "TextRun", "text": f"{words.clean(label)} ", "weight": "Bolder"}] if label else []
    runs.append({"type": "TextRun", "text": words.short(words.clean(said), most)})
    element: Element = {"type": "RichTextBlock", "inlines": runs}
    return element | ({"spacing": gap} if gap else {})


def facts(*pairs: tuple[str, str]) -> Element:
    """Names and values beside each other; what is empty is left out."""
    listed = [{"title": title, "value": value} for title, value in pairs if value]
    return {"type": "FactSet", "facts": listed}


def panel(*items: Element, look: Literal["emphasis", "good", "attention", "warning", "accent"] = "emphasis") -> Element:
    """A tinted box. The tint only supports what the words in it say."""
    return {"type": "Container", "style": look, "items": list(items)}


def group(*items: Element, line: bool = False, gap: str = "") -> Element:
    """Elements that belong together, perhaps under a thin line."""
    element: Element = {"type": "Container", "items": list(items)}
    if line:
        element["separator"] = True
    return element | ({"spacing": gap} if gap else {})


def button(
    title: str, verb: str, data: Mapping[str, Any] | None = None, *, main: bool = False, about: str = ""
) -> Action:
    """One button. `main`: the one that most people want. `about` tells buttons of one title apart when read out."""
    extras: Action = {"style": "positive"} if main else {}
    carried = dict(data or {})
    action = {
        "type": "Action.Execute",
        "title": title,
        "verb": verb,
        "data": carried,
        **extras,
        "fallback": {"type": "Action.Submit", "title": title, "data": {**carried, "verb": verb}, **extras},
    }
    return action | ({"tooltip": f"{title} {about}"} if about else {})


def reveal(title: str, body: Iterable[Element], *, main: bool = False) -> Action:
    """A button that opens a part of the card below it."""
    action: Action = {
        "type": "Action.ShowCard",
        "title": title,
        "card": {"type": "AdaptiveCard", "version": "1.2", "body": list(body)},
    }
    return action | ({"style": "positive"} if main else {})


def row(*actions: Action, gap: str = "") -> Element:
    """Buttons beside each other; Teams shows six at most."""
    element: Element = {"type": "ActionSet", "actions": list(actions)}
    return element | ({"spacing": gap} if gap else {})


def beside(button: Action, *items: Element, line: bool = True) -> Element:
    """A line of a list: what it says, and the button that opens it."""
    return {
        "type": "ColumnSet",
        "separator": line,
        "columns": [
            {"type": "Column", "width": "stretch", "items": list(items)},
            {"type": "Column", "width": "auto", "verticalContentAlignment": "Center", "items": [row(button)]},
        ],
    }


def drawn(body: Iterable[Element], summary: str) -> Drawn:
    """The card around its elements. What to type instead of each button is read off the buttons."""
    elements, summary = list(body), " ".join(words.clean(summary).split())
    commands = dict.fromkeys(command for action in actions_in(elements) if (command := command_of(action)))
    way = f" This app can't show the card. Type: {' · '.join(commands)}" if commands else ""
    card = {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.2",
        "lang": "en",
        "fallbackText": words.clean(f"{summary}.{way}"),
        "body": elements,
    }
    return Drawn(card, summary)


def actions_in(node: Any, *, inside: bool = False) -> Iterator[Action]:
    """Every button in the order of reading; `inside` also those in a part that a button opens."""
    if isinstance(node, list):
        for entry in node:
            yield from actions_in(entry, inside=inside)
    elif isinstance(node, dict):
        for action in node.get("actions", ()):
            yield action
            if inside:
                yield from actions_in(action.get("card"), inside=True)
        for key in ("items", "columns", "body"):
            if key in node:
                yield from actions_in(node[key], inside=inside)


def command_of(action: Action) -> str:
    """What to type instead of pressing. For a part that opens: the command of the form in it."""
    if action["type"] == "Action.ShowCard":
        return next((command for inner in actions_in(action["card"]) if (command := command_of(inner))), "")
    return typed(action["verb"], action["data"])


def size(card: Mapping[str, Any]) -> int:
    return len(orjson.dumps(card))


def fitting(draw: Callable[[int], Drawn]) -> Drawn:
    """The card with people's texts as long as its size allows. `draw` gets the most characters of each text."""
    card = draw(LENGTHS[0])
    for most in LENGTHS[1:]:
        if size(card.card) < LIMIT:
            break
        card = draw(most)
    return card
