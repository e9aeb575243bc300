"""A procedure tried out on paper: what falls due when, and who is told."""

from __future__ import annotations

import pytest

from bot.domain.errors import Fault
from bot.domain.events import AnswerOverdue, ReminderFell, StageOpened, StageProposed
from bot.procedures.calendar import load_calendar
from bot.procedures.load import bundled, load
from bot.usecases.simulate import Script, Step, simulate
from cards.calendar import calendar_lines
from tests.builders import at, said

RAISED = "Thu 17 December 2026 4:40pm"


def simulated(name: str, stage: str = "", script: Script | None = None) -> list[Step]:
    procedure = load(name).procedure
    calendar = load_calendar(procedure.nation, procedure.closures)
    return list(simulate(procedure, calendar, at(RAISED), stage or procedure.start, script or Script()))


@pytest.mark.parametrize("name", bundled())
def test_every_bundled_procedure_can_be_tried_out_from_every_stage_at_which_it_may_start(name: str) -> None:
    procedure = load(name).procedure
    for stage in procedure.stages:
        if stage.entered_directly:
            steps = simulated(name, stage.id)
            for step in steps:
                assert all(
                    line.strip()
                    for line in calendar_lines(step.recorded, step.challenge, procedure, step.notices, step.out_at)
                )
            assert any(isinstance(step.recorded.event, StageOpened | StageProposed) for step in steps)
            assert any(isinstance(step.recorded.event, ReminderFell) for step in steps)


def test_before_christmas_nobody_answers_and_the_notice_waits_for_the_next_working_day() -> None:
    late = next(step for step in simulated("lincolnshire") if isinstance(step.recorded.event, AnswerOverdue))
    assert said(late.recorded.happened_at) == "Thu 24 December 2026 5pm"
    assert said(late.out_at) == "Tue 29 December 2026 9am"
    assert {notice.to for notice in late.notices} == {"iro", "team-manager"}


def test_given_answers_and_decisions_lead_through_the_stages_to_the_end() -> None:
    script = Script(answer={"stage-1": 3, "stage-2": 2}, go_on={"stage-1": 4}, satisfied={"stage-2": 3})
    steps = simulated("lincolnshire", "stage-1", script)
    happened = [type(step.recorded.event).__name__ for step in steps]
    assert [one for one in happened if one != "ReminderFell"] == [
        "ChallengeRaised", "StageOpened", "StageAnswered", "StageOpened", "StageAnswered", "ChallengeResolved",
    ]  # fmt: skip
    assert said(steps[-1].recorded.happened_at) == "Wed 30 December 2026 10am"


def test_a_stage_that_the_procedure_does_not_have_is_refused_in_words() -> None:
    with pytest.raises(Fault, match="has no stage “stage-9”; there are: informal, stage-1, stage-2, stage-3"):
        simulated("lincolnshire", "stage-9")
    with pytest.raises(Fault, match="has no stage “second”"):
        simulated("lincolnshire", script=Script(answer={"second": 1}))
