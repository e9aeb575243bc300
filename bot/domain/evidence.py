"""What happens to the record of a challenge, beside the challenge itself: it was told, it was read, words were erased.

These events stand in a stream of their own beside each challenge, so that they never get in the way of an act.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Outcome = Literal["delivered", "stale", "failed", "again", "unknown"]
"""Of one attempt to tell somebody. `stale`: no longer true when its turn came. `unknown`: it may have arrived."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """One attempt to tell one person one thing by one way, and what came of it."""

    position: int
    """Of the event that it tells of, in the challenge's own stream; 0 for what belongs to none."""
    kind: str
    number: int
    """Of the stage request that it is about."""
    to: str
    role: str
    way: str
    attempt: int
    outcome: Outcome
    doubtful: bool = False
    """Whether an earlier attempt may have arrived, so that this one may be a second copy."""
    sent_as: str = ""
    """The channel's id of the message."""
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class RecordRead:
    """Somebody was shown what stands in a child's record."""

    by: str
    relation: str
    """What they were to the challenge at that moment."""
    what: str
    """Which part: the record, its dates, a form, an export."""


@dataclass(frozen=True, kw_only=True)
class WordsErased:
    """Words were lawfully erased. Their digests stay in the record, which so stays whole."""

    digests: tuple[str, ...]
    on: date
    basis: str
    """Why it is lawful: the retention rule by which their time was over, or the decision that ordered it."""


@dataclass(frozen=True, kw_only=True)
class HoldPlaced:
    """Nothing of the challenge is to be erased until the hold is released: a complaint, an inquiry, a court."""

    reason: str
    """Which matter holds it. It stays for ever, so it names nobody."""


@dataclass(frozen=True, kw_only=True)
class HoldReleased:
    """What held the challenge from erasure is over."""

    reason: str


EvidenceEvent = Told | RecordRead | WordsErased | HoldPlaced | HoldReleased
