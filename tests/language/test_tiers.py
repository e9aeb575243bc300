"""Tiers and kinds of stage: none, one or two informal ones, and everything that a stage may be."""

from __future__ import annotations

import pytest

from bot.domain.commands import AgreePlan, FixMeeting
from bot.domain.words import Words
from tests.builders import an_answer, day, ids, satisfied
from tests.language.town import TUESDAY, going_on, looked_at, names, on, raised

WEDNESDAY = "Wed 8 April 2026 10am"


@pytest.mark.parametrize(
    ("informal", "starts_at"),
    [((), ["talk", "first"]), (("talk",), ["first"]), (("talk", "first"), ["second"])],
)
def test_the_whole_starts_with_the_first_formal_stage_however_many_informal_ones_there_are(
    informal: tuple[str, ...], starts_at: list[str]
) -> None:
    stages = {id: f"formal = {str(id not in informal).lower()}" for id in ("talk", "first", "second")}
    story = raised("talk", stage=stages)
    starts = ["talk"] if story.now.total else []
    for request, stage in enumerate(("first", "second"), start=1):
        before = story.now.total
        story.does("iro", going_on(stage, request), WEDNESDAY)
        starts += [stage] if before is None and story.now.total is not None else []
    assert starts == starts_at[:1]


def test_people_are_told_by_tier() -> None:
    for stage, told in (("talk", "manager"), ("first", "iro-manager")):
        story = raised(stage)
        looked_at(story, "Wed 15 April 2026 9am")
        assert told in {one.to for one in story.messages("overdue")}


def test_a_conversation_is_confirmed_by_whoever_was_spoken_to() -> None:
    story = raised("talk", stage={"talk": 'kind = "conversation"'})
    story.does("worker", an_answer(), WEDNESDAY)
    assert names(story.does("iro", satisfied(), WEDNESDAY)) == ["ChallengeResolved"]


def test_a_meeting_is_fixed_by_whoever_convenes_it_and_everybody_invited_is_told() -> None:
    meeting = 'kind = "meeting"\n[stages.meeting]\nconvened_by = ["iro-manager"]\ninvited = ["worker"]'
    story = raised(stage={"first": meeting})
    fixed = FixMeeting(request=1, day=day("Fri 10 April 2026"), where=Words("Room 2"))
    story.does("iro-manager", fixed, TUESDAY)
    assert {"worker", "manager", "iro"} <= {one.to for one in story.messages("meeting fixed")}
    assert "Only" in story.refused("worker", fixed, TUESDAY)


def test_a_stage_that_is_no_meeting_has_none_to_fix() -> None:
    fixed = FixMeeting(request=1, day=day("Fri 10 April 2026"), where=Words("Room 2"))
    assert "not held as a meeting" in raised().refused("manager", fixed, TUESDAY)


def test_a_plan_agreed_by_both_sides_is_looked_at_again_on_its_day() -> None:
    story = raised(stage={"first": 'kind = "plan"'})
    story.does("manager", an_answer(), WEDNESDAY)
    story.does("iro", AgreePlan(request=1, until=day("Mon 20 April 2026"), words=Words("Agreed")), WEDNESDAY)
    assert on(story.now.current.decide_by) == "Mon 20 April 2026 5pm"
    assert story.now.current.plan == Words("Agreed")


def test_a_report_upward_asks_nobody_and_is_the_raisers_turn_at_once() -> None:
    story = raised(stage={"second": 'kind = "report"'}, without=("stages.second.limit",))
    story.does("iro", going_on("second"), WEDNESDAY)
    request = story.now.current
    assert (request.asked, request.due) == ((), None)
    assert "director" in ids(request.told)
    assert story.now.state == "waiting for a decision"
    assert on(request.decide_by) == "Fri 10 April 2026 5pm"
