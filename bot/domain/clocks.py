"""From a limit of the procedure to a date: every unit, every start, pauses, a day that somebody set, and the cap.

No due date lies on a day that does not count: where a limit in calendar days, or a day that somebody set, ends on one,
it moves to the next working day.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from bot.domain.terms import CountedFrom, Limit, Unit, WorkingHours
from bot.domain.working_time import (
    ONE_DAY,
    Deadline,
    Skipped,
    Stood,
    WorkingCalendar,
    WorkingDay,
    deadline,
    london_date,
    moment,
    next_working_moment,
    not_counted,
    receipt_day,
)


@dataclass(frozen=True, kw_only=True)
class Reckoning:
    """What every date is worked out with: the calendar as known, and the authority's hours."""

    calendar: WorkingCalendar
    hours: WorkingHours

    @property
    def day(self) -> WorkingDay:
        hours = self.hours
        anyhow = hours.receipt == "sent"
        return WorkingDay(opens=hours.opens, closes=hours.closes, cut_off=hours.cut_off, whatever_the_hour=anyhow)


def due(
    by: Reckoning,
    limit: Limit,
    started_at: datetime,
    *,
    stood: tuple[Stood, ...] = (),
    set_on: date | None = None,
) -> Deadline:
    """When something with this limit is due that started then. `set_on` takes the place of the limit.

    Raises `CalendarEnds`.
    """
    found = _counted(by, limit.unit, limit.count, limit.counted_from, started_at, stood, set_on)
    if found.due_at <= started_at and set_on is None:  # received after the close of that very day
        found = _on(
            by, _going(by, by.calendar.add(found.due_on, 1), stood), found.day_zero, started_at, limit.unit, limit.count
        )
    skipped = _with_stood(found, stood) if stood else found.skipped
    return replace(found, counted_from=limit.counted_from, stood=stood, set_on=set_on, skipped=skipped)


def again(by: Reckoning, before: Deadline, *, stood: tuple[Stood, ...] | None = None) -> Deadline:
    """The same deadline by another calendar or with other pauses, without the cap. Raises `CalendarEnds`."""
    limit = Limit(count=before.limit, unit=before.unit, counted_from=before.counted_from)
    return due(by, limit, before.started_at, stood=before.stood if stood is None else stood, set_on=before.set_on)


def capped(own: Deadline, whole: Deadline | None) -> Deadline:
    """The deadline, no later than the end of the whole; its own date is kept. What began later isn't capped."""
    if whole is None or own.due_at <= whole.due_at or whole.due_at <= own.started_at:
        return own
    return replace(own, due_on=whole.due_on, due_at=whole.due_at, own_due_at=own.due_at)


def _counted(
    by: Reckoning,
    unit: Unit,
    count: int,
    start: CountedFrom,
    started_at: datetime,
    stood: tuple[Stood, ...],
    set_on: date | None,
) -> Deadline:
    # A day that was fixed beforehand is day zero itself, whatever the hour at which anybody wrote it down.
    day = by.day if start not in ("the review", "the meeting") else replace(by.day, cut_off=time(23, 59))
    zero = receipt_day(by.calendar, day, started_at)
    if set_on is not None:
        return _on(by, _going(by, set_on, stood), zero, started_at, unit, 0)
    if not stood and unit == "working days":
        return deadline(by.calendar, day, started_at, count)
    match unit:
        case "working days" | "the same working day":
            return _on(by, _working_days(by, zero, count, stood), zero, started_at, unit, count)
        case "calendar days":
            return _on(by, _calendar_days(by, zero, count, stood), zero, started_at, unit, count)
        case "working hours" | "at once":
            hours = count if unit == "working hours" else by.hours.at_once
            return _in_hours(by, day, started_at, zero, hours, stood, unit, count)


def _on(by: Reckoning, due_on: date, zero: date, started_at: datetime, unit: Unit, count: int) -> Deadline:
    started_on = london_date(started_at)
    return Deadline(
        limit=count,
        unit=unit,
        started_at=started_at.astimezone(UTC),
        day_zero=zero,
        after_hours=zero != started_on,
        due_on=due_on,
        due_at=moment(due_on, by.hours.closes),
        skipped=not_counted(by.calendar, min(started_on, due_on), due_on),
        calendar=by.calendar.version,
    )


def _stands(day: date, stood: tuple[Stood, ...]) -> bool:
    return any(one.covers(day) for one in stood)


def _going(by: Reckoning, day: date, stood: tuple[Stood, ...]) -> date:
    """The day itself, or the next working day on which the clock doesn't stand still."""
    found = by.calendar.next_working(day)
    while _stands(found, stood):
        found = by.calendar.add(found, 1)
    return found


def _working_days(by: Reckoning, zero: date, count: int, stood: tuple[Stood, ...]) -> date:
    found = _going(by, zero, ()) if count == 0 else zero
    while count:
        found = by.calendar.add(found, 1)
        count -= not _stands(found, stood)
    return _going(by, found, stood)


def _calendar_days(by: Reckoning, zero: date, count: int, stood: tuple[Stood, ...]) -> date:
    found = zero
    while count:
        found += ONE_DAY
        count -= not _stands(found, stood)
    return _going(by, found, stood)


def _in_hours(
    by: Reckoning,
    day: WorkingDay,
    started_at: datetime,
    zero: date,
    hours: int,
    stood: tuple[Stood, ...],
    unit: Unit,
    count: int,
) -> Deadline:
    """So many hours of the authority's working day after receipt."""
    start = next_working_moment(by.calendar, day, max(started_at, moment(zero, day.opens)))
    left, here = timedelta(hours=hours), london_date(start)
    from_ = start
    while True:
        closes = moment(here, day.closes)
        if not _stands(here, stood):
            if from_ + left <= closes:
                break
            left -= closes - from_
        here = by.calendar.add(here, 1)
        from_ = moment(here, day.opens)
    found = _on(by, here, zero, started_at, unit, count)
    return replace(found, due_at=from_ + left)


def _with_stood(deadline: Deadline, stood: tuple[Stood, ...]) -> tuple[Skipped, ...]:
    """The days that didn't count, those on which the clock stood still among them."""
    known = {skipped.day for skipped in deadline.skipped}
    first, last = deadline.day_zero.toordinal() + 1, deadline.due_on.toordinal()
    days = (date.fromordinal(number) for number in range(first, last + 1))
    still = [Skipped(day=day, why=one.why) for day in days for one in stood if one.covers(day) and day not in known]
    return tuple(sorted((*deadline.skipped, *still), key=lambda skipped: skipped.day))
