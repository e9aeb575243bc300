"""What a client would make of a message: the markdown read by an independent parser of CommonMark."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

_PARSER = MarkdownIt("commonmark").enable("strikethrough")
_PLAIN = {"text", "softbreak", "hardbreak", "inline", "paragraph_open", "paragraph_close"}


def tokens(markdown: str) -> Iterator[Token]:
    for token in _PARSER.parse(markdown):
        yield token
        yield from token.children or ()


@lru_cache(maxsize=10_000)
def marks(markdown: str) -> tuple[str, ...]:
    """Everything in it that is not just text, in order."""
    found = (token for token in tokens(markdown) if token.type not in _PLAIN)
    return tuple(f"{token.type} {token.markup or token.content}" for token in found)


@lru_cache(maxsize=10_000)
def read(markdown: str) -> str:
    """The text as it is read, a line for each paragraph."""
    parts = []
    for token in tokens(markdown):
        if token.type in ("text", "code_inline", "html_inline", "html_block"):
            parts.append(token.content)
        elif token.type in ("softbreak", "hardbreak", "paragraph_close", "heading_close"):
            parts.append("\n")
    return "".join(parts)


def markdown_in(message: Mapping[str, Any]) -> Iterator[str]:
    """Every text of an activity, or of a card, that a client reads as markdown."""
    if message.get("textFormat") == "markdown":
        yield str(message.get("text", ""))
    yield from _in_card(message)


def _in_card(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for each in node:
            yield from _in_card(each)
    elif isinstance(node, Mapping):
        if node.get("type") in ("TextBlock", "Input.Toggle"):
            yield str(node.get("text", node.get("title", "")))
        yield from (choice["title"] for choice in node.get("choices", ()) if node.get("style") == "expanded")
        for fact in node.get("facts", ()):
            yield from (fact["title"], fact["value"])
        for key, each in node.items():
            if key not in ("facts", "choices", "data"):
                yield from _in_card(each)


def led_astray(message: Mapping[str, Any]) -> list[str]:
    """Links, pictures, raw HTML and mentions in a message: none of them may come from what people wrote."""
    found = [
        mark
        for text in markdown_in(message)
        for mark in marks(text)
        if mark.startswith(("link_open", "image", "html_", "fence", "code_block"))
    ]
    return found + [key for key in _keys(message) if key in ("entities", "msteams")]


def _keys(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        yield from node
        for each in node.values():
            yield from _keys(each)
    elif isinstance(node, list):
        for each in node:
            yield from _keys(each)
