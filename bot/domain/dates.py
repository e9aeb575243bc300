"""Every date of a challenge: as a stage opens, and again when something moves them.

A stage's limit is counted as the file says and never pushes the overall limit; where it ends after it, it is capped if
the file says so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.domain.challenge import Challenge, Request
from bot.domain.clocks import again, capped, due
from bot.domain.events import Dates
from bot.domain.facts import Facts
from bot.domain.procedure import Stage
from bot.domain.terms import Limit, Stopped
from bot.domain.working_time import Deadline, Stood, moment


@dataclass(frozen=True, kw_only=True)
class Course:
    """What a stage's dates depend on besides itself."""

    raised_at: datetime
    step_before_at: datetime | None = None
    """When the stage before this one was opened."""
    review_on: date | None = None
    total: Deadline | None = None
    """The limit on everything, where it runs already."""


def course_of(challenge: Challenge) -> Course:
    return Course(
        raised_at=challenge.raised_at,
        step_before_at=challenge.requests[-1].opened_at if challenge.requests else None,
        review_on=challenge.review_on,
        total=challenge.total,
    )


def dates_of(
    stage: Stage,
    at: datetime,
    course: Course,
    facts: Facts,
    *,
    limit: Limit | None = None,
    set_on: date | None = None,
    meeting_on: date | None = None,
) -> Dates:
    """The dates of a stage that opens at that moment. `limit` and `set_on` take the place of the stage's own limit.

    Raises `CalendarEnds`.
    """
    total = course.total or _total(stage, at, course, facts)
    acknowledge = stage.acknowledge_within
    own = None if stage.kind == "report" else _own(stage, limit or stage.limit, at, course, facts, set_on, meeting_on)
    return Dates(
        due=None if stage.kind == "report" else _within(own or _still_running(total, at), total, facts),
        acknowledge_by=due(facts.reckoning, acknowledge, at) if acknowledge is not None else None,
        decide_by=decide_by(stage, at, facts) if stage.kind == "report" else None,
        total=total,
    )


def _still_running(total: Deadline | None, at: datetime) -> Deadline | None:
    """The limit on everything as the date of a stage without one of its own; none, once it has passed."""
    return total if total is not None and total.due_at > at else None


def decide_by(stage: Stage, at: datetime, facts: Facts) -> Deadline:
    """By when the raiser should decide on what has come at that moment."""
    return due(facts.reckoning, stage.decide_within or facts.procedure.decide_within, at)


def _within(own: Deadline | None, total: Deadline | None, facts: Facts) -> Deadline | None:
    overall = facts.procedure.overall
    cap = overall is not None and overall.beyond == "cap"
    return capped(own, total) if own is not None and cap else own


def _total(stage: Stage, at: datetime, course: Course, facts: Facts) -> Deadline | None:
    overall = facts.procedure.overall
    if overall is None:
        return None
    match overall.starts:
        case "the raising":
            return due(facts.reckoning, overall.limit, course.raised_at)
        case "the first formal stage":
            return due(facts.reckoning, overall.limit, at) if stage.formal else None
        case named:
            order = [known.id for known in facts.procedure.stages]
            reached = order.index(stage.id) >= order.index(named)
            return due(facts.reckoning, overall.limit, at) if reached else None


def _own(
    stage: Stage,
    limit: Limit | None,
    at: datetime,
    course: Course,
    facts: Facts,
    set_on: date | None,
    meeting_on: date | None,
) -> Deadline | None:
    """By the stage's own limit. One that is counted from something earlier leaves at least the day of receipt."""
    by = facts.reckoning
    if set_on is not None:
        return due(by, limit or Limit(count=1), at, set_on=set_on)
    if limit is None or (limit.must_be_set and not limit.count):  # only a day that somebody sets
        return None
    if limit.counted_from == "the meeting" and meeting_on is None:
        held = stage.meeting.held_within if stage.meeting else None
        return due(by, held, at) if held is not None else None
    if limit.counted_from == "receipt":
        return due(by, limit, at)
    found = due(by, limit, _started(limit, at, course, facts, meeting_on))
    earliest = due(by, Limit(unit="the same working day"), at)
    return found if found.due_at >= earliest.due_at else earliest


def _started(limit: Limit, at: datetime, course: Course, facts: Facts, meeting_on: date | None) -> datetime:
    """The moment from which a limit is counted; receipt, where that moment isn't known."""
    opens = facts.procedure.hours.opens
    match limit.counted_from:
        case "the raising":
            return course.raised_at
        case "the step before":
            return course.step_before_at or course.raised_at
        case "the review":
            return moment(course.review_on, opens) if course.review_on else at
        case "the meeting":
            return moment(meeting_on, opens) if meeting_on else at
        case "receipt":
            return at


def present(challenge: Challenge) -> Dates:
    """The dates as they are."""
    request = challenge.current
    return Dates(
        due=request.due,
        acknowledge_by=request.acknowledge_by,
        decide_by=request.decide_by,
        total=challenge.total,
        agree_by=challenge.proposal.due if challenge.proposal else None,
    )


def reckoned_again(
    challenge: Challenge, facts: Facts, *, stood: Stood | None = None, stopped: tuple[Stopped, ...] = ()
) -> Dates:
    """Every date that still runs, by the calendar as it is known now and with a pause that has just ended.

    What was answered or recorded as overdue keeps its date: that has happened. Raises `CalendarEnds`.
    """
    by, now, request = facts.reckoning, present(challenge), challenge.current

    def moved(deadline: Deadline | None, runs: bool, clock: Stopped | None = "the answer") -> Deadline | None:
        if deadline is None or not runs:
            return deadline
        stops = (*deadline.stood, stood) if stood is not None and clock in stopped else deadline.stood
        return again(by, deadline, stood=stops)

    total = moved(now.total, not challenge.total_overdue, "the whole")
    waits = request.waits and not request.answer_overdue
    due_ = total if now.due is not None and now.due == now.total else moved(now.due, waits)
    return Dates(
        due=_within(due_, total, facts) if waits else now.due,
        acknowledge_by=moved(now.acknowledge_by, _acknowledgement_runs(request)),
        decide_by=moved(now.decide_by, not request.decision_overdue),
        total=total,
        agree_by=moved(now.agree_by, challenge.proposal is not None and not challenge.proposal.overdue, None),
    )


def _acknowledgement_runs(request: Request) -> bool:
    return request.waits and request.acknowledged is None and not request.acknowledgement_overdue


def same_dates(one: Dates, other: Dates) -> bool:
    """Whether all moments are the same, however they were worked out."""

    def moments(dates: Dates) -> list[datetime | None]:
        every = (dates.due, dates.acknowledge_by, dates.decide_by, dates.total, dates.agree_by)
        return [deadline.due_at if deadline else None for deadline in every]

    return moments(one) == moments(other)


def with_due(dates: Dates, own: Deadline | None, facts: Facts) -> Dates:
    """The same dates with another one for the answer, capped where the file says so."""
    return replace(dates, due=_within(own or dates.total, dates.total, facts))
