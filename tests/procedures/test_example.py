"""The example of the guide: a made-up authority's file, which a challenge can be run through."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.commands import AgreePlan, FixMeeting, GiveAgreement
from bot.domain.events import (
    AgreementOverdue,
    ChallengeResolved,
    MeetingFixed,
    PlanAgreed,
    SatisfactionGiven,
    StageAnswered,
    StageOpened,
)
from bot.procedures.draw import draw
from bot.procedures.load import load
from tests.builders import (
    DIRECTOR,
    IRO,
    IRO_MANAGER,
    MANAGER,
    SENIOR,
    SERVICE,
    STRANGER,
    SUPERVISOR,
    WORKER,
    Story,
    a_directory,
    a_post,
    a_raise,
    an_answer,
    dated,
    day,
    facts,
    ids,
    on_to,
    only,
    said,
    satisfied,
    words,
)

FOLDER = Path(__file__).parents[2] / "docs" / "example"
EXAMPLE = load(str(FOLDER / "fenmarsh.toml"))
DUTY = a_post(STRANGER, "duty-manager", "Boston Team 1")


def test_only_what_deserves_it_is_doubtful_in_the_example() -> None:
    outside = {f"arenas.{arena.id}" for arena in EXAMPLE.procedure.arenas if not arena.outside_body}
    assert {doubt.where for doubt in EXAMPLE.doubts} == outside | {one.where for one in EXAMPLE.procedure.assumed}


def test_the_picture_of_the_example_shows_what_its_file_says() -> None:
    """Draw it anew with `procedure draw docs/example/fenmarsh.toml --out docs/example/fenmarsh.svg`."""
    assert (FOLDER / "fenmarsh.svg").read_text("utf-8") == draw(EXAMPLE.procedure)


@pytest.fixture
def story() -> Story:
    """A challenge in a team without a manager, where somebody is on the rota."""
    known = facts(a_directory(without=(MANAGER,), besides=(DUTY,)), EXAMPLE.procedure)
    told = Story(known)
    told.does(IRO, a_raise("talk"), "Mon 14 September 2026 10am")
    return told


def test_a_challenge_goes_from_a_talk_to_the_panel(story: Story) -> None:
    assert story.challenge is not None
    assert said(dated(story.challenge.current.due).due_at) == "Mon 14 September 2026 5pm"
    story.does(WORKER, an_answer(1), "Mon 14 September 2026 2pm")

    story.does(IRO, on_to("plan"), "Tue 15 September 2026 10am")
    story.does(WORKER, an_answer(2), "Wed 16 September 2026 10am")
    assert story.challenge.current.waits
    assert only(StageAnswered, story.does(SUPERVISOR, an_answer(2), "Wed 16 September 2026 11am")).settles
    plan = AgreePlan(request=2, until=day("Wed 30 September 2026"), words=words("A visit each week until then"))
    assert only(PlanAgreed, story.does(IRO, plan, "Thu 17 September 2026 10am")).number == 2

    team = only(StageOpened, story.does(IRO, on_to("team", 2), "Thu 1 October 2026 9:30am"))
    assert ids(team.asked) == {STRANGER}
    assert said(dated(team.acknowledge_by).due_at) == "Thu 1 October 2026 1:30pm"
    assert said(dated(team.total).due_at) == "Thu 5 November 2026 5pm"
    heads = only(StageOpened, story.passes("Thu 8 October 2026 9am"))
    assert (heads.stage, ids(heads.asked)) == ("heads", {SERVICE, SENIOR})

    story.does(SERVICE, an_answer(4), "Thu 8 October 2026 10am")
    story.does(SENIOR, an_answer(4), "Thu 8 October 2026 11am")
    report = only(StageOpened, story.does(IRO, on_to("report", 4), "Fri 9 October 2026 10am"))
    assert (report.asked, report.due) == ((), None)
    assert DIRECTOR in ids(report.told)

    story.does(IRO, on_to("panel", 5), "Fri 9 October 2026 11am")
    lapsed = story.passes("Tue 13 October 2026 9am")
    assert only(AgreementOverdue, lapsed).proposal == 1
    assert only(StageOpened, lapsed).stage == "panel"
    fixing = FixMeeting(request=6, day=day("Mon 19 October 2026"), where=words("Room 3"))
    fixed = only(MeetingFixed, story.does(DIRECTOR, fixing, "Tue 13 October 2026 10am"))
    assert said(dated(fixed.dates.due).due_at) == "Wed 21 October 2026 5pm"
    story.does(DIRECTOR, an_answer(6), "Mon 19 October 2026 3pm")

    assert only(SatisfactionGiven, story.does(IRO, satisfied(6), "Tue 20 October 2026 10am")).by.person == IRO
    assert only(ChallengeResolved, story.does(IRO_MANAGER, satisfied(6), "Tue 20 October 2026 11am")).number == 6


def test_the_panel_opens_at_once_when_the_manager_agrees(story: Story) -> None:
    story.does(IRO, on_to("report"), "Tue 15 September 2026 10am")
    story.does(IRO, on_to("panel", 2), "Tue 15 September 2026 11am")
    agreed = GiveAgreement(proposal=1, agreed=True, words=words(""))
    assert only(StageOpened, story.does(IRO_MANAGER, agreed, "Tue 15 September 2026 1pm")).stage == "panel"


def test_the_managers_satisfaction_alone_does_not_end_what_the_raiser_must_be_satisfied_with_too(story: Story) -> None:
    story.does(IRO, on_to("report"), "Tue 15 September 2026 10am")
    story.does(IRO, on_to("panel", 2), "Tue 15 September 2026 11am")
    agreed = GiveAgreement(proposal=1, agreed=True, words=words(""))
    story.does(IRO_MANAGER, agreed, "Tue 15 September 2026 1pm")
    story.does(DIRECTOR, an_answer(3), "Wed 16 September 2026 3pm")
    given = only(SatisfactionGiven, story.does(IRO_MANAGER, satisfied(3), "Thu 17 September 2026 3pm"))
    assert [party.person for party in given.told].count(IRO) == 1
    assert only(ChallengeResolved, story.does(IRO, satisfied(3), "Thu 17 September 2026 4pm")).number == 3
