"""The person asked: acknowledging, answering, and what stops it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.commands import Acknowledge, AddIssue, AddNote, Answer
from bot.domain.events import IssueAdded, StageAcknowledged, StageAnswered
from bot.domain.words import Words
from tests.builders import (
    DIRECTOR,
    IRO,
    MANAGER,
    SENIOR,
    SERVICE,
    STRANGER,
    SUPERVISOR,
    WORKER,
    a_challenge,
    an_answer,
    an_issue,
    on_to,
    only,
    said,
    satisfied,
)

WEDNESDAY = "Wed 8 April 2026 10am"
UNKNOWN = (
    "There is no challenge PC-2026-0001 that you can see. Type `tray` for what waits for you, or check the reference."
)


@pytest.mark.requirement("LIN-09")
def test_the_manager_answers_each_issue() -> None:
    story = a_challenge("stage-1", issues=(an_issue(), an_issue("No plan", "A plan")))
    story.does(MANAGER, an_answer(issues=2), WEDNESDAY)
    answered = story.now.current.answered
    assert answered is not None
    assert (answered.by.person, answered.by.role, len(answered.answers)) == (MANAGER, "team-manager", 2)
    assert story.now.state == "waiting for a decision"


@pytest.mark.requirement("LIN-09")
def test_the_answer_goes_back_to_the_raiser() -> None:
    events = a_challenge("stage-1").does(MANAGER, an_answer(), WEDNESDAY)
    assert only(StageAnswered, events).told[0].person == IRO


def test_the_raiser_has_two_working_days_to_decide() -> None:
    events = a_challenge("stage-1").does(MANAGER, an_answer(), "Thu 9 April 2026 10am")
    assert said(only(StageAnswered, events).decide_by.due_at) == "Mon 13 April 2026 5pm"


def test_an_issue_can_be_challenged() -> None:
    story = a_challenge("stage-1")
    story.does(MANAGER, an_answer(verdict="challenged"), WEDNESDAY)
    assert story.now.current.answered is not None
    assert story.now.current.answered.answers[0].verdict == "challenged"


def test_an_answer_that_comes_late_still_counts() -> None:
    story = a_challenge("stage-1")
    story.passes("Fri 17 April 2026 10am")
    story.does(MANAGER, an_answer(), "Fri 17 April 2026 11am")
    assert story.now.state == "waiting for a decision"
    assert story.now.current.answer_overdue


@pytest.mark.parametrize("first", [WORKER, SUPERVISOR])
def test_of_several_who_are_asked_the_first_answer_settles(first: str) -> None:
    second = SUPERVISOR if first == WORKER else WORKER
    story = a_challenge("informal")
    story.does(first, an_answer(), WEDNESDAY)
    name = "Sam Walker" if first == WORKER else "Priya Shah"
    assert story.refused(second, an_answer(), WEDNESDAY) == f"{name} has already answered this. Nothing was changed."


@pytest.mark.parametrize("command", [an_answer(), Acknowledge(request=1), AddIssue(issue=an_issue())])
def test_once_answered_it_is_settled(command: Answer | Acknowledge | AddIssue) -> None:
    story = a_challenge("stage-1", answered=WEDNESDAY)
    by = IRO if isinstance(command, AddIssue) else MANAGER
    assert story.refused(by, command, WEDNESDAY) == "Tom Marsh has already answered this. Nothing was changed."


@pytest.mark.parametrize("command", [an_answer(), Acknowledge(request=1)])
def test_only_who_is_asked_answers(command: Answer | Acknowledge) -> None:
    story = a_challenge("stage-1")
    assert story.refused(IRO, command, WEDNESDAY) == "Only Tom Marsh can do this. Nothing was changed."
    assert story.refused(WORKER, command, WEDNESDAY) == "Only Tom Marsh can do this. Nothing was changed."


def test_where_several_are_asked_all_of_them_are_named() -> None:
    said_to_them = a_challenge("informal").refused(IRO, an_answer(), WEDNESDAY)
    assert said_to_them == "Only Sam Walker or Priya Shah can do this. Nothing was changed."


@pytest.mark.requirement("NEL-18")
@pytest.mark.parametrize("person", [STRANGER, SENIOR, "nobody-known"])
def test_to_who_is_no_party_it_does_not_exist(person: str) -> None:
    story = a_challenge("stage-1")
    assert story.refused(person, an_answer(), WEDNESDAY) == UNKNOWN
    assert story.refused(person, AddNote(kind="note", words=Words("?")), WEDNESDAY) == UNKNOWN


def test_every_issue_needs_an_answer() -> None:
    story = a_challenge("stage-1", issues=(an_issue(), an_issue()))
    assert story.refused(MANAGER, an_answer(issues=1), WEDNESDAY) == (
        "Every issue needs an answer: issue 2 has none. Accept it and say what will be done, or say why not."
    )


def test_an_answer_without_words_is_none() -> None:
    wordless = replace(an_answer().answers[0], words=Words(""))
    command = Answer(request=1, answers=(wordless,))
    assert "issue 1 has none" in a_challenge("stage-1").refused(MANAGER, command, WEDNESDAY)


@pytest.mark.parametrize("command", [an_answer(1), Acknowledge(request=1)])
def test_a_card_of_an_earlier_stage_says_where_it_has_moved_on_to(command: Answer | Acknowledge) -> None:
    story = a_challenge("stage-1")
    story.does(IRO, on_to("stage-2"), WEDNESDAY)
    assert story.refused(MANAGER, command, WEDNESDAY) == (
        "PC-2026-0001 has moved on to Stage 2, so this is no longer asked. Nothing was changed; what you typed is kept."
    )


def test_the_manager_of_the_earlier_stage_cannot_answer_the_next() -> None:
    story = a_challenge("stage-1")
    story.does(IRO, on_to("stage-2"), WEDNESDAY)
    assert story.refused(MANAGER, an_answer(2), WEDNESDAY) == "Only Carol Stone can do this. Nothing was changed."
    assert story.does(SERVICE, an_answer(2), WEDNESDAY)


def test_it_is_acknowledged_once_however_many_are_asked() -> None:
    story = a_challenge("informal")
    (event,) = story.does(WORKER, Acknowledge(request=1), WEDNESDAY)
    assert isinstance(event, StageAcknowledged)
    assert story.does(WORKER, Acknowledge(request=1), WEDNESDAY) == []
    assert story.does(SUPERVISOR, Acknowledge(request=1), WEDNESDAY) == []
    assert story.now.current.acknowledged is not None
    assert story.now.current.acknowledged[0].person == WORKER


def test_acknowledging_stops_no_clock() -> None:
    story = a_challenge("stage-1")
    before = story.wakes
    story.does(MANAGER, Acknowledge(request=1), WEDNESDAY)
    assert story.wakes == before


def test_another_issue_can_be_added_until_there_is_an_answer_and_moves_no_date() -> None:
    story = a_challenge("stage-1")
    due = story.now.current.due
    event = only(IssueAdded, story.does(IRO, AddIssue(issue=an_issue("No plan", "A plan")), WEDNESDAY))
    assert MANAGER in {party.person for party in event.told}
    assert (len(story.now.issues), story.now.current.due) == (2, due)


def test_a_sixth_issue_is_refused() -> None:
    story = a_challenge("stage-1", issues=(an_issue(),) * 5)
    assert story.refused(IRO, AddIssue(issue=an_issue()), WEDNESDAY) == (
        "A challenge holds at most 5 issues. Raise another challenge for the rest."
    )


def test_only_the_raiser_adds_an_issue() -> None:
    assert a_challenge("stage-1").refused(MANAGER, AddIssue(issue=an_issue()), WEDNESDAY) == (
        "Only Imogen Reed, who raised it, can do this. Nothing was changed."
    )


def test_after_the_end_nothing_is_answered() -> None:
    story = a_challenge("stage-1", answered=WEDNESDAY)
    story.does(IRO, satisfied(), WEDNESDAY)
    assert story.refused(MANAGER, an_answer(), WEDNESDAY) == (
        "PC-2026-0001 has already ended: resolved. Nothing was changed."
    )


def test_the_last_stage_is_answered_by_the_highest_officer() -> None:
    story = a_challenge("stage-3")
    assert [party.person for party in story.now.current.asked] == [DIRECTOR]
