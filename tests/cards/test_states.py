"""The cards of a challenge say how it stands now, and offer what can be done now."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.commands import AddNote, Escalate, Exhaust
from bot.domain.events import Recorded, ReminderFell
from bot.domain.words import Words
from cards.kit import actions_in, command_of
from cards.plain import as_text
from cards.record import overview_card, record_card
from tests.builders import IRO, MANAGER, Story, facts
from tests.cards.gallery import gallery
from tests.cards.stories import (
    AGE,
    NOW,
    PROCEDURE,
    a_raise,
    answered,
    closed,
    decision,
    exhausted,
    moved_on,
    overdue,
    raised,
    request,
    resolved,
)

LATE = "Thu 16 April 2026 9am"


def said(card: dict[str, Any]) -> str:
    return as_text(card)


def titles(card: dict[str, Any]) -> list[str]:
    return [action["title"] for action in actions_in(card["body"])]


def forms_in(card: dict[str, Any]) -> list[str]:
    """The forms that a card holds, in order."""
    actions = [action for action in actions_in(card["body"], inside=True) if action.get("verb") == "submit"]
    return [action["data"]["form"] for action in actions]


@pytest.mark.requirement("BED-17", "OMB-10")
def test_the_first_lines_say_what_is_asked_about_whom_by_whom_by_when() -> None:
    lines = said(request(raised("stage-1")).card).splitlines()
    assert lines[0] == "Positive Challenge PC-2026-0001 · Stage 1"
    assert "Please answer by 5pm on Tuesday 14 April 2026" in lines[:4]
    assert "Child: MOS-10423 (AB, aged 9)" in lines
    assert "Raised by: Imogen Reed (Independent Chair/IRO)" in lines
    assert "All stages: End by 5pm on Wednesday 6 May 2026 (20 working days)" in lines
    assert "Is unsure who will come and when, and has stopped asking." in lines


def test_an_informal_challenge_says_nothing_of_the_20_working_days() -> None:
    assert "All stages" not in said(request(raised()).card)


@pytest.mark.requirement("CARD-01", "CARD-05")
def test_who_is_asked_acknowledges_and_answers_in_the_card() -> None:
    waiting = request(raised("stage-1"))
    assert titles(waiting.card) == ["Answer", "Acknowledge", "Show the record", "Why these dates", "Our principles"]
    assert forms_in(waiting.card) == ["answer"]
    assert "Acknowledge" not in titles(gallery()["request-acknowledged"].card)


def test_who_is_asked_meets_the_buttons_before_the_issues_they_repeat() -> None:
    body = request(raised("stage-1")).card["body"]
    first = next(place for place, each in enumerate(body) if each["type"] == "ActionSet")
    assert "2 issues: accept or challenge each." in said({"body": body[:first]})
    assert "Issue 1" in said({"body": body[first:]})
    assert "Issue 1" not in said({"body": body[:first]})


@pytest.mark.requirement("LIN-11")
def test_a_later_stage_sees_what_was_answered_before_in_the_card_and_in_its_form() -> None:
    card = request(moved_on(), number=2).card
    before = "Stage 1, Tom Marsh (Team Manager): accepted: We agree. The visit is booked and the carers know of it."
    assert before in said(card).splitlines()
    form = next(action["card"] for action in actions_in(card["body"]) if action["title"] == "Answer")
    lines = said(form).splitlines()
    assert "Tom Marsh accepted it before: We agree. The visit is booked and the carers know of it." in lines
    assert "Outcome sought: A named worker, and a start before the next review." in lines
    assert "before:" not in said(request(moved_on(), number=1).card)


def test_an_answer_given_before_is_said_in_brief() -> None:
    text = said(request(moved_on(long=True), number=2).card)
    before = [line for line in text.splitlines() if line.startswith("Stage 1, Tom Marsh")]
    assert len(before) == 5
    assert all(line.endswith("…") and len(line) < 260 for line in before)


def test_good_news_stands_in_a_quiet_box_and_a_refusal_in_one_that_stands_out() -> None:
    story = raised()
    for good, look in ((True, "emphasis"), (False, "warning")):
        record = record_card(story.now, story.history, PROCEDURE, now=NOW, lead="So it is.", good=good)
        for drawn in (
            request(story, lead="So it is.", good=good),
            decision(story, lead="So it is.", good=good),
            record,
        ):
            box = drawn.card["body"][0]
            assert box["style"] == look
            assert box["items"][0]["text"] == "So it is."


def test_the_time_for_all_stages_is_said_to_be_over_when_it_is() -> None:
    drawn = gallery()["decision-total-over"]
    assert "All stages: ⚠ Ended at 5pm on Wednesday 6 May 2026 (20 working days)" in said(drawn.card)
    assert drawn.summary.endswith("; the time for all stages is over")


def test_a_late_answer_is_said_in_words() -> None:
    drawn = request(overdue("stage-1"), now=LATE)
    assert "⚠ Your answer is late: it was due by 5pm on Tuesday 14 April 2026" in said(drawn.card)
    assert drawn.summary == "PC-2026-0001: late: your answer was due by 5pm on 14 April 2026"
    assert "Answer" in titles(drawn.card)


@pytest.mark.parametrize(
    ("story", "title"),
    [
        (answered("stage-1"), "✓ Answered"),
        (moved_on(), "Moved on to Stage 2"),
        (exhausted(), "✓ Answered"),
        (resolved(), "✓ Resolved"),
        (closed(), "Withdrawn"),
    ],
)
def test_what_is_over_is_said_and_can_no_longer_be_acted_on(story: Story, title: str) -> None:
    card = request(story).card
    assert title in said(card).splitlines()
    assert titles(card) == ["Show the record", "Why these dates"]


def test_the_answer_stands_beside_the_issue_that_it_answers() -> None:
    text = said(request(answered("stage-1")).card)
    first, second = text.index("Issue 1"), text.index("Issue 2")
    assert first < text.index("✓ Accepted") < second < text.index("✗ Challenged")
    assert "Answered by Tom Marsh (Team Manager) at 4:40pm on Thursday 9 April 2026. Thank you." in text


def test_a_request_that_is_not_there_is_no_card() -> None:
    with pytest.raises(LookupError):
        request(raised(), number=2)


@pytest.mark.requirement("LIN-14", "LIN-15")
def test_the_raiser_can_pass_over_a_stage_add_and_withdraw_while_waiting() -> None:
    card = decision(raised()).card
    assert titles(card) == [
        "Add an issue",
        "Escalate now",
        "It is resolved",
        "Withdraw",
        "Add a note",
        "Show the record",
        "Why these dates",
    ]


@pytest.mark.requirement("LIN-10")
def test_the_raiser_decides_on_the_answer_in_the_card() -> None:
    drawn = decision(answered("stage-1"), now="Fri 10 April 2026 9am")
    assert titles(drawn.card)[:4] == [
        "I am satisfied",
        "Agree to it as a plan",
        "Not satisfied: go on",
        "Close without going further",
    ]
    assert drawn.summary == "PC-2026-0001: please decide by 5pm on 13 April 2026"
    assert forms_in(drawn.card) == ["resolve", "plan", "escalate", "close"]


@pytest.mark.requirement("LIN-13")
def test_after_the_last_stage_the_raiser_is_told_of_the_referral_that_is_offered() -> None:
    last = decision(answered("stage-3"), now="Fri 10 April 2026 9am").card
    forms = [
        action["data"]["form"] for action in actions_in(last["body"], inside=True) if "nonce" in action.get("data", {})
    ]
    assert forms == ["resolve", "plan", "exhaust", "close"]
    assert "You can refer the matter to Cafcass." in said(decision(exhausted()).card)


@pytest.mark.requirement("LIN-01", "LIN-13")
def test_no_referral_is_offered_where_the_arena_has_nobody_outside() -> None:
    story = Story(facts())
    command = replace(a_raise("stage-3"), child="MOS-20001", arena="child-protection")
    story.does(IRO, command, "Tue 7 April 2026 10am")
    story.passes(LATE)
    story.does(IRO, Exhaust(request=1, reason=Words("No answer")), LATE)
    text = said(decision(story, now="Thu 16 April 2026 10am").card)
    assert "Cafcass" not in text
    assert "nobody outside to refer to" in text


@pytest.mark.requirement("LIN-03")
def test_when_no_answer_came_the_raiser_goes_on_waits_or_withdraws() -> None:
    card = decision(overdue(), now=LATE).card
    assert titles(card)[:4] == ["Go on to a later stage", "Wait until a date", "It is resolved", "Withdraw"]
    assert forms_in(card) == ["escalate", "wait", "resolve", "close"]
    assert "Escalate now" not in titles(card)


def test_nobody_to_ask_is_said_plainly_and_going_on_stays_possible() -> None:
    card = gallery()["decision-vacant"].card
    assert "Nobody holds the post of Team Manager." in said(card)
    assert "Escalate now" in titles(card)


def test_what_has_ended_offers_nothing_more() -> None:
    for story in (resolved(), closed()):
        assert titles(decision(story).card) == ["Show the record", "Why these dates"]


@pytest.mark.requirement("LIN-15", "NEL-18")
def test_the_record_says_who_did_what_in_which_role_when_and_who_was_told() -> None:
    story = moved_on()
    story.does(IRO, AddNote(kind="correspondence", words=Words("Mail of 9 April")), "Mon 13 April 2026 9am")
    text = said(record_card(story.now, story.history, PROCEDURE, now=NOW).card)
    assert "9 April 2026, 4:40pm · Tom Marsh (Team Manager)\nAnswered: 1 of 2 issues accepted." in text
    assert "Told: Imogen Reed (Independent Chair/IRO)" in text
    assert "13 April 2026, 9am · Imogen Reed (Independent Chair/IRO)\nAdded correspondence.\nMail of 9 April" in text


def test_the_pages_of_a_long_record_hold_everything_once() -> None:
    long = answered("stage-1", long=True)
    pages = [record_card(long.now, long.history, PROCEDURE, now=NOW, page=page) for page in (1, 2, 3, 99)]
    assert pages[2] == pages[3]
    texts = "".join(said(page.card) for page in pages[:3])
    assert texts.count("Outcome sought:") == 5
    assert texts.count("Answer to issue") == 5
    commands = [command_of(action) for action in actions_in(pages[1].card["body"])]
    assert commands[:2] == ["show PC-2026-0001 page 3", "show PC-2026-0001 page 1"]


def test_a_reminder_that_went_to_nobody_is_no_line_of_the_record() -> None:
    story = overdue("stage-1")
    fell = next(one for one in story.history if isinstance(one.event, ReminderFell))
    nobody = replace(fell, event=replace(fell.event, to=()))  # type: ignore[arg-type]
    others = [one for one in story.history if not isinstance(one.event, ReminderFell)]

    def text(history: list[Recorded]) -> str:
        return said(record_card(story.now, history, PROCEDURE, now=NOW).card)

    assert "Sent a reminder of the answer" in text([*others, fell])
    assert text([*others, nobody]) == text(others)


@pytest.mark.requirement("CARD-06")
def test_an_overseer_sees_reference_stage_and_due_date_and_no_more() -> None:
    story = answered("stage-1")
    text = said(overview_card(story.now, PROCEDURE, now=NOW).card)
    assert "PC-2026-0001" in text
    assert "Stage: Stage 1" in text
    assert "Decision due: 5pm on Monday 13 April 2026" in text
    for hidden in (story.now.child, "AB", str(AGE), story.now.issues[0].text.text, "Imogen", "Tom Marsh"):
        assert hidden not in text.replace("9 April", "").replace("2026", "")


def test_a_challenge_that_moved_on_keeps_the_earlier_stage_in_its_record() -> None:
    story = answered("stage-1")
    story.does(IRO, Escalate(request=1, to="stage-3", reason=Words("Urgent")), "Fri 10 April 2026 9am")
    text = said(record_card(story.now, story.history, PROCEDURE, now=NOW).card)
    assert text.index("\nStage 1\nOpened: ") < text.index("\nStage 3\nOpened: ")
    assert "Because: The answer before it was not enough" in text
    assert MANAGER not in text
