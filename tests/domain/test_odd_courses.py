"""Courses that nobody plans, found by walking at random (`test_any_procedure`), each told once in plain words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.domain.commands import AgreePlan, Close, GiveAgreement, Issue, Raise, Resolve
from bot.domain.events import ReminderFell
from bot.domain.facts import Facts
from bot.domain.procedure import Arena, Kind, Procedure, Role
from bot.domain.stages import Gate, Stage
from bot.domain.terms import Limit, Reminders, WorkingHours
from bot.domain.words import Words
from tests.builders import Story, an_answer, closing, dated, said, satisfied
from tests.domain.any_procedure import BASIC, ROLES
from tests.domain.any_world import AS_USUAL, the_calendar

RAISER, TEAM, LINE = "p-iro", "p-team", "p-line"
TUESDAY, WEDNESDAY = "Tue 7 April 2026 10am", "Wed 8 April 2026 10am"
FIRST = Stage(id="first", title="First stage", formal=False, answered_by=("team",), limit=Limit(count=5))


def a_story(*stages: Stage, answer_by: date | None = None, at: str = TUESDAY, **more: Any) -> Story:
    """A challenge raised on Tuesday at the first of these stages, under a procedure that says little else."""
    procedure = Procedure(
        id="odd",
        authority="Anyshire",
        title="Putting things right",
        version="1",
        in_force=date(2026, 4, 1),
        source="Handbook",
        nation="england-and-wales",
        arenas=(Arena(id="care", title="In care", raiser="Reviewer"),),
        roles=tuple(Role(id=id, title=f"The {id}", found="on the child", raises=id == ROLES[0]) for id in ROLES),
        kinds=(Kind(id=BASIC, title="A delay"),),
        start=stages[0].id,
        stages=stages,
        decide_within=Limit(count=2),
        reminders=more.pop("reminders", Reminders()),
        decision_reminders=Reminders(),
    )
    story = Story(Facts(procedure=replace(procedure, **more), calendar=the_calendar(), directory=AS_USUAL))
    issue = Issue(text=Words("No visit"), outcome=Words("A visit"), kind=BASIC)
    story.does(
        RAISER,
        Raise(
            child="C-care",
            arena="care",
            issues=(issue,),
            impact=Words("Sad"),
            stage=stages[0].id,
            reason=Words(""),
            answer_by=answer_by,
        ),
        at,
    )
    return story


@pytest.mark.parametrize("end", [closing(), satisfied(0)])
def test_a_challenge_can_end_before_anybody_has_agreed_to_its_first_stage(end: Close | Resolve) -> None:
    story = a_story(replace(FIRST, gate=Gate(agreed_by=("line",))))
    story.does(RAISER, end, WEDNESDAY)
    assert story.now.ended is not None
    assert story.now.current.stage == "first"
    assert story.wakes == ""


def test_a_day_set_for_the_answer_that_passes_before_anybody_agrees_gives_way_to_the_stages_own_limit() -> None:
    stage = replace(FIRST, gate=Gate(agreed_by=("line",)), limit=Limit(count=5, set_by=(ROLES[0],)))
    story = a_story(stage, answer_by=date(2026, 4, 8))
    story.does(LINE, GiveAgreement(proposal=1, agreed=True, words=Words("")), "Tue 14 April 2026 10am")
    assert said(dated(story.now.current.due).due_at) == "Tue 21 April 2026 5pm"


def test_what_is_asked_for_on_the_same_day_after_its_close_is_due_on_the_next() -> None:
    late = WorkingHours(receipt="sent")
    story = a_story(replace(FIRST, limit=Limit(unit="the same working day")), hours=late, at="Tue 7 April 2026 10pm")
    assert said(dated(story.now.current.due).due_at) == "Wed 8 April 2026 5pm"


def test_after_a_plan_was_agreed_the_raiser_is_reminded_anew_of_its_new_day() -> None:
    story = a_story(FIRST)
    story.does(TEAM, an_answer(), WEDNESDAY)
    story.passes("Mon 4 May 2026 10am")
    story.does(RAISER, AgreePlan(request=1, until=date(2026, 5, 20), words=Words("")), "Mon 4 May 2026 11am")
    before = len(story.history)
    story.passes("Thu 21 May 2026 10am")
    fell = [one.event for one in story.history[before:] if isinstance(one.event, ReminderFell)]
    assert [(one.about, one.offset) for one in fell] == [("decision", 0), ("decision", 1)]


def test_whoever_has_answered_is_not_reminded_as_somebody_who_is_reminded_as_well() -> None:
    both = replace(FIRST, answered_by=("team", "line"), answers_needed="each")
    story = a_story(both, reminders=Reminders(before=(2,), also=("team",)))
    story.does(TEAM, an_answer(), WEDNESDAY)
    story.passes("Tue 14 April 2026 4pm")
    reminded = [one.event for one in story.history if isinstance(one.event, ReminderFell)]
    assert [{party.person for party in one.to} for one in reminded] == [{LINE}, {LINE}]
