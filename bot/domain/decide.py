"""What happens when somebody asks something of a challenge: one small function for each command."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import assert_never

from bot.domain.challenge import Challenge, Request
from bot.domain.commands import (
    CLOCK,
    MOST_ISSUES,
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
    MovedOn,
    NoSuchStage,
    NotAnswered,
    NothingWaits,
    NotKnown,
    NotYours,
    ReasonNeeded,
    TooManyIssues,
)
from bot.domain.events import (
    Because,
    ChallengeClosed,
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
from bot.domain.opening import open_stage
from bot.domain.people import Party
from bot.domain.procedure import Happening
from bot.domain.working_time import ONE_DAY, deadline, in_words, london_date


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
        if answer.by_when is not None:
            _not_before(
                answer.by_when, london_date(sent.at), f"when-{answer.issue}", f"The date for issue {answer.issue}"
            )
    released = tuple(other for other in request.asked if other.person != party.person)
    without = (party, challenge.raiser, *released)
    return StageAnswered(
        number=request.number,
        by=party,
        answers=command.answers,
        told=(challenge.raiser, *released, *_told(challenge, "answered", sent, facts, *without)),
        decide_by=deadline(facts.calendar, facts.hours, sent.at, facts.procedure.decide_within.count),
    )


def _not_before(day: date, first: date, field: str, what: str) -> None:
    if day < first:
        raise DateNotPossible(field=field, what=what, rule=f"{in_words(first)} or later", given=in_words(day))


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
    opened = open_stage(
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
    met = {party.person for party in (*opened.asked, *opened.told)}
    released = () if request.answered else tuple(party for party in request.asked if party.person not in met)
    return replace(opened, told=(*opened.told, *released))


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
    today, what = london_date(sent.at), "The day to wait until"
    last = facts.calendar.add(today, facts.procedure.overall.limit.count)
    _not_before(command.until, today + ONE_DAY, "until", what)
    if command.until > last:
        raise DateNotPossible(
            field="until", what=what, rule=f"{in_words(last)} or sooner", given=in_words(command.until)
        )
    return WaitAgreed(number=request.number, until=command.until, reason=command.reason)


def _close(challenge: Challenge, command: Close, sent: Sent, facts: Facts) -> ChallengeClosed:
    _as_raiser(challenge, sent)
    if not command.reason:
        raise ReasonNeeded(what="closing a challenge without an outcome")
    answered = challenge.current.answered is not None
    met = tuple({party.person: party for party in sorted(challenge.parties, key=str)}.values())
    met = tuple(party for party in met if party.person != challenge.raiser.person)
    return ChallengeClosed(
        how="not taken further" if answered else "withdrawn",
        reason=command.reason,
        told=(*met, *_told(challenge, "closed", sent, facts, challenge.raiser, *met)),
    )
