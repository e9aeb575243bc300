"""What the passing of time alone makes true of an open challenge."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from bot.domain.challenge import Challenge
from bot.domain.events import (
    AnswerOverdue,
    DecisionOverdue,
    Event,
    ReminderFell,
    StageAssigned,
    TotalOverdue,
)
from bot.domain.facts import Facts
from bot.domain.people import Party
from bot.domain.procedure import Happening, Reminders
from bot.domain.reminders import Falling, fallen, nearest, tells_raiser_again, waiting_is_over


def lapse(challenge: Challenge, now: datetime, facts: Facts) -> list[Event]:
    """What has fallen due by now: silence recorded once, a vacancy filled, the nearest reminder of each deadline."""
    assigned = list(_assigned(challenge, now, facts))
    reminded = (one for one in _reminded(challenge, now, facts) if not (assigned and one.about == "nobody"))
    return [*assigned, *_overdue(challenge, now, facts), *_once_each(list(reminded))]


def _once_each(reminders: list[ReminderFell]) -> Iterator[ReminderFell]:
    """Whoever is told that everything is late, or soon will be, isn't told in the same minute of a late answer too."""
    told = {party for reminder in reminders if reminder.about == "total" for party in reminder.to}
    for reminder in reminders:
        late = reminder.about == "answer" and reminder.offset > 0
        yield replace(reminder, to=tuple(party for party in reminder.to if party not in told)) if late else reminder


def _assigned(challenge: Challenge, now: datetime, facts: Facts) -> Iterator[Event]:
    """Whoever holds the post now is asked, where it was empty or nobody who was asked holds it any more."""
    request = challenge.current
    if request.answered is not None:
        return
    holders = facts.asked(request.stage, facts.child_of(challenge), challenge.raiser, now)
    if holders and not {party.person for party in holders} & {party.person for party in request.asked}:
        yield StageAssigned(number=request.number, asked=holders)


def _overdue(challenge: Challenge, now: datetime, facts: Facts) -> Iterator[Event]:
    for falling in fallen(challenge, facts, now):
        if falling.what != "overdue":
            continue
        if falling.about in ("answer", "nobody"):
            yield AnswerOverdue(number=falling.number, told=_told(challenge, "overdue", now, facts))
        elif falling.about == "decision":
            yield DecisionOverdue(number=falling.number, told=_told(challenge, "overdue", now, facts)[1:])
        else:
            yield TotalOverdue(told=_told(challenge, "total overdue", now, facts))


def _told(challenge: Challenge, happening: Happening, now: datetime, facts: Facts) -> tuple[Party, ...]:
    """The raiser first, who owns the next step, then those whom the file names."""
    without = (challenge.raiser, *challenge.current.asked)
    child = facts.child_of(challenge)
    return (
        challenge.raiser,
        *facts.told(challenge.current.stage, happening, child, challenge.raiser, now, without),
    )


def _reminded(challenge: Challenge, now: datetime, facts: Facts) -> Iterator[ReminderFell]:
    for falling, skipped in nearest(fallen(challenge, facts, now)):
        yield ReminderFell(
            number=falling.number,
            about=falling.about,
            offset=falling.offset,
            due_at=falling.due_at,
            skipped=skipped,
            to=_reminded_people(challenge, falling, now, facts),
        )


def _reminded_people(challenge: Challenge, falling: Falling, now: datetime, facts: Facts) -> tuple[Party, ...]:
    raiser, request = challenge.raiser, challenge.current
    match falling.about:
        case "decision" | "next step":
            return (raiser,)
        case "nobody":
            return (raiser,) if waiting_is_over(request.wait_until, now) else ()
        case "total":
            asked = request.asked if request.answered is None else ()
            return (*asked, raiser) if _raiser_hears(facts.procedure.overall.reminders, falling) else asked
        case "answer":
            hears = (
                falling.offset > 0
                and _raiser_hears(facts.procedure.reminders, falling)
                and waiting_is_over(request.wait_until, now)
            )
            return (*request.asked, raiser) if hears else request.asked


def _raiser_hears(reminders: Reminders, falling: Falling) -> bool:
    return falling.offset <= 0 or tells_raiser_again(reminders, falling.offset)
