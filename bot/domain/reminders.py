"""When the next thing falls due for an open challenge, and what has fallen due by a moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count, takewhile
from typing import Literal

from bot.domain.challenge import Challenge
from bot.domain.events import Subject
from bot.domain.facts import Facts
from bot.domain.procedure import Reminders
from bot.domain.working_time import Deadline, london_date, moment


@dataclass(frozen=True, kw_only=True)
class Falling:
    """One moment at which the clock has something to say."""

    at: datetime
    what: Literal["reminder", "overdue"]
    about: Subject
    number: int
    offset: int
    """Working days from the due day."""
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class _Clock:
    """One running deadline of a challenge."""

    about: Subject
    number: int
    due: Deadline
    since: datetime
    reminders: Reminders
    overdue_recorded: bool


DAILY = Reminders(before=(), on_the_day=False, after=(1,), then_every=1)
"""How often somebody is told that there is still nobody to ask."""


def fallen(challenge: Challenge, facts: Facts, now: datetime) -> tuple[Falling, ...]:
    """Everything that has fallen due by now and isn't on the record yet, the earliest first."""
    found = [
        falling
        for clock in _running(challenge, facts)
        for falling in (*takewhile(lambda one: one.at <= now, _reminders(clock, challenge, facts)), *_overdue(clock))
        if falling.at < now or (falling.what == "reminder" and falling.at <= now)
    ]
    return tuple(sorted(found, key=lambda falling: (falling.at, falling.what, falling.number)))


def wakes_at(challenge: Challenge, facts: Facts) -> datetime | None:
    """The next moment at which something falls due; None only for what has ended."""
    moments = [
        falling.at
        for clock in _running(challenge, facts)
        for falling in (next(_reminders(clock, challenge, facts)), *_overdue(clock))
    ]
    return min(moments, default=None)


def _running(challenge: Challenge, facts: Facts) -> Iterator[_Clock]:
    if challenge.ended is not None or not challenge.requests:
        return
    procedure, request = facts.procedure, challenge.current
    answered = request.answered
    if answered is None:
        yield _Clock(
            about="answer" if request.asked else "nobody",
            number=request.number,
            due=request.due,
            since=request.opened_at,
            reminders=procedure.reminders if request.asked else DAILY,
            overdue_recorded=request.answer_overdue,
        )
    else:
        yield _Clock(
            about="decision",
            number=request.number,
            due=answered.decide_by,
            since=answered.at,
            reminders=procedure.decision_reminders,
            overdue_recorded=request.decision_overdue,
        )
    if challenge.total is not None:
        yield _Clock(
            about="total",
            number=0,
            due=challenge.total,
            since=challenge.total.started_at,
            reminders=procedure.overall.reminders,
            overdue_recorded=challenge.total_overdue,
        )


def _overdue(clock: _Clock) -> Iterator[Falling]:
    if not clock.overdue_recorded:
        yield _falling(clock, clock.due.due_at, "overdue", 0)


def _reminders(clock: _Clock, challenge: Challenge, facts: Facts) -> Iterator[Falling]:
    """The reminders of one deadline that haven't fallen yet, without end."""
    last = max(
        (offset for number, about, offset in challenge.reminded if (number, about) == (clock.number, clock.about)),
        default=None,
    )
    base = clock.due.day_zero if clock.about == "nobody" else clock.due.due_on
    for offset in _offsets(clock.reminders):
        if last is not None and offset <= last:
            continue
        at = moment(_day(facts, base, offset), facts.procedure.hours.remind_at)
        if at > clock.since:
            yield _falling(clock, at, "reminder", offset)


def _offsets(reminders: Reminders) -> Iterator[int]:
    yield from sorted({-days for days in reminders.before})
    if reminders.on_the_day:
        yield 0
    yield from sorted(set(reminders.after))
    yield from count(max(reminders.after, default=0) + reminders.then_every, reminders.then_every)


def _day(facts: Facts, base: date, offset: int) -> date:
    return facts.calendar.add(base, offset)


def _falling(clock: _Clock, at: datetime, what: Literal["reminder", "overdue"], offset: int) -> Falling:
    return Falling(at=at, what=what, about=clock.about, number=clock.number, offset=offset, due_at=clock.due.due_at)


def nearest(falling: tuple[Falling, ...]) -> Iterator[tuple[Falling, int]]:
    """Of the reminders that fell together, only the nearest of each deadline, with how many were passed over."""
    groups: dict[tuple[int, Subject], list[Falling]] = {}
    for one in falling:
        if one.what == "reminder":
            groups.setdefault((one.number, one.about), []).append(one)
    for group in groups.values():
        yield group[-1], len(group) - 1


def tells_raiser_again(reminders: Reminders, offset: int) -> bool:
    """Whether a reminder after the due day goes to the raiser too: not the first, which the overdue notice covers."""
    return offset > (min(reminders.after) if reminders.after else 0)


def waiting_is_over(until: date | None, now: datetime) -> bool:
    """Whether the raiser, who agreed to wait until a day, wants to hear of it again."""
    return until is None or london_date(now) > until
