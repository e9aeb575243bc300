"""The same message as an e-mail: what it says as text, and where to act on it. A subject holds no word of a child."""

from __future__ import annotations

from bot.domain.notices import Kind
from cards.kit import Drawn
from cards.plain import as_text

SUBJECTS: dict[Kind, str] = {
    "asked": "your answer is asked",
    "opened": "for your information",
    "acknowledged": "acknowledged",
    "answered": "answered",
    "issue added": "an issue was added",
    "overdue": "overdue",
    "reminder": "reminder",
    "resolved": "resolved",
    "closed": "closed",
    "exhausted": "the stages are through",
    "vacant": "nobody can be asked",
    "redraw": "changed",
    "digest": "digest",
    "undelivered": "a message could not be delivered",
}
FOOTER = """--
To do any of this, open the bot's chat in Microsoft Teams: use the card that is there, or type what stands after
“Type:” above. Replies to this e-mail are not read."""


def mail_subject(kind: Kind, reference: str) -> str:
    """The reference and what it is about."""
    return f"{reference}: {SUBJECTS[kind]}"


def mail_body(drawn: Drawn) -> str:
    """The card as text, with how to do what it offers below it, where it offers anything."""
    text = as_text(drawn.card)
    return f"{text}\n\n{FOOTER}\n" if "Type: " in text else f"{text}\n"
