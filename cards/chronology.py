"""What happened, line by line: who, in which role, when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import assert_never

from bot.domain.challenge import Challenge
from bot.domain.commands import CLOCK
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
    DatesMoved,
    DecisionOverdue,
    Event,
    IssueAdded,
    MeetingFixed,
    Moved,
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
    TotalOverdue,
    WaitAgreed,
)
from bot.domain.people import Party
from bot.domain.procedure import Procedure
from bot.domain.words import Words
from cards import parts, words
from cards.kit import Element, group, quote, text

OfTheCourse = (
    AgreementGiven
    | AgreementOverdue
    | OutcomeRevised
    | SilenceAccepted
    | PlanAgreed
    | MeetingFixed
    | DatesMoved
    | ClocksPaused
    | SatisfactionGiven
    | ChallengeReopened
    | RaiserChanged
)
CLOSED = {
    "withdrawn": "withdrew it",
    "not taken further": "closed it without going further",
    "accepted by silence": "no decision had been made in time, which by the procedure counts as satisfaction",
}
MOVED: dict[Moved, str] = {
    "bank holiday": "dates moved because days do not count that were not known before",
    "set": "set another day for the answer",
    "meeting": "dates moved with the meeting",
    "receipt": "the request was received",
    "resumed": "the clock goes on",
    "new version": "it follows another version of the procedure from now on",
}
REMINDED = {
    "answer": "the answer",
    "decision": "the decision",
    "total": "the limit on all stages",
    "nobody": "there being nobody to ask",
    "next step": "what comes next",
    "acknowledgement": "the acknowledgement",
    "agreement": "the agreement that is waited for",
    "pause": "the clock that stands still",
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
        case StageOpened() | StageAssigned() | StageProposed():
            return _asking(event, challenge, procedure)
        case IssueAdded():
            return "added an issue"
        case StageAcknowledged():
            return "acknowledged the request"
        case StageAnswered():
            accepted = sum(answer.verdict == "accepted" for answer in event.answers)
            more = "" if event.settles else "; others still have to answer"
            return f"answered: {accepted} of {words.count(len(event.answers), 'issue')} accepted{more}"
        case ChallengeResolved():
            reached = parts.ACHIEVED.get(event.achieved, event.achieved).lower()
            return f"was satisfied and resolved it; outcome sought reached: {reached}"
        case StagesExhausted():
            offered = f"; a referral to {words.said(event.offered)} is offered" if event.offered else ""
            return f"was not satisfied, and there is no further stage{offered}"
        case WaitAgreed():
            return f"chose to wait until {words.weekday(event.until)}"
        case ChallengeClosed():
            return CLOSED[event.how]
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
        case AcknowledgementOverdue():
            return "nobody had acknowledged it by the due date"
        case _:
            return _beside(event, procedure)


def _beside(event: OfTheCourse, procedure: Procedure) -> str:
    """What happened to agreements, plans, dates and people."""
    match event:
        case AgreementGiven():
            return "agreed to the opening of the stage" if event.agreed else "did not agree to the opening of the stage"
        case AgreementOverdue():
            return "no agreement had come by the due date"
        case OutcomeRevised():
            return f"put the outcome sought for issue {event.issue} anew"
        case SilenceAccepted():
            return "nobody had answered in time, which by the procedure counts as acceptance"
        case PlanAgreed():
            return f"agreed to the answer as the plan, to be looked at again by {words.moment(event.decide_by.due_at)}"
        case MeetingFixed():
            return f"fixed the meeting for {words.weekday(event.day)}"
        case DatesMoved():
            return f"{MOVED[event.why]}{_new_dates(event)}"
        case ClocksPaused():
            pause = procedure.pause(event.pause)
            return f"let the clock stand still: {words.said(pause.title if pause is not None else event.pause)}"
        case SatisfactionGiven():
            return "was satisfied; others must be satisfied as well"
        case ChallengeReopened():
            return "took it up again"
        case RaiserChanged():
            return f"took it over; it is now {words.person(event.to, procedure)}'s"
        case _:
            assert_never(event)


def _new_dates(event: DatesMoved) -> str:
    dates = event.dates
    said = [("the answer", dates.due), ("the decision", dates.decide_by), ("all stages", dates.total)]
    found = [f"{what} by {words.moment(deadline.due_at)}" for what, deadline in said if deadline is not None]
    days = words.listed(f"{words.weekday(day.day)} ({words.said(day.why)})" for day in event.days)
    return f"{f'; {days} does not count' if days else ''}{f'; now due: {words.listed(found)}' if found else ''}"


def _asking(event: StageOpened | StageAssigned | StageProposed, challenge: Challenge, procedure: Procedure) -> str:
    stage_asked = parts.stage_of(procedure, getattr(event, "stage", ""))
    each = stage_asked is not None and stage_asked.answers_needed == "each" and isinstance(event, StageOpened)
    asked = words.people(event.asked, procedure, "and" if each else "or") or "nobody, as nobody holds the post"
    if isinstance(event, StageAssigned):
        return f"now asked: {asked}"
    stage = parts.stage_title(procedure, event.stage)
    if isinstance(event, StageProposed):
        return f"asked for agreement to open {stage}; asked: {asked}; due{parts.by(event.due) or ': no date'}"
    because = f" ({parts.BECAUSE[event.because]})"
    if event.decide_by is not None:
        return f"opened {stage}{because}, which expects no answer"
    due = f"; due by {words.moment(event.due.due_at)}" if event.due is not None else ""
    return f"opened {stage}{because}; asked: {asked}{due}"


def _words(event: Event) -> Iterator[Words]:
    """What people wrote that stands nowhere else in the record."""
    match event:
        case NoteAdded():
            yield event.words
        case StagesExhausted() | WaitAgreed() | StageProposed() | DatesMoved() | ClocksPaused() | ChallengeReopened():
            yield from (event.reason,) if event.reason else ()
        case RaiserChanged():
            yield event.reason
        case AgreementGiven() | PlanAgreed():
            yield from (event.words,) if event.words else ()
        case SatisfactionGiven():
            yield event.how
        case MeetingFixed():
            yield event.where
        case OutcomeRevised():
            yield event.outcome
        case _:
            return
