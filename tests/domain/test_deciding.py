"""The raiser's decisions: satisfied, on to another stage, waiting, closing; and the 20 working days over all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.blank import exhaust_form
from bot.domain.commands import Close, Command, Escalate, Exhaust, Resolve, Wait
from bot.domain.events import ChallengeClosed, StageOpened, StagesExhausted
from bot.domain.words import Words
from tests.builders import (
    IRO,
    MANAGER,
    OTHER_IRO,
    SERVICE,
    Story,
    a_challenge,
    a_raise,
    a_wait,
    an_answer,
    closing,
    dated,
    day,
    exhausted,
    lincolnshire,
    on_to,
    only,
    said,
    satisfied,
)

WEDNESDAY, THURSDAY = "Wed 8 April 2026 10am", "Thu 9 April 2026 10am"
AFTER_THE_DUE_DAY = "Wed 15 April 2026 10am"


def overdue(stage: str = "stage-1") -> Story:
    story = a_challenge(stage)
    story.passes("Wed 15 April 2026 9am")
    return story


@pytest.mark.requirement("LIN-10")
def test_a_satisfied_raiser_records_the_final_section_and_the_step_is_complete() -> None:
    story = a_challenge("stage-1", answered=WEDNESDAY)
    story.does(IRO, satisfied(), THURSDAY)
    assert story.now.state == "resolved"
    assert story.now.ended is not None
    assert (story.now.ended.words, story.now.ended.outcome_for_child, story.now.ended.achieved) == (
        Words("The visit took place"),
        Words("Alex was seen"),
        "yes",
    )
    assert story.wakes == ""


@pytest.mark.requirement("LIN-10")
def test_a_raiser_who_is_not_satisfied_goes_on_to_the_next_stage() -> None:
    story = a_challenge("stage-1", answered=WEDNESDAY)
    opened = only(StageOpened, story.does(IRO, on_to("stage-2"), THURSDAY))
    assert (opened.number, opened.stage, opened.because) == (2, "stage-2", "not satisfied")
    assert [party.person for party in opened.asked] == [SERVICE]
    assert story.now.state == "waiting for an answer"


@pytest.mark.requirement("LIN-03")
def test_an_informal_matter_that_is_not_resolved_goes_formal_and_its_record_goes_with_it() -> None:
    story = a_challenge("informal", answered=WEDNESDAY)
    story.does(IRO, on_to("stage-1"), THURSDAY)
    assert [request.stage for request in story.now.requests] == ["informal", "stage-1"]
    assert story.now.requests[0].answered is not None


@pytest.mark.requirement("LIN-03")
def test_an_informal_matter_can_be_closed_with_a_reason_instead() -> None:
    story = a_challenge("informal", answered=WEDNESDAY)
    closed = only(ChallengeClosed, story.does(IRO, closing("It's in hand"), THURSDAY))
    assert (closed.how, closed.reason, story.now.state) == ("not taken further", Words("It's in hand"), "closed")


@pytest.mark.requirement("LIN-03")
def test_closing_needs_a_reason() -> None:
    said_to_them = a_challenge("informal", answered=WEDNESDAY).refused(IRO, closing(""), THURSDAY)
    assert said_to_them == "Say why: closing a challenge without an outcome needs a reason."


def test_before_an_answer_closing_is_withdrawing() -> None:
    assert only(ChallengeClosed, a_challenge("stage-1").does(IRO, closing(), WEDNESDAY)).how == "withdrawn"


@pytest.mark.requirement("LIN-06")
def test_the_twenty_working_days_count_from_the_first_formal_stage() -> None:
    story = a_challenge("informal", answered=WEDNESDAY)
    story.does(IRO, on_to("stage-1"), THURSDAY)
    assert story.now.total is not None
    assert f"{story.now.total.day_zero:%a %-d %B}" == "Thu 9 April"
    assert said(story.now.total.due_at) == "Fri 8 May 2026 5pm"


@pytest.mark.requirement("LIN-06")
def test_moving_up_never_restarts_the_twenty_working_days() -> None:
    story = a_challenge("stage-1", answered=WEDNESDAY)
    total = story.now.total
    for number, stage in enumerate(("stage-2", "stage-3"), start=1):
        opened = only(StageOpened, story.does(IRO, on_to(stage, number), "Mon 27 April 2026 10am"))
        assert opened.total is None
        assert story.now.total == total
    assert total is not None
    assert said(total.due_at) == "Wed 6 May 2026 5pm"


@pytest.mark.requirement("LIN-08", "LIN-11", "LIN-12")
@pytest.mark.parametrize("stage", ["stage-1", "stage-2", "stage-3"])
def test_each_formal_stage_has_five_working_days_from_its_own_receipt(stage: str) -> None:
    story = a_challenge("informal", answered=WEDNESDAY)
    opened = only(StageOpened, story.does(IRO, on_to(stage), "Thu 30 April 2026 10am"))
    assert said(dated(opened.due).due_at) == "Fri 8 May 2026 5pm"  # Mon 4 May is a bank holiday


@pytest.mark.requirement("LIN-14")
@pytest.mark.parametrize(
    ("start", "to"),
    [
        ("informal", "stage-1"),
        ("informal", "stage-2"),
        ("informal", "stage-3"),
        ("stage-1", "stage-2"),
        ("stage-1", "stage-3"),
        ("stage-2", "stage-3"),
    ],
)
def test_any_stage_can_be_bypassed_at_any_moment(start: str, to: str) -> None:
    opened = only(StageOpened, a_challenge(start).does(IRO, on_to(to, reason="The placement ends"), WEDNESDAY))
    assert (opened.stage, opened.because, opened.reason) == (to, "urgent", Words("The placement ends"))


@pytest.mark.requirement("LIN-14")
def test_even_an_answer_that_was_accepted_does_not_stop_the_raiser_from_skipping_stages() -> None:
    story = a_challenge("stage-1", answered=WEDNESDAY)
    assert only(StageOpened, story.does(IRO, on_to("stage-3"), THURSDAY)).stage == "stage-3"


@pytest.mark.requirement("LIN-14")
def test_going_on_needs_a_reason() -> None:
    said_to_them = a_challenge("stage-1").refused(IRO, on_to("stage-2", reason=""), WEDNESDAY)
    assert said_to_them == "Say why: going on to Stage 2 needs a reason."


def test_silence_is_a_reason_of_its_own_for_going_on() -> None:
    opened = only(StageOpened, overdue().does(IRO, on_to("stage-2"), AFTER_THE_DUE_DAY))
    assert opened.because == "no answer in time"


@pytest.mark.parametrize("to", ["stage-1", "informal", "stage-9"])
def test_no_stage_comes_again_and_none_is_made_up(to: str) -> None:
    assert a_challenge("stage-1").refused(IRO, on_to(to), WEDNESDAY) == (
        f"The procedure has no stage “{to}” that can come next. Possible: Stage 2, Stage 3."
    )


def test_nothing_comes_after_the_last_stage() -> None:
    assert a_challenge("stage-3").refused(IRO, on_to("stage-3"), WEDNESDAY) == (
        "The procedure has no stage “stage-3” that can come next. Possible: none, this was the last."
    )


@pytest.mark.requirement("LIN-13", "LIN-01")
def test_only_a_child_in_care_is_offered_a_referral_after_the_last_stage() -> None:
    care = a_challenge("stage-3", answered=WEDNESDAY)
    assert only(StagesExhausted, care.does(IRO, exhausted(), THURSDAY)).offered == "Cafcass"
    protection = Story()
    raised = a_raise("stage-3", "Urgent", child="MOS-20001", arena="child-protection")
    protection.does(IRO, raised, "Tue 7 April 2026 10am")
    protection.does("p-ad", an_answer(), WEDNESDAY)
    assert only(StagesExhausted, protection.does(IRO, exhausted(), THURSDAY)).offered == ""


@pytest.mark.requirement("LIN-13")
def test_the_form_after_the_last_stage_says_what_is_offered() -> None:
    form = exhaust_form(lincolnshire(), a_challenge("stage-3", answered=WEDNESDAY).now)
    assert form.fields[0].label.endswith("You are then offered a referral to Cafcass.")


@pytest.mark.requirement("LIN-13")
def test_a_challenge_whose_stages_are_exhausted_stays_open_until_the_raiser_ends_it() -> None:
    story = a_challenge("stage-3", answered=WEDNESDAY)
    story.does(IRO, exhausted(), THURSDAY)
    assert story.now.state == "stages exhausted"
    assert story.wakes
    assert story.does(IRO, satisfied(), THURSDAY)
    assert story.wakes == ""


def test_the_stages_are_exhausted_once() -> None:
    story = a_challenge("stage-3", answered=WEDNESDAY)
    assert story.does(IRO, exhausted(), THURSDAY)
    assert story.does(IRO, exhausted(), THURSDAY) == []


def test_silence_at_the_last_stage_exhausts_the_stages_too() -> None:
    assert overdue("stage-3").does(IRO, exhausted(), AFTER_THE_DUE_DAY)


def test_the_last_stage_has_its_time_to_answer() -> None:
    assert a_challenge("stage-3").refused(IRO, exhausted(), WEDNESDAY) == (
        "Stage 3 has not been answered yet, so there is no answer to be satisfied with. You can escalate or withdraw."
    )


def test_the_stages_are_not_exhausted_while_one_is_left() -> None:
    assert a_challenge("stage-2", answered=WEDNESDAY).refused(IRO, exhausted(), THURSDAY) == (
        "The procedure has no stage “nothing further” that can come next. Possible: Stage 3."
    )


def test_not_being_satisfied_needs_a_reason() -> None:
    said_to_them = a_challenge("stage-3", answered=WEDNESDAY).refused(IRO, exhausted(reason=""), THURSDAY)
    assert said_to_them == "Say why: not being satisfied needs a reason."


def test_the_raiser_can_wait_until_a_day_once_the_answer_is_overdue() -> None:
    story = overdue()
    story.does(IRO, a_wait("Mon 20 April 2026"), AFTER_THE_DUE_DAY)
    assert story.now.current.wait_until == day("Mon 20 April 2026")
    assert story.now.state == "waiting for an answer"


def test_an_answer_ends_the_waiting() -> None:
    story = overdue()
    story.does(IRO, a_wait("Mon 20 April 2026"), AFTER_THE_DUE_DAY)
    story.does(MANAGER, an_answer(), "Thu 16 April 2026 10am")
    assert story.now.current.wait_until is None


def test_there_is_nothing_to_wait_for_before_the_answer_is_overdue() -> None:
    assert a_challenge("stage-1").refused(IRO, a_wait("Mon 20 April 2026"), WEDNESDAY) == (
        "Nothing in PC-2026-0001 can be put off now: the answer isn't overdue."
    )


def test_there_is_nothing_to_wait_for_once_it_is_answered() -> None:
    story = overdue()
    story.does(MANAGER, an_answer(), AFTER_THE_DUE_DAY)
    said_to_them = story.refused(IRO, a_wait("Mon 20 April 2026"), AFTER_THE_DUE_DAY)
    assert said_to_them.startswith("Nothing in PC-2026-0001 can be put off now")


@pytest.mark.parametrize("until", ["Wed 15 April 2026", "Tue 14 April 2026"])
def test_waiting_is_until_a_day_to_come(until: str) -> None:
    assert overdue().refused(IRO, a_wait(until), AFTER_THE_DUE_DAY) == (
        f"The day to wait until must be Thu 16 April 2026 or later. You gave {until}."
    )


def test_nobody_waits_longer_than_everything_may_take() -> None:
    assert overdue().refused(IRO, a_wait("Sat 5 December 2026"), AFTER_THE_DUE_DAY) == (
        "The day to wait until must be Thu 14 May 2026 or sooner. You gave Sat 5 December 2026."
    )


def test_what_will_be_done_is_done_today_or_later() -> None:
    answer = an_answer()
    past = replace(answer, answers=tuple(replace(one, by_when=date(2020, 1, 1)) for one in answer.answers))
    assert a_challenge("stage-1").refused(MANAGER, past, "Wed 8 April 2026 10am") == (
        "The date for issue 1 must be Wed 8 April 2026 or later. You gave Wed 1 January 2020."
    )


def test_waiting_needs_a_reason() -> None:
    said_to_them = overdue().refused(IRO, a_wait("Mon 20 April 2026", reason=""), AFTER_THE_DUE_DAY)
    assert said_to_them == "Say why: waiting needs a reason."


DECISIONS: list[Command] = [satisfied(), on_to("stage-2"), exhausted(), a_wait("Mon 20 April 2026"), closing()]


@pytest.mark.requirement("OMB-10")
@pytest.mark.parametrize("command", DECISIONS, ids=lambda command: type(command).__name__)
def test_only_the_raiser_decides(command: Command) -> None:
    assert a_challenge("stage-1").refused(MANAGER, command, WEDNESDAY) == (
        "Only Imogen Reed, who raised it, can do this. Nothing was changed."
    )


@pytest.mark.parametrize("command", DECISIONS, ids=lambda command: type(command).__name__)
def test_another_raiser_who_is_no_party_learns_nothing(command: Command) -> None:
    said_to_them = a_challenge("stage-1").refused(OTHER_IRO, command, WEDNESDAY)
    assert said_to_them.startswith("There is no challenge PC-2026-0001 that you can see.")


@pytest.mark.parametrize("command", [satisfied(), on_to("stage-3"), exhausted(), a_wait("Mon 20 April 2026")])
def test_a_decision_on_an_earlier_stage_says_where_it_has_moved_on_to(
    command: Resolve | Escalate | Exhaust | Wait,
) -> None:
    story = a_challenge("stage-1", answered=WEDNESDAY)
    story.does(IRO, on_to("stage-2"), THURSDAY)
    assert story.refused(IRO, command, THURSDAY).startswith("PC-2026-0001 has moved on to Stage 2")


@pytest.mark.parametrize("command", [*DECISIONS], ids=lambda command: type(command).__name__)
@pytest.mark.parametrize(("end", "how"), [(satisfied(), "resolved"), (closing(), "not taken further")])
def test_what_has_ended_is_decided_no_more(command: Command, end: Resolve | Close, how: str) -> None:
    story = a_challenge("stage-1", answered=WEDNESDAY)
    story.does(IRO, end, THURSDAY)
    assert story.refused(IRO, command, THURSDAY) == f"PC-2026-0001 has already ended: {how}. Nothing was changed."
