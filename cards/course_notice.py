"""What people are told of a challenge's course: agreements, plans, meetings, dates that moved, pauses, new people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.challenge import Challenge, Request
from bot.domain.events import (
    AgreementGiven,
    ChallengeReopened,
    ClocksPaused,
    DatesMoved,
    Event,
    MeetingFixed,
    Moved,
    PlanAgreed,
    RaiserChanged,
    ReminderFell,
    SatisfactionGiven,
)
from bot.domain.notices import Kind
from bot.domain.procedure import Procedure
from bot.domain.working_time import Deadline
from cards import course, parts, words
from cards.kit import Action, Element, quote


@dataclass(frozen=True)
class Said:
    title: str
    lines: tuple[str, ...]
    operator: bool = False
    """Whether it goes to the people who run the bot: they have something to do, and nothing to know of the child."""
    ask: str = "For your information: nothing is asked of you."
    quotes: tuple[Element, ...] = ()
    """What people wrote, where it belongs to the news."""
    acts: tuple[Action, ...] = ()


def course_said(kind: Kind, event: Event, challenge: Challenge, request: Request, procedure: Procedure) -> Said:
    """What one of these happenings says to somebody who is told of it."""
    raiser = words.said(challenge.raiser.name)
    match event:
        case AgreementGiven():
            return _agreement_given(event, procedure)
        case SatisfactionGiven():
            by = words.person(event.by, procedure)
            return Said("✓ One of those concerned is satisfied", (f"{by} is satisfied; others must be as well.",))
        case PlanAgreed():
            again = f"{raiser} looks at it again at {words.moment(event.decide_by.due_at)}."
            return Said("✓ The answer is agreed as the plan", (f"{raiser} agrees to what was answered.", again))
        case MeetingFixed():
            by = words.person(event.by, procedure)
            lines = (f"{by} has fixed it for {words.weekday(event.day)}.", *course.meeting_terms(request, procedure))
            return Said(f"Meeting on {words.weekday(event.day)}", lines, quotes=(quote(event.where),))
        case DatesMoved():
            return _moved(event, challenge, procedure)
        case ClocksPaused():
            return _paused(event, procedure)
        case ChallengeReopened():
            by = words.person(event.by, procedure)
            return Said("Taken up again", (f"{by} has reopened this challenge.",), quotes=(quote(event.reason),))
        case RaiserChanged():
            to = words.person(event.to, procedure)
            return Said("Taken over", (f"{to} has taken over this challenge.",), quotes=(quote(event.reason),))
        case _:
            return _proposed(challenge, procedure)


def _proposed(challenge: Challenge, procedure: Procedure) -> Said:
    proposal = challenge.proposal
    if proposal is None:
        return Said("A stage was proposed", ())
    stage = parts.stage_title(procedure, proposal.stage)
    raiser = words.said(challenge.raiser.name)
    lines = (f"{raiser} wants to open {stage}.", f"{course.waiting_for_agreement(proposal)}.")
    return Said(f"Agreement to {stage} is asked for", lines)


def _agreement_given(event: AgreementGiven, procedure: Procedure) -> Said:
    by = words.person(event.by, procedure)
    quotes = (quote(event.words),) if event.words else ()
    if event.agreed:
        return Said("✓ Agreed", (f"{by} agrees to the opening of the stage.",), quotes=quotes)
    free = "The challenge may go on all the same: that is for whoever raised it to decide."
    return Said("Not agreed", (f"{by} does not agree to the opening of the stage.", free), quotes=quotes)


_WHY: dict[Moved, str] = {
    "bank holiday": "Days do not count that were not known before, so dates have moved.",
    "set": "Another day was set for the answer.",
    "meeting": "The dates follow the meeting.",
    "receipt": "The request was received.",
    "resumed": "The clock goes on. The days on which it stood still do not count.",
    "new version": "This challenge follows another version of the procedure from now on.",
}


def _moved(event: DatesMoved, challenge: Challenge, procedure: Procedure) -> Said:
    days = tuple(f"{words.weekday(day.day)} does not count: {words.said(day.why)}." for day in event.days)
    quotes = (quote(event.reason),) if event.reason else ()
    return Said("Dates have moved", (_WHY[event.why], *days, *_new(event)), quotes=quotes)


def _new(event: DatesMoved) -> Iterator[str]:
    dates, before = event.dates, event.before
    pairs: list[tuple[str, Deadline | None, Deadline | None]] = [
        ("The answer", dates.due, before.due if before else None),
        ("The decision", dates.decide_by, before.decide_by if before else None),
        ("All stages", dates.total, before.total if before else None),
    ]
    for what, now, then in pairs:
        if now is not None and (then is None or then.due_at != now.due_at):
            was = f" It was {words.moment(then.due_at)}." if then is not None else ""
            yield f"{what}: by {words.moment(now.due_at)} from now on.{was}"


def _paused(event: ClocksPaused, procedure: Procedure) -> Said:
    pause = procedure.pause(event.pause)
    title = words.said(pause.title if pause is not None else event.pause)
    until = f"It goes on at {words.moment(event.until.due_at)}." if event.until is not None else ""
    lines = tuple(line for line in (f"Reason: {title}.", until) if line)
    quotes = (quote(event.reason),) if event.reason else ()
    return Said("The clock stands still", lines, quotes=quotes)


def course_overdue(event: Event, challenge: Challenge, procedure: Procedure) -> Said:
    """That an agreement is late, or that a clock still stands."""
    if isinstance(event, ReminderFell) and event.about == "pause":
        return Said("The clock still stands", ("Let it go on when the reason for it is over.",))
    proposal = challenge.proposal
    stage = parts.stage_title(procedure, proposal.stage) if proposal is not None else "the stage"
    was_due = parts.by(proposal.due) if proposal is not None else ""
    lines = (
        f"Agreement to {stage} was due{was_due}.",
        f"{words.said(challenge.raiser.name)} may open it all the same.",
    )
    return Said("⚠ No agreement yet", lines)
