"""Everything that can be asked of a challenge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from bot.domain.words import Words

CLOCK = "clock"
"""The sender of what nobody typed: time passed."""
OPERATOR = "operator"
"""The sender of what the people who run the bot do from its console."""

Via = Literal["teams", "console", "clock", "email"]
Verdict = Literal["accepted", "challenged"]
Achieved = Literal["yes", "partly", "no"]
Correspondence = Literal["note", "correspondence"]


MOST_ISSUES = 5
"""So that the card with the longest answers stays readable on a phone and within what Teams carries."""


@dataclass(frozen=True, kw_only=True)
class Issue:
    """One matter, with the outcome that the raiser seeks for the child."""

    text: Words
    outcome: Words
    kind: str


@dataclass(frozen=True, kw_only=True)
class Detail:
    """The answer to one of the procedure's own questions."""

    id: str
    label: str
    words: Words


@dataclass(frozen=True, kw_only=True)
class IssueAnswer:
    """What the person asked says to one issue. Accepted: what, by whom, by when. Challenged: why."""

    issue: int
    """Number of the issue, from 1."""
    verdict: Verdict
    words: Words
    by_whom: Words
    by_when: date | None


@dataclass(frozen=True, kw_only=True)
class Raise:
    """A new challenge about one child."""

    child: str
    arena: str
    issues: tuple[Issue, ...]
    impact: Words
    details: tuple[Detail, ...] = ()
    stage: str
    reason: Words
    """Why it starts at this stage; empty where it's the usual one."""
    ground: str = ""
    """Which of the stage's own grounds opens it."""
    also: tuple[str, ...] = ()
    """Brothers and sisters whom it is about as well, by reference."""
    severity: str = ""
    immediate_risk: bool = False
    review_on: date | None = None
    """Day of the review or conference from which a limit may be counted."""
    answer_by: date | None = None
    """The day set by whoever opens the stage, in place of its limit."""
    pauses: tuple[str, ...] = ()
    """Ids of the pauses whose question was answered with yes, such as running court proceedings."""
    trigger: str = ""
    """The rule that raises it, where no person does; then `raiser` is in whose name."""
    raiser: str = ""


@dataclass(frozen=True, kw_only=True)
class AddIssue:
    """A further issue on a challenge that is still open."""

    issue: Issue


@dataclass(frozen=True, kw_only=True)
class Acknowledge:
    """The person asked has seen what is asked of them."""

    request: int


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The person asked answers every issue."""

    request: int
    answers: tuple[IssueAnswer, ...]
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Resolve:
    """The raiser is satisfied: the final section of the record."""

    request: int
    how: Words
    outcome_for_child: Words
    achieved: Achieved
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Escalate:
    """The raiser goes on to a later stage: not satisfied, no answer in time, or too urgent to wait."""

    request: int
    to: str
    reason: Words
    ground: str = ""
    answer_by: date | None = None
    details: tuple[Detail, ...] = ()
    outcomes: tuple[tuple[int, Words], ...] = ()
    """Outcomes sought that are put anew: number of the issue and the new words."""


@dataclass(frozen=True, kw_only=True)
class Exhaust:
    """The raiser isn't satisfied with the answer at the last stage: nothing further is left inside the authority."""

    request: int
    reason: Words


@dataclass(frozen=True, kw_only=True)
class Wait:
    """The raiser, free to go on, waits until a date."""

    request: int
    until: date
    reason: Words


@dataclass(frozen=True, kw_only=True)
class Close:
    """The raiser withdraws the challenge or doesn't take it further."""

    reason: Words


@dataclass(frozen=True, kw_only=True)
class AddNote:
    """Something to keep on the record: a note, or a piece of correspondence."""

    kind: Correspondence
    words: Words


@dataclass(frozen=True, kw_only=True)
class GiveAgreement:
    """Whoever must agree before a stage opens agrees, or says why not."""

    proposal: int
    agreed: bool
    words: Words


@dataclass(frozen=True, kw_only=True)
class AgreePlan:
    """The raiser agrees to the answer as a plan and looks at it again on a day."""

    request: int
    until: date
    words: Words


@dataclass(frozen=True, kw_only=True)
class FixMeeting:
    """Whoever convenes the stage's meeting says when and where it is held."""

    request: int
    day: date
    where: Words


@dataclass(frozen=True, kw_only=True)
class SetLimit:
    """Somebody whom the procedure allows it sets another day for the answer."""

    request: int
    until: date
    reason: Words


@dataclass(frozen=True, kw_only=True)
class PauseClocks:
    """Somebody whom the procedure allows it lets clocks stand still, for one of its reasons."""

    pause: str
    reason: Words


@dataclass(frozen=True, kw_only=True)
class ResumeClocks:
    """The clocks go on."""

    reason: Words


@dataclass(frozen=True, kw_only=True)
class Reopen:
    """An ended challenge is taken up again at a stage."""

    stage: str
    reason: Words


@dataclass(frozen=True, kw_only=True)
class TakeOver:
    """Another person takes the raiser's place: the sender or, handed on, somebody else."""

    reason: Words
    to: str = ""
    """Name or e-mail of whom it is handed on to; empty: the sender."""


@dataclass(frozen=True, kw_only=True)
class NoteReceipt:
    """The first message of a stage request was delivered."""

    request: int


@dataclass(frozen=True, kw_only=True)
class MoveToVersion:
    """An operator moves a running challenge to another version of its procedure; the new one is in the facts."""

    reason: Words


@dataclass(frozen=True, kw_only=True)
class LookAtClock:
    """Time has passed: find out what has fallen due."""


Command = (
    Raise
    | AddIssue
    | Acknowledge
    | Answer
    | Resolve
    | Escalate
    | Exhaust
    | Wait
    | Close
    | AddNote
    | GiveAgreement
    | AgreePlan
    | FixMeeting
    | SetLimit
    | PauseClocks
    | ResumeClocks
    | Reopen
    | TakeOver
    | NoteReceipt
    | MoveToVersion
    | LookAtClock
)


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A command with its moment, its sender and the way it came."""

    command: Command
    id: str
    """The same for every delivery of the same act: the button's nonce, or the clock's moment."""
    by: str
    """Entra object id, or `CLOCK`."""
    at: datetime
    """The server's arrival, aware, in UTC."""
    via: Via
    message: str = ""
    """The channel's id of the message that brought it."""
