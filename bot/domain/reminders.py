"""When the next thing falls due for an open challenge, and what has fallen due by a moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count, takewhile
from typing import Literal

from bot.domain.challenge import Challenge, Request
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


@dataclass(frozen=True)
class _Clock:
    """One running deadline of a challenge."""

    about: Subject
    number: int
    due: Deadline
    since: datetime
    reminders: Reminders
    overdue_recorded: bool


VACANT = Reminders(before=(), on_the_day=False, after=(1,), then_every=5)
"""When it is said again that there is still nobody to ask: working days since the stage was opened."""
NEXT_STEP = Reminders(before=(), on_the_day=False, after=(5,), then_every=5)
"""When the raiser is reminded of a challenge whose stages have all been used: working days since then."""


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
    yield _of_the_request(challenge.current, facts)
    if challenge.total is not None:
        yield _Clock(
            about="total",
            number=0,
            due=challenge.total,
            since=challenge.total.started_at,
            reminders=facts.procedure.overall.reminders,
            overdue_recorded=challenge.total_overdue,
        )


def _of_the_request(request: Request, facts: Facts) -> _Clock:
    """Whose turn it is: the person asked, the raiser to decide, or the raiser with no stage left."""
    procedure, answered = facts.procedure, request.answered
    due = request.due if answered is None else answered.decide_by
    if request.exhausted_at is not None:
        return _Clock("next step", request.number, due, request.exhausted_at, NEXT_STEP, overdue_recorded=True)
    if answered is not None:
        reminders = procedure.decision_reminders
        return _Clock("decision", request.number, due, answered.at, reminders, request.decision_overdue)
    about: Subject = "answer" if request.asked else "nobody"
    reminders = procedure.reminders if request.asked else VACANT
    return _Clock(about, request.number, due, request.opened_at, reminders, request.answer_overdue)


def _overdue(clock: _Clock) -> Iterator[Falling]:
    if not clock.overdue_recorded:
        yield _falling(clock, clock.due.due_at, "overdue", 0)


def _reminders(clock: _Clock, challenge: Challenge, facts: Facts) -> Iterator[Falling]:
    """The reminders of one deadline that haven't fallen yet, without end."""
    last = max(
        (offset for number, about, offset in challenge.reminded if (number, about) == (clock.number, clock.about)),
        default=None,
    )
    counts_from_then = clock.about in ("nobody", "next step")
    base = london_date(clock.since) if counts_from_then else clock.due.due_on
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
