"""The tray, the digest, the reasons for dates, notices and previews."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.events import ReminderFell
from bot.domain.explain import explain
from cards.digest import CAPS, Digest, Entry, digest_card
from cards.kit import actions_in, command_of
from cards.mail import mail_body
from cards.notice import reminder_lead
from cards.plain import as_text
from cards.procedure import procedure_card
from cards.tray import Waiting, tray_card
from tests.builders import at, day
from tests.cards.gallery import gallery
from tests.cards.stories import ADDED, NOT_THEIRS, NOW, PROCEDURE, answered, overdue, raised


def said(name: str) -> str:
    return as_text(gallery()[name].card)


def waiting(reference: str, when: str, left: int = 1) -> Waiting:
    return Waiting(
        reference=reference, number=1, child="MOS-1", what="answer", stage="Stage 1", due=at(when), left=left
    )


@pytest.mark.requirement("NEL-19")
def test_the_tray_shows_the_soonest_first_with_a_button_that_opens_it() -> None:
    later, sooner = waiting("PC-2026-0001", "Fri 10 April 2026 5pm"), waiting("PC-2026-0002", "Thu 9 April 2026 5pm")
    drawn = tray_card((later, sooner), now=NOW)
    commands = [command_of(action) for action in actions_in(drawn.card["body"])]
    assert commands == ["respond PC-2026-0002", "respond PC-2026-0001"]


@pytest.mark.requirement("NEL-19")
def test_the_tray_says_what_is_late_and_what_is_due_today_in_words() -> None:
    assert "⚠ Was due 5pm on Tuesday 7 April 2026 · 1 working day late" in said("tray")
    assert "By 5pm today" in said("tray")
    assert "By 5pm on Friday 10 April 2026 · 2 working days left" in said("tray")
    assert gallery()["tray"].summary == "Your tray: 3 things wait for you, 1 late"


def test_a_long_tray_shows_ten_and_says_how_many_more_wait() -> None:
    assert len(list(actions_in(gallery()["tray-many"].card["body"]))) == 10
    assert "And 14 more: type find." in said("tray-many")


def test_an_empty_tray_is_one_line() -> None:
    assert said("tray-empty") == "Your tray is empty: nothing waits for you."


@pytest.mark.requirement("CARD-06")
def test_the_digest_is_a_work_queue_with_the_overdue_first_and_a_button_each() -> None:
    text = said("digest")
    order = ["⚠ Overdue (1)", "Due today (2)", "Waiting for a decision (1)", "✓ Ended since Tuesday 7 April 2026 (2)"]
    places = [text.index(title) for title in order]
    assert places == sorted(places)
    assert len(list(actions_in(gallery()["digest"].card["body"]))) == 6
    assert "PC-2026-0001 · Stage 1 · Team Manager" in text
    assert "⚠ Was due 7 April 2026, 5pm · 1 working day late" in text


def test_the_digest_says_how_each_ended_and_where_nobody_holds_the_post() -> None:
    lines = said("digest").splitlines()
    assert "PC-2026-0005 · Stage 1 · resolved" in lines
    assert "PC-2026-0006 · Stage 1 · withdrawn" in lines
    assert "PC-2026-0003 · Stage 1 · nobody holds the post" in lines


@pytest.mark.requirement("CARD-06")
def test_a_digest_with_nothing_to_say_says_it_in_one_line() -> None:
    nothing = "nothing is due today, overdue, waiting for a decision, new or resolved in your area."
    assert said("digest-empty") == f"Wednesday 8 April 2026: {nothing}"


def test_a_crowded_digest_says_how_many_more_there_are() -> None:
    entry = Entry(reference="PC-2026-0001", stage="Stage 1", asked="Team Manager")
    text = as_text(digest_card(Digest(day=day("Wed 8 April 2026"), raised=(entry,) * (CAPS[0] + 12))).card)
    assert "And 12 more: type find." in text


@pytest.mark.requirement("LIN-06", "LIN-08")
def test_each_date_is_explained_with_every_day_that_did_not_count() -> None:
    text = said("why-easter")
    for line in (
        "Stage 1, answer: by 5pm on Tuesday 14 April 2026",
        "• The request was made at 5:30pm on Thursday 2 April 2026.",
        "• That was after the end of the working day, so the day of receipt (day zero) is Tuesday 7 April 2026.",
        "• Friday 3 April 2026 does not count: Good Friday.",
        "• Monday 6 April 2026 does not count: Easter Monday.",
        "• Saturdays and Sundays do not count: 4–5 April and 11–12 April.",
        "All stages together: by 5pm on Wednesday 6 May 2026",
    ):
        assert line in text.splitlines()


def test_a_start_on_a_day_that_does_not_count_is_said_to_be_one() -> None:
    assert "That was on a day that does not count, so the day of receipt (day zero) is Tuesday 7 April" in said(
        "why-weekend"
    )


def test_a_notice_of_an_added_issue_says_which_one_it_is() -> None:
    for name in ("notice-issue-added", "notice-issue-added-asked"):
        assert ADDED.text.text in said(name).splitlines()
        assert f"Outcome sought: {ADDED.outcome.text}" in said(name).splitlines()


def test_who_is_asked_is_asked_in_person_to_answer_an_added_issue_too() -> None:
    asked, told = gallery()["notice-issue-added-asked"], gallery()["notice-issue-added"]
    assert "An issue was added, and you are asked to answer it too" in as_text(asked.card)
    assert asked.summary == "PC-2026-0001: an issue was added, and you are asked to answer it too"
    assert "Answer. Type: respond PC-2026-0001" in mail_body(asked)
    assert "Asked: Tom Marsh (Team Manager)" in as_text(told.card)
    assert "you are asked" not in as_text(told.card)
    assert "respond" not in as_text(told.card)


def test_notices_hold_nothing_that_people_wrote_and_ask_for_nothing() -> None:
    story = answered("stage-1").now
    written = [one.text for issue in story.issues for one in (issue.text, issue.outcome)] + [story.impact.text]
    for name in gallery():
        if name.startswith("notice-"):
            assert not any(text in said(name) for text in written)
    assert said("notice-answered").endswith("For your information: nothing is asked of you.")


def test_what_goes_to_the_people_who_run_the_bot_says_nothing_of_the_child() -> None:
    for name in ("notice-vacant", "notice-undelivered"):
        assert "MOS-" not in said(name)
        assert "show PC" not in said(name)


def test_the_operator_reads_what_to_do_about_an_empty_post() -> None:
    text = said("notice-vacant")
    assert "app.py people import" in text
    assert "• Team Manager: in the file of people, at Boston Team 1 or a unit above it." in text.splitlines()


def test_the_preview_shows_other_challenges_first_and_merges_nothing() -> None:
    text = said("preview-with-others")
    assert text.startswith("2 other challenges about this child or a brother or sister are open")
    assert "Nothing is merged" in text
    assert "• PC-2026-0001: Informal Positive Challenge, waiting for a decision, due 13 April 2026" in text
    assert "• PC-2026-0002 about MOS-10424: Stage 1, waiting for an answer, due 14 April 2026" in text


def test_the_preview_warns_of_what_to_think_of_before_confirming() -> None:
    assert f"⚠ {NOT_THEIRS}" in said("preview-with-others").splitlines()
    assert "⚠" not in said("preview")


def test_a_discarded_preview_says_so_and_has_no_buttons() -> None:
    assert said("discarded") == "Discarded. Nothing was sent."
    assert not list(actions_in(gallery()["discarded"].card["body"]))


@pytest.mark.requirement("LIN-05", "LIN-06")
def test_the_preview_says_who_by_when_who_is_told_and_when_all_stages_end() -> None:
    text = said("preview-with-others")
    assert "Asked: Tom Marsh (Team Manager)" in text
    assert "Due: 5pm on Wednesday 15 April 2026 (5 working days)" in text
    assert "Told: Sam Walker (Social Worker), Priya Shah (Practice Supervisor)" in text
    assert "All stages: End by 5pm on Thursday 7 May 2026 (20 working days)" in text
    assert "Why this stage: The Team Manager is the one who can settle this." in text
    assert "The 20 working days start only if it goes formal" in said("preview")
    assert "Raise it. Type: yes K7M2Q" in text


def test_the_preview_says_plainly_when_nobody_can_be_asked() -> None:
    assert "⚠ Nobody holds the post of Team Manager at present" in said("preview-vacant")
    assert "Raise it" in said("preview-vacant")


def a_reminder(offset: int, about: str = "answer") -> ReminderFell:
    fell = ReminderFell(number=1, about="answer", offset=offset, due_at=at("Tue 14 April 2026 5pm"), skipped=0, to=())
    return replace(fell, about=about)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("offset", "about", "now", "lead"),
    [
        (
            -2,
            "answer",
            "Fri 10 April 2026",
            "Reminder: the answer is due in 2 working days, at 5pm on Tuesday 14 April 2026.",
        ),
        (0, "answer", "Tue 14 April 2026", "Reminder: the answer is due today at 5pm."),
        (1, "answer", "Wed 15 April 2026", "Reminder: the answer was due 1 working day ago."),
        (6, "decision", "Wed 22 April 2026", "Reminder: your decision was due 6 working days ago."),
        (0, "total", "Tue 14 April 2026", "Reminder: the time for all stages ends today at 5pm."),
        (1, "nobody", "Wed 8 April 2026", "Reminder: there is still nobody to ask."),
    ],
)
def test_a_reminder_says_how_near_the_deadline_is(offset: int, about: str, now: str, lead: str) -> None:
    assert reminder_lead(a_reminder(offset, about), raised().now, at(f"{now} 9am")) == lead


def test_a_raiser_is_reminded_of_what_is_open_after_the_last_stage() -> None:
    lead = reminder_lead(a_reminder(5, "next step"), raised().now, at("Tue 14 April 2026 9am"))
    assert lead.startswith("Reminder: all stages have been used, and this is still open.")


def test_a_reminder_stands_over_the_card_it_reminds_of() -> None:
    assert said("request-reminder").startswith("Reminder: ")


def test_questions_of_an_open_form_are_numbered_with_their_choices() -> None:
    text = said("form-answer")
    assert "1. Issue 1: do you accept it?\n   1) I accept it\n   2) I challenge it" in text
    assert "8. By when? (optional)" in text


def test_an_overdue_record_is_late_in_words() -> None:
    text = said("overview")
    assert "⚠ Late: Stage 1: waiting for an answer, due by 5pm on Tuesday 14 April 2026" in text
    assert overdue().now.current.answer_overdue


def test_the_greeting_offers_what_the_post_does() -> None:
    assert "raise: start a new one" in said("greeting")
    assert "raise:" not in said("greeting-asked")
    assert "decide REF" not in said("help-asked")


@pytest.mark.requirement("OXF-20")
def test_the_procedure_is_told_in_plain_words() -> None:
    text = said("procedure")
    assert "The overall time limit\nEverything together takes at most 20 working days" in text
    assert "The stages: Stage 2\nA formal stage, called “Formal Escalation”: the Children's Service Manager" in text
    assert "The answer is due within 5 working days of receipt." in text
    assert "When the authority's own stages are through, Cafcass can decide." in text


@pytest.mark.requirement("OXF-20")
def test_the_pages_of_the_procedure_say_together_the_whole_explanation() -> None:
    pages = [as_text(procedure_card(PROCEDURE, page=page).card) for page in (1, 2, 3)]
    assert "Page 3 of 3" in pages[2]
    assert procedure_card(PROCEDURE, page=4) == procedure_card(PROCEDURE, page=3)
    whole = "\n".join(pages)
    for part in explain(PROCEDURE):
        for sentence in (*part.sentences, *(sentence for inner in part.parts for sentence in inner.sentences)):
            assert sentence in whole
