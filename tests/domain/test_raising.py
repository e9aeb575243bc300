"""Raising a challenge: who may, about whom, where it starts, and what the record says of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.events import ChallengeRaised, StageOpened
from bot.domain.raise_form import raise_form
from bot.domain.words import Words
from tests.builders import (
    IRO,
    MANAGER,
    STRANGER,
    SUPERVISOR,
    WORKER,
    Story,
    a_challenge,
    a_child,
    a_directory,
    a_post,
    a_raise,
    an_issue,
    dated,
    facts,
    ids,
    lincolnshire,
    only,
    said,
)

TUESDAY = "Tue 7 April 2026 10am"


def raised(**changes: Any) -> tuple[ChallengeRaised, StageOpened]:
    events = Story().does(IRO, a_raise(**changes), TUESDAY)
    return only(ChallengeRaised, events), only(StageOpened, events)


@pytest.mark.requirement("LIN-02", "LIN-04")
def test_it_starts_informally_with_the_social_worker_and_the_practice_supervisor() -> None:
    _, opened = raised()
    assert (opened.stage, opened.because) == ("informal", "usual")
    assert ids(opened.asked) == {WORKER, SUPERVISOR}


@pytest.mark.requirement("LIN-02")
def test_the_team_has_five_working_days_for_an_informal_challenge() -> None:
    _, opened = raised()
    assert said(dated(opened.due).due_at) == "Tue 14 April 2026 5pm"


@pytest.mark.requirement("LIN-02")
def test_how_it_was_put_to_them_is_asked_and_must_be_answered() -> None:
    asked = {field.id: field for field in raise_form(lincolnshire(), ()).fields}["q-conversation-how"]
    assert asked.required
    assert [choice.title for choice in asked.choices][:3] == ["By telephone", "By e-mail", "In person"]


@pytest.mark.requirement("LIN-02", "LIN-06")
def test_an_informal_challenge_has_no_limit_on_everything() -> None:
    assert a_challenge("informal").now.total is None


@pytest.mark.requirement("LIN-01")
@pytest.mark.parametrize(("child", "arena"), [("MOS-10423", "child-in-care"), ("MOS-20001", "child-protection")])
def test_a_challenge_records_its_arena(child: str, arena: str) -> None:
    event, _ = raised(child=child, arena=arena)
    assert event.arena == arena


@pytest.mark.requirement("LIN-01")
@pytest.mark.parametrize("stage", ["informal", "stage-1", "stage-2", "stage-3"])
def test_both_arenas_follow_the_same_stages(stage: str) -> None:
    _, care = raised(stage=stage, reason="Urgent")
    _, protection = raised(stage=stage, reason="Urgent", child="MOS-20001", arena="child-protection")
    assert care == protection


@pytest.mark.requirement("LIN-05")
@pytest.mark.parametrize("stage", ["stage-1", "stage-2", "stage-3"])
def test_it_may_start_at_any_formal_stage_and_the_choice_is_recorded_with_its_reason(stage: str) -> None:
    _, opened = raised(stage=stage, reason="Only they can decide")
    assert (opened.stage, opened.because, opened.reason) == (stage, "direct entry", Words("Only they can decide"))


@pytest.mark.requirement("LIN-05")
def test_starting_elsewhere_without_a_reason_is_refused() -> None:
    said_to_them = Story().refused(IRO, a_raise("stage-2"), TUESDAY)
    assert said_to_them == "Say why: starting at Stage 2 needs a reason."


@pytest.mark.requirement("OMB-10")
def test_the_record_names_the_person_who_raised_it_and_their_post() -> None:
    story = a_challenge()
    assert (story.now.raiser.name, story.now.raiser.role) == ("Imogen Reed", "iro")
    assert {(recorded.by, recorded.role) for recorded in story.history} == {(IRO, "iro")}


@pytest.mark.requirement("BED-17")
def test_the_impact_on_the_child_stays_on_the_record() -> None:
    event, _ = raised()
    assert event.impact == Words("Alex feels forgotten")


def test_a_challenge_is_pinned_to_the_text_of_its_procedure() -> None:
    event, _ = raised()
    assert event.procedure == lincolnshire().fingerprint


def test_a_child_is_on_the_record_by_reference_and_initials_alone() -> None:
    event, _ = raised()
    assert (event.child, event.initials) == ("MOS-10423", "AB")
    assert "Alex" not in repr(replace(event, impact=Words("")))


def test_what_is_raised_after_the_close_counts_from_the_next_working_day() -> None:
    events = Story().does(IRO, a_raise(), "Thu 2 April 2026 5:01pm")
    due = only(StageOpened, events).due
    assert due is not None
    assert due.after_hours
    assert f"{due.day_zero:%a %-d %B}" == "Tue 7 April"
    assert said(due.due_at) == "Tue 14 April 2026 5pm"


def test_an_unknown_child_is_refused() -> None:
    assert Story().refused(IRO, a_raise(child="MOS-99999"), TUESDAY) == (
        "There is no child “MOS-99999” that you can see. Type `tray` for what waits for you, or check the reference."
    )


@pytest.mark.parametrize("person", [MANAGER, WORKER, STRANGER, "nobody-known"])
def test_who_holds_no_raising_post_is_refused_and_learns_who_can(person: str) -> None:
    assert Story().refused(person, a_raise(), TUESDAY) == (
        "Your post does not raise challenges under this procedure; Independent Chair/IRO can. "
        "If that is wrong, tell the people who run this bot."
    )


def test_a_raising_post_that_has_ended_no_longer_raises() -> None:
    ended = a_post(IRO, "iro", "Safeguarding and Review", until="Fri 27 March 2026")
    story = Story(facts(a_directory(without=(IRO,), besides=(ended,))))
    assert story.refused(IRO, a_raise(), TUESDAY).startswith("Your post does not raise challenges")


def test_a_raising_post_that_begins_today_raises() -> None:
    begins = a_post(IRO, "iro", "Safeguarding and Review", since="Tue 7 April 2026")
    assert Story(facts(a_directory(without=(IRO,), besides=(begins,)))).does(IRO, a_raise(), TUESDAY)


def test_who_holds_several_posts_raises_in_the_one_that_raises() -> None:
    other = a_post(STRANGER, "iro", "Safeguarding and Review")
    story = Story(facts(a_directory(besides=(other,))))
    story.does(STRANGER, a_raise(), TUESDAY)
    assert (story.now.raiser.role, story.now.raiser_unit) == ("iro", "Safeguarding and Review")


@pytest.mark.requirement("LIN-01")
def test_an_arena_that_is_not_the_childs_is_refused() -> None:
    assert Story().refused(IRO, a_raise(arena="child-protection"), TUESDAY) == (
        "MOS-10423 is not recorded as “Child protection conference”. Choose one of: Child in care."
    )


def test_six_issues_are_too_many() -> None:
    assert Story().refused(IRO, a_raise(issues=(an_issue(),) * 6), TUESDAY) == (
        "A challenge holds at most 5 issues. Raise another challenge for the rest."
    )


def test_five_issues_are_possible() -> None:
    assert len(a_challenge(issues=(an_issue(),) * 5).now.issues) == 5


def test_the_siblings_who_share_the_matter_are_on_the_record() -> None:
    child = replace(a_child(), siblings=("MOS-10424",))
    events = Story(facts(a_directory(child))).does(IRO, a_raise(), TUESDAY)
    assert only(ChallengeRaised, events).siblings == ("MOS-10424",)
