"""A challenge: what is true of it now. `evolve` tells it from its history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from bot.domain.commands import Detail, Issue, IssueAnswer
from bot.domain.events import Because, Subject
from bot.domain.people import Party
from bot.domain.words import Words
from bot.domain.working_time import Deadline

State = Literal[
    "waiting for agreement",
    "waiting for an answer",
    "waiting for a decision",
    "stages exhausted",
    "resolved",
    "closed",
]

SILENCE = Party(person="", name="Nobody", role="")
"""Who answered, where by the procedure silence counts as acceptance."""


@dataclass(frozen=True, kw_only=True)
class Answered:
    """An answer to a stage request."""

    by: Party
    at: datetime
    answers: tuple[IssueAnswer, ...]
    decide_by: Deadline
    details: tuple[Detail, ...] = ()

    @property
    def silent(self) -> bool:
        """Whether nobody answered, and silence counted as acceptance."""
        return self.by == SILENCE


@dataclass(frozen=True, kw_only=True)
class Fixed:
    """A meeting of a stage: on which day, where, who said so."""

    day: date
    where: Words
    by: Party


@dataclass(frozen=True, kw_only=True)
class Request:
    """One stage, opened once: who is asked, by when, and what came of it."""

    number: int
    stage: str
    because: Because
    reason: Words
    opened_at: datetime
    asked: tuple[Party, ...]
    told: tuple[Party, ...]
    due: Deadline | None
    """None: the procedure sets no limit, and nothing else ends it."""
    ground: str = ""
    details: tuple[Detail, ...] = ()
    acknowledge_by: Deadline | None = None
    report_by: Deadline | None = None
    """Of a stage that expects no answer: by when the next step should be decided."""
    dated_at: datetime | None = None
    """When its dates last moved."""
    received: bool = False
    meeting: Fixed | None = None
    acknowledged: tuple[Party, datetime] | None = None
    partly: tuple[Answered, ...] = ()
    """Answers so far, where each of several has to answer."""
    answered: Answered | None = None
    """The answer that settled it."""
    deciding: tuple[Party, ...] = ()
    """Whose satisfaction counts besides the raiser's."""
    plan: Words | None = None
    """What the raiser said when agreeing to the answer as a plan."""
    satisfied: tuple[Party, ...] = ()
    acknowledgement_overdue: bool = False
    answer_overdue: bool = False
    decision_overdue: bool = False
    exhausted_at: datetime | None = None
    """When the raiser, not satisfied, found no further stage."""
    offered: str = ""
    """The outside body to which a referral was offered then."""
    wait_until: date | None = None

    @property
    def exhausted(self) -> bool:
        return self.exhausted_at is not None

    @property
    def waits(self) -> bool:
        """Whether it waits for an answer."""
        return self.answered is None and self.report_by is None

    @property
    def decide_by(self) -> Deadline | None:
        """By when its next step should be decided, once that is somebody's turn."""
        return self.answered.decide_by if self.answered is not None else self.report_by

    @property
    def still_asked(self) -> tuple[Party, ...]:
        """Those asked whose answer is still wanted; of a role that has answered, nobody is."""
        done = {answer.by.role for answer in self.partly}
        return tuple(party for party in self.asked if party.role not in done)

    @property
    def all_answers(self) -> tuple[Answered, ...]:
        return (*self.partly, self.answered) if self.answered is not None else self.partly

    def asks(self, person: str) -> Party | None:
        return next((party for party in self.asked if party.person == person), None)


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A stage that is to be opened once somebody agrees."""

    number: int
    stage: str
    because: Because
    reason: Words
    at: datetime
    asked: tuple[Party, ...]
    due: Deadline | None
    ground: str = ""
    answer_by: date | None = None
    details: tuple[Detail, ...] = ()
    answered: int = 0
    """How many answers there were when it was made: a later one makes opening the stage a choice again."""
    given: tuple[Party, bool, Words] | None = None
    """Who said what: whether they agreed, and why."""
    overdue: bool = False

    @property
    def open_to_raiser(self) -> bool:
        """Whether the raiser may open the stage now: after agreement, disagreement, or silence."""
        return self.given is not None or self.overdue or not self.asked


@dataclass(frozen=True, kw_only=True)
class Paused:
    """Clocks that stand still."""

    number: int
    pause: str
    reason: Words
    at: datetime
    until: Deadline | None


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a challenge ended, and when."""

    how: Literal["resolved", "withdrawn", "not taken further", "accepted by silence"]
    at: datetime
    words: Words
    outcome_for_child: Words | None = None
    achieved: str = ""
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Challenge:
    """One matter about one child, or brothers and sisters, from the first concern to its end."""

    reference: str
    procedure: str
    child: str
    initials: str
    unit: str
    arena: str
    raiser: Party
    raiser_unit: str
    raised_at: datetime
    issues: tuple[Issue, ...]
    impact: Words
    details: tuple[Detail, ...]
    former: frozenset[str] = frozenset()
    """Ids of those who raised it or had taken it over, before somebody else took it over."""
    also: tuple[str, ...] = ()
    """Brothers and sisters whom it is about as well, by reference."""
    severity: str = ""
    immediate_risk: bool = False
    review_on: date | None = None
    trigger: str = ""
    requests: tuple[Request, ...] = ()
    proposal: Proposal | None = None
    proposals: int = 0
    """How many there have been."""
    gatekeepers: frozenset[Party] = frozenset()
    """Everyone who was ever asked for their agreement."""
    agreed: frozenset[str] = frozenset()
    """Stages to whose opening somebody has agreed."""
    paused: Paused | None = None
    pauses: int = 0
    """How many there have been."""
    total: Deadline | None = None
    total_dated_at: datetime | None = None
    total_overdue: bool = False
    reminded: frozenset[tuple[int, Subject, int]] = frozenset()
    """Number, subject and offset of each reminder that has fallen or was skipped."""
    parties: frozenset[Party] = frozenset()
    """Everyone who was ever asked or told, in the role in which they were."""
    ended: Ended | None = None
    position: int = 0
    """Of the last event."""

    @property
    def children(self) -> tuple[str, ...]:
        """Every child whom it is about, by reference."""
        return (self.child, *self.also)

    @property
    def current(self) -> Request:
        """The latest stage request; only this one can still be answered or decided.

        Before the first stage has opened, because somebody has to agree: number 0, which asks nobody.
        """
        if self.requests:
            return self.requests[-1]
        assert self.proposal is not None, "a challenge starts with a stage or with the proposal of one"
        return Request(
            number=0,
            stage=self.proposal.stage,
            because=self.proposal.because,
            reason=self.proposal.reason,
            opened_at=self.proposal.at,
            asked=(),
            told=(),
            due=self.proposal.due,
        )

    @property
    def awaits_agreement(self) -> bool:
        """Whether nobody can do anything about an answered stage until somebody has agreed, or was silent too long."""
        proposal, request = self.proposal, self.current
        if proposal is None or proposal.open_to_raiser or request.waits:
            return False
        return proposal.answered == len(request.all_answers)

    @property
    def state(self) -> State:
        if self.ended is not None:
            return "resolved" if self.ended.how == "resolved" else "closed"
        if not self.requests or self.awaits_agreement:
            return "waiting for agreement"
        if self.current.exhausted:
            return "stages exhausted"
        return "waiting for an answer" if self.current.waits else "waiting for a decision"

    @property
    def due_at(self) -> datetime | None:
        """By when what is waited for now should have come: the answer, the decision, or with no stage left the end."""
        request = self.current
        if self.proposal is not None and self.awaits_agreement:
            return self.proposal.due.due_at if self.proposal.due is not None else None
        if request.exhausted and self.total is not None:
            return self.total.due_at
        deadline = request.due if request.waits else request.decide_by
        return deadline.due_at if deadline is not None else None

    def request(self, number: int) -> Request | None:
        return next((request for request in self.requests if request.number == number), None)
