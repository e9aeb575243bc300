"""What waits for one person, the soonest deadline first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cards import words
from cards.kit import Drawn, Element, beside, button, drawn, heading, text
from cards.verbs import OPEN

MOST = 10
ACTS = {"answer": ("answer", "Answer"), "decide": ("decision", "Decide"), "agree": ("agree", "Agree or not")}
"""What waits → the form that its button opens, and what the button is called."""


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """One thing that waits for somebody."""

    reference: str
    number: int
    """Of the stage request."""
    child: str
    """The child's reference."""
    what: Literal["answer", "decide", "agree"]
    """What is asked of them."""
    stage: str
    """The stage's title."""
    due: datetime | None
    """None: there is no date."""
    left: int
    """Working days until it is due: 0 on the day, negative when late."""

    def is_late(self, now: datetime) -> bool:
        return self.due is not None and self.due < now


def tray_card(items: Sequence[Waiting], *, now: datetime) -> Drawn:
    """The first ten things that wait, each with the button that opens it."""
    ordered = sorted(items, key=lambda item: (item.due is None, item.due or now, item.reference))
    if not ordered:
        return drawn([text("Your tray is empty: nothing waits for you.")], "Your tray is empty")
    waits = words.count(len(ordered), "thing waits", "things wait")
    body = [
        heading(f"{waits} for you", top=True),
        text(f"The soonest first, as of {words.moment(now)}", subtle=True, small=True, gap="None"),
        *(_line(item, now) for item in ordered[:MOST]),
    ]
    if len(ordered) > MOST:
        body.append(text(f"And {len(ordered) - MOST} more: type **find**."))
    late = sum(item.is_late(now) for item in ordered)
    return drawn(body, f"Your tray: {waits} for you" + (f", {late} late" if late else ""))


def _line(item: Waiting, now: datetime) -> Element:
    late = item.is_late(now)
    form, asks = ACTS[item.what]
    day = words.due(item.due, now) if item.due is not None else ""
    by = (f"Was due {day}" if late else f"By {day}") if day else "No date is set"
    days = f" · {words.left(item.left)}" if item.left else ""
    return beside(
        button(asks, OPEN, {"form": form, "ref": item.reference, "n": item.number}, about=item.reference),
        text(f"{'⚠ ' if late else ''}{by}{days}", bold=True, look="attention" if late else ""),
        text(f"{item.reference} · {words.said(item.stage)} · child {words.said(item.child)}", subtle=True, gap="None"),
    )
