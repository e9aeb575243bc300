"""The procedure in force in plain words, a page at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.domain.explain import Part, explain
from bot.domain.procedure import Procedure
from cards import words
from cards.kit import Drawn, Element, button, drawn, group, heading, row, size, text
from cards.verbs import PROCEDURE

PAGE = 12 * 1024
"""Bytes of what stands on one page, as compact UTF-8 JSON."""


def procedure_card(procedure: Procedure, *, page: int = 1, url: str = "") -> Drawn:
    """The whole explanation of the procedure, as the command line prints it, in pages.

    `url`: where the bot can be reached by a browser, for a link to the picture; empty where that isn't known.
    """
    pages: list[list[Element]] = [[]]
    for element in _elements(explain(procedure)):
        if pages[-1] and size({"body": [*pages[-1], element]}) > PAGE:
            pages.append([])
        pages[-1].append(element)
    here = min(max(page, 1), len(pages))
    more = [button("Next page", PROCEDURE, {"page": here + 1})] if here < len(pages) else []
    back = [button("Page before", PROCEDURE, {"page": here - 1})] if here > 1 else []
    picture = [text(f"[See it as a picture]({url}/procedure)")] if url else []
    body = [heading(words.said(procedure.title), top=True), *picture, *pages[here - 1]]
    if more or back:
        body.append(text(f"Page {here} of {len(pages)}", subtle=True, small=True))
        body.append(row(*more, *back))
    return drawn(body, "The procedure in plain words")


def _elements(parts: Iterable[Part], within: str = "") -> Iterator[Element]:
    """Each heading together with the first sentence below it, so that no page ends with a heading alone."""
    for part in parts:
        said = [text(words.said(sentence), gap="Small") for sentence in part.sentences]
        yield group(heading(words.said(f"{within}{part.title}")), *said[:1], line=True, gap="Medium")
        yield from said[1:]
        yield from _elements(part.parts, f"{part.title}: ")
