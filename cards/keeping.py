"""What keeps the record trustworthy: its seal, for the auditors, and what a check has put right, for the operator."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.domain.authority import RecordReconciled
from cards import words
from cards.kit import Drawn, Element, bullets, drawn, heading, text

MOST = 10
"""References named of each kind; the others are counted."""


def seal_lines(note: str) -> list[Element]:
    """A signed head as the foot of a message: whoever keeps the message can prove what stood in the record."""
    lines = [line for line in note.splitlines() if line]
    why = "Seal of the record. Nothing to do: with this message the auditors can prove that nothing was changed since."
    return [
        text(why, subtle=True, small=True, gap="Large"),
        *(text(words.inert(line), subtle=True, small=True, gap="None") for line in lines),
    ]


def sealed_card(note: str, at: datetime) -> Drawn:
    """The signed head by itself, for whoever keeps it."""
    size = int(note.splitlines()[1])
    body = [
        heading(f"The record was sealed at {words.moment(at)}", top=True),
        text(
            f"It held {words.count(size, 'event')} then. Keep this message where whoever runs the bot can't reach it."
        ),
        text(
            "To check the record against it, put the lines below into a file, each on a line of its own, and ask the "
            "operator for `app.py trail verify --checkpoint FILE`, or check an export by its own `verify.py`."
        ),
        *(text(words.inert(line), gap="Small") for line in note.splitlines() if line),
    ]
    return drawn(body, f"Seal of the record: {words.count(size, 'event')}")


def reconciled_card(found: RecordReconciled) -> Drawn:
    """What was not there although the record calls for it, and is there now."""
    body = [
        heading("⚠ The record called for something that was not there", top=True, look="attention"),
        text(
            f"A check of {words.count(found.checked, 'challenge')} found the following and put it right, as far as it "
            "could. It should not happen: look in the log for what went wrong, and report it."
        ),
        *_found("Places in the index that were wrong", found.index),
        *_found("Messages that were missing, and are sent now", found.messages),
        *_found("Challenges whose clock had not been looked at in time", found.clock),
        *_found("Challenges that could not be checked, and still wait for somebody", found.unreadable),
    ]
    return drawn(body, "Check of the record: something was missing")


def _found(title: str, which: tuple[str, ...]) -> Iterator[Element]:
    if which:
        more = [f"and {len(which) - MOST} more; the record holds them all"] if len(which) > MOST else []
        yield heading(f"{title} ({len(which)})", gap="Medium")
        yield from bullets([*(words.inert(one) for one in which[:MOST]), *more])
