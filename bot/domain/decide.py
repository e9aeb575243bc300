"""What happens when somebody asks something of a challenge: each command has one small function."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from bot.domain import answering, deciding, scheduling
from bot.domain.access import may_ask
from bot.domain.challenge import Challenge
from bot.domain.checks import ASKS
from bot.domain.commands import (
    CLOCK,
    OPERATOR,
    Acknowledge,
    AddIssue,
    AddNote,
    AgreePlan,
    Answer,
    Close,
    Escalate,
    Exhaust,
    FixMeeting,
    GiveAgreement,
    LookAtClock,
    MoveToVersion,
    NoteReceipt,
    PauseClocks,
    Raise,
    Reopen,
    Resolve,
    ResumeClocks,
    Sent,
    SetLimit,
    TakeOver,
    Wait,
)
from bot.domain.errors import AlreadyEnded, NotKnown
from bot.domain.events import Event, NoteAdded
from bot.domain.facts import Facts
from bot.domain.lapse import lapse
from bot.domain.working_time import london_date


def decide(challenge: Challenge, sent: Sent, facts: Facts) -> list[Event]:
    """The events that a command leads to, perhaps none. Raises `Refused` where it can't be done."""
    command = sent.command
    if not may_ask(facts.relations(challenge, sent.by, sent.at), ASKS[type(command)]):
        raise NotKnown(what=f"challenge {challenge.reference}")
    if isinstance(command, AddNote):
        return [NoteAdded(kind=command.kind, words=command.words)]
    if isinstance(command, Reopen):
        return list(deciding.reopen(challenge, command, sent, facts))
    if challenge.ended is not None:
        if isinstance(command, LookAtClock | NoteReceipt):
            return []
        raise AlreadyEnded(reference=challenge.reference, how=challenge.ended.how)
    return list(_events(challenge, sent, facts))


def _events(challenge: Challenge, sent: Sent, facts: Facts) -> Iterator[Event]:
    match sent.command:
        case LookAtClock():
            yield from lapse(challenge, sent, facts)
        case Acknowledge() as command:
            yield from answering.acknowledge(challenge, command, sent, facts)
        case Answer() as command:
            yield from answering.answer(challenge, command, sent, facts)
        case FixMeeting() as command:
            yield answering.fix_meeting(challenge, command, sent, facts)
        case GiveAgreement() as command:
            yield from answering.give_agreement(challenge, command, sent, facts)
        case SetLimit() as command:
            yield scheduling.set_limit(challenge, command, sent, facts)
        case PauseClocks() as command:
            yield scheduling.pause_clocks(challenge, command, sent, facts)
        case ResumeClocks() as command:
            yield scheduling.resume_clocks(challenge, command, sent, facts)
        case NoteReceipt() as command:
            yield from scheduling.note_receipt(challenge, command, sent, facts)
        case MoveToVersion() as command:
            yield scheduling.move_to_version(challenge, command, sent, facts)
        case _:
            yield from _decisions(challenge, sent, facts)


def _decisions(challenge: Challenge, sent: Sent, facts: Facts) -> Iterator[Event]:
    match sent.command:
        case AddIssue() as command:
            yield deciding.add_issue(challenge, command, sent, facts)
        case Resolve() as command:
            yield deciding.resolve(challenge, command, sent, facts)
        case AgreePlan() as command:
            yield deciding.agree_plan(challenge, command, sent, facts)
        case Escalate() as command:
            yield from deciding.escalate(challenge, command, sent, facts)
        case Exhaust() as command:
            yield from deciding.exhaust(challenge, command, sent, facts)
        case Wait() as command:
            yield deciding.wait(challenge, command, sent, facts)
        case Close() as command:
            yield deciding.close(challenge, command, sent, facts)
        case TakeOver() as command:
            yield deciding.take_over(challenge, command, sent, facts)
        case Raise() | AddNote() | Reopen():
            raise AssertionError("a raising has no challenge yet, and the others were done before")
        case (
            LookAtClock()
            | Acknowledge()
            | Answer()
            | FixMeeting()
            | GiveAgreement()
            | SetLimit()
            | PauseClocks()
            | ResumeClocks()
            | NoteReceipt()
            | MoveToVersion()
        ):
            raise AssertionError("these move nothing on")
        case _:
            assert_never(sent.command)


def role_of(challenge: Challenge, sent: Sent, facts: Facts) -> str:
    """The role in which the sender acts on this challenge; empty for the clock and the operator."""
    if sent.by in (CLOCK, OPERATOR):
        return ""
    if sent.by == challenge.raiser.person:
        return challenge.raiser.role
    acting = facts.agreeing(challenge, sent.by, sent.at) or facts.asked_now(challenge, sent.by, sent.at)
    if acting is not None:
        return acting.role
    met = next((party.role for party in sorted(challenge.parties, key=str) if party.person == sent.by), None)
    posts = facts.directory.posts_of(sent.by, london_date(sent.at))
    return met or (posts[0].role if posts else "")
