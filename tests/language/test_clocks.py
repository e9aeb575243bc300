"""Every way in which a procedure file can say by when something is due."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.commands import (
    CLOCK,
    Acknowledge,
    FixMeeting,
    NoteReceipt,
    PauseClocks,
    ResumeClocks,
    SetLimit,
)
from bot.domain.events import ReminderFell
from bot.domain.words import Words
from bot.usecases.show import present_card
from cards.plain import as_text
from tests.builders import a_wait, an_answer, at, day, ids, said, satisfied
from tests.language.town import TUESDAY, a_story, due, going_on, looked_at, names, on, raised, raising

THURSDAY = "Thu 2 April 2026 4pm"
"""The day before Good Friday."""
COURT = '[[pauses]]\nid = "court"\ntitle = "Court proceedings"\nby = ["iro"]'
PAUSED = PauseClocks(pause="court", reason=Words("A hearing is listed"))


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        ("{ count = 3 }", "Thu 9 April 2026 5pm"),
        ('{ count = 5, unit = "calendar days" }', "Tue 7 April 2026 5pm"),
        ('{ count = 3, unit = "working hours" }', "Tue 7 April 2026 11am"),
        ('{ unit = "the same working day" }', "Thu 2 April 2026 5pm"),
        ('{ unit = "at once" }', "Thu 2 April 2026 5pm"),
    ],
)
def test_a_limit_is_counted_in_its_unit_over_a_long_weekend(limit: str, expected: str) -> None:
    assert due(raised(when=THURSDAY, stage={"first": f"limit = {limit}"})) == expected


def test_a_stage_without_a_limit_is_due_by_the_end_of_the_whole_or_never() -> None:
    bare = ("stages.first.limit",)
    assert due(raised(without=bare)) == "Wed 6 May 2026 5pm"
    assert due(raised(without=(*bare, "overall"))) == ""


def test_a_limit_that_must_be_set_is_none_where_whoever_opens_the_stage_may_not_set_it() -> None:
    must = 'limit = { must_be_set = true, set_by = ["iro-manager"] }'
    story = raised(stage={"first": must}, without=("overall",))
    assert due(story) == ""
    story.does("iro-manager", SetLimit(request=1, until=day("Mon 13 April 2026"), reason=Words("Agreed")), TUESDAY)
    assert due(story) == "Mon 13 April 2026 5pm"


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("receipt", "Mon 20 April 2026 5pm"),
        ("the raising", "Tue 14 April 2026 5pm"),
        ("the step before", "Fri 17 April 2026 5pm"),
        ("the review", "Tue 21 April 2026 5pm"),
    ],
)
def test_a_limit_is_counted_from_the_moment_that_the_file_names(start: str, expected: str) -> None:
    story = a_story(stage={"second": f'limit = {{ count = 5, counted_from = "{start}" }}'})
    story.does("iro", replace(raising("talk"), review_on=day("Tue 14 April 2026")), TUESDAY)
    story.does("iro", going_on("first"), "Fri 10 April 2026 10am")
    story.does("iro", going_on("second", 2), "Mon 13 April 2026 10am")
    assert due(story) == expected


def test_a_limit_that_had_passed_before_the_stage_opened_leaves_that_day() -> None:
    story = raised(stage={"second": 'limit = { count = 1, counted_from = "the raising" }'})
    story.does("iro", going_on("second"), "Mon 13 April 2026 10am")
    assert due(story) == "Mon 13 April 2026 5pm"


def test_a_limit_from_the_meeting_gets_its_date_when_the_meeting_is_fixed() -> None:
    meeting = 'kind = "meeting"\nlimit = { count = 2, counted_from = "the meeting" }'
    story = raised(stage={"first": meeting}, without=("overall",))
    assert due(story) == ""
    story.does("manager", FixMeeting(request=1, day=day("Fri 10 April 2026"), where=Words("Room 2")), TUESDAY)
    assert due(story) == "Tue 14 April 2026 5pm"


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ("", "Wed 15 April 2026 5pm"),
        ('hours = { receipt = "sent" }', "Tue 14 April 2026 5pm"),
        ("hours = { cut_off = 12:00:00, closes = 16:30:00 }", "Wed 15 April 2026 4:30pm"),
    ],
)
def test_what_arrives_in_the_evening_is_received_as_the_file_says(hours: str, expected: str) -> None:
    assert due(raised(when="Tue 7 April 2026 6pm", top=hours)) == expected


def test_where_receipt_means_delivery_the_clock_starts_with_the_first_message() -> None:
    story = raised(top='hours = { receipt = "delivered" }')
    story.does(CLOCK, NoteReceipt(request=1), "Thu 9 April 2026 10am")
    assert due(story) == "Thu 16 April 2026 5pm"
    assert story.does(CLOCK, NoteReceipt(request=1), "Fri 10 April 2026 10am") == []


def test_an_acknowledgement_has_a_limit_of_its_own_beside_the_answers() -> None:
    acknowledged, late = (raised(stage={"first": "acknowledge_within = { count = 1 }"}) for _ in range(2))
    assert on(late.now.current.acknowledge_by) == "Wed 8 April 2026 5pm"
    acknowledged.does("manager", Acknowledge(request=1), "Wed 8 April 2026 10am")
    for story, times in ((acknowledged, 0), (late, 1)):
        story.passes("Fri 10 April 2026 10am")
        assert names(story.history).count("AcknowledgementOverdue") == times


def test_the_raiser_has_a_limit_for_deciding_which_a_stage_may_change() -> None:
    for lines, expected in (("", "Fri 10 April 2026 5pm"), ("decide_within = { count = 4 }", "Tue 14 April 2026 5pm")):
        story = raised(stage={"first": lines})
        story.does("manager", an_answer(), "Wed 8 April 2026 10am")
        assert on(story.now.current.decide_by) == expected


@pytest.mark.parametrize(
    ("until", "refused"),
    [
        ("Wed 8 April 2026", "Thu 9 April 2026 or later"),
        ("Thu 9 April 2026", ""),
        ("Tue 21 April 2026", ""),
        ("Wed 22 April 2026", "Tue 21 April 2026 or sooner"),
    ],
)
def test_another_limit_is_set_within_its_bounds(until: str, refused: str) -> None:
    bounds = 'limit = { count = 5, set_by = ["iro-manager"], at_least = 2, at_most = 10 }'
    story = raised(stage={"first": bounds})
    setting = SetLimit(request=1, until=day(until), reason=Words("Leave"))
    if refused:
        assert refused in story.refused("iro-manager", setting, TUESDAY)
    else:
        story.does("iro-manager", setting, TUESDAY)
        assert due(story) == f"{until} 5pm"


def test_another_limit_needs_a_reason_and_the_role_that_may_set_it() -> None:
    story = raised(stage={"first": 'limit = { count = 5, set_by = ["iro-manager"] }'})
    until = day("Mon 20 April 2026")
    assert "reason" in story.refused("iro-manager", SetLimit(request=1, until=until, reason=Words("")), TUESDAY)
    assert "IRO manager" in story.refused("iro", SetLimit(request=1, until=until, reason=Words("x")), TUESDAY)


@pytest.mark.parametrize(
    ("starts", "at_talk", "at_first", "at_second"),
    [
        ("the first formal stage", "", "Fri 8 May 2026 5pm", "Fri 8 May 2026 5pm"),
        ("the raising", "Wed 6 May 2026 5pm", "Wed 6 May 2026 5pm", "Wed 6 May 2026 5pm"),
        ("second", "", "", "Mon 11 May 2026 5pm"),
    ],
)
def test_the_limit_on_the_whole_starts_where_the_file_says_and_never_again(
    starts: str, at_talk: str, at_first: str, at_second: str
) -> None:
    story = raised("talk", top=f'overall = {{ limit = {{ count = 20 }}, reminders = {{}}, starts = "{starts}" }}')
    found = [on(story.now.total)]
    for request, (stage, when) in enumerate((("first", "Thu 9 April 2026 10am"), ("second", "Fri 10 April 2026 10am"))):
        story.does("iro", going_on(stage, request + 1), when)
        found.append(on(story.now.total))
    assert found == [at_talk, at_first, at_second]


def test_a_stage_that_would_end_after_the_whole_is_capped_only_where_the_file_says_so() -> None:
    for beyond, expected in (("warn", "Tue 14 April 2026 5pm"), ("cap", "Fri 10 April 2026 5pm")):
        whole = f'overall = {{ limit = {{ count = 3 }}, reminders = {{}}, beyond = "{beyond}" }}'
        assert due(raised(top=whole)) == expected


@pytest.mark.parametrize(
    ("stops", "answer", "whole"),
    [
        ("", "Thu 16 April 2026 5pm", "Fri 8 May 2026 5pm"),
        ('stops = ["the answer"]', "Thu 16 April 2026 5pm", "Wed 6 May 2026 5pm"),
        ('stops = ["the whole"]', "Tue 14 April 2026 5pm", "Fri 8 May 2026 5pm"),
    ],
)
def test_a_pause_stops_the_clocks_that_the_file_names(stops: str, answer: str, whole: str) -> None:
    story = raised(extra=f"{COURT}\n{stops}")
    story.does("iro", PAUSED, "Wed 8 April 2026 10am")
    story.does("iro", ResumeClocks(reason=Words("It is over")), "Fri 10 April 2026 10am")
    assert (due(story), on(story.now.total)) == (answer, whole)


def test_a_pause_with_a_longest_time_ends_by_itself() -> None:
    story = raised(extra=f"{COURT}\nat_most = {{ count = 2 }}")
    story.does("iro", PAUSED, "Wed 8 April 2026 10am")
    story.passes("Mon 13 April 2026 10am")
    assert story.now.paused is None
    assert names(story.history).count("DatesMoved") == 1


def test_reminders_come_before_on_and_after_the_day_at_their_hour_to_whom_the_file_names() -> None:
    at = 'reminders = { before = [2], after = [1, 3], then_every = 4, at = 14:00:00, also = ["iro-manager"] }'
    story = raised(stage={"first": at}, without=("overall",))
    story.passes("Sat 25 April 2026 10am")
    fell = [one for one in story.history if isinstance(one.event, ReminderFell)]
    days = ["Fri 10", "Tue 14", "Wed 15", "Fri 17", "Thu 23"]
    assert [said(one.happened_at) for one in fell] == [f"{day} April 2026 2pm" for day in days]
    assert all("iro-manager" in ids(one.event.to) for one in fell if isinstance(one.event, ReminderFell))


def test_the_raiser_may_wait_for_a_late_answer_and_nothing_more_is_late_for_it() -> None:
    story = raised()
    looked_at(story, "Wed 15 April 2026 9am")
    story.does("iro", a_wait("Mon 20 April 2026"), "Wed 15 April 2026 10am")
    story.does("manager", an_answer(), "Thu 16 April 2026 10am")
    story.does("iro", satisfied(), "Thu 16 April 2026 11am")
    assert story.now.state == "resolved"


@pytest.mark.parametrize("beyond", ["warn", "cap"])
def test_the_person_asked_sees_both_dates_where_the_stage_would_end_after_the_whole(beyond: str) -> None:
    overall = f'overall = {{ limit = {{ count = 3 }}, reminders = {{ before = [1] }}, beyond = "{beyond}" }}'
    story = raised(top=overall)
    shown = as_text(present_card(story.now, story.facts, "asked", at(TUESDAY)).card)
    for date in ("Friday 10 April 2026", "Tuesday 14 April 2026"):
        assert date in shown
