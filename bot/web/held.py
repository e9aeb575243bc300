"""Everything that is held about a child as one page that anybody can read, with what names others marked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape

from bot.usecases.subject_access import Everything, Held, Line, Text
from bot.web.procedure import STYLE
from cards.words import first_up, moment, when

MORE_STYLE = """
table { border-collapse: collapse; width: 100% } th, td { text-align: left; vertical-align: top; padding: 0.4rem;
  border-bottom: 1px solid #b1b4b6 } caption { text-align: left; font-weight: bold; padding: 0.4rem }
.others { border-left: 0.4rem solid #d4351c; padding-left: 1rem } mark { background: #ffdd00 }
blockquote { white-space: pre-wrap; margin: 0.3rem 0 0.8rem; padding-left: 0.8rem; border-left: 3px solid #b1b4b6 }
"""


def page(everything: Everything) -> str:
    """The page; nothing in it is fetched from anywhere."""
    title = escape(f"What is held about {everything.child}")
    row = "".join(
        f'<tr><th scope="row">{escape(key)}</th><td>{escape(value)}</td></tr>' for key, value in everything.row.items()
    )
    contents = "".join(
        f'<li><a href="#{one.reference}">{one.reference}</a>: {one.relation}</li>' for one in everything.challenges
    )
    return "\n".join(
        [
            f'<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><title>{title}</title>',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<style>{STYLE}{MORE_STYLE}</style></head><body><main><h1>{title}</h1>",
            f"<p>{escape(everything.authority)}, {moment(everything.made_at)}. What names somebody else is ",
            "<mark>marked</mark>; what is about other children has a red bar at its side.</p>",
            f"<h2>In the directory</h2>{_table('The row of the child', row)}" if row else "",
            f"<h2>Challenges</h2><ul>{contents}</ul>" if contents else "<p>There is no challenge about the child.</p>",
            *(part for one in everything.challenges for part in _challenge(one)),
            "<h2>Typed and not sent</h2>" if everything.drafts else "",
            *_lines(everything.drafts),
            "</main></body></html>",
        ]
    )


def _table(caption: str, rows: str) -> str:
    return f"<table><caption>{caption}</caption><tbody>{rows}</tbody></table>"


def _challenge(one: Held) -> Iterator[str]:
    named = escape(", ".join(one.others))
    others = f"<p><strong>Check this: it names other children: {named}.</strong></p>" if named else ""
    yield f'<section id="{one.reference}"{_bar(one)}><h2>{one.reference}</h2><p>{first_up(one.relation)}.</p>{others}'
    yield "<h3>What happened</h3>"
    yield from _lines(one.history)
    rows = "".join(
        f"<tr><td>{when(line.at)}</td><td>{escape(line.by)}</td><td>{escape(line.what)}</td></tr>"
        for line in one.record
    )
    head = '<tr><th scope="col">When</th><th scope="col">Who</th><th scope="col">What</th></tr>'
    yield f"{_table('Who was told, who read it, what was erased', head + rows)}</section>"


def _bar(one: Held) -> str:
    return "" if one.relation == "it is about the child" else ' class="others"'


def _lines(lines: Iterable[Line]) -> Iterator[str]:
    for line in lines:
        yield f"<p><strong>{when(line.at)}</strong>: {escape(line.by)} {escape(line.what)}.</p>"
        yield from map(_quote, line.texts)


def _quote(text: Text) -> str:
    said = escape(text.text)
    if text.names:
        pattern = "|".join(re.escape(escape(name)) for name in sorted(text.names, key=len, reverse=True))
        said = re.sub(rf"(?<![\w&])({pattern})(?!\w)", r"<mark>\1</mark>", said)
    return f"<p>{escape(text.label)}:</p><blockquote>{said}</blockquote>"
