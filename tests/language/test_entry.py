"""Where a challenge starts, how it moves, how it ends, and how it goes on afterwards."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.commands import CLOCK, Escalate, Raise, Reopen, TakeOver
from bot.domain.words import Words
from tests.builders import Story, an_answer, closing, exhausted, ids, on_to, satisfied
from tests.language.town import TUESDAY, a_story, a_town, another, due, going_on, names, raised, raising
from tests.procedures.small import a_procedure

WEDNESDAY, THURSDAY = "Wed 8 April 2026 10am", "Thu 9 April 2026 10am"
RISK = '[immediate_risk]\nquestion = "At risk now?"\nsignpost = "Ring 999."\nstage = "second"\n'
COURT = '[[pauses]]\nid = "court"\ntitle = "Court"\nby = ["iro"]\nquestion = "Are court proceedings running?"'
AGAIN = Reopen(stage="second", reason=Words("The visit never took place"))
RULE = """[[triggers]]
id = "third"
title = "A third conference"
arena = "care"
when = "reviews held"
at_least = 3
stage = "first"
kind = "delay"
issue = "A third conference"
outcome = "A plan that works"
impact = "It goes on"
"""


@pytest.mark.parametrize(
    ("stage", "reason", "because"),
    [("talk", "", "usual"), ("first", "Too urgent", "direct entry"), ("second", "Too urgent", "direct entry")],
)
def test_a_challenge_starts_at_the_usual_stage_or_with_a_reason_at_any_other(
    stage: str, reason: str, because: str
) -> None:
    story = a_story()
    if reason:
        assert "reason" in story.refused("iro", raising(stage, ""), TUESDAY)
    story.does("iro", raising(stage, reason), TUESDAY)
    assert story.now.current.because == because


@pytest.mark.parametrize("by", ["kind", "severity"])
def test_what_a_kind_or_a_severity_advises_needs_no_reason_and_binds_nobody(by: str) -> None:
    made, story = _degrees(by, 'advises = ["first"]')
    story.does("iro", replace(made, stage="first"), TUESDAY)
    assert story.now.current.because == "advised"
    made, story = _degrees(by, 'advises = ["first"]')
    story.does("iro", replace(made, stage="talk"), TUESDAY)
    assert story.now.current.because == "usual"


@pytest.mark.parametrize("by", ["kind", "severity"])
def test_what_a_kind_or_a_severity_requires_starts_there_or_higher(by: str) -> None:
    made, story = _degrees(by, 'requires = "first"')
    assert "First stage" in story.refused("iro", replace(made, stage="talk"), TUESDAY)
    story.does("iro", replace(made, stage="second", reason=Words("Graver still")), TUESDAY)
    assert story.now.current.stage == "second"


def _degrees(by: str, says: str) -> tuple[Raise, Story]:
    """A raising without a reason, of a kind or a severity of which the file says this."""
    if by == "kind":
        return raising("talk", ""), a_story(kind={"delay": says})
    return replace(raising("talk", ""), severity="grave"), a_story(
        extra=f'[[severities]]\nid = "grave"\ntitle = "Grave"\n{says}'
    )


def test_a_stage_that_is_not_entered_directly_is_reached_by_moving_up() -> None:
    story = a_story(stage={"second": "entered_directly = false"})
    assert "can't start at Second stage" in story.refused("iro", raising("second"), TUESDAY)
    story.does("iro", raising("first"), TUESDAY)
    assert names(story.does("iro", going_on("second"), WEDNESDAY)) == ["StageOpened"]


def test_stages_are_passed_over_with_a_reason_but_not_one_that_is_a_barrier() -> None:
    free, barred = raised("talk"), raised("talk", stage={"first": "passed_over = false"})
    assert "reason" in free.refused("iro", on_to("second", reason=""), WEDNESDAY)
    free.does("iro", going_on("second"), WEDNESDAY)
    assert "Possible: First stage" in barred.refused("iro", going_on("second"), WEDNESDAY)


def test_a_stage_with_grounds_is_opened_by_one_of_them() -> None:
    story = raised(stage={"second": 'grounds = ["Drift", "Harm"]'})
    assert "choose one of its grounds" in story.refused("iro", going_on("second"), WEDNESDAY)
    story.does("iro", Escalate(request=1, to="second", reason=Words("x"), ground="Harm"), WEDNESDAY)
    assert story.now.current.ground == "Harm"


def test_a_child_at_immediate_risk_starts_where_the_file_says_with_its_limit_and_its_people() -> None:
    story = a_story(extra=f'{RISK}limit = {{ unit = "at once" }}\ntell = ["iro-manager"]')
    wrong = replace(raising("first"), immediate_risk=True)
    assert "Second stage" in story.refused("iro", wrong, TUESDAY)
    story.does("iro", replace(raising("second", ""), immediate_risk=True), TUESDAY)
    assert due(story) == "Tue 7 April 2026 11am"
    assert "iro-manager" in ids(story.now.current.told)


@pytest.mark.parametrize(
    ("leads_to", "state", "stage"),
    [
        ("offered", "waiting for an answer", "first"),
        ("next stage", "waiting for an answer", "second"),
        ("accepted", "waiting for a decision", "first"),
    ],
)
def test_no_answer_in_time_leads_to_what_the_file_says(leads_to: str, state: str, stage: str) -> None:
    story = raised(stage={"first": f'on_silence = "{leads_to}"'})
    story.passes("Wed 15 April 2026 10am")
    assert (story.now.state, story.now.current.stage) == (state, stage)
    assert names(story.history).count("AnswerOverdue") == 1


@pytest.mark.parametrize(("leads_to", "state"), [("offered", "waiting for a decision"), ("resolved", "closed")])
def test_no_decision_in_time_leads_to_reminders_or_counts_as_satisfaction(leads_to: str, state: str) -> None:
    story = raised(stage={"first": f'on_no_decision = "{leads_to}"'})
    story.does("manager", an_answer(), WEDNESDAY)
    story.passes("Mon 13 April 2026 10am")
    assert story.now.state == state
    assert names(story.history).count("DecisionOverdue") == 1


@pytest.mark.parametrize(
    ("when", "because"),
    [("Wed 8 April 2026 10am", "urgent"), ("Wed 15 April 2026 10am", "no answer in time")],
)
def test_why_it_moves_up_follows_from_what_has_happened(when: str, because: str) -> None:
    story = raised()
    story.passes(when)
    story.does("iro", going_on("second"), when)
    assert story.now.current.because == because


def test_after_the_last_stage_nothing_further_is_left_inside_the_authority() -> None:
    story = raised("second")
    story.does("director", an_answer(), WEDNESDAY)
    story.does("iro", exhausted(), THURSDAY)
    assert (story.now.state, story.now.current.offered) == ("stages exhausted", "Cafcass")


def test_a_challenge_is_withdrawn_only_by_its_raiser_and_with_a_reason() -> None:
    story = raised()
    assert "Only" in story.refused("manager", closing(), WEDNESDAY)
    assert "reason" in story.refused("iro", closing(""), WEDNESDAY)
    story.does("iro", closing(), WEDNESDAY)
    assert story.now.state == "closed"


def test_an_ended_challenge_is_taken_up_again_by_whom_and_for_as_long_as_the_file_says() -> None:
    story = raised(extra='[reopening]\nby = ["iro"]\nwithin = { count = 10 }')
    assert "hasn't ended" in story.refused("iro", AGAIN, TUESDAY)
    total = story.now.total
    story.does("manager", an_answer(), WEDNESDAY)
    story.does("iro", satisfied(), THURSDAY)
    assert "Only" in story.refused("manager", AGAIN, "Fri 10 April 2026 10am")
    assert "time for that has passed" in story.refused("iro", AGAIN, "Fri 24 April 2026 10am")
    story.does("iro", AGAIN, "Thu 23 April 2026 10am")
    assert (story.now.current.stage, story.now.current.because) == ("second", "reopened")
    assert story.now.total == total, "the limit on everything is never restarted"


def test_without_a_word_about_it_nothing_is_reopened() -> None:
    story = raised()
    story.does("iro", closing(), WEDNESDAY)
    assert "no way to" in story.refused("iro", AGAIN, THURSDAY)


def test_a_challenge_is_handed_on_to_the_childs_new_reviewing_officer() -> None:
    story = raised()
    child = story.facts.directory.children["C-1"]
    moved = replace(child, workers={**child.workers, "iro": another("iro")})
    directory = replace(story.facts.directory, children={**story.facts.directory.children, "C-1": moved})
    story.facts = replace(story.facts, directory=directory)
    story.does(another("iro"), TakeOver(reason=Words("Imogen has left")), WEDNESDAY)
    assert story.now.raiser.person == another("iro")


def test_whom_the_file_names_hands_a_challenge_on_to_somebody_who_may_raise() -> None:
    story = raised(top='taken_over_by = ["iro-manager"]')
    handed = TakeOver(reason=Words("Imogen has left"), to="Iro-2")
    assert "There is no" in story.refused("iro-manager", replace(handed, to="nobody known"), WEDNESDAY)
    assert "does not raise" in story.refused("iro-manager", replace(handed, to="manager@anyshire.example"), WEDNESDAY)
    assert "does not raise" in story.refused("manager", handed, WEDNESDAY)
    (changed,) = story.does("iro-manager", handed, WEDNESDAY)
    assert story.now.raiser.person == another("iro")
    assert {"iro", another("iro"), "manager"} <= ids(changed.told)  # type: ignore[union-attr]
    assert "Only" in story.refused("iro", closing(), THURSDAY)


def test_a_stage_that_opens_by_itself_or_again_has_no_ground_that_nobody_chose() -> None:
    grounds = 'grounds = ["Still not resolved", "A serious issue"]'
    story = raised(stage={"first": 'on_silence = "next stage"', "second": grounds})
    story.passes("Wed 15 April 2026 10am")
    assert (story.now.current.stage, story.now.current.ground) == ("second", "")


def test_a_pause_whose_question_is_answered_with_yes_begins_with_the_raising() -> None:
    story = a_story(extra=COURT)
    story.does("iro", replace(raising("first"), pauses=("court",)), TUESDAY)
    story.passes("Wed 22 April 2026 10am")
    assert story.now.paused is not None
    assert "AnswerOverdue" not in names(story.history)


def test_a_rule_raises_in_the_name_of_the_childs_reviewing_officer_with_no_persons_reason() -> None:
    story = Story(a_town(a_procedure(extra=RULE)))
    story.does(CLOCK, replace(raising("first", ""), trigger="third", raiser="iro"), TUESDAY)
    assert (story.now.raiser.person, story.now.trigger, story.now.current.because) == ("iro", "third", "rule")
    assert ids(story.now.current.asked) == {"manager"}
