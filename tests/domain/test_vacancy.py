"""Nobody to ask, the raiser holding the very post that answers, and posts that change hands."""

from __future__ import annotations

import pytest

from bot.domain.commands import CLOCK, AddNote, LookAtClock
from bot.domain.events import AnswerOverdue, ReminderFell, StageAssigned, StageOpened
from bot.domain.notices import OPERATOR
from bot.domain.words import Words
from tests.builders import (
    IRO,
    MANAGER,
    OTHER_IRO,
    SERVICE,
    STRANGER,
    SUPERVISOR,
    WORKER,
    Story,
    a_challenge,
    a_child,
    a_directory,
    a_post,
    a_wait,
    an_answer,
    facts,
    ids,
    on_to,
    only,
)

TUESDAY, WEDNESDAY, THURSDAY = "Tue 7 April 2026 10am", "Wed 8 April 2026 10am", "Thu 9 April 2026 10am"
STANDS_IN = a_post(STRANGER, "team-manager", "Boston Team 1", since="Thu 9 April 2026")


def without_a_manager() -> Story:
    return a_challenge("stage-1", known=facts(a_directory(without=(MANAGER,))))


def test_where_nobody_can_be_asked_it_is_raised_all_the_same() -> None:
    story = without_a_manager()
    assert story.now.current.asked == ()
    assert story.now.state == "waiting for an answer"
    assert story.now.total is not None


def test_the_raiser_and_the_operator_are_told_at_once_that_nobody_can_be_asked() -> None:
    found = without_a_manager().messages("vacant")
    assert {(one.to, one.way) for one in found} == {(IRO, "teams"), (IRO, "email"), (OPERATOR.person, "email")}
    assert not any(one.held for one in found)


def test_both_hear_of_it_again_the_next_morning_and_then_once_a_week() -> None:
    story = without_a_manager()
    story.passes("Fri 24 April 2026 10am")
    days = [recorded for recorded in story.history if isinstance(recorded.event, ReminderFell)]
    assert [f"{recorded.happened_at:%a %-d}" for recorded in days] == ["Wed 8", "Wed 15", "Wed 22"]
    assert {one.to for one in story.messages("reminder", "vacant", since=2)} == {IRO, OPERATOR.person}


def test_whoever_takes_up_the_post_is_asked_when_the_clock_is_looked_at() -> None:
    story = without_a_manager()
    story.facts = facts(a_directory(without=(MANAGER,), besides=(STANDS_IN,)))
    assert not any(isinstance(event, StageAssigned) for event in story.passes("Wed 8 April 2026 4pm"))
    assigned = only(StageAssigned, story.passes("Thu 9 April 2026 9am"))
    assert ids(assigned.asked) == {STRANGER}
    assert {one.to for one in story.messages("asked")} == {STRANGER}


def test_once_somebody_is_asked_nobody_hears_that_nobody_is() -> None:
    story = without_a_manager()
    told_before = story.messages("vacant")
    story.passes("Wed 8 April 2026 5pm")
    reminded = story.messages("reminder")
    story.facts = facts(a_directory(without=(MANAGER,), besides=(STANDS_IN,)))
    events = story.does(CLOCK, LookAtClock(), "Thu 9 April 2026 9am")
    assert [type(event) for event in events] == [StageAssigned]
    assert reminded
    assert not any(story.still(notice) for notice in (*told_before, *reminded))


def test_the_due_day_stays_when_somebody_takes_up_the_post() -> None:
    story = without_a_manager()
    due = story.now.current.due
    story.facts = facts(a_directory(without=(MANAGER,), besides=(STANDS_IN,)))
    story.passes(THURSDAY)
    assert story.now.current.due == due


def test_silence_is_recorded_where_nobody_could_be_asked_too() -> None:
    assert only(AnswerOverdue, without_a_manager().passes("Wed 15 April 2026 9am")).number == 1


def test_a_raiser_who_waits_is_not_told_that_nobody_can_be_asked() -> None:
    story = without_a_manager()
    story.passes("Wed 15 April 2026 9am")
    story.does(IRO, a_wait("Fri 24 April 2026"), "Wed 15 April 2026 10am")
    told = {f"{one.happened_at:%a}": one.event.to for one in story.history if isinstance(one.event, ReminderFell)}
    assert told
    story.passes("Wed 29 April 2026 10am")
    reminders = [one.event for one in story.history if isinstance(one.event, ReminderFell)]
    assert [len(event.to) for event in reminders if event.about == "nobody"][-2:] == [0, 1]


def test_a_vacant_post_can_be_bypassed() -> None:
    opened = only(StageOpened, without_a_manager().does(IRO, on_to("stage-2"), WEDNESDAY))
    assert ids(opened.asked) == {SERVICE}


def test_to_others_a_vacant_post_is_named_as_such() -> None:
    assert without_a_manager().refused(IRO, an_answer(), WEDNESDAY) == (
        "Only whoever takes up the post can do this. Nothing was changed."
    )


def test_the_raiser_is_never_asked_to_answer_themself() -> None:
    both = a_post(IRO, "team-manager", "Boston Team 1")
    story = a_challenge("stage-1", known=facts(a_directory(besides=(both,))))
    assert ids(story.now.current.asked) == {MANAGER}
    assert story.refused(IRO, an_answer(), WEDNESDAY) == "Only Tom Marsh can do this. Nothing was changed."


def test_where_only_the_raiser_holds_the_post_nobody_is_asked() -> None:
    both = a_post(IRO, "team-manager", "Boston Team 1")
    story = a_challenge("stage-1", known=facts(a_directory(without=(MANAGER,), besides=(both,))))
    assert story.now.current.asked == ()
    assert story.messages("vacant")
    assert "whoever takes up the post" in story.refused(IRO, an_answer(), WEDNESDAY)


def test_the_new_holder_of_the_post_may_answer() -> None:
    story = a_challenge("stage-1")
    story.facts = facts(a_directory(without=(MANAGER,), besides=(STANDS_IN,)))
    assert story.refused(STRANGER, an_answer(), WEDNESDAY).startswith("There is no challenge")
    story.does(STRANGER, an_answer(), THURSDAY)
    assert story.now.current.answered is not None
    assert (story.now.current.answered.by.person, story.now.current.answered.by.role) == (STRANGER, "team-manager")


def test_who_was_asked_may_still_answer_after_leaving_the_post() -> None:
    story = a_challenge("stage-1")
    story.facts = facts(a_directory(without=(MANAGER,), besides=(STANDS_IN,)))
    assert story.does(MANAGER, an_answer(), THURSDAY)


def test_several_holders_of_a_post_are_all_asked() -> None:
    second = a_post(STRANGER, "team-manager", "Boston Team 1")
    story = a_challenge("stage-1", known=facts(a_directory(besides=(second,))))
    assert ids(story.now.current.asked) == {MANAGER, STRANGER}


def test_a_post_that_the_childs_own_unit_lacks_is_looked_up_above_it() -> None:
    above = a_post(STRANGER, "team-manager", "Boston")
    story = a_challenge("stage-1", known=facts(a_directory(without=(MANAGER,), besides=(above,))))
    assert ids(story.now.current.asked) == {STRANGER}


@pytest.mark.requirement("LIN-02")
def test_where_the_child_has_no_social_worker_the_practice_supervisor_is_asked_alone() -> None:
    story = a_challenge("informal", known=facts(a_directory(a_child(without=(WORKER,)))))
    assert ids(story.now.current.asked) == {SUPERVISOR}


def test_a_child_that_the_directory_no_longer_knows_keeps_its_challenge() -> None:
    story = a_challenge("stage-1")
    story.facts = facts(a_directory(a_child("MOS-30003")))
    assert story.does(CLOCK, LookAtClock(), WEDNESDAY) == []
    assert story.does(MANAGER, an_answer(), WEDNESDAY)
    assert ids(only(StageOpened, story.does(IRO, on_to("stage-2"), THURSDAY)).asked) == {SERVICE}


def test_a_raiser_without_a_post_any_more_still_decides() -> None:
    story = a_challenge("stage-1")
    story.facts = facts(a_directory(without=(IRO,)))
    assert story.does(IRO, on_to("stage-2"), WEDNESDAY)
    assert story.does(IRO, AddNote(kind="note", words=Words("Handed over")), WEDNESDAY)
    assert story.refused(OTHER_IRO, an_answer(2), WEDNESDAY).startswith("There is no challenge")
