"""Everything that can happen to a challenge.

`told` are the people whom the procedure names for what happened, as they were at that moment; `asked` are those who
may answer. Deadlines keep how they were counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from bot.domain.commands import Achieved, Correspondence, Detail, Issue, IssueAnswer
from bot.domain.people import Party
from bot.domain.words import Words
from bot.domain.working_time import Deadline

Because = Literal["usual", "direct entry", "not satisfied", "no answer in time", "urgent"]
"""Why a stage was opened: the usual start, another start, or the reason for moving up."""

Subject = Literal["answer", "decision", "total", "nobody", "next step"]
"""What a reminder is about: the answer, the raiser's decision, the limit on everything, nobody to ask, or what the
raiser does after all stages have been used."""


@dataclass(frozen=True, kw_only=True)
class ChallengeRaised:
    reference: str
    procedure: str
    """Fingerprint of the procedure's text."""
    child: str
    initials: str
    unit: str
    siblings: tuple[str, ...]
    arena: str
    raiser: Party
    raiser_unit: str
    """Where the raiser's own managers are looked up."""
    issues: tuple[Issue, ...]
    impact: Words
    details: tuple[Detail, ...]


@dataclass(frozen=True, kw_only=True)
class StageOpened:
    number: int
    """Of the stage request within the challenge, from 1."""
    stage: str
    because: Because
    reason: Words
    asked: tuple[Party, ...]
    """Empty where nobody holds the role: then it waits unassigned."""
    told: tuple[Party, ...]
    due: Deadline
    total: Deadline | None
    """The limit on everything, where this is the first formal stage."""


@dataclass(frozen=True, kw_only=True)
class StageAssigned:
    """Somebody now holds the post that was empty, or another person holds it."""

    number: int
    asked: tuple[Party, ...]


@dataclass(frozen=True, kw_only=True)
class IssueAdded:
    issue: Issue
    told: tuple[Party, ...]


@dataclass(frozen=True, kw_only=True)
class StageAcknowledged:
    number: int
    by: Party
    told: tuple[Party, ...]


@dataclass(frozen=True, kw_only=True)
class StageAnswered:
    number: int
    by: Party
    answers: tuple[IssueAnswer, ...]
    told: tuple[Party, ...]
    decide_by: Deadline


@dataclass(frozen=True, kw_only=True)
class ChallengeResolved:
    number: int
    how: Words
    outcome_for_child: Words
    achieved: Achieved
    told: tuple[Party, ...]


@dataclass(frozen=True, kw_only=True)
class StagesExhausted:
    number: int
    reason: Words
    offered: str
    """The outside body to which the raiser is offered a referral; empty where the arena has none."""
    told: tuple[Party, ...]


@dataclass(frozen=True, kw_only=True)
class WaitAgreed:
    number: int
    until: date
    reason: Words


@dataclass(frozen=True, kw_only=True)
class ChallengeClosed:
    how: Literal["withdrawn", "not taken further"]
    reason: Words
    told: tuple[Party, ...]


@dataclass(frozen=True, kw_only=True)
class NoteAdded:
    kind: Correspondence
    words: Words


@dataclass(frozen=True, kw_only=True)
class ReminderFell:
    number: int
    about: Subject
    offset: int
    """Working days from the due day: negative before it, 0 on the day, positive after it."""
    due_at: datetime
    skipped: int
    """How many earlier reminders of the same kind fell with it, and were not sent: only the nearest is."""
    to: tuple[Party, ...]


@dataclass(frozen=True, kw_only=True)
class AnswerOverdue:
    number: int
    told: tuple[Party, ...]


@dataclass(frozen=True, kw_only=True)
class DecisionOverdue:
    number: int
    told: tuple[Party, ...]


@dataclass(frozen=True, kw_only=True)
class TotalOverdue:
    told: tuple[Party, ...]


Event = (
    ChallengeRaised
    | StageOpened
    | StageAssigned
    | IssueAdded
    | StageAcknowledged
    | StageAnswered
    | ChallengeResolved
    | StagesExhausted
    | WaitAgreed
    | ChallengeClosed
    | NoteAdded
    | ReminderFell
    | AnswerOverdue
    | DecisionOverdue
    | TotalOverdue
)


@dataclass(frozen=True, kw_only=True)
class CommandRefused:
    """Somebody known asked for what couldn't be done. Kept in their own stream."""

    command: str
    """The command's name."""
    reference: str
    reason: str
    """The name of the refusal."""


@dataclass(frozen=True, kw_only=True)
class DirectoryImported:
    version: int
    units: int
    people: int
    posts: int
    children: int


@dataclass(frozen=True, kw_only=True)
class ProcedureKept:
    """A procedure's text, under which challenges can be raised from now on."""

    id: str
    version: str
    fingerprint: str


PersonEvent = CommandRefused
AuthorityEvent = DirectoryImported | ProcedureKept


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """An event as it stands in the trail."""

    event: Event
    position: int
    """Within the challenge, from 1, without a gap."""
    by: str
    """Entra object id, or the clock."""
    role: str
    """Role id in which the person acted; empty for the clock."""
    happened_at: datetime
    recorded_at: datetime
    command: str
    via: str
    message: str
    hash: str = ""
