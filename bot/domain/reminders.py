"""When the next thing falls due for an open challenge, and what has fallen due by a moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count, takewhile
from typing import Literal

from bot.domain.challenge import Challenge, Paused, Proposal, Request
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
    """Working days from the due day; where there is none, since it began."""
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class _Clock:
    """One running deadline of a challenge; without a date, what is reminded of at intervals."""

    about: Subject
    number: int
    due: Deadline | None
    since: datetime
    reminders: Reminders
    overdue_recorded: bool
    from_then: bool = False
    """Whether its reminders are counted from when it began, not from the due day."""


AT_INTERVALS = Reminders(before=(), on_the_day=False, after=(5,), then_every=5)
"""When something without a date is recalled: working days since it began."""
VACANT = Reminders(before=(), on_the_day=False, after=(1,), then_every=5)
"""When it is said again that there is still nobody to ask: working days since the stage was opened."""


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
    if challenge.ended is not None:
        return
    paused = challenge.paused
    pause = facts.procedure.pause(paused.pause) if paused else None
    stopped = pause.stops if pause else ()
    if paused is not None:
        yield _of_the_pause(paused)
    if challenge.proposal is not None and challenge.proposal.asked and challenge.proposal.given is None:
        yield _of_the_agreement(challenge.proposal, facts)
    if "the answer" not in stopped:
        yield from _of_the_stage(challenge, facts)
    if challenge.total is not None and facts.procedure.overall is not None and "the whole" not in stopped:
        yield _Clock(
            about="total",
            number=0,
            due=challenge.total,
            since=challenge.total_dated_at or challenge.total.started_at,
            reminders=facts.procedure.overall.reminders,
            overdue_recorded=challenge.total_overdue,
        )


def _of_the_pause(paused: Paused) -> _Clock:
    """Its end by itself, where it has one; recalled at intervals until somebody resumes it."""
    return _Clock(
        about="pause",
        number=paused.number,
        due=paused.until,
        since=paused.at,
        reminders=AT_INTERVALS,
        overdue_recorded=False,
        from_then=True,
    )


def _of_the_agreement(proposal: Proposal, facts: Facts) -> _Clock:
    return _Clock(
        about="agreement",
        number=proposal.number,
        due=proposal.due,
        since=proposal.at,
        reminders=facts.procedure.reminders if proposal.due is not None else AT_INTERVALS,
        overdue_recorded=proposal.overdue,
        from_then=proposal.due is None,
    )


def _of_the_stage(challenge: Challenge, facts: Facts) -> Iterator[_Clock]:
    if not challenge.requests:
        proposal = challenge.proposal
        if proposal is not None and proposal.open_to_raiser:
            yield _next_step(0, proposal.at)
        return
    request, proposal = challenge.current, challenge.proposal
    if proposal is not None and not request.waits and proposal.answered == len(request.all_answers):
        # The raiser has decided, to go on; what they do is theirs again once agreement is refused or doesn't come.
        if proposal.open_to_raiser:
            yield _next_step(request.number, proposal.at)
        return
    yield _of_the_request(request, facts)
    if request.acknowledge_by is not None and request.waits and request.acknowledged is None and request.asked:
        yield _Clock(
            about="acknowledgement",
            number=request.number,
            due=request.acknowledge_by,
            since=request.opened_at,
            reminders=Reminders(before=(), on_the_day=False, after=(1,), then_every=5),
            overdue_recorded=request.acknowledgement_overdue,
        )


def _next_step(number: int, since: datetime) -> _Clock:
    """What the raiser does next has no date, and is recalled at intervals."""
    return _Clock(
        about="next step",
        number=number,
        due=None,
        since=since,
        reminders=AT_INTERVALS,
        overdue_recorded=True,
        from_then=True,
    )


def _of_the_request(request: Request, facts: Facts) -> _Clock:
    """Whose turn it is: the person asked, the raiser to decide, or the raiser with no stage left."""
    procedure, number = facts.procedure, request.number
    since = request.dated_at or request.opened_at
    if request.exhausted_at is not None:
        return _next_step(number, request.exhausted_at)
    if not request.waits:
        answered_at = request.answered.at if request.answered is not None else request.opened_at
        return _Clock(
            about="decision",
            number=number,
            due=request.decide_by,
            since=max(answered_at, since),
            reminders=procedure.decision_reminders,
            overdue_recorded=request.decision_overdue,
        )
    if not request.asked:
        return _Clock(
            about="nobody",
            number=number,
            due=request.due,
            since=request.opened_at,
            reminders=VACANT,
            overdue_recorded=request.answer_overdue,
            from_then=True,
        )
    reminders = procedure.stage(request.stage).reminders or procedure.reminders
    return _Clock(
        about="answer",
        number=number,
        due=request.due,
        since=since,
        reminders=reminders if request.due is not None else AT_INTERVALS,
        overdue_recorded=request.answer_overdue,
        from_then=request.due is None,
    )


def _overdue(clock: _Clock) -> Iterator[Falling]:
    if not clock.overdue_recorded and clock.due is not None:
        yield _falling(clock, clock.due.due_at, "overdue", 0)


def _reminders(clock: _Clock, challenge: Challenge, facts: Facts) -> Iterator[Falling]:
    """The reminders of one deadline that haven't fallen yet, without end."""
    last = max(
        (offset for number, about, offset in challenge.reminded if (number, about) == (clock.number, clock.about)),
        default=None,
    )
    base = london_date(clock.since) if clock.from_then or clock.due is None else clock.due.due_on
    hour = clock.reminders.at or facts.procedure.hours.remind_at
    for offset in _offsets(clock.reminders):
        if last is not None and offset <= last:
            continue
        at = moment(_day(facts, base, offset), hour)
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
    due_at = clock.due.due_at if clock.due is not None else clock.since
    return Falling(at=at, what=what, about=clock.about, number=clock.number, offset=offset, due_at=due_at)


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
