"""What happens when somebody asks something of a challenge: one small function for each command."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import assert_never

from bot.domain.challenge import Challenge, Request
from bot.domain.commands import (
    CLOCK,
    Acknowledge,
    AddIssue,
    AddNote,
    Answer,
    Close,
    Escalate,
    Exhaust,
    LookAtClock,
    Raise,
    Resolve,
    Sent,
    Wait,
)
from bot.domain.errors import (
    AlreadyAnswered,
    AlreadyEnded,
    AnswerIncomplete,
    DateNotPossible,
    MayNotRaise,
    MovedOn,
    NoSuchStage,
    NotAnswered,
    NothingWaits,
    NotKnown,
    NotYours,
    ReasonNeeded,
    TooManyIssues,
    WrongArena,
)
from bot.domain.events import (
    Because,
    ChallengeClosed,
    ChallengeRaised,
    ChallengeResolved,
    Event,
    IssueAdded,
    NoteAdded,
    StageAcknowledged,
    StageAnswered,
    StageOpened,
    StagesExhausted,
    WaitAgreed,
)
from bot.domain.facts import Facts
from bot.domain.lapse import lapse
from bot.domain.people import Child, Party
from bot.domain.procedure import Happening
from bot.domain.words import Words
from bot.domain.working_time import deadline, london_date

MOST_ISSUES = 5
"""So that the card with the longest answers stays readable on a phone and within what Teams carries."""


def raising(reference: str, sent: Sent, facts: Facts) -> list[Event]:
    """The events of a new challenge. Raises `Refused` where this person can't raise it, or not like this."""
    command = sent.command
    assert isinstance(command, Raise)
    procedure = facts.procedure
    child = facts.directory.children.get(command.child)
    if child is None:
        raise NotKnown(what=f"child “{command.child}”")
    raiser, unit = _raiser(sent, child, facts)
    if command.arena != child.arena:
        raise WrongArena(
            child=child.reference,
            arena=procedure.arena(command.arena).title,
            possible=procedure.arena(child.arena).title,
        )
    if len(command.issues) > MOST_ISSUES:
        raise TooManyIssues(most=MOST_ISSUES)
    if command.stage != procedure.start and not command.reason:
        raise ReasonNeeded(what=f"starting at {procedure.stage(command.stage).title}")
    raised = ChallengeRaised(
        reference=reference,
        procedure=procedure.fingerprint,
        child=child.reference,
        initials=child.initials,
        unit=child.unit,
        siblings=child.siblings,
        arena=command.arena,
        raiser=raiser,
        raiser_unit=unit,
        issues=command.issues,
        impact=command.impact,
        details=command.details,
    )
    because: Because = "usual" if command.stage == procedure.start else "direct entry"
    opened = _open(1, command.stage, because, command.reason, child, raiser, sent.at, facts, formal_before=False)
    return [raised, opened]


def _raiser(sent: Sent, child: Child, facts: Facts) -> tuple[Party, str]:
    """The sender as raiser, with the unit of the post that lets them raise."""
    posts = [
        post
        for post in facts.directory.posts_of(sent.by, london_date(sent.at))
        if post.role in facts.procedure.raising_roles
    ]
    if not posts:
        titles = sorted(facts.procedure.title_of(role) for role in facts.procedure.raising_roles)
        raise MayNotRaise(who=" or ".join(titles), operator=facts.operator)
    person = facts.directory.people[sent.by]
    return Party(person=person.id, name=person.name, role=posts[0].role), posts[0].unit


def _open(
    number: int,
    stage: str,
    because: Because,
    reason: Words,
    child: Child,
    raiser: Party,
    at: datetime,
    facts: Facts,
    *,
    formal_before: bool,
) -> StageOpened:
    named = facts.procedure.stage(stage)
    asked = facts.asked(stage, child, raiser, at)
    overall = facts.procedure.overall.limit.count
    starts_total = named.formal and not formal_before
    return StageOpened(
        number=number,
        stage=stage,
        because=because,
        reason=reason,
        asked=asked,
        told=facts.told(stage, "opened", child, raiser, at, without=asked),
        due=deadline(facts.calendar, facts.hours, at, named.limit.count),
        total=deadline(facts.calendar, facts.hours, at, overall) if starts_total else None,
    )


def decide(challenge: Challenge, sent: Sent, facts: Facts) -> list[Event]:
    """The events that a command leads to, perhaps none. Raises `Refused` where it can't be done."""
    command = sent.command
    if isinstance(command, LookAtClock):
        return [] if challenge.ended else lapse(challenge, sent.at, facts)
    if facts.relation(challenge, sent.by, sent.at) in (None, "overseer"):
        raise NotKnown(what=f"challenge {challenge.reference}")
    if isinstance(command, AddNote):
        return [NoteAdded(kind=command.kind, words=command.words)]
    if challenge.ended is not None:
        raise AlreadyEnded(reference=challenge.reference, how=challenge.ended.how)
    match command:
        case Acknowledge():
            return list(_acknowledge(challenge, command, sent, facts))
        case Answer():
            return [_answer(challenge, command, sent, facts)]
        case AddIssue():
            return [_add_issue(challenge, command, sent, facts)]
        case Resolve():
            return [_resolve(challenge, command, sent, facts)]
        case Escalate():
            return [_escalate(challenge, command, sent, facts)]
        case Exhaust():
            return list(_exhaust(challenge, command, sent, facts))
        case Wait():
            return [_wait(challenge, command, sent, facts)]
        case Close():
            return [_close(challenge, command, sent, facts)]
        case Raise():
            raise AssertionError("a raising has no challenge yet")
        case _:
            assert_never(command)


def role_of(challenge: Challenge, sent: Sent, facts: Facts) -> str:
    """The role in which the sender acts on this challenge; empty for the clock."""
    if sent.by == CLOCK:
        return ""
    if sent.by == challenge.raiser.person:
        return challenge.raiser.role
    asked = facts.asked_now(challenge, sent.by, sent.at) if challenge.requests else None
    if asked is not None:
        return asked.role
    met = next((party.role for party in sorted(challenge.parties, key=str) if party.person == sent.by), None)
    posts = facts.directory.posts_of(sent.by, london_date(sent.at))
    return met or (posts[0].role if posts else "")


def _current(challenge: Challenge, number: int, facts: Facts) -> Request:
    """The request that a button names, which must still be the current one."""
    if challenge.current.number != number:
        stage = facts.procedure.stage(challenge.current.stage)
        raise MovedOn(reference=challenge.reference, stage=stage.title)
    return challenge.current


def _as_asked(challenge: Challenge, number: int, sent: Sent, facts: Facts) -> tuple[Request, Party]:
    request = _current(challenge, number, facts)
    if request.answered is not None:
        raise AlreadyAnswered(who=request.answered.by.name)
    party = facts.asked_now(challenge, sent.by, sent.at)
    if party is None:
        names = " or ".join(asked.name for asked in request.asked) or "whoever takes up the post"
        raise NotYours(who=names)
    return request, party


def _as_raiser(challenge: Challenge, sent: Sent) -> None:
    if sent.by != challenge.raiser.person:
        raise NotYours(who=f"{challenge.raiser.name}, who raised it,")


def _told(challenge: Challenge, happening: Happening, sent: Sent, facts: Facts, *without: Party) -> tuple[Party, ...]:
    child = facts.child_of(challenge)
    stage = challenge.current.stage
    return facts.told(stage, happening, child, challenge.raiser, sent.at, without)


def _acknowledge(challenge: Challenge, command: Acknowledge, sent: Sent, facts: Facts) -> Iterator[Event]:
    request, party = _as_asked(challenge, command.request, sent, facts)
    if request.acknowledged is None:
        told = _told(challenge, "acknowledged", sent, facts, party)
        yield StageAcknowledged(number=request.number, by=party, told=told)


def _answer(challenge: Challenge, command: Answer, sent: Sent, facts: Facts) -> StageAnswered:
    request, party = _as_asked(challenge, command.request, sent, facts)
    missing = set(range(1, len(challenge.issues) + 1)) - {answer.issue for answer in command.answers}
    if missing:
        raise AnswerIncomplete(missing=min(missing))
    for answer in command.answers:
        if not answer.words:
            raise AnswerIncomplete(missing=answer.issue)
    return StageAnswered(
        number=request.number,
        by=party,
        answers=command.answers,
        told=(challenge.raiser, *_told(challenge, "answered", sent, facts, party, challenge.raiser)),
        decide_by=deadline(facts.calendar, facts.hours, sent.at, facts.procedure.decide_within.count),
    )


def _add_issue(challenge: Challenge, command: AddIssue, sent: Sent, facts: Facts) -> IssueAdded:
    _as_raiser(challenge, sent)
    if challenge.current.answered is not None:
        raise AlreadyAnswered(who=challenge.current.answered.by.name)
    if len(challenge.issues) >= MOST_ISSUES:
        raise TooManyIssues(most=MOST_ISSUES)
    told = (*challenge.current.asked, *_told(challenge, "issue added", sent, facts, *challenge.current.asked))
    return IssueAdded(issue=command.issue, told=told)


def _resolve(challenge: Challenge, command: Resolve, sent: Sent, facts: Facts) -> ChallengeResolved:
    _as_raiser(challenge, sent)
    request = _current(challenge, command.request, facts)
    return ChallengeResolved(
        number=request.number,
        how=command.how,
        outcome_for_child=command.outcome_for_child,
        achieved=command.achieved,
        told=(*request.asked, *_told(challenge, "resolved", sent, facts, challenge.raiser, *request.asked)),
    )


def _escalate(challenge: Challenge, command: Escalate, sent: Sent, facts: Facts) -> StageOpened:
    _as_raiser(challenge, sent)
    request = _current(challenge, command.request, facts)
    later = {stage.id: stage for stage in facts.procedure.after(request.stage)}
    if command.to not in later:
        possible = ", ".join(stage.title for stage in later.values()) or "none, this was the last"
        raise NoSuchStage(stage=command.to, possible=possible)
    if not command.reason:
        raise ReasonNeeded(what=f"going on to {later[command.to].title}")
    formal_before = any(facts.procedure.stage(earlier.stage).formal for earlier in challenge.requests)
    return _open(
        request.number + 1,
        command.to,
        _why_moved(request),
        command.reason,
        facts.child_of(challenge),
        challenge.raiser,
        sent.at,
        facts,
        formal_before=formal_before,
    )


def _why_moved(request: Request) -> Because:
    if request.answered is not None:
        return "not satisfied"
    return "no answer in time" if request.answer_overdue else "urgent"


def _exhaust(challenge: Challenge, command: Exhaust, sent: Sent, facts: Facts) -> Iterator[Event]:
    _as_raiser(challenge, sent)
    request = _current(challenge, command.request, facts)
    later = facts.procedure.after(request.stage)
    if later:
        raise NoSuchStage(stage="nothing further", possible=", ".join(stage.title for stage in later))
    if request.answered is None and not request.answer_overdue:
        raise NotAnswered(stage=facts.procedure.stage(request.stage).title)
    if not command.reason:
        raise ReasonNeeded(what="not being satisfied")
    if not request.exhausted:
        yield StagesExhausted(
            number=request.number,
            reason=command.reason,
            offered=facts.procedure.arena(challenge.arena).outside_body,
            told=_told(challenge, "exhausted", sent, facts, challenge.raiser),
        )


def _wait(challenge: Challenge, command: Wait, sent: Sent, facts: Facts) -> WaitAgreed:
    _as_raiser(challenge, sent)
    request = _current(challenge, command.request, facts)
    if request.answered is not None or not request.answer_overdue:
        raise NothingWaits(reference=challenge.reference, why="the answer isn't overdue")
    if not command.reason:
        raise ReasonNeeded(what="waiting")
    if command.until <= london_date(sent.at):
        raise DateNotPossible(what="The date to wait until", rule="after today", given=f"{command.until:%d/%m/%Y}")
    return WaitAgreed(number=request.number, until=command.until, reason=command.reason)


def _close(challenge: Challenge, command: Close, sent: Sent, facts: Facts) -> ChallengeClosed:
    _as_raiser(challenge, sent)
    if not command.reason:
        raise ReasonNeeded(what="closing a challenge without an outcome")
    answered = challenge.current.answered is not None
    asked = challenge.current.asked
    return ChallengeClosed(
        how="not taken further" if answered else "withdrawn",
        reason=command.reason,
        told=(*asked, *_told(challenge, "closed", sent, facts, challenge.raiser, *asked)),
    )
