"""Where two features of a procedure meet, as the guide for policy officers says it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.domain.beside import ImmediateRisk
from bot.domain.commands import OPERATOR, GiveAgreement, MoveToVersion, PauseClocks, ResumeClocks
from bot.domain.events import (
    AgreementOverdue,
    AnswerOverdue,
    ChallengeClosed,
    DecisionOverdue,
    ReminderFell,
    StageOpened,
    StageProposed,
)
from bot.domain.procedure import Procedure
from bot.domain.stages import Gate
from bot.domain.terms import Limit, Pause
from tests.builders import (
    IRO,
    IRO_MANAGER,
    MANAGER,
    WORKER,
    Story,
    a_directory,
    a_raise,
    an_answer,
    dated,
    day,
    facts,
    ids,
    lincolnshire,
    on_to,
    only,
    said,
    words,
)

GATE = Gate(agreed_by=("iro-team-manager",), within=Limit(count=1), on_silence="opened")
AGREED = GiveAgreement(proposal=1, agreed=True, words=words(""))
COURT = Pause(id="court", title="Proceedings before the court", by=("iro",))


def changed(stage: str, **changes: Any) -> Procedure:
    """Lincolnshire's procedure with one stage changed."""
    stages = (replace(one, **changes) if one.id == stage else one for one in lincolnshire().stages)
    return replace(lincolnshire(), stages=tuple(stages))


def paused_for_two_days(story: Story) -> None:
    """From a Tuesday to the Thursday after."""
    story.does(IRO, PauseClocks(pause="court", reason=words("A hearing")), "Tue 15 September 2026 11am")
    story.does(IRO, ResumeClocks(reason=words("It is over")), "Thu 17 September 2026 11am")


def test_a_direct_entry_waits_for_the_gates_agreement() -> None:
    story = Story(facts(procedure=changed("stage-1", gate=GATE)))
    raised = story.does(IRO, a_raise("stage-1", "It can't wait"), "Mon 14 September 2026 10am")
    assert only(StageProposed, raised).asked[0].person == IRO_MANAGER
    opened = only(StageOpened, story.does(IRO_MANAGER, AGREED, "Mon 14 September 2026 11am"))
    assert opened.asked[0].person == MANAGER


def test_a_gate_that_nobody_can_agree_to_opens_at_once() -> None:
    known = facts(a_directory(without=(IRO_MANAGER,)), changed("stage-1", gate=GATE))
    raised = Story(known).does(IRO, a_raise("stage-1", "It can't wait"), "Mon 14 September 2026 10am")
    assert only(StageOpened, raised).stage == "stage-1"


def test_an_answer_that_comes_while_agreement_is_awaited_leaves_the_choice_to_the_raiser() -> None:
    for agreed in (True, False):
        story = Story(facts(procedure=changed("stage-1", gate=GATE)))
        story.does(IRO, a_raise("informal"), "Mon 14 September 2026 10am")
        story.does(IRO, on_to("stage-1"), "Mon 14 September 2026 11am")
        story.does(WORKER, an_answer(1), "Mon 14 September 2026 12pm")
        later = (
            story.does(IRO_MANAGER, AGREED, "Mon 14 September 2026 1pm")
            if agreed
            else story.passes("Wed 16 September 2026 9am")
        )
        assert not [event for event in later if isinstance(event, StageOpened)]


def test_immediate_risk_passes_a_gate_and_has_its_own_limit() -> None:
    risk = ImmediateRisk(question="Now?", signpost="Ring", stage="stage-2", limit=Limit(unit="at once"))
    procedure = replace(changed("stage-2", gate=GATE), immediate_risk=risk)
    command = replace(a_raise("stage-2"), immediate_risk=True)
    opened = only(StageOpened, Story(facts(procedure=procedure)).does(IRO, command, "Mon 14 September 2026 10am"))
    assert said(dated(opened.due).due_at) == "Mon 14 September 2026 11am"


def test_a_cap_comes_before_a_day_that_somebody_set() -> None:
    limit = Limit(count=5, set_by=("iro",), at_most=60)
    procedure = changed("stage-1", limit=limit)
    assert procedure.overall is not None
    capped = replace(procedure, overall=replace(procedure.overall, beyond="cap"))
    command = replace(a_raise("stage-1", "It can't wait"), answer_by=day("Fri 30 October 2026"))
    opened = only(StageOpened, Story(facts(procedure=capped)).does(IRO, command, "Mon 14 September 2026 10am"))
    due = dated(opened.due)
    assert (due.due_on, due.set_on) == (dated(opened.total).due_on, day("Fri 30 October 2026"))


def test_after_a_report_the_time_to_decide_begins_at_once() -> None:
    story = Story(facts(procedure=changed("stage-3", kind="report", limit=None)))
    opened = only(StageOpened, story.does(IRO, a_raise("stage-3", "It can't wait"), "Mon 14 September 2026 10am"))
    assert (opened.asked, opened.due) == ((), None)
    assert said(dated(opened.decide_by).due_at) == "Wed 16 September 2026 5pm"


def test_the_clock_of_an_agreement_runs_on_while_others_stand_still() -> None:
    gated = changed("stage-1", gate=replace(GATE, within=Limit(count=5)))
    story = Story(facts(procedure=replace(gated, pauses=(COURT,))))
    story.does(IRO, a_raise("informal"), "Mon 14 September 2026 10am")
    story.does(IRO, on_to("stage-1"), "Mon 14 September 2026 11am")
    assert story.now.proposal is not None
    before = story.now.proposal.due
    paused_for_two_days(story)
    assert story.now.proposal.due == before


def test_the_days_of_a_pause_count_no_more_under_another_version() -> None:
    procedure = replace(lincolnshire(), pauses=(COURT,))
    story = Story(facts(procedure=procedure))
    story.does(IRO, a_raise("stage-1", "It can't wait"), "Mon 14 September 2026 10am")
    paused_for_two_days(story)
    before = dated(story.now.current.due)
    assert said(before.due_at) == "Wed 23 September 2026 5pm"
    story.facts = replace(story.facts, procedure=replace(procedure, fingerprint="the next version"))
    story.does(OPERATOR, MoveToVersion(reason=words("The new version is kinder")), "Thu 17 September 2026 1pm")
    assert story.now.current.due == before


def test_silence_opens_nothing_by_itself_while_agreement_to_another_step_is_awaited() -> None:
    silent = changed("stage-1", on_silence="next stage")
    stages = tuple(
        replace(one, gate=replace(GATE, within=None)) if one.id == "stage-2" else one for one in silent.stages
    )
    story = Story(facts(procedure=replace(silent, stages=stages)))
    story.does(IRO, a_raise("stage-1", "It can't wait"), "Mon 14 September 2026 10am")
    story.does(IRO, on_to("stage-2"), "Mon 14 September 2026 11am")
    later = story.passes("Thu 24 September 2026 9am")
    assert only(AnswerOverdue, later).number == 1
    assert not [event for event in later if isinstance(event, StageOpened | StageProposed)]


def test_whoever_has_decided_to_go_on_is_not_said_to_be_late_while_agreement_is_awaited() -> None:
    silent = replace(GATE, within=Limit(count=10), on_silence="offered")
    gated = changed("stage-1", gate=silent)
    first = replace(gated.stages[0], on_no_decision="resolved")
    story = Story(facts(procedure=replace(gated, stages=(first, *gated.stages[1:]))))
    story.does(IRO, a_raise("informal"), "Mon 14 September 2026 10am")
    story.does(WORKER, an_answer(1), "Mon 14 September 2026 11am")
    story.does(IRO, on_to("stage-1"), "Mon 14 September 2026 12pm")
    later = story.passes("Thu 1 October 2026 10am")
    assert only(AgreementOverdue, later).proposal == 1
    assert not [event for event in later if isinstance(event, DecisionOverdue | ChallengeClosed)]
    reminded = [event for event in later if isinstance(event, ReminderFell) and event.about == "next step"]
    assert [ids(event.to) for event in reminded] == [{IRO}]


def test_going_on_from_a_report_is_no_matter_of_urgency() -> None:
    story = Story(facts(procedure=changed("stage-1", kind="report", limit=None)))
    story.does(IRO, a_raise("stage-1", "It can't wait"), "Mon 14 September 2026 10am")
    opened = story.does(IRO, on_to("stage-2"), "Tue 15 September 2026 10am")
    assert only(StageOpened, opened).because == "still not settled"
