"""The daily digest of those who oversee: a work queue with reference, stage and due date, and no more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from cards import words
from cards.keeping import seal_lines
from cards.kit import LIMIT, Action, Drawn, Element, beside, button, drawn, heading, size, text
from cards.verbs import OPEN, SHOW

TITLES = {"answer": "Answer", "decision": "Decide", "agree": "Agree or not"}
CAPS = (10, 7, 5, 3)
"""Lines of each section, tried in turn until the card is small enough."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One challenge in the digest."""

    reference: str
    stage: str
    """The stage's title."""
    asked: str
    """The title of who is asked, or who decides."""
    due: datetime | None = None
    """None where nothing is due any more."""
    left: int | None = None
    """Working days until it is due: 0 on the day, negative when late."""
    ended: str = ""
    """How it ended: resolved, withdrawn, not taken further. Empty while it is open."""
    mine: Literal["", "answer", "decision", "agree"] = ""
    """What waits for the reader personally: then the button opens it at once."""


@dataclass(frozen=True, kw_only=True)
class Digest:
    """What a day's digest says."""

    day: date
    since: date | None = None
    """The day of the last digest, from which new and resolved ones are counted."""
    due_today: tuple[Entry, ...] = ()
    overdue: tuple[Entry, ...] = ()
    deciding: tuple[Entry, ...] = ()
    """Answered, and waiting for the raiser's decision."""
    raised: tuple[Entry, ...] = ()
    resolved: tuple[Entry, ...] = ()
    """Resolved, or ended otherwise."""
    sealed: str = ""
    """The newest signed head of the record; empty: there is none yet."""

    @property
    def counts(self) -> str:
        """`2 overdue and 1 due today`; empty with nothing to say."""
        counts = {
            "overdue": self.overdue,
            "due today": self.due_today,
            "waiting for a decision": self.deciding,
            "new": self.raised,
            "ended": self.resolved,
        }
        return words.listed(f"{len(entries)} {name}" for name, entries in counts.items() if entries)


def digest_card(digest: Digest) -> Drawn:
    """The digest as a card; with nothing to say, one line."""
    if not digest.counts:
        nothing = "nothing is due today, overdue, waiting for a decision, new or resolved in your area"
        return drawn(
            [text(f"{words.weekday(digest.day)}: {nothing}."), *_seal(digest)],
            f"Digest for {words.in_words(digest.day)}: nothing to do",
        )
    for cap in CAPS:
        card = _drawn(digest, cap)
        if size(card.card) < LIMIT:
            break
    return card


def _drawn(digest: Digest, cap: int) -> Drawn:
    since = f" since {words.weekday(digest.since)}" if digest.since else ""
    body = [
        heading(f"Digest for {words.weekday(digest.day)}", top=True),
        text(f"In your area: {digest.counts}.", gap="None"),
        *_section("⚠ Overdue", digest.overdue, cap),
        *_section("Due today", digest.due_today, cap),
        *_section("Waiting for a decision", digest.deciding, cap),
        *_section(f"Newly raised{since}", digest.raised, cap),
        *_section(f"✓ Ended{since}", digest.resolved, cap, over=True),
        *_seal(digest),
    ]
    return drawn(body, f"Digest for {words.in_words(digest.day)}: {digest.counts}")


def _seal(digest: Digest) -> list[Element]:
    return seal_lines(digest.sealed) if digest.sealed else []


def _section(title: str, entries: tuple[Entry, ...], cap: int, *, over: bool = False) -> Iterator[Element]:
    if not entries:
        return
    yield heading(f"{title} ({len(entries)})", gap="Large")
    yield from (_line(entry, first=number == 0, over=over) for number, entry in enumerate(entries[:cap]))
    if len(entries) > cap:
        yield text(f"And {len(entries) - cap} more: type **find**.", subtle=True)


def _line(entry: Entry, *, first: bool, over: bool) -> Element:
    about = " · ".join(words.said(part) for part in (entry.stage, entry.ended or entry.asked) if part)
    lines = [text(f"**{entry.reference}** · {about}")]
    if entry.due is not None and not over:
        late = entry.left is not None and entry.left < 0
        days = f" · {words.left(entry.left)}" if entry.left else ""
        said = f"{'⚠ Was due' if late else 'Due'} {words.when(entry.due)}{days}"
        lines.append(text(said, small=True, subtle=not late, look="attention" if late else "", gap="None"))
    return beside(_button(entry), *lines, line=not first)


def _button(entry: Entry) -> Action:
    ref = {"ref": entry.reference}
    if not entry.mine:
        return button("Show", SHOW, ref, about=entry.reference)
    title = TITLES[entry.mine]
    return button(title, OPEN, {"form": entry.mine, **ref}, main=True, about=entry.reference)
