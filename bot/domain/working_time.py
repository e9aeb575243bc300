"""Working days: which days count, when something was received, when it is due, and why.

A working day is Monday to Friday, no bank holiday of the authority's nation and no day on which the authority
is closed. Days are dates in London; moments are aware and in UTC. Nothing here reads a clock.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.domain.errors import Fault
from bot.domain.terms import CountedFrom, Unit

LONDON = ZoneInfo("Europe/London")
ONE_DAY = timedelta(days=1)

Nation = Literal["england-and-wales", "scotland", "northern-ireland"]
"""The divisions for which GOV.UK publishes bank holidays (Banking and Financial Dealings Act 1971)."""


class CalendarEnds(Fault):
    """The calendar was asked for {asked}, but bank holidays are known only from {first} to {last}.
    An operator must load the newly published list."""

    def __init__(self, *, asked: str, first: date, last: date) -> None:
        sentence = " ".join((type(self).__doc__ or "{asked}: {first} to {last}").split())
        super().__init__(sentence.format(asked=asked, first=in_words(first), last=in_words(last)))
        self.asked = asked
        self.first = first
        self.last = last


@dataclass(frozen=True, kw_only=True)
class Holiday:
    """A day that does not count, and the name by which people know it."""

    day: date
    title: str


@dataclass(frozen=True, kw_only=True)
class WorkingCalendar:
    """The working days of one nation and one authority, from `first` to `last` and not a day further.

    Every method raises `CalendarEnds` where the day asked for, or the answer, lies outside: beyond the published
    lists a day cannot be told from a bank holiday (that of 19 September 2022 was announced nine days ahead).
    """

    nation: Nation
    holidays: tuple[Holiday, ...]
    first: date
    last: date
    closures: tuple[Holiday, ...] = ()
    """Days on which only this authority is closed."""
    version: str
    """Which lists this was made of; kept with every deadline."""
    _why_not: Mapping[date, str] = field(init=False, repr=False, compare=False)
    _working: Sequence[date] = field(init=False, repr=False, compare=False)
    _before: Sequence[int] = field(init=False, repr=False, compare=False)
    """How many working days come before each day, from `first` on."""
    _through: Sequence[int] = field(init=False, repr=False, compare=False)
    """The same, the day itself included."""

    def __post_init__(self) -> None:
        named = {closure.day: f"Closed: {closure.title}" for closure in self.closures}
        named |= {holiday.day: holiday.title for holiday in self.holidays}
        why_not: dict[date, str] = {}
        working: list[date] = []
        # Arrays are small enough to stay in the processor's cache: almost twice as fast in use as lists or dicts.
        before, through = array("I"), array("I")
        for day in _days(self.first, self.last):
            before.append(len(working))
            if day.weekday() >= 5:
                why_not[day] = f"{day:%A}"
            elif day in named:
                why_not[day] = named[day]
            else:
                working.append(day)
            through.append(len(working))
        for name, table in {"why_not": why_not, "working": working, "before": before, "through": through}.items():
            object.__setattr__(self, f"_{name}", table)

    def is_working(self, day: date) -> bool:
        """Whether the day counts."""
        return self.why_not(day) is None

    def why_not(self, day: date) -> str | None:
        """Why the day does not count ("Saturday", "Good Friday", "Closed: …"), or None where it does."""
        self._place(day)
        return self._why_not.get(day)

    def next_working(self, day: date) -> date:
        """The day itself if it counts, otherwise the next one that does."""
        return self.add(day, 0)

    def add(self, day: date, n: int) -> date:
        """The n-th working day after the day, which itself is day zero; before it where n is negative.

        With n = 0 the day itself, or the next working day where it does not count.
        """
        at = (day - self.first).days
        try:
            if at >= 0:
                place = self._through[at] + n - 1 if n > 0 else self._before[at] + n
                if place >= 0:
                    return self._working[place]
        except IndexError:
            pass
        raise self._refusal(day, n)

    def count(self, after: date, until: date) -> int:
        """How many working days lie after the one day, up to and including the other; negative when reversed."""
        return self._through[self._place(until)] - self._through[self._place(after)]

    def _place(self, day: date) -> int:
        """Where the day stands in the tables; raises `TypeError` for a moment, whose London date is not known here."""
        at = (day - self.first).days
        if 0 <= at < len(self._through):
            return at
        raise self._refusal(day)

    def _refusal(self, day: date, n: int = 0) -> CalendarEnds:
        asked = in_words(day)
        if n:
            asked = f"{abs(n)} working days {'after' if n > 0 else 'before'} {asked}"
        return CalendarEnds(asked=asked, first=self.first, last=self.last)


@dataclass(frozen=True, kw_only=True)
class WorkingDay:
    """The hours of the authority's working day, wall time in London, from its procedure."""

    opens: time
    closes: time
    cut_off: time | None = None
    """What arrives later is received on the next working day; None: the close."""
    whatever_the_hour: bool = False
    """Whether the day of sending is the day of receipt at any hour, and on any day."""

    def __post_init__(self) -> None:
        if not self.opens < self.closes:
            raise ValueError(f"The working day must open before it closes, not {self.opens} to {self.closes}.")


@dataclass(frozen=True, kw_only=True)
class Skipped:
    """A day that did not count towards a deadline, and why."""

    day: date
    why: str


@dataclass(frozen=True, kw_only=True)
class Stood:
    """Days on which a clock stood still: from the day of the pause to the day before it was resumed."""

    since: date
    until: date
    """The day on which it went on, which counts again."""
    why: str

    def covers(self, day: date) -> bool:
        return self.since <= day < self.until


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """When something is due, with everything needed to explain that date, and to work it out again, years later."""

    limit: int
    """In `unit`; 0 where the day was set by somebody."""
    started_at: datetime
    """Aware, in UTC."""
    day_zero: date
    """The day of receipt, from which the limit is counted."""
    after_hours: bool
    """Whether it started after the close or on a day that does not count, so that receipt moved."""
    due_on: date
    due_at: datetime
    """The close of the due day or, for hours, that moment; aware, in UTC."""
    skipped: tuple[Skipped, ...]
    """Every day from the start to the due day that did not count."""
    calendar: str
    """Version of the calendar that was used."""
    unit: Unit = "working days"
    counted_from: CountedFrom = "receipt"
    set_on: date | None = None
    """The day that somebody set in place of the limit."""
    stood: tuple[Stood, ...] = ()
    own_due_at: datetime | None = None
    """When it would be due by its own limit, where the end of the whole comes first and caps it."""


def deadline(calendar: WorkingCalendar, hours: WorkingDay, started_at: datetime, limit: int) -> Deadline:
    """When something is due that started then and has a limit in working days from receipt.

    Due at the close of the limit-th working day after the day of receipt; with a limit of 0, on that day itself.
    Raises `CalendarEnds`. Source: LIN-06 (20 working days), LIN-08 (5 working days from receipt).
    """
    if limit < 0:
        raise ValueError(f"A limit cannot be {limit} working days.")
    day_zero = receipt_day(calendar, hours, started_at)
    due_on = calendar.add(day_zero, limit)
    started_on = london_date(started_at)
    return Deadline(
        limit=limit,
        started_at=started_at.astimezone(UTC),
        day_zero=day_zero,
        after_hours=day_zero != started_on,
        due_on=due_on,
        due_at=moment(due_on, hours.closes),
        skipped=not_counted(calendar, started_on, due_on),
        calendar=calendar.version,
    )


def not_counted(calendar: WorkingCalendar, first: date, last: date) -> tuple[Skipped, ...]:
    """The days from the first to the last that do not count, each with why."""
    reasons = ((day, calendar.why_not(day)) for day in _days(first, last))
    return tuple(Skipped(day=day, why=why) for day, why in reasons if why)


def receipt_day(calendar: WorkingCalendar, hours: WorkingDay, instant: datetime) -> date:
    """The day on which something that arrived at that moment counts as received.

    Up to and including the cut-off hour of a working day it is that day; otherwise the next working day.
    """
    local = _in_london(instant)
    if hours.whatever_the_hour:
        return local.date()
    day = local.date() if local.time() <= (hours.cut_off or hours.closes) else local.date() + ONE_DAY
    return calendar.next_working(day)


def within_working_hours(calendar: WorkingCalendar, hours: WorkingDay, instant: datetime) -> bool:
    """Whether the moment lies on a working day, from its opening up to but not including its close."""
    local = _in_london(instant)
    return calendar.is_working(local.date()) and hours.opens <= local.time() < hours.closes


def next_working_moment(calendar: WorkingCalendar, hours: WorkingDay, instant: datetime) -> datetime:
    """The moment itself within working hours, otherwise the next opening, aware, in UTC."""
    if within_working_hours(calendar, hours, instant):
        return instant
    local = _in_london(instant)
    day = local.date() if local.time() < hours.opens else local.date() + ONE_DAY
    return moment(calendar.next_working(day), hours.opens)


def working_days_left(calendar: WorkingCalendar, now: datetime, due_on: date) -> int:
    """Working days from today in London to the due day: 0 on that day, negative once it is past.

    The weekend after the due day already says -1, as the Monday does: what is past is never shown as due today.
    """
    today = london_date(now)
    left = calendar.count(today, due_on)
    return left if today <= due_on else min(left, -1)


def moment(day: date, at: time) -> datetime:
    """That wall time in London on that day, as a moment in UTC, right on either side of a clock change."""
    return datetime.combine(day, at, LONDON).astimezone(UTC)


def london_date(instant: datetime) -> date:
    """The date in London at that moment, which in summer is not always the date in UTC."""
    return _in_london(instant).date()


def in_words(day: date) -> str:
    """The day as people write it: "Tue 7 April 2026"."""
    return f"{day:%a} {day.day} {day:%B %Y}"


def _in_london(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError(f"A moment must say its zone: {instant!r}")
    return instant.astimezone(LONDON)


def _days(first: date, last: date) -> Iterator[date]:
    """Each day from the first to the last, both included."""
    return (date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1))
