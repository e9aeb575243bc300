"""Which days count, when something is received and due, and how that is explained."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.working_time import (
    LONDON,
    CalendarEnds,
    Deadline,
    Holiday,
    Skipped,
    WorkingDay,
    deadline,
    london_date,
    moment,
    next_working_moment,
    receipt_day,
    within_working_hours,
    working_days_left,
)
from bot.procedures.calendar import load_calendar
from tests.builders import at, day

ENGLAND = load_calendar("england-and-wales")
NINE_TO_FIVE = WorkingDay(opens=time(9), closes=time(17))
MOST_DAYS = st.dates(min_value=date(2012, 4, 1), max_value=date(2028, 9, 30))
MOST_MOMENTS = st.builds(moment, MOST_DAYS, st.times())


def due(started: str, limit: int) -> Deadline:
    return deadline(ENGLAND, NINE_TO_FIVE, at(started), limit)


def skipped(*texts: str) -> tuple[Skipped, ...]:
    return tuple(Skipped(day=day(text.split(": ")[0]), why=text.split(": ")[1]) for text in texts)


@pytest.mark.parametrize(
    ("when", "why"),
    [
        ("Thu 2 April 2026", None),
        ("Fri 3 April 2026", "Good Friday"),
        ("Sat 4 April 2026", "Saturday"),
        ("Sun 5 April 2026", "Sunday"),
        ("Mon 6 April 2026", "Easter Monday"),
        ("Mon 27 December 2027", "Christmas Day (substitute day)"),
        ("Sat 25 December 2027", "Saturday"),
        ("Mon 19 September 2022", "Bank Holiday for the State Funeral of Queen Elizabeth II"),
    ],
)
def test_a_day_that_does_not_count_says_why(when: str, why: str | None) -> None:
    assert ENGLAND.why_not(day(when)) == why
    assert ENGLAND.is_working(day(when)) == (why is None)


def test_a_day_on_which_only_the_authority_is_closed_does_not_count_and_says_so() -> None:
    closed = Holiday(day=day("Tue 29 December 2026"), title="between Christmas and New Year")
    calendar = load_calendar("england-and-wales", closures=(closed,))
    assert calendar.why_not(closed.day) == "Closed: between Christmas and New Year"
    assert calendar.add(day("Thu 24 December 2026"), 1) == day("Wed 30 December 2026")


def test_a_bank_holiday_keeps_its_name_when_the_authority_lists_it_as_closed_too() -> None:
    closed = Holiday(day=day("Fri 3 April 2026"), title="Easter")
    assert load_calendar("england-and-wales", closures=(closed,)).why_not(closed.day) == "Good Friday"


@pytest.mark.parametrize(
    ("start", "n", "result"),
    [
        ("Wed 15 April 2026", 0, "Wed 15 April 2026"),
        ("Sat 18 April 2026", 0, "Mon 20 April 2026"),
        ("Sat 18 April 2026", 1, "Mon 20 April 2026"),
        ("Sat 18 April 2026", -1, "Fri 17 April 2026"),
        ("Thu 2 April 2026", 1, "Tue 7 April 2026"),
        ("Tue 7 April 2026", -1, "Thu 2 April 2026"),
        ("Tue 7 April 2026", -5, "Fri 27 March 2026"),
        ("Tue 7 April 2026", 20, "Wed 6 May 2026"),
    ],
)
def test_adding_counts_working_days_from_day_zero_in_either_direction(start: str, n: int, result: str) -> None:
    assert ENGLAND.add(day(start), n) == day(result)


def test_counting_leaves_out_the_day_zero_and_is_negative_when_reversed() -> None:
    assert ENGLAND.count(day("Thu 2 April 2026"), day("Thu 2 April 2026")) == 0
    assert ENGLAND.count(day("Thu 2 April 2026"), day("Mon 6 April 2026")) == 0
    assert ENGLAND.count(day("Thu 2 April 2026"), day("Wed 8 April 2026")) == 2
    assert ENGLAND.count(day("Wed 8 April 2026"), day("Thu 2 April 2026")) == -2


@given(MOST_DAYS, st.integers(min_value=1, max_value=40))
def test_add_and_count_are_inverse(start: date, n: int) -> None:
    there = ENGLAND.add(start, n)
    assert (ENGLAND.count(start, there), ENGLAND.count(there, start)) == (n, -n)


@given(st.builds(ENGLAND.next_working, MOST_DAYS), st.integers(min_value=-40, max_value=40))
def test_from_a_working_day_there_and_back_again(start: date, n: int) -> None:
    assert ENGLAND.add(ENGLAND.add(start, n), -n) == start
    assert ENGLAND.count(start, ENGLAND.add(start, n)) == n


@pytest.mark.parametrize(
    ("start", "n"),
    [
        ("Mon 1 January 2029", 0),
        ("Mon 1 January 2029", -1),
        ("Fri 29 December 2028", 1),
        ("Sun 31 December 2028", 0),
        ("Thu 1 December 2011", 1),
        ("Tue 3 January 2012", -1),
        ("Mon 9 January 2012", -5),
    ],
)
def test_beyond_the_published_lists_nothing_is_guessed(start: str, n: int) -> None:
    with pytest.raises(CalendarEnds):
        ENGLAND.add(day(start), n)


@pytest.mark.parametrize("beyond", [day("Sat 31 December 2011"), day("Mon 1 January 2029")])
def test_asking_about_or_counting_to_a_day_beyond_the_horizon_is_refused_too(beyond: date) -> None:
    known = day("Tue 7 April 2026")
    for ask in (ENGLAND.is_working, partial(ENGLAND.count, known), partial(ENGLAND.count, until=known)):
        with pytest.raises(CalendarEnds):
            ask(beyond)


def test_the_refusal_says_what_was_asked_how_far_the_calendar_reaches_and_what_to_do() -> None:
    with pytest.raises(CalendarEnds) as refused:
        ENGLAND.add(day("Fri 15 December 2028"), 20)
    assert str(refused.value) == (
        "The calendar was asked for 20 working days after Fri 15 December 2028, but bank holidays are known only "
        "from Sun 1 January 2012 to Sun 31 December 2028. An operator must load the newly published list."
    )


def test_a_moment_is_not_taken_for_a_day_nor_a_moment_without_a_zone_for_one_in_london() -> None:
    with pytest.raises(TypeError, match=r"datetime\.date"):
        ENGLAND.add(at("Tue 7 April 2026 4:40pm"), 5)
    with pytest.raises(ValueError, match="must say its zone"):
        london_date(at("Tue 7 April 2026 4:40pm").replace(tzinfo=None))


@pytest.mark.requirement("LIN-08")
def test_five_working_days_from_receipt_end_at_the_close_of_the_fifth() -> None:
    assert due("Tue 7 April 2026 4:40pm", 5) == Deadline(
        limit=5,
        started_at=at("Tue 7 April 2026 4:40pm"),
        day_zero=day("Tue 7 April 2026"),
        after_hours=False,
        due_on=day("Tue 14 April 2026"),
        due_at=at("Tue 14 April 2026 5pm"),
        skipped=skipped("Sat 11 April 2026: Saturday", "Sun 12 April 2026: Sunday"),
        calendar=ENGLAND.version,
    )


@pytest.mark.requirement("LIN-08")
@pytest.mark.parametrize(
    ("started", "received", "due_on"),
    [
        ("Tue 7 April 2026 12:30am", "Tue 7 April 2026", "Tue 14 April 2026"),
        ("Tue 7 April 2026 5pm", "Tue 7 April 2026", "Tue 14 April 2026"),
        ("Tue 7 April 2026 5:01pm", "Wed 8 April 2026", "Wed 15 April 2026"),
        ("Tue 7 April 2026 11:59pm", "Wed 8 April 2026", "Wed 15 April 2026"),
        ("Fri 17 April 2026 5:30pm", "Mon 20 April 2026", "Mon 27 April 2026"),
        ("Sat 18 April 2026 10am", "Mon 20 April 2026", "Mon 27 April 2026"),
        ("Sun 19 April 2026 6pm", "Mon 20 April 2026", "Mon 27 April 2026"),
        ("Thu 2 April 2026 3pm", "Thu 2 April 2026", "Mon 13 April 2026"),
        ("Thu 2 April 2026 6pm", "Tue 7 April 2026", "Tue 14 April 2026"),
        ("Mon 6 April 2026 9am", "Tue 7 April 2026", "Tue 14 April 2026"),
        ("Thu 24 December 2026 10am", "Thu 24 December 2026", "Tue 5 January 2027"),
        ("Thu 24 December 2026 5:30pm", "Tue 29 December 2026", "Wed 6 January 2027"),
    ],
)
def test_what_comes_after_the_close_is_received_on_the_next_working_day(
    started: str, received: str, due_on: str
) -> None:
    found = due(started, 5)
    assert (found.day_zero, found.due_on) == (day(received), day(due_on))
    assert receipt_day(ENGLAND, NINE_TO_FIVE, at(started)) == day(received)
    assert found.after_hours == (found.day_zero != london_date(at(started)))


@pytest.mark.requirement("LIN-06")
@pytest.mark.parametrize(
    ("started", "due_on"),
    [
        ("Tue 7 April 2026 4:40pm", "Wed 6 May 2026"),
        ("Thu 24 December 2026 10am", "Tue 26 January 2027"),
        ("Fri 19 August 2022 10am", "Tue 20 September 2022"),
    ],
)
def test_the_whole_formal_process_has_twenty_working_days(started: str, due_on: str) -> None:
    assert due(started, 20).due_on == day(due_on)


def test_a_limit_of_no_days_ends_at_the_close_of_the_day_of_receipt() -> None:
    assert due("Tue 7 April 2026 4:40pm", 0).due_at == at("Tue 7 April 2026 5pm")
    assert due("Tue 7 April 2026 5:10pm", 0).due_at == at("Wed 8 April 2026 5pm")


def test_every_day_that_did_not_count_is_kept_with_its_reason() -> None:
    assert due("Thu 24 December 2026 5:30pm", 1).skipped == skipped(
        "Fri 25 December 2026: Christmas Day",
        "Sat 26 December 2026: Saturday",
        "Sun 27 December 2026: Sunday",
        "Mon 28 December 2026: Boxing Day (substitute day)",
    )
    weekend = skipped("Sat 18 April 2026: Saturday", "Sun 19 April 2026: Sunday")
    assert due("Sat 18 April 2026 10am", 1).skipped == weekend


@given(MOST_MOMENTS, st.integers(min_value=0, max_value=40))
def test_the_days_between_are_either_counted_or_explained(started_at: datetime, limit: int) -> None:
    found = deadline(ENGLAND, NINE_TO_FIVE, started_at, limit)
    before_receipt = [entry for entry in found.skipped if entry.day < found.day_zero]
    assert (found.due_on - found.day_zero).days == limit + len(found.skipped) - len(before_receipt)
    assert found.due_at > started_at or limit == 0
    assert found.due_at.astimezone(LONDON).time() == NINE_TO_FIVE.closes


@pytest.mark.parametrize(
    ("started", "due_at"),
    [
        ("Tue 20 October 2026 4:40pm", datetime(2026, 10, 27, 17, tzinfo=UTC)),
        ("Tue 24 March 2026 4:40pm", datetime(2026, 3, 31, 16, tzinfo=UTC)),
    ],
)
def test_due_at_five_in_london_on_the_other_side_of_a_clock_change(started: str, due_at: datetime) -> None:
    assert due(started, 5).due_at == due_at


def test_half_past_midnight_in_summer_belongs_to_the_day_in_london_not_in_utc() -> None:
    half_past = datetime(2026, 4, 7, 23, 30, tzinfo=UTC)
    assert london_date(half_past) == receipt_day(ENGLAND, NINE_TO_FIVE, half_past) == day("Wed 8 April 2026")
    assert moment(day("Wed 8 April 2026"), time(0, 30)) == half_past


def test_a_holiday_announced_late_moves_what_is_already_running() -> None:
    unaware = replace(
        ENGLAND,
        holidays=tuple(holiday for holiday in ENGLAND.holidays if holiday.day != day("Mon 19 September 2022")),
        version="before 9 September 2022",
    )
    started = at("Fri 19 August 2022 10am")
    assert deadline(unaware, NINE_TO_FIVE, started, 20).due_on == day("Mon 19 September 2022")
    assert deadline(ENGLAND, NINE_TO_FIVE, started, 20).due_on == day("Tue 20 September 2022")


@pytest.mark.parametrize(
    ("now", "next_moment"),
    [
        ("Tue 7 April 2026 8:59am", "Tue 7 April 2026 9am"),
        ("Tue 7 April 2026 9am", "Tue 7 April 2026 9am"),
        ("Tue 7 April 2026 4:59pm", "Tue 7 April 2026 4:59pm"),
        ("Tue 7 April 2026 5pm", "Wed 8 April 2026 9am"),
        ("Thu 2 April 2026 6pm", "Tue 7 April 2026 9am"),
        ("Sat 28 March 2026 8am", "Mon 30 March 2026 9am"),
        ("Fri 23 October 2026 7pm", "Mon 26 October 2026 9am"),
    ],
)
def test_outside_working_hours_one_waits_for_the_next_opening(now: str, next_moment: str) -> None:
    assert next_working_moment(ENGLAND, NINE_TO_FIVE, at(now)) == at(next_moment)
    assert within_working_hours(ENGLAND, NINE_TO_FIVE, at(now)) == (now == next_moment)


@pytest.mark.parametrize(
    ("now", "left"),
    [
        ("Tue 7 April 2026 4:40pm", 5),
        ("Mon 13 April 2026 9am", 1),
        ("Tue 14 April 2026 11:59pm", 0),
        ("Wed 15 April 2026 12:30am", -1),
        ("Mon 20 April 2026 9am", -4),
    ],
)
def test_working_days_left_are_none_on_the_due_day_and_negative_after_it(now: str, left: int) -> None:
    assert working_days_left(ENGLAND, at(now), day("Tue 14 April 2026")) == left


def test_what_was_due_on_a_friday_is_past_on_the_saturday() -> None:
    for now in ("Sat 18 April 2026 9am", "Sun 19 April 2026 9am", "Mon 20 April 2026 9am"):
        assert working_days_left(ENGLAND, at(now), day("Fri 17 April 2026")) == -1
    assert working_days_left(ENGLAND, at("Tue 21 April 2026 9am"), day("Fri 17 April 2026")) == -2


def test_a_working_day_must_open_before_it_closes_and_a_limit_cannot_be_negative() -> None:
    with pytest.raises(ValueError, match="must open before it closes"):
        WorkingDay(opens=time(17), closes=time(9))
    with pytest.raises(ValueError, match="-1 working days"):
        due("Tue 7 April 2026 4:40pm", -1)
