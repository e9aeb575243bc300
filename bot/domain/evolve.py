"""From what happened to what is true: a challenge told from its history."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.domain.challenge import SILENCE, Answered, Challenge, Ended, Fixed, Paused, Proposal, Request
from bot.domain.commands import Issue
from bot.domain.events import (
    AcknowledgementOverdue,
    AgreementGiven,
    AgreementOverdue,
    AnswerOverdue,
    ChallengeClosed,
    ChallengeRaised,
    ChallengeReopened,
    ChallengeResolved,
    ClocksPaused,
    Dates,
    DatesMoved,
    DecisionOverdue,
    IssueAdded,
    MeetingFixed,
    NoteAdded,
    OutcomeRevised,
    PlanAgreed,
    RaiserChanged,
    Recorded,
    ReminderFell,
    SatisfactionGiven,
    SilenceAccepted,
    StageAcknowledged,
    StageAnswered,
    StageAssigned,
    StageOpened,
    StageProposed,
    StagesExhausted,
    Subject,
    TotalOverdue,
    WaitAgreed,
)
from bot.domain.people import Party


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
        also=event.also,
        severity=event.severity,
        immediate_risk=event.immediate_risk,
        review_on=event.review_on,
        trigger=event.trigger,
        parties=frozenset({event.raiser}),
        position=recorded.position,
    )


def _people_in(recorded: Recorded) -> Iterable[Party]:
    event = recorded.event
    yield from getattr(event, "asked", ())
    yield from getattr(event, "told", ())
    by = getattr(event, "by", None)
    if isinstance(by, Party):
        yield by
    if isinstance(event, RaiserChanged):
        yield event.to


def _after(challenge: Challenge, recorded: Recorded) -> Challenge:
    event, at = recorded.event, recorded.happened_at
    match event:
        case StageOpened():
            return _opened(challenge, event, at)
        case StageProposed() | AgreementGiven() | AgreementOverdue():
            return _proposal(challenge, event, at)
        case ReminderFell():
            fallen = {(event.number, event.about, event.offset)}
            return replace(challenge, reminded=challenge.reminded | fallen)
        case DatesMoved() | MeetingFixed() | ClocksPaused():
            return _dates(challenge, event, at)
        case OutcomeRevised() | IssueAdded():
            return replace(challenge, issues=_issues(challenge.issues, event))
        case TotalOverdue():
            return replace(challenge, total_overdue=True)
        case ChallengeResolved() | ChallengeClosed():
            # Where no stage was ever opened, the one proposed still says where the challenge stood.
            proposal = None if challenge.requests else challenge.proposal
            return replace(challenge, ended=_ended(event, at), paused=None, proposal=proposal)
        case ChallengeReopened():
            return replace(challenge, ended=None)
        case RaiserChanged():
            return _taken_over(challenge, event)
        case PlanAgreed():
            # The decision has a new date, of which people are reminded anew.
            fresh = replace(challenge, reminded=_forgotten(challenge.reminded, event.number, "decision"))
            return _with(fresh, event.number, lambda request: _request_after(request, event, at))
        case NoteAdded() | ChallengeRaised():
            return challenge
        case _:
            return _with(challenge, event.number, lambda request: _request_after(request, event, at))


def _taken_over(challenge: Challenge, event: RaiserChanged) -> Challenge:
    """Nobody agrees to their own challenge: whoever takes it over isn't asked for their agreement any more."""
    to, proposal = event.to, challenge.proposal
    if proposal is not None:
        proposal = replace(proposal, asked=tuple(one for one in proposal.asked if one.person != to.person))
    former = (challenge.former | {challenge.raiser.person}) - {to.person}
    return replace(challenge, raiser=to, raiser_unit=event.unit, former=former, proposal=proposal)


OfRequest = (
    StageAssigned
    | StageAcknowledged
    | StageAnswered
    | SilenceAccepted
    | PlanAgreed
    | SatisfactionGiven
    | AnswerOverdue
    | AcknowledgementOverdue
    | DecisionOverdue
    | WaitAgreed
    | StagesExhausted
)


def _request_after(request: Request, event: OfRequest, at: datetime) -> Request:
    match event:
        case StageAssigned():
            return replace(request, asked=(*event.kept, *event.asked))
        case StageAcknowledged():
            return replace(request, acknowledged=(event.by, at))
        case StageAnswered() | SilenceAccepted():
            return _answered(request, event, at)
        case PlanAgreed():
            assert request.answered is not None, "only an answer can be agreed as a plan"
            plan = replace(request.answered, decide_by=event.decide_by)
            return replace(request, answered=plan, plan=event.words, decision_overdue=False, dated_at=at)
        case SatisfactionGiven():
            return replace(request, satisfied=(*request.satisfied, event.by))
        case AnswerOverdue():
            return replace(request, answer_overdue=True)
        case AcknowledgementOverdue():
            return replace(request, acknowledgement_overdue=True)
        case DecisionOverdue():
            return replace(request, decision_overdue=True)
        case WaitAgreed():
            return replace(request, wait_until=event.until)
        case StagesExhausted():
            return replace(request, exhausted_at=at, offered=event.offered)
        case _:
            assert_never(event)


def _answered(request: Request, event: StageAnswered | SilenceAccepted, at: datetime) -> Request:
    if isinstance(event, SilenceAccepted):
        silence = Answered(by=SILENCE, at=at, answers=(), decide_by=event.decide_by)
        return replace(request, answered=silence, wait_until=None)
    answer = Answered(by=event.by, at=at, answers=event.answers, decide_by=event.decide_by, details=event.details)
    if not event.settles:
        return replace(request, partly=(*request.partly, answer))
    return replace(request, answered=answer, deciding=event.deciding, wait_until=None)


def _opened(challenge: Challenge, event: StageOpened, at: datetime) -> Challenge:
    request = Request(
        number=event.number,
        stage=event.stage,
        because=event.because,
        reason=event.reason,
        ground=event.ground,
        details=event.details,
        opened_at=at,
        asked=event.asked,
        told=event.told,
        due=event.due,
        acknowledge_by=event.acknowledge_by,
        report_by=event.decide_by,
    )
    return replace(
        challenge, requests=(*challenge.requests, request), total=event.total or challenge.total, proposal=None
    )


def _proposal(
    challenge: Challenge, event: StageProposed | AgreementGiven | AgreementOverdue, at: datetime
) -> Challenge:
    match event:
        case StageProposed():
            proposal = Proposal(
                number=event.proposal,
                stage=event.stage,
                because=event.because,
                reason=event.reason,
                at=at,
                asked=event.asked,
                due=event.due,
                ground=event.ground,
                answer_by=event.answer_by,
                details=event.details,
                answered=len(challenge.requests[-1].all_answers) if challenge.requests else 0,
            )
            gatekeepers = challenge.gatekeepers | set(event.asked)
            return replace(challenge, proposal=proposal, proposals=event.proposal, gatekeepers=gatekeepers)
        case AgreementGiven():
            assert challenge.proposal is not None, "only a proposal can be agreed to"
            given = replace(challenge.proposal, given=(event.by, event.agreed, event.words))
            agreed = challenge.agreed | ({given.stage} if event.agreed else set())
            return replace(challenge, proposal=given, agreed=agreed)
        case AgreementOverdue():
            assert challenge.proposal is not None, "only a proposal can be overdue"
            return replace(challenge, proposal=replace(challenge.proposal, overdue=True))
        case _:
            assert_never(event)


def _dates(challenge: Challenge, event: DatesMoved | MeetingFixed | ClocksPaused, at: datetime) -> Challenge:
    if isinstance(event, ClocksPaused):
        number = challenge.pauses + 1
        paused = Paused(number=number, pause=event.pause, reason=event.reason, at=at, until=event.until)
        return replace(challenge, paused=paused, pauses=number)
    moved = _with(challenge, event.number, lambda request: _dated(request, event.dates, at))
    if isinstance(event, MeetingFixed):
        fixed = Fixed(day=event.day, where=event.where, by=event.by)
        return _with(moved, event.number, lambda request: replace(request, meeting=fixed))
    if event.why == "receipt":
        return _with(moved, event.number, lambda request: replace(request, received=True))
    proposal = moved.proposal
    return replace(
        moved,
        total=event.dates.total,
        total_dated_at=at if event.dates.total != challenge.total else challenge.total_dated_at,
        reminded=frozenset(one for one in challenge.reminded if not _is_moved(one, challenge, event.dates)),
        procedure=event.procedure or challenge.procedure,
        paused=None if event.why == "resumed" else challenge.paused,
        proposal=replace(proposal, due=event.dates.agree_by) if proposal is not None else None,
    )


def _forgotten(
    reminded: frozenset[tuple[int, Subject, int]], number: int, about: Subject
) -> frozenset[tuple[int, Subject, int]]:
    return frozenset(one for one in reminded if one[:2] != (number, about))


def _is_moved(reminded: tuple[int, Subject, int], challenge: Challenge, dates: Dates) -> bool:
    """Whether a reminder was of a date that isn't the same any more, so that it can come again."""
    number, about, _ = reminded
    if about == "total":
        return dates.total != challenge.total
    same_request = bool(challenge.requests) and number == challenge.current.number
    return same_request and about in ("answer", "acknowledgement", "decision")


def _dated(request: Request, dates: Dates, at: datetime) -> Request:
    answered = request.answered
    if answered is not None and dates.decide_by is not None:
        answered = replace(answered, decide_by=dates.decide_by)
    report_by = dates.decide_by if request.report_by is not None else None
    return replace(
        request,
        due=dates.due,
        acknowledge_by=dates.acknowledge_by,
        report_by=report_by,
        answered=answered,
        dated_at=at,
    )


def _issues(issues: tuple[Issue, ...], event: OutcomeRevised | IssueAdded) -> tuple[Issue, ...]:
    if isinstance(event, IssueAdded):
        return (*issues, event.issue)
    return tuple(
        replace(issue, outcome=event.outcome) if number == event.issue else issue
        for number, issue in enumerate(issues, start=1)
    )


def _ended(event: ChallengeResolved | ChallengeClosed, at: datetime) -> Ended:
    if isinstance(event, ChallengeClosed):
        return Ended(how=event.how, at=at, words=event.reason)
    return Ended(
        how="resolved",
        at=at,
        words=event.how,
        outcome_for_child=event.outcome_for_child,
        achieved=event.achieved,
        details=event.details,
    )


def _with(challenge: Challenge, number: int, change: Callable[[Request], Request]) -> Challenge:
    requests = tuple(change(request) if request.number == number else request for request in challenge.requests)
    return replace(challenge, requests=requests)
