"""A challenge: what is true of it now, told from its history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal, assert_never

from bot.domain.commands import Detail, Issue, IssueAnswer
from bot.domain.events import (
    AnswerOverdue,
    Because,
    ChallengeClosed,
    ChallengeRaised,
    ChallengeResolved,
    DecisionOverdue,
    IssueAdded,
    NoteAdded,
    Recorded,
    ReminderFell,
    StageAcknowledged,
    StageAnswered,
    StageAssigned,
    StageOpened,
    StagesExhausted,
    Subject,
    TotalOverdue,
    WaitAgreed,
)
from bot.domain.people import Party
from bot.domain.words import Words
from bot.domain.working_time import Deadline

State = Literal["waiting for an answer", "waiting for a decision", "stages exhausted", "resolved", "closed"]


@dataclass(frozen=True, kw_only=True)
class Answered:
    """The settled answer to a stage request."""

    by: Party
    at: datetime
    answers: tuple[IssueAnswer, ...]
    decide_by: Deadline


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
    due: Deadline
    acknowledged: tuple[Party, datetime] | None = None
    answered: Answered | None = None
    answer_overdue: bool = False
    decision_overdue: bool = False
    exhausted_at: datetime | None = None
    """When the raiser, not satisfied, found no further stage."""
    wait_until: date | None = None

    @property
    def exhausted(self) -> bool:
        return self.exhausted_at is not None

    def asks(self, person: str) -> Party | None:
        return next((party for party in self.asked if party.person == person), None)


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a challenge ended, and when."""

    how: Literal["resolved", "withdrawn", "not taken further"]
    at: datetime
    words: Words
    outcome_for_child: Words | None = None
    achieved: str = ""


@dataclass(frozen=True, kw_only=True)
class Challenge:
    """One matter about one child, from the first concern to its end."""

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
    requests: tuple[Request, ...] = ()
    total: Deadline | None = None
    total_overdue: bool = False
    reminded: frozenset[tuple[int, Subject, int]] = frozenset()
    """Request number, subject and offset of each reminder that has fallen or was skipped."""
    parties: frozenset[Party] = frozenset()
    """Everyone who was ever asked or told, in the role in which they were."""
    ended: Ended | None = None
    position: int = 0
    """Of the last event."""

    @property
    def current(self) -> Request:
        """The latest stage request; only this one can still be answered or decided."""
        return self.requests[-1]

    @property
    def state(self) -> State:
        if self.ended is not None:
            return "resolved" if self.ended.how == "resolved" else "closed"
        if self.current.exhausted:
            return "stages exhausted"
        return "waiting for an answer" if self.current.answered is None else "waiting for a decision"

    @property
    def due_at(self) -> datetime:
        """By when what is waited for now should have come: the answer, the decision, or with no stage left the end."""
        request = self.current
        if request.exhausted and self.total is not None:
            return self.total.due_at
        return request.due.due_at if request.answered is None else request.answered.decide_by.due_at

    def request(self, number: int) -> Request | None:
        return next((request for request in self.requests if request.number == number), None)


def replay(history: Iterable[Recorded]) -> Challenge:
    """The challenge that a history tells of. The history starts with its raising."""
    challenge: Challenge | None = None
    for recorded in history:
        challenge = evolve(challenge, recorded)
    if challenge is None:
        raise ValueError("an empty history tells of no challenge")
    return challenge


def evolve(challenge: Challenge | None, recorded: Recorded) -> Challenge:
    """The challenge after one more event."""
    event = recorded.event
    if isinstance(event, ChallengeRaised):
        return _raised(event, recorded)
    assert challenge is not None, "a history starts with the raising"
    met = frozenset(_people_in(recorded))
    return replace(_after(challenge, recorded), position=recorded.position, parties=challenge.parties | met)


def _raised(event: ChallengeRaised, recorded: Recorded) -> Challenge:
    return Challenge(
        reference=event.reference,
        procedure=event.procedure,
        child=event.child,
        initials=event.initials,
        unit=event.unit,
        arena=event.arena,
        raiser=event.raiser,
        raiser_unit=event.raiser_unit,
        raised_at=recorded.happened_at,
        issues=event.issues,
        impact=event.impact,
        details=event.details,
        parties=frozenset({event.raiser}),
        position=recorded.position,
    )


def _people_in(recorded: Recorded) -> Iterable[Party]:
    event = recorded.event
    yield from getattr(event, "asked", ())
    yield from getattr(event, "told", ())
    if isinstance(event, StageAcknowledged | StageAnswered):
        yield event.by


def _after(challenge: Challenge, recorded: Recorded) -> Challenge:
    event, at = recorded.event, recorded.happened_at
    match event:
        case StageOpened():
            return _opened(challenge, event, at)
        case StageAssigned():
            return _with(challenge, event.number, asked=event.asked)
        case IssueAdded():
            return replace(challenge, issues=(*challenge.issues, event.issue))
        case StageAcknowledged():
            return _with(challenge, event.number, acknowledged=(event.by, at))
        case StageAnswered():
            answer = Answered(by=event.by, at=at, answers=event.answers, decide_by=event.decide_by)
            return _with(challenge, event.number, answered=answer, wait_until=None)
        case ReminderFell():
            fallen = {(event.number, event.about, event.offset)}
            return replace(challenge, reminded=challenge.reminded | fallen)
        case AnswerOverdue():
            return _with(challenge, event.number, answer_overdue=True)
        case DecisionOverdue():
            return _with(challenge, event.number, decision_overdue=True)
        case TotalOverdue():
            return replace(challenge, total_overdue=True)
        case WaitAgreed():
            return _with(challenge, event.number, wait_until=event.until)
        case StagesExhausted():
            return _with(challenge, event.number, exhausted_at=at)
        case ChallengeResolved() | ChallengeClosed():
            return replace(challenge, ended=_ended(event, at))
        case NoteAdded() | ChallengeRaised():
            return challenge
        case _:
            assert_never(event)


def _opened(challenge: Challenge, event: StageOpened, at: datetime) -> Challenge:
    request = Request(
        number=event.number,
        stage=event.stage,
        because=event.because,
        reason=event.reason,
        opened_at=at,
        asked=event.asked,
        told=event.told,
        due=event.due,
    )
    return replace(challenge, requests=(*challenge.requests, request), total=event.total or challenge.total)


def _ended(event: ChallengeResolved | ChallengeClosed, at: datetime) -> Ended:
    if isinstance(event, ChallengeClosed):
        return Ended(how=event.how, at=at, words=event.reason)
    return Ended(
        how="resolved", at=at, words=event.how, outcome_for_child=event.outcome_for_child, achieved=event.achieved
    )


def _with(challenge: Challenge, number: int, **changes: object) -> Challenge:
    requests = tuple(
        replace(request, **changes) if request.number == number else request  # type: ignore[arg-type]
        for request in challenge.requests
    )
    return replace(challenge, requests=requests)
