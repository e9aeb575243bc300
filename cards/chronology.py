"""What happened, line by line: who, in which role, when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import assert_never

from bot.domain.challenge import Challenge
from bot.domain.commands import CLOCK
from bot.domain.events import (
    AnswerOverdue,
    ChallengeClosed,
    ChallengeRaised,
    ChallengeResolved,
    DecisionOverdue,
    Event,
    IssueAdded,
    NoteAdded,
    Recorded,
    ReminderFell,
    StageAcknowledged,
    StageAnswered,
    StageAssigned,
    StageOpened,
    StagesExhausted,
    TotalOverdue,
    WaitAgreed,
)
from bot.domain.people import Party
from bot.domain.procedure import Procedure
from bot.domain.words import Words
from cards import parts, words
from cards.kit import Element, group, quote, text

REMINDED = {
    "answer": "the answer",
    "decision": "the decision",
    "total": "the limit on all stages",
    "nobody": "there being nobody to ask",
    "next step": "what comes after the last stage",
}


def lines(history: Sequence[Recorded]) -> Iterator[Recorded]:
    """What is worth a line: everything but a reminder for which there was nobody."""
    return (recorded for recorded in history if not isinstance(recorded.event, ReminderFell) or recorded.event.to)


def entry(recorded: Recorded, challenge: Challenge, procedure: Procedure, people: Mapping[str, str]) -> Element:
    """One line of the chronology, with the words that belong to it and who was told."""
    items = [text(f"**{words.when(recorded.happened_at)}** · {_who(recorded, challenge, procedure, people)}")]
    items.append(text(f"{words.first_up(happened(recorded.event, challenge, procedure))}.", gap="None"))
    items += [quote(said, gap="Small") for said in _words(recorded.event)]
    told: tuple[Party, ...] = getattr(recorded.event, "told", getattr(recorded.event, "to", ()))
    if told:
        items.append(text(f"Told: {words.people(told, procedure)}", subtle=True, small=True, gap="None"))
    return group(*items, gap="Medium")


def _who(recorded: Recorded, challenge: Challenge, procedure: Procedure, people: Mapping[str, str]) -> str:
    if recorded.by == CLOCK:
        return "the clock"
    names = {**people, **{party.person: party.name for party in challenge.parties}}
    title = words.said(procedure.title_of(recorded.role))
    name = words.said(names.get(recorded.by, ""))
    return f"{name} ({title})" if name and title else name or title or "somebody"


def happened(event: Event, challenge: Challenge, procedure: Procedure) -> str:
    """The event as the end of a sentence, without a word that people wrote."""
    match event:
        case ChallengeRaised():
            return f"raised {event.reference} with {words.count(len(event.issues), 'issue')}"
        case StageOpened() | StageAssigned():
            return _asking(event, challenge, procedure)
        case IssueAdded():
            return "added an issue"
        case StageAcknowledged():
            return "acknowledged the request"
        case StageAnswered():
            accepted = sum(answer.verdict == "accepted" for answer in event.answers)
            return f"answered: {accepted} of {words.count(len(event.answers), 'issue')} accepted"
        case ChallengeResolved():
            reached = parts.ACHIEVED.get(event.achieved, event.achieved).lower()
            return f"was satisfied and resolved it; outcome sought reached: {reached}"
        case StagesExhausted():
            offered = f"; a referral to {words.said(event.offered)} is offered" if event.offered else ""
            return f"was not satisfied, and there is no further stage{offered}"
        case WaitAgreed():
            return f"chose to wait until {words.weekday(event.until)}"
        case ChallengeClosed():
            return "withdrew it" if event.how == "withdrawn" else "closed it without going further"
        case NoteAdded():
            return "added a note" if event.kind == "note" else "added correspondence"
        case ReminderFell():
            return f"sent a reminder of {REMINDED[event.about]}"
        case AnswerOverdue():
            return "no answer had come by the due date"
        case DecisionOverdue():
            return "no decision had been made by the due date"
        case TotalOverdue():
            return "the limit on all stages had passed"
        case _:
            assert_never(event)


def _asking(event: StageOpened | StageAssigned, challenge: Challenge, procedure: Procedure) -> str:
    asked = words.people(event.asked, procedure, "or") or "nobody, as nobody holds the post"
    if isinstance(event, StageAssigned):
        return f"now asked: {asked}"
    stage = parts.stage_title(procedure, event.stage)
    because = f" ({parts.BECAUSE[event.because]})"
    return f"opened {stage}{because}; asked: {asked}; due by {words.moment(event.due.due_at)}"


def _words(event: Event) -> Iterator[Words]:
    """What people wrote that stands nowhere else in the record."""
    match event:
        case NoteAdded():
            yield event.words
        case StagesExhausted() | WaitAgreed():
            yield event.reason
        case _:
            return
