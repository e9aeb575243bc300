"""The same message as an e-mail: as plain text, and as HTML that fits a phone.

What people wrote is text and nothing else in it: no link, no heading, no list. Whoever sends it puts the HTML into a
page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby
from typing import Final

from bot.domain.notices import Kind
from cards.kit import Action, Drawn, Element, command_of
from cards.plain import as_text
from cards.words import clean, runs

APP: Final = "Positive Challenge"
"""The app's name in Microsoft Teams, as its manifest says it."""
HOW = f"In Microsoft Teams, open the chat with {APP}. Use the card there, or type what stands after “Type:” above."
FROM = f"This e-mail comes from {APP}, a bot in Microsoft Teams."
UNREAD = "Replies to it are not read."
_BULLET = "• "
_RESET = "margin: 0 0 0.75em"


def mail_subject(kind: Kind, drawn: Drawn, heading: str = "") -> str:
    """The card's summary, which says nothing about a child but a reference; with `reminder` where it doesn't press.

    `heading`: the fixed one of the procedure, which comes first.
    """
    if heading:
        return f"{clean(heading)}: {mail_subject(kind, drawn)}"
    reference, colon, says = drawn.summary.partition(": ")
    if kind != "reminder" or not colon or says.startswith(("due today", "late")):
        return drawn.summary
    return f"{reference}: reminder: {says}"


def mail_body(drawn: Drawn) -> str:
    """The card as text, with how to do what it offers below it, where it offers anything."""
    return "\n\n".join([as_text(drawn.card), "--\n" + "\n".join(_footer(drawn))]) + "\n"


def mail_html(drawn: Drawn) -> str:
    """The card as the inside of an HTML page: headings, paragraphs and lists, in the reader's own fonts and colours."""
    below = "".join(f"<br>{escape(line)}" for line in _footer(drawn)).removeprefix("<br>")
    return "\n".join([*_blocks(drawn.card["body"]), "<hr>", f'<p style="{_RESET}"><small>{below}</small></p>'])


def _footer(drawn: Drawn) -> list[str]:
    return [HOW, f"{FROM} {UNREAD}"] if "Type: " in as_text(drawn.card) else [f"{FROM} {UNREAD}"]


def _blocks(elements: Iterable[Element]) -> Iterator[str]:
    for listed, run in groupby(elements, key=_is_point):
        if listed:
            points = "".join(f"<li>{_inline(one['text'].removeprefix(_BULLET))}</li>" for one in run)
            yield f'<ul style="{_RESET}">{points}</ul>'
        else:
            for element in run:
                yield from _block(element)


def _is_point(element: Element) -> bool:
    return bool(element["type"] == "TextBlock" and element["text"].startswith(_BULLET))


def _block(element: Element) -> Iterator[str]:
    match element["type"]:
        case "TextBlock":
            yield _text(element)
        case "RichTextBlock":
            yield f'<p style="{_RESET}">{"".join(map(_run, element["inlines"]))}</p>'
        case "FactSet":
            lines = (
                f"<strong>{_inline(fact['title'])}:</strong> {_inline(fact['value'])}" for fact in element["facts"]
            )
            yield f'<p style="{_RESET}">{"<br>".join(lines)}</p>'
        case "ActionSet":
            if ways := "".join(map(_way, element["actions"])):
                yield f'<ul style="{_RESET}">{ways}</ul>'
        case "Container" | "Column":
            yield from _blocks(element["items"])
        case "ColumnSet":
            for column in element["columns"]:
                yield from _block(column)


def _text(element: Element) -> str:
    said = _inline(element["text"])
    if element.get("style") == "heading":
        level, size = ("h1", "1.3em") if element.get("size") == "Large" else ("h2", "1.05em")
        return f'<{level} style="font-size: {size}; margin: 1em 0 0.4em">{said}</{level}>'
    if element.get("weight") == "Bolder":
        said = f"<strong>{said}</strong>"
    return f'<p style="{_RESET}">{said}</p>'


def _run(run: Element) -> str:
    said = _plain(run["text"])
    return f"<strong>{said}</strong>" if run.get("weight") == "Bolder" else said


def _way(action: Action) -> str:
    command = command_of(action)
    return f"<li>{escape(action['title'])}. Type: <code>{escape(command)}</code></li>" if command else ""


def _inline(markdown: str) -> str:
    """The light markdown of our own cards."""
    pieces = ((_plain(text), bold) for text, bold in runs(markdown))
    return "".join(f"<strong>{text}</strong>" if bold else text for text, bold in pieces)


def _plain(text: str) -> str:
    return re.sub(r"\n+", "<br>", escape(text))
