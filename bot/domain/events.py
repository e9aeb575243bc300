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
from bot.domain.working_time import Deadline, Skipped

Because = Literal[
    "usual",
    "direct entry",
    "advised",
    "immediate risk",
    "rule",
    "not satisfied",
    "no answer in time",
    "still not settled",
    "urgent",
    "reopened",
]
"""Why a stage was opened: the usual start, another start, or the reason for moving up."""

Subject = Literal["answer", "acknowledgement", "decision", "total", "nobody", "next step", "agreement", "pause"]
"""What a reminder is about: the answer, its acknowledgement, the raiser's decision, the limit on everything, nobody to
ask, what the raiser does after all stages have been used, an agreement before a stage, or clocks that stand still."""

Moved = Literal["bank holiday", "set", "meeting", "receipt", "resumed", "new version"]
"""Why dates have moved: a bank holiday announced late, a day set by somebody, a meeting fixed, the request received,
clocks that went on, or another version of the procedure."""


@dataclass(frozen=True, kw_only=True)
class Dates:
    """Every date of a stage request as it stands from now on; None: there is none."""

    due: Deadline | None
    acknowledge_by: Deadline | None = None
    decide_by: Deadline | None = None
    total: Deadline | None = None
    """The limit on everything."""
    agree_by: Deadline | None = None
    """Of an agreement that is waited for before a stage opens."""


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
    also: tuple[str, ...] = ()
    """Brothers and sisters whom it is about as well."""
    severity: str = ""
    immediate_risk: bool = False
    review_on: date | None = None
    trigger: str = ""
    """The rule that raised it in the raiser's name."""


@dataclass(frozen=True, kw_only=True)
class StageProposed:
    """A stage that opens only with somebody's agreement is to be opened."""

    proposal: int
    """Number of the proposal within the challenge, from 1."""
    stage: str
    because: Because
    reason: Words
    asked: tuple[Party, ...]
    told: tuple[Party, ...]
    due: Deadline | None
    ground: str = ""
    answer_by: date | None = None
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AgreementGiven:
    """Whoever was asked for their agreement agreed, or said why not."""

    proposal: int
    by: Party
    agreed: bool
    words: Words
    told: tuple[Party, ...]


@dataclass(frozen=True, kw_only=True)
class AgreementOverdue:
    proposal: int
    told: tuple[Party, ...]


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
    due: Deadline | None
    total: Deadline | None
    """The limit on everything, where this stage starts it."""
    acknowledge_by: Deadline | None = None
    decide_by: Deadline | None = None
    """Where the stage expects no answer: by when its next step should be decided."""
    ground: str = ""
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OutcomeRevised:
    """The outcome sought for an issue is put anew; the one before stays on the record."""

    issue: int
    outcome: Words


@dataclass(frozen=True, kw_only=True)
class StageAssigned:
    """Somebody now holds the post that was empty, or another person holds it."""

    number: int
    asked: tuple[Party, ...]
    kept: tuple[Party, ...] = ()
    """Who was asked before, in other roles, and still is."""


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
    details: tuple[Detail, ...] = ()
    settles: bool = True
    """Whether the stage is answered with it, or others must answer as well."""
    deciding: tuple[Party, ...] = ()
    """Whose satisfaction counts besides the raiser's."""


@dataclass(frozen=True, kw_only=True)
class SilenceAccepted:
    """Nobody answered in time, and by the procedure that counts as acceptance."""

    number: int
    told: tuple[Party, ...]
    decide_by: Deadline


@dataclass(frozen=True, kw_only=True)
class PlanAgreed:
    """Both sides agree what will be done; the raiser looks at it again on a day."""

    number: int
    words: Words
    decide_by: Deadline
    told: tuple[Party, ...]


@dataclass(frozen=True, kw_only=True)
class MeetingFixed:
    number: int
    by: Party
    day: date
    where: Words
    dates: Dates
    told: tuple[Party, ...]


@dataclass(frozen=True, kw_only=True)
class DatesMoved:
    """Running dates are others than before, and why."""

    number: int
    why: Moved
    dates: Dates
    reason: Words
    told: tuple[Party, ...]
    before: Dates | None = None
    """The dates as they were."""
    days: tuple[Skipped, ...] = ()
    """Days that don't count any more, where that is the reason."""
    procedure: str = ""
    """Fingerprint of the new version, where that is the reason."""


@dataclass(frozen=True, kw_only=True)
class ClocksPaused:
    pause: str
    reason: Words
    until: Deadline | None
    """When they go on by themselves; None: when somebody resumes them."""
    told: tuple[Party, ...]


@dataclass(frozen=True, kw_only=True)
class SatisfactionGiven:
    """One of several who must be satisfied together is."""

    number: int
    by: Party
    how: Words
    told: tuple[Party, ...]


@dataclass(frozen=True, kw_only=True)
class ChallengeResolved:
    number: int
    how: Words
    outcome_for_child: Words
    achieved: Achieved
    told: tuple[Party, ...]
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ChallengeReopened:
    by: Party
    reason: Words
    told: tuple[Party, ...]


@dataclass(frozen=True, kw_only=True)
class RaiserChanged:
    """Somebody else has taken the raiser's place."""

    to: Party
    unit: str
    reason: Words
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
    how: Literal["withdrawn", "not taken further", "accepted by silence"]
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
class AcknowledgementOverdue:
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
    | StageProposed
    | AgreementGiven
    | AgreementOverdue
    | StageOpened
    | OutcomeRevised
    | StageAssigned
    | IssueAdded
    | StageAcknowledged
    | StageAnswered
    | SilenceAccepted
    | PlanAgreed
    | MeetingFixed
    | DatesMoved
    | ClocksPaused
    | SatisfactionGiven
    | ChallengeResolved
    | ChallengeReopened
    | RaiserChanged
    | StagesExhausted
    | WaitAgreed
    | ChallengeClosed
    | NoteAdded
    | ReminderFell
    | AnswerOverdue
    | AcknowledgementOverdue
    | DecisionOverdue
    | TotalOverdue
)


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
