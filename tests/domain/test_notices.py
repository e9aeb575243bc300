"""Which messages follow from what happened, by which ways, and whether each is still true when it's to be sent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.commands import Acknowledge, AddIssue, Close, Command, Escalate
from bot.domain.notices import OPERATOR, Kind
from tests.builders import (
    IRO,
    IRO_MANAGER,
    MANAGER,
    SERVICE,
    SUPERVISOR,
    WORKER,
    Story,
    a_challenge,
    a_directory,
    a_wait,
    an_answer,
    an_issue,
    closing,
    exhausted,
    facts,
    on_to,
    satisfied,
)

WEDNESDAY, THURSDAY = "Wed 8 April 2026 10am", "Thu 9 April 2026 10am"


def a_whole_story() -> Story:
    story = a_challenge("informal", acknowledged=WEDNESDAY)
    story.does(IRO, AddIssue(issue=an_issue()), WEDNESDAY)
    story.passes("Wed 15 April 2026 10am")
    story.does(IRO, a_wait("Thu 16 April 2026"), "Wed 15 April 2026 11am")
    story.does(WORKER, an_answer(issues=2), "Wed 15 April 2026 12pm")
    for number, (stage, by) in enumerate({"stage-1": MANAGER, "stage-2": SERVICE, "stage-3": "p-ad"}.items(), start=1):
        story.does(IRO, on_to(stage, number), f"Thu {16 + 7 * (number - 1)} April 2026 10am")
        story.does(by, an_answer(number + 1, issues=2), f"Thu {16 + 7 * (number - 1)} April 2026 11am")
    story.does(IRO, exhausted(4), "Fri 1 May 2026 10am")
    story.passes("Fri 29 May 2026 10am")
    story.does(IRO, satisfied(4), "Fri 29 May 2026 11am")
    return story


def sent(story: Story, *kinds: Kind, since: int = 0) -> set[tuple[str, str]]:
    return {(notice.to, notice.way) for notice in story.messages(*kinds, since=since)}


def test_every_message_has_a_key_of_its_own() -> None:
    keys = [notice.key for notice in a_whole_story().messages()]
    assert len(keys) > 50
    assert len(set(keys)) == len(keys)


def test_messages_are_the_same_however_often_they_are_derived() -> None:
    story = a_whole_story()
    assert story.messages() == story.messages()
    assert [one.key for one in story.messages()] == [one.key for one in a_whole_story().messages()]


def test_a_key_says_nothing_about_the_child() -> None:
    assert not any("MOS" in notice.key or "Alex" in notice.key for notice in a_whole_story().messages())


@pytest.mark.requirement("LIN-08")
def test_whoever_is_asked_and_whoever_is_told_hears_in_teams_and_by_mail() -> None:
    story = a_challenge("stage-1")
    assert sent(story, "asked") == {(MANAGER, "teams"), (MANAGER, "email")}
    others = {WORKER, SUPERVISOR, IRO_MANAGER}
    assert sent(story, "opened") >= {(person, way) for person in others for way in ("teams", "email")}


def test_who_did_it_gets_the_mail_but_no_card_of_what_they_have_just_done() -> None:
    assert (IRO, "email") in sent(a_challenge("stage-1"), "opened")
    assert (IRO, "teams") not in sent(a_challenge("stage-1"), "opened")


@pytest.mark.requirement("LIN-07")
def test_an_acknowledgement_goes_by_teams_alone() -> None:
    assert sent(a_challenge("stage-1", acknowledged=WEDNESDAY), "acknowledged") == {
        (IRO, "teams"),
        (IRO_MANAGER, "teams"),
    }


def test_the_first_request_brings_no_older_card_up_to_date() -> None:
    assert sent(a_challenge("stage-1"), "redraw") == set()


@pytest.mark.parametrize(
    ("by", "command"),
    [
        (MANAGER, an_answer()),
        (IRO, satisfied()),
        (IRO, closing()),
    ],
)
def test_whatever_settles_something_brings_the_managers_and_the_raisers_card_up_to_date(
    by: str, command: Command
) -> None:
    story = a_challenge("stage-1")
    before = story.now.position
    story.does(by, command, WEDNESDAY)
    assert sent(story, "redraw", since=before) == {(MANAGER, "teams"), (IRO, "teams")}


@pytest.mark.parametrize(("by", "command"), [(MANAGER, Acknowledge(request=1)), (IRO, AddIssue(issue=an_issue()))])
def test_a_card_into_which_somebody_may_be_typing_is_left_alone(by: str, command: Command) -> None:
    story = a_challenge("stage-1")
    before = story.now.position
    story.does(by, command, WEDNESDAY)
    assert sent(story, "redraw", since=before) == set()


def test_a_new_stage_brings_the_cards_of_the_earlier_ones_up_to_date_too() -> None:
    story = a_challenge("stage-1")
    before = story.now.position
    story.does(IRO, on_to("stage-2"), WEDNESDAY)
    assert sent(story, "redraw", since=before) == {(MANAGER, "teams"), (SERVICE, "teams"), (IRO, "teams")}


def test_a_reminder_brings_no_card_up_to_date() -> None:
    story = a_challenge("stage-1")
    before = story.now.position
    story.passes("Fri 10 April 2026 10am")
    assert {notice.kind for notice in story.messages(since=before)} == {"reminder"}


@pytest.mark.requirement("CARD-02")
def test_only_what_time_alone_has_brought_about_waits_for_working_hours() -> None:
    held = {(notice.kind, notice.held) for notice in a_whole_story().messages()}
    assert {kind for kind, waits in held if waits} == {"overdue", "reminder"}
    assert not {kind for kind, waits in held if not waits} & {"overdue", "reminder"}


def test_what_is_asked_is_no_longer_true_once_it_is_answered() -> None:
    story = a_challenge("stage-1")
    asked = story.messages("asked")
    assert all(story.still(notice) for notice in asked)
    story.does(MANAGER, an_answer(), WEDNESDAY)
    assert not any(story.still(notice) for notice in asked)


@pytest.mark.parametrize("end", [on_to("stage-2"), closing()])
def test_what_is_asked_is_no_longer_true_once_it_has_moved_on_or_ended(end: Escalate | Close) -> None:
    story = a_challenge("stage-1")
    asked = story.messages("asked")
    story.does(IRO, end, WEDNESDAY)
    assert not any(story.still(notice) for notice in asked)


@pytest.mark.requirement("CARD-02")
def test_a_reminder_and_the_news_of_silence_are_no_longer_true_once_it_is_answered() -> None:
    story = a_challenge("stage-1")
    story.passes("Wed 15 April 2026 9am")
    late = story.messages("reminder", "overdue")
    assert {notice.to for notice in late} == {MANAGER, IRO, IRO_MANAGER}
    assert all(story.still(notice) for notice in late)
    story.does(MANAGER, an_answer(), "Wed 15 April 2026 10am")
    assert not any(story.still(notice) for notice in late)


@pytest.mark.requirement("CARD-02")
def test_a_reminder_to_decide_is_no_longer_true_once_it_is_decided() -> None:
    story = a_challenge("stage-1", answered=WEDNESDAY)
    story.passes("Mon 13 April 2026 9am")
    late = story.messages("reminder", "overdue")
    assert {notice.to for notice in late} == {IRO, IRO_MANAGER}
    assert all(story.still(notice) for notice in late)
    story.does(IRO, on_to("stage-2"), "Mon 13 April 2026 10am")
    assert not any(story.still(notice) for notice in late)
    story.does(SERVICE, an_answer(2), "Mon 13 April 2026 11am")
    assert not any(story.still(notice) for notice in late)


@pytest.mark.requirement("CARD-02", "LIN-06")
def test_a_reminder_of_the_twenty_days_stays_true_for_the_raiser_but_not_for_who_has_answered() -> None:
    story = a_challenge("stage-1")
    story.passes("Tue 28 April 2026 9am")
    of_the_whole = story.messages("reminder", since=story.now.position - 1)
    assert {notice.to for notice in of_the_whole} == {MANAGER, IRO}
    story.does(MANAGER, an_answer(), "Tue 28 April 2026 10am")
    assert {notice.to for notice in of_the_whole if story.still(notice)} == {IRO}
    story.does(IRO, satisfied(), "Tue 28 April 2026 11am")
    assert not any(story.still(notice) for notice in of_the_whole)


@pytest.mark.requirement("CARD-02", "LIN-06")
def test_that_the_twenty_days_have_passed_stays_true_until_the_end() -> None:
    story = a_challenge("stage-1")
    story.passes("Thu 7 May 2026 8am")
    passed = story.messages("overdue", since=story.now.position - 1)
    story.does(MANAGER, an_answer(), "Thu 7 May 2026 9am")
    assert {notice.to for notice in passed if story.still(notice)} == {IRO, IRO_MANAGER, "p-sm"}
    story.does(IRO, closing(), "Thu 7 May 2026 10am")
    assert not any(story.still(notice) for notice in passed)


def test_that_nobody_can_be_asked_is_no_longer_true_once_it_has_moved_on() -> None:
    story = a_challenge("stage-1", known=facts(a_directory(without=(MANAGER,))))
    vacant = story.messages("vacant")
    assert {notice.to for notice in vacant if story.still(notice)} == {IRO, OPERATOR.person}
    story.does(IRO, on_to("stage-2"), WEDNESDAY)
    assert not any(story.still(notice) for notice in vacant)


@pytest.mark.parametrize(
    "kind", ["opened", "acknowledged", "answered", "issue added", "resolved", "exhausted", "redraw"]
)
def test_what_has_happened_stays_true(kind: Kind) -> None:
    story = a_whole_story()
    found = story.messages(kind)
    assert found
    assert all(story.still(notice) for notice in found)


def test_a_message_names_the_role_in_which_somebody_gets_it() -> None:
    (notice,) = {replace(one, way="email") for one in a_challenge("stage-1").messages("asked")}
    assert (notice.to, notice.role, notice.number) == (MANAGER, "team-manager", 1)
