"""What the passing of time brings about: reminders before, on and after each deadline, and silence on the record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.domain.commands import CLOCK, Close, LookAtClock, Resolve
from bot.domain.events import AnswerOverdue, DecisionOverdue, Event, ReminderFell, Subject, TotalOverdue
from bot.domain.procedure import Reminders
from bot.domain.working_time import within_working_hours
from tests.builders import (
    IRO,
    IRO_MANAGER,
    MANAGER,
    SERVICE,
    SUPERVISOR,
    WORKER,
    Story,
    a_challenge,
    a_wait,
    an_answer,
    closing,
    dated,
    exhausted,
    facts,
    ids,
    lincolnshire,
    on_to,
    only,
    said,
    satisfied,
)

WEDNESDAY, THURSDAY = "Wed 8 April 2026 10am", "Thu 9 April 2026 10am"


def reminders(story: Story, about: Subject) -> Iterator[tuple[str, set[str]]]:
    """When each reminder fell, and to whom it goes."""
    for recorded in story.history:
        if isinstance(recorded.event, ReminderFell) and recorded.event.about == about:
            yield said(recorded.happened_at), ids(recorded.event.to)


def kinds(events: list[Event]) -> list[str]:
    return [type(event).__name__ for event in events]


@pytest.mark.requirement("CARD-02", "LIN-08")
def test_the_manager_is_reminded_as_the_fifth_working_day_approaches_on_it_and_after_it() -> None:
    story = a_challenge("stage-1")
    story.passes("Thu 30 April 2026 5pm")
    assert list(reminders(story, "answer")) == [
        ("Fri 10 April 2026 9am", {MANAGER}),
        ("Tue 14 April 2026 9am", {MANAGER}),
        ("Wed 15 April 2026 9am", {MANAGER}),
        ("Wed 22 April 2026 9am", {MANAGER, IRO}),
        ("Wed 29 April 2026 9am", {MANAGER, IRO}),
    ]


@pytest.mark.requirement("CARD-02", "LIN-02")
def test_everyone_who_is_asked_informally_is_reminded() -> None:
    story = a_challenge("informal")
    story.passes("Tue 14 April 2026 10am")
    assert [to for _, to in reminders(story, "answer")] == [{WORKER, SUPERVISOR}, {WORKER, SUPERVISOR}]


@pytest.mark.requirement("CARD-02", "LIN-06")
def test_manager_and_raiser_are_reminded_as_the_twentieth_working_day_approaches_on_it_and_after_it() -> None:
    story = a_challenge("stage-1")
    story.passes("Fri 15 May 2026 5pm")
    assert list(reminders(story, "total")) == [
        ("Tue 28 April 2026 9am", {MANAGER, IRO}),
        ("Fri 1 May 2026 9am", {MANAGER, IRO}),
        ("Wed 6 May 2026 9am", {MANAGER, IRO}),
        ("Thu 7 May 2026 9am", {MANAGER}),
        ("Thu 14 May 2026 9am", {MANAGER, IRO}),
    ]


@pytest.mark.requirement("CARD-02", "LIN-06")
def test_the_reminders_of_the_twenty_days_go_to_whoever_is_asked_by_then() -> None:
    story = a_challenge("stage-1", answered=WEDNESDAY)
    story.does(IRO, on_to("stage-2"), "Mon 27 April 2026 10am")
    story.passes("Fri 1 May 2026 10am")
    assert [to for _, to in reminders(story, "total")] == [{SERVICE, IRO}, {SERVICE, IRO}]


@pytest.mark.requirement("CARD-02", "LIN-06")
def test_once_it_is_answered_the_reminders_of_the_twenty_days_go_to_the_raiser_alone() -> None:
    story = a_challenge("stage-1", answered=WEDNESDAY)
    story.passes("Tue 28 April 2026 10am")
    assert list(reminders(story, "total")) == [("Tue 28 April 2026 9am", {IRO})]


@pytest.mark.requirement("CARD-02")
def test_the_raiser_is_reminded_of_the_decision_on_its_day_and_after_it() -> None:
    story = a_challenge("stage-1", answered=WEDNESDAY)
    story.passes("Mon 20 April 2026 10am")
    assert list(reminders(story, "decision")) == [
        ("Fri 10 April 2026 9am", {IRO}),
        ("Mon 13 April 2026 9am", {IRO}),
        ("Mon 20 April 2026 9am", {IRO}),
    ]


@pytest.mark.requirement("CARD-02")
def test_silence_is_recorded_once_when_the_due_day_has_closed() -> None:
    story = a_challenge("stage-1")
    story.passes("Tue 14 April 2026 5pm")
    assert not story.now.current.answer_overdue
    (event,) = story.does(CLOCK, LookAtClock(), "Tue 14 April 2026 5:01pm")
    assert isinstance(event, AnswerOverdue)
    assert not [one for one in story.passes("Thu 30 April 2026 5pm") if isinstance(one, AnswerOverdue)]


@pytest.mark.requirement("CARD-02", "LIN-06")
def test_the_twenty_days_passing_is_recorded_once() -> None:
    events = a_challenge("stage-1").passes("Fri 29 May 2026 5pm")
    assert kinds(events).count("TotalOverdue") == 1


@pytest.mark.requirement("CARD-02")
def test_no_decision_in_time_is_recorded_once_and_escalates_nothing() -> None:
    story = a_challenge("stage-1", answered=WEDNESDAY)
    events = story.passes("Fri 29 May 2026 5pm")
    assert kinds(events).count("DecisionOverdue") == 1
    assert ids(only(DecisionOverdue, events).told) == {IRO_MANAGER}
    assert (len(story.now.requests), story.now.state) == (1, "waiting for a decision")


def test_looking_at_the_clock_twice_changes_nothing() -> None:
    story = a_challenge("stage-1")
    assert story.does(CLOCK, LookAtClock(), "Fri 10 April 2026 9am")
    assert story.does(CLOCK, LookAtClock(), "Fri 10 April 2026 9am") == []


def test_nothing_falls_due_before_its_hour() -> None:
    story = a_challenge("stage-1")
    assert story.wakes == "Fri 10 April 2026 9am"
    assert story.does(CLOCK, LookAtClock(), "Fri 10 April 2026 8:59am") == []


@pytest.mark.requirement("CARD-02")
def test_after_an_outage_only_the_nearest_reminder_is_sent_and_the_others_are_counted() -> None:
    story = a_challenge("stage-1")
    events = story.does(CLOCK, LookAtClock(), "Wed 15 April 2026 11am")
    assert kinds(events) == ["AnswerOverdue", "ReminderFell"]
    reminder = only(ReminderFell, events)
    assert (reminder.offset, reminder.skipped, reminder.about) == (1, 2, "answer")
    assert story.wakes == "Wed 22 April 2026 9am"


@pytest.mark.requirement("CARD-02")
def test_after_a_long_outage_each_deadline_has_one_reminder() -> None:
    story = a_challenge("stage-1")
    found = story.does(CLOCK, LookAtClock(), "Fri 15 May 2026 11am")
    assert kinds(found) == ["AnswerOverdue", "TotalOverdue", "ReminderFell", "ReminderFell"]
    fell = [event for event in found if isinstance(event, ReminderFell)]
    assert [(event.about, event.offset, event.skipped) for event in fell] == [("answer", 21, 6), ("total", 6, 4)]


@pytest.mark.requirement("CARD-02")
def test_every_reminder_falls_inside_working_hours() -> None:
    story = a_challenge("stage-1")
    story.passes("Fri 5 June 2026 5pm")
    fell = [one.happened_at for one in story.history if isinstance(one.event, ReminderFell)]
    assert len(fell) > 10
    assert all(within_working_hours(story.facts.calendar, story.facts.hours, moment) for moment in fell)


@pytest.mark.requirement("CARD-02")
@pytest.mark.parametrize(
    ("raised", "due", "reminded"),
    [
        ("Fri 20 March 2026 10am", "Fri 27 March 2026", ["Wed 25 March 2026 9am", "Fri 27 March 2026 9am"]),
        ("Thu 26 March 2026 10am", "Thu 2 April 2026", ["Tue 31 March 2026 9am", "Thu 2 April 2026 9am"]),
        ("Wed 21 October 2026 10am", "Wed 28 October 2026", ["Mon 26 October 2026 9am", "Wed 28 October 2026 9am"]),
    ],
)
def test_reminders_stay_at_nine_in_london_when_the_clocks_change(raised: str, due: str, reminded: list[str]) -> None:
    story = a_challenge("stage-1", raised)
    story.passes(f"{due} 10am")
    assert [when for when, _ in reminders(story, "answer")] == reminded
    assert said(dated(story.now.current.due).due_at) == f"{due} 5pm"


def test_no_reminder_comes_before_what_it_reminds_of_was_asked() -> None:
    eager = replace(lincolnshire(), reminders=Reminders(before=(5, 4), after=(3, 1), then_every=5))
    story = a_challenge("stage-1", "Tue 7 April 2026 10am", known=facts(procedure=eager))
    assert story.wakes == "Wed 8 April 2026 9am"


def test_the_days_of_reminders_may_stand_in_any_order() -> None:
    procedure = replace(lincolnshire(), reminders=Reminders(before=(1, 2, 2), on_the_day=False, after=(3, 1)))
    story = a_challenge("stage-1", known=facts(procedure=procedure))
    story.passes("Fri 24 April 2026 10am")
    fell = [one.event for one in story.history if isinstance(one.event, ReminderFell)]
    assert [(event.offset, event.skipped) for event in fell] == [(-2, 0), (-1, 0), (1, 0), (3, 0), (8, 0)]


def test_a_new_stage_has_its_own_reminders() -> None:
    story = a_challenge("stage-1")
    story.passes("Tue 14 April 2026 10am")
    story.does(IRO, on_to("stage-2"), "Tue 14 April 2026 11am")
    story.passes("Tue 21 April 2026 10am")
    assert list(reminders(story, "answer"))[2:] == [
        ("Fri 17 April 2026 9am", {SERVICE}),
        ("Tue 21 April 2026 9am", {SERVICE}),
    ]


@pytest.mark.requirement("CARD-02")
def test_a_raiser_who_waits_is_reminded_no_more_until_that_day_but_the_manager_is() -> None:
    story = a_challenge("stage-1")
    story.passes("Wed 15 April 2026 9am")
    story.does(IRO, a_wait("Wed 22 April 2026"), "Wed 15 April 2026 10am")
    story.passes("Wed 29 April 2026 10am")
    assert list(reminders(story, "answer"))[3:] == [
        ("Wed 22 April 2026 9am", {MANAGER}),
        ("Wed 29 April 2026 9am", {MANAGER, IRO}),
    ]


def test_an_answer_ends_the_reminders_to_answer() -> None:
    story = a_challenge("stage-1", answered=WEDNESDAY)
    story.passes("Fri 29 May 2026 5pm")
    assert list(reminders(story, "answer")) == []


def test_going_on_to_another_stage_ends_the_reminders_to_decide() -> None:
    story = a_challenge("stage-1", answered=WEDNESDAY)
    story.does(IRO, on_to("stage-2"), THURSDAY)
    story.passes("Fri 17 April 2026 5pm")
    assert list(reminders(story, "decision")) == []


@pytest.mark.requirement("CARD-02")
def test_an_open_challenge_always_wakes_again_even_months_later() -> None:
    story = a_challenge("stage-3", answered=WEDNESDAY)
    story.does(IRO, exhausted(), THURSDAY)
    story.does(CLOCK, LookAtClock(), "Wed 30 December 2026 12pm")
    assert story.wakes == "Thu 31 December 2026 9am"


def test_a_raiser_who_has_used_all_stages_has_decided_and_is_only_reminded_of_the_next_step() -> None:
    story = a_challenge("stage-3", answered=WEDNESDAY)
    story.does(IRO, exhausted(), THURSDAY)
    events = story.passes("Mon 20 April 2026 10am")
    assert [(type(event).__name__, getattr(event, "about", "")) for event in events] == [("ReminderFell", "next step")]
    assert f"{story.history[-1].happened_at:%a %-d %B}" == "Thu 16 April"


def test_whoever_is_told_that_the_twenty_days_are_over_is_not_told_at_once_of_a_late_answer_too() -> None:
    story = a_challenge("stage-1")
    reminders = [event for event in story.passes("Thu 7 May 2026 10am") if isinstance(event, ReminderFell)]
    last = {event.about: {party.person for party in event.to} for event in reminders[-2:]}
    assert last["total"] >= {MANAGER}
    assert MANAGER not in last["answer"] or last.keys() == {"total"}


@pytest.mark.parametrize("end", [satisfied(), closing()])
def test_what_has_ended_never_wakes(end: Resolve | Close) -> None:
    story = a_challenge("stage-1", answered=WEDNESDAY)
    story.does(IRO, end, THURSDAY)
    assert story.wakes == ""
    assert story.does(CLOCK, LookAtClock(), "Fri 29 May 2026 5pm") == []


def test_a_late_answer_leaves_the_raiser_two_working_days_and_starts_no_old_reminder() -> None:
    story = a_challenge("stage-1")
    story.passes("Thu 16 April 2026 10am")
    story.does(MANAGER, an_answer(), "Thu 16 April 2026 11am")
    assert story.wakes == "Mon 20 April 2026 9am"


def test_total_overdue_is_no_end() -> None:
    story = a_challenge("stage-1")
    assert only(TotalOverdue, story.passes("Thu 7 May 2026 10am"))
    assert story.now.state == "waiting for an answer"
    assert story.does(MANAGER, an_answer(), "Thu 7 May 2026 11am")
