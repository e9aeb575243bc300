"""Bedford's file says what Bedford's text says."""

from __future__ import annotations

import pytest

from bot.domain.procedure import Happening
from bot.procedures.load import load

BEDFORD = load("bedford").procedure
LEVELS = ("level-1", "level-2", "level-3", "level-4")
LINE_MANAGER, HEAD_OF_CHAIRS = "team-manager-conference-review", "head-of-service-safeguarding"


@pytest.mark.requirement("BED-01")
def test_four_levels_of_five_working_days_each() -> None:
    levels = [stage for stage in BEDFORD.stages if stage.formal]
    assert tuple(stage.id for stage in levels) == LEVELS
    assert [stage.answered_by for stage in levels] == [
        ("team-manager",),
        ("head-of-service",),
        ("assistant-director", "director-of-childrens-services"),
        ("chief-executive",),
    ]
    assert [stage.limit and (stage.limit.count, stage.limit.unit) for stage in levels] == [(5, "working days")] * 4
    assert BEDFORD.stage("level-3").answers_needed == "one"


@pytest.mark.requirement("BED-01")
def test_all_levels_together_take_twenty_days_read_as_working_days() -> None:
    overall = BEDFORD.overall
    assert overall is not None
    assert (overall.limit.count, overall.limit.unit) == (20, "working days")
    assert (overall.starts, overall.beyond) == ("the first formal stage", "warn")
    assert {"overall.limit", "overall.beyond", "stages"} <= {one.where for one in BEDFORD.assumed}


@pytest.mark.requirement("BED-02")
def test_a_concern_is_first_talked_over_with_the_worker_and_their_manager() -> None:
    informal = BEDFORD.stage(BEDFORD.start)
    assert (informal.formal, informal.kind) == (False, "conversation")
    assert informal.answered_by == ("social-worker", "team-manager")
    how = next(question for question in BEDFORD.asked("raise", "informal") if question.id == "conversation-how")
    assert how.choices[:2] == ("Face to face", "By telephone")


@pytest.mark.requirement("BED-02")
def test_after_a_review_a_monitoring_form_goes_to_the_worker_and_their_manager() -> None:
    form = BEDFORD.review_actions
    assert form is not None
    assert form.title == "Monitoring form"
    assert form.confirmed_with == ("social-worker", "team-manager")
    asked = " ".join(form.asks)
    assert all(topic in asked for topic in ("informal or formal escalation", "strengths", "deficits"))


@pytest.mark.requirement("BED-03")
@pytest.mark.parametrize("level", LEVELS)
def test_going_formal_at_any_level_needs_the_line_managers_agreement_once(level: str) -> None:
    gate = BEDFORD.stage(level).gate
    assert gate is not None
    assert gate.agreed_by == (LINE_MANAGER,)
    assert "all attempts" in gate.confirms.casefold()
    assert gate.once
    assert BEDFORD.told(level, "agreement given") == ("iro",)


@pytest.mark.requirement("BED-03", "OMB-10")
def test_the_gate_never_silences_the_chair() -> None:
    gate = BEDFORD.stage("level-1").gate
    assert gate is not None
    assert gate.within is not None
    assert gate.on_silence == "offered"
    assert BEDFORD.stage("informal").gate is None


@pytest.mark.requirement("BED-04")
def test_a_matter_may_go_straight_to_any_level_and_usually_to_the_second() -> None:
    assert all(BEDFORD.stage(level).entered_directly and BEDFORD.stage(level).passed_over for level in LEVELS)
    assert [level for level in LEVELS if "usually this one" in BEDFORD.stage(level).purpose] == ["level-2"]


@pytest.mark.requirement("BED-05")
def test_the_chair_may_set_another_time_at_the_first_two_levels_only() -> None:
    assert [bool(limit and limit.set_by) for limit in (BEDFORD.stage(level).limit for level in LEVELS)] == [
        True,
        True,
        False,
        False,
    ]
    assert BEDFORD.names.form == "Escalation form"


@pytest.mark.requirement("BED-06")
@pytest.mark.parametrize("level", ["level-3", "level-4"])
def test_a_meeting_is_convened_and_chaired_by_whoever_received_the_escalation(level: str) -> None:
    stage = BEDFORD.stage(level)
    assert (stage.kind, stage.meeting is not None) == ("meeting", True)
    assert stage.meeting is not None
    assert stage.meeting.convened_by == stage.meeting.chaired_by == stage.answered_by
    assert "independent" in stage.meeting.minuted_by
    assert stage.meeting.first_part_only == ("iro",)
    assert {"iro", LINE_MANAGER, HEAD_OF_CHAIRS} <= set(stage.meeting.invited)
    assert set(stage.meeting.invited) <= set(BEDFORD.told(level, "meeting fixed"))
    assert any("prevent the matter going" in asked for asked in stage.meeting.asks)


@pytest.mark.requirement("BED-06")
def test_the_first_two_levels_answer_in_writing() -> None:
    assert {(BEDFORD.stage(level).kind, BEDFORD.stage(level).meeting) for level in LEVELS[:2]} == {("answer", None)}


@pytest.mark.requirement("BED-08")
def test_an_obstacle_outside_the_authoritys_control_does_not_stop_an_escalation() -> None:
    assert BEDFORD.outside_control.startswith("Continue to escalate")


@pytest.mark.requirement("BED-16")
def test_five_informal_and_fourteen_formal_reasons() -> None:
    groups = [kind.group for kind in BEDFORD.kinds]
    assert groups == ["May be dealt with at an informal level"] * 5 + ["Might need formal escalation"] * 14
    assert all(BEDFORD.kinds_in(arena.id) == BEDFORD.kinds for arena in BEDFORD.arenas)


@pytest.mark.requirement("BED-17")
def test_the_impact_on_the_child_is_asked_again_at_every_level_and_stands_in_the_case_note() -> None:
    for level in LEVELS:
        assert [question.id for question in BEDFORD.asked("escalate", level) if question.required] == ["impact-now"]
    assert any("impact" in heading for heading in BEDFORD.records.headings)


def test_attempts_to_resolve_it_informally_are_asked_only_where_it_starts_formally() -> None:
    assert "informal-attempts" not in {question.id for question in BEDFORD.asked("raise", "informal")}
    assert "informal-attempts" in {question.id for question in BEDFORD.asked("raise", "level-2")}


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("happening", ["opened", "answered", "overdue", "resolved", "closed", "total overdue"])
def test_the_line_manager_is_told_of_everything_formal(level: str, happening: Happening) -> None:
    assert LINE_MANAGER in BEDFORD.told(level, happening)


@pytest.mark.parametrize(
    ("level", "below"),
    [
        ("level-1", {"social-worker"}),
        ("level-2", {"social-worker", "team-manager"}),
        ("level-3", {"team-manager", "head-of-service"}),
        ("level-4", {"team-manager", "head-of-service", "assistant-director", "director-of-childrens-services"}),
    ],
)
def test_the_levels_below_learn_that_it_went_on(level: str, below: set[str]) -> None:
    assert below <= set(BEDFORD.told(level, "opened"))
    assert below <= set(BEDFORD.told(level, "answered"))
    assert below | set(BEDFORD.stage(level).answered_by) <= set(BEDFORD.told(level, "resolved"))


def test_seventeen_changes_are_reported_and_five_more_need_a_review_first() -> None:
    plain = [change for change in BEDFORD.changes if not change.review_first and not change.signpost]
    assert (len(plain), sum(change.review_first for change in BEDFORD.changes)) == (17, 5)
    (apart,) = (change for change in BEDFORD.changes if change.signpost)
    assert "Children's Homes (England) Regulations 2015" in apart.signpost


def test_legal_advice_and_a_section_118_referral_are_considered_with_both_managers() -> None:
    assert BEDFORD.legal_advice is not None
    assert BEDFORD.referral is not None
    assert BEDFORD.legal_advice.supported_by == BEDFORD.referral.consulted == (LINE_MANAGER, HEAD_OF_CHAIRS)
    assert any("last resort" in question for question in BEDFORD.referral.questions)


def test_a_concern_about_a_chair_goes_to_the_chair_then_the_line_manager_then_the_head_of_service() -> None:
    (concern,) = BEDFORD.concerns
    assert concern.heard_by == ("iro", LINE_MANAGER, HEAD_OF_CHAIRS)


def test_case_notes_are_short_and_never_pasted_mail() -> None:
    records = BEDFORD.records
    assert records.no_pasted_mail
    assert records.case_note_at_raising
    assert records.case_note_at_end
    assert len(records.headings) == 4


def test_the_managers_have_seven_duties_and_the_chair_keeps_partner_agencies_updated() -> None:
    assert sum(LINE_MANAGER in duty.roles for duty in BEDFORD.duties) == 7
    assert [duty.text.split(" as ")[0] for duty in BEDFORD.duties if duty.roles == ("iro",)] == [
        "Keep partner agencies updated"
    ]
    present = next(duty for duty in BEDFORD.duties if "be present" in duty.text)
    assert present.stages == LEVELS[1:]


def test_numbers_are_reported_without_names_and_senior_managers_see_the_matrix() -> None:
    assert [(report.id, report.names_children) for report in BEDFORD.reports] == [
        ("formal-escalations", False),
        ("escalation-matrix", True),
    ]
    assert {"head-of-service", HEAD_OF_CHAIRS, "assistant-director"} <= set(BEDFORD.digest)
