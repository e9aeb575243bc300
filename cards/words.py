"""How a card says things: dates, hours, lists and people, in the plain style of GOV.UK, and what people wrote."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from bot.domain.people import Party
from bot.domain.phrases import count as count
from bot.domain.phrases import first_up as first_up
from bot.domain.phrases import hour
from bot.domain.phrases import in_words as in_words
from bot.domain.phrases import listed as listed
from bot.domain.procedure import Procedure
from bot.domain.terms import Limit
from bot.domain.unseen import UNSEEN
from bot.domain.words import Words
from bot.domain.working_time import LONDON, Deadline, london_date

_MARKDOWN = re.compile(r"([\\*_\[\]<>`~])")
_LINE_START = re.compile(r"(?m)^[^\S\n]*+(\d*+)([-+#.)]?)")
_COMPUTED = re.compile(r"\{(?=\{)")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_MARK = re.compile(r"\\([^\w\s]|_)|\*\*")
"""A sign that was made harmless, or where bold begins or ends."""


def weekday(day: date) -> str:
    """`Friday 5 June 2026`."""
    return f"{day:%A} {in_words(day)}"


def clock(at: datetime) -> str:
    """The London hour as people say it: `5pm`, `5:30pm`, `midday`."""
    return hour(at.astimezone(LONDON).time())


def moment(at: datetime) -> str:
    """`5pm on Tuesday 14 April 2026`."""
    return f"{clock(at)} on {weekday(london_date(at))}"


def when(at: datetime) -> str:
    """The same, short enough for a line of a list: `14 April 2026, 5pm`."""
    return f"{in_words(london_date(at))}, {clock(at)}"


def due(at: datetime, now: datetime) -> str:
    """A deadline on something that is drawn when asked for: `5pm today`, otherwise `5pm on Tuesday 14 April 2026`.

    Only for what is looked at as it is drawn: a card that stays in a chat would say "today" tomorrow as well.
    """
    return f"{clock(at)} today" if london_date(at) == london_date(now) else moment(at)


def left(working_days: int) -> str:
    """`2 working days left`, `due today`, `1 working day late`."""
    if working_days == 0:
        return "due today"
    return f"{count(abs(working_days), 'working day')} {'left' if working_days > 0 else 'late'}"


def span(deadline: Deadline) -> str:
    """How long a deadline gives: `5 working days`, `a day that was set`, `at once`."""
    if deadline.set_on is not None:
        return "a day that was set for it"
    match deadline.unit:
        case "the same working day" | "at once":
            return deadline.unit
        case unit:
            return count(deadline.limit, unit.removesuffix("s"))


def limit(of: Limit) -> str:
    """The same for what a procedure says: `5 working days`, `at once`."""
    return of.unit if of.unit in ("the same working day", "at once") else count(of.count, of.unit.removesuffix("s"))


def first_down(text: str) -> str:
    return text[:1].lower() + text[1:]


def clean(words: Words | str) -> str:
    """What somebody wrote without what can't be seen: control characters, and those that turn the reading order."""
    text = str(words).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return inert(re.sub(r"\n{3,}", "\n\n", UNSEEN.sub("", text)).strip())


def inert(text: str) -> str:
    """The text with nothing in it that a client computes: `{{DATE(…)}}` becomes today's date only in cards of ours."""
    return _COMPUTED.sub("{ ", text)


def said(words: Words | str) -> str:
    """The same for a place that reads markdown: nothing in it becomes a link, a mention or a list.

    Whole sentences of people are drawn by `kit.quote`, which no client reads as markdown.
    """
    text = _ENTITY.sub(r"\\&", _MARKDOWN.sub(r"\\\1", clean(words)))
    return _LINE_START.sub(_at_line_start, text).replace("\n", "\n\n")


def _at_line_start(found: re.Match[str]) -> str:
    """Without the spaces that would make it a block of code, and without the sign that would make it a list."""
    return f"{found[1]}\\{found[2]}" if found[2] else found[1]


def runs(markdown: str) -> Iterator[tuple[str, bool]]:
    """The light markdown of our own cards as pieces of plain text, each with whether it is bold."""
    bold, at = False, 0
    piece: list[str] = []
    for mark in _MARK.finditer(markdown):
        piece += [markdown[at : mark.start()], mark[1] or ""]
        at = mark.end()
        if mark[1] is None:
            yield "".join(piece), bold
            bold, piece = not bold, []
    yield "".join([*piece, markdown[at:]]), bold


def unsaid(markdown: str) -> str:
    """Markdown of our own cards back as plain text."""
    return "".join(text for text, _ in runs(markdown))


def short(text: str, most: int) -> str:
    """The text, cut between words where it is longer, with `…` to say so."""
    if len(text) <= most:
        return text
    kept = text[: most - 1]
    at = kept.rfind(" ")
    return f"{kept[: at if at > most * 2 // 3 else None].rstrip(' ,;:.')}…"


def person(party: Party, procedure: Procedure) -> str:
    """`Tom Marsh (Team Manager)`, safe for markdown."""
    title = procedure.title_of(party.role)
    return f"{said(party.name)} ({said(title)})" if title else said(party.name)


def people(parties: Iterable[Party], procedure: Procedure, joiner: str = "and") -> str:
    return listed((person(party, procedure) for party in parties), joiner)


def child(reference: str, initials: str, age: int | None = None) -> str:
    """`MOS-10423 (AB, aged 9)`. A child's name is on no card."""
    about = [said(initials)] if initials else []
    if age is not None:
        about.append(f"aged {age}")
    return f"{said(reference)} ({', '.join(about)})" if about else said(reference)
