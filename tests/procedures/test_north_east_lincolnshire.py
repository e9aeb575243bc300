"""North East Lincolnshire's file says what its guidance and its One Minute Briefing say."""

from __future__ import annotations

import pytest

from bot.domain.procedure import Happening
from bot.procedures.load import load

NEL = load("north-east-lincolnshire").procedure
STAGES = ("stage-1", "stage-2", "stage-3", "stage-4")
LINE_MANAGER, SENIOR = "safeguarding-review-service-manager", "senior-iro-manager"


@pytest.mark.requirement("NEL-01")
def test_a_matter_settled_informally_ends_in_the_informal_section_by_the_iro_alone() -> None:
    informal = NEL.stage(NEL.start)
    assert (informal.title, informal.formal) == ("Informal section (QAP)", False)
    assert informal.satisfied_by == ()
    assert {"social-worker", "team-manager"} <= set(NEL.told("informal", "resolved"))


@pytest.mark.requirement("NEL-02", "NEL-03")
def test_qap_actions_are_confirmed_with_the_team_and_discussed_with_the_line_manager_when_late() -> None:
    actions = NEL.review_actions
    assert actions is not None
    assert actions.title == "QAP actions"
    assert actions.confirmed_with == ("social-worker", "team-manager")
    assert actions.discussed_with == (LINE_MANAGER,)
    assert "new timescales are confirmed" in actions.signpost


@pytest.mark.requirement("NEL-04")
def test_worker_or_team_manager_answers_informally_within_one_working_day() -> None:
    informal = NEL.stage("informal")
    assert informal.answered_by == ("social-worker", "team-manager")
    assert informal.limit is not None
    assert (informal.limit.count, informal.limit.unit) == (1, "working days")
    assert informal.reminders is not None
    assert informal.reminders.before == ()


@pytest.mark.requirement("NEL-05")
def test_four_formal_stages_of_five_working_days_each_and_twenty_in_all() -> None:
    formal = [stage for stage in NEL.stages if stage.formal]
    assert tuple(stage.id for stage in formal) == STAGES
    assert [stage.answered_by for stage in formal] == [
        ("team-manager",),
        ("childrens-service-manager",),
        ("head-of-service",),
        ("assistant-director",),
    ]
    assert [stage.limit and (stage.limit.count, stage.limit.unit) for stage in formal] == [(5, "working days")] * 4
    assert NEL.overall is not None
    assert (NEL.overall.limit.count, NEL.overall.limit.unit) == (20, "working days")
    assert {"overall.beyond", "decide_within"} <= {one.where for one in NEL.assumed}


@pytest.mark.requirement("NEL-05", "OMB-03")
def test_any_stage_may_be_entered_directly() -> None:
    assert all(stage.entered_directly and stage.passed_over and stage.gate is None for stage in NEL.stages)


@pytest.mark.requirement("NEL-06")
@pytest.mark.parametrize(
    ("stage", "informed"),
    [
        ("stage-2", {LINE_MANAGER}),
        ("stage-3", {LINE_MANAGER, "childrens-service-manager"}),
        ("stage-4", {LINE_MANAGER, "childrens-service-manager", "head-of-service"}),
    ],
)
def test_who_is_to_be_informed_at_each_stage(stage: str, informed: set[str]) -> None:
    assert informed <= set(NEL.told(stage, "opened"))
    assert informed <= set(NEL.told(stage, "resolved"))


@pytest.mark.requirement("NEL-07")
@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize(
    "happening", ["opened", "acknowledged", "answered", "overdue", "meeting fixed", "plan agreed", "limit set",
                  "issue added", "resolved", "closed", "taken over", "exhausted", "total overdue"]
)  # fmt: skip
def test_the_line_manager_is_told_of_every_key_point(stage: str, happening: Happening) -> None:
    assert LINE_MANAGER in NEL.told(stage, happening)


@pytest.mark.requirement("NEL-07")
@pytest.mark.parametrize("stage", STAGES)
def test_the_line_manager_may_revise_times_and_decide_that_it_is_resolved(stage: str) -> None:
    found = NEL.stage(stage)
    assert found.limit is not None
    assert LINE_MANAGER in found.limit.set_by
    assert (found.satisfied_by, found.satisfaction) == (("iro", LINE_MANAGER), "one")


@pytest.mark.requirement("NEL-08")
def test_open_forms_are_monitored_by_a_report() -> None:
    (report,) = NEL.reports
    assert (report.id, report.readers) == ("open-forms", "Safeguarding & Review Service Manager")


@pytest.mark.requirement("NEL-09")
def test_each_officer_decides_within_five_working_days_whether_to_challenge_the_actions() -> None:
    for stage in STAGES[1:]:
        found = NEL.stage(stage)
        assert found.kind == "answer"
        assert found.limit is not None
        assert found.limit.count == 5


@pytest.mark.requirement("NEL-10")
@pytest.mark.parametrize(
    ("stage", "senior"),
    [
        ("stage-1", "childrens-service-manager"),
        ("stage-2", "head-of-service"),
        ("stage-3", "assistant-director"),
        ("stage-4", "director-of-childrens-services"),
    ],
)
def test_each_level_keeps_the_next_one_informed(stage: str, senior: str) -> None:
    for happening in NEL.telling.seniors:
        assert senior in NEL.told(stage, happening)
    assert set(NEL.telling.seniors) == {"opened", "answered", "overdue", "resolved"}


@pytest.mark.requirement("NEL-14")
@pytest.mark.parametrize("stage", ["informal", *STAGES])
def test_the_iro_sets_the_time_where_there_is_a_risk_of_drift(stage: str) -> None:
    limit = NEL.stage(stage).limit
    assert limit is not None
    assert "iro" in limit.set_by
    remedial = next(question for question in NEL.asked("raise", stage) if question.id == "remedial-timescale")
    assert remedial.kind == "date"


@pytest.mark.requirement("NEL-16")
def test_actions_and_times_stand_on_the_form_of_every_stage_and_the_parties_are_told() -> None:
    for stage in STAGES:
        assert "actions-now" in {question.id for question in NEL.asked("escalate", stage) if question.required}
        assert "social-worker" in NEL.told(stage, "opened")
        assert {"social-worker", *NEL.stage(stage).answered_by} <= set(NEL.told(stage, "resolved"))
    assert "Actions and timescales" in NEL.records.headings


@pytest.mark.requirement("NEL-17")
@pytest.mark.parametrize("stage", STAGES)
def test_a_formal_challenge_says_in_what_the_childs_rights_may_have_been_breached(stage: str) -> None:
    assert "human-rights" in {question.id for question in NEL.asked("raise", stage) if question.required}
    assert "human-rights-now" in {question.id for question in NEL.asked("escalate", stage) if question.required}
    assert "human-rights" not in {question.id for question in NEL.asked("raise", "informal")}


@pytest.mark.requirement("NEL-20")
@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("happening", ["opened", "answered", "overdue", "meeting fixed", "resolved", "closed"])
def test_the_line_managers_own_manager_and_the_service_manager_are_informed_at_key_points(
    stage: str, happening: Happening
) -> None:
    assert {SENIOR, "childrens-service-manager"} <= set(NEL.told(stage, happening))
    assert NEL.role(LINE_MANAGER).reports_to == SENIOR


@pytest.mark.requirement("OMB-01")
def test_six_reasons_for_chairs_and_six_for_iros_each_list_its_own() -> None:
    chairs, iros = NEL.kinds_in("child-protection"), NEL.kinds_in("child-in-care")
    assert (len(chairs), len(iros), len(NEL.kinds)) == (6, 6, 12)
    assert not set(chairs) & set(iros)


@pytest.mark.requirement("OMB-06")
def test_whoever_resolves_a_challenge_says_who_agreed_and_the_agreed_plan_is_told() -> None:
    (agreed,) = NEL.asked("resolve")
    assert (agreed.id, agreed.required) == ("agreed-with", True)
    for stage in STAGES[1:]:
        assert {"iro", "social-worker", *NEL.stage(stage).answered_by} <= set(NEL.told(stage, "plan agreed"))


@pytest.mark.requirement("OMB-07")
def test_the_conversation_its_plan_and_the_risk_meanwhile_are_recorded() -> None:
    asked = {question.id: question for question in NEL.asked("raise", "informal")}
    assert {"conversation-how", "conversation-when", "conversation-with", "plan", "risk-meanwhile"} <= set(asked)
    assert asked["conversation-how"].choices[:2] == ("Face to face", "On Teams")
    assert asked["conversation-when"].kind == "date"


@pytest.mark.requirement("OMB-08")
def test_the_childs_wishes_are_recorded_and_why_the_iro_acts_against_them() -> None:
    assert {"wishes", "against-wishes"} <= {question.id for question in NEL.asked("raise")}


@pytest.mark.requirement("OMB-09")
def test_report_times_and_sharing_are_asked_of_child_protection_alone() -> None:
    checks = {question.id: question for question in NEL.questions if question.arenas == ("child-protection",)}
    assert set(checks) == {"reports-in-time", "reports-shared"}
    late = " ".join(checks["reports-in-time"].choices)
    assert "3 days before an initial" in late
    assert "5 days before a review" in late
    assert "questions.reports-in-time" in {one.where for one in NEL.assumed}


@pytest.mark.requirement("OMB-10")
def test_the_iro_activates_the_process_without_anybodys_leave() -> None:
    assert any("personally responsible for activating" in principle for principle in NEL.principles)
    assert all(stage.gate is None and stage.opened_by == () for stage in NEL.stages)


@pytest.mark.requirement("OMB-11")
def test_the_nine_principles_of_the_briefing_come_first() -> None:
    assert len(NEL.principles) == 13
    assert NEL.principles[0] == "The safety and wellbeing of the child or young person is paramount."
    assert NEL.principles[8] == "Concerns, actions, responses and outcomes are recorded and agreed."


def test_a_meeting_may_be_held_at_stages_two_to_four_and_a_senior_chairs_the_last_two() -> None:
    meetings = {stage.id: stage.meeting for stage in NEL.stages if stage.meeting is not None}
    assert {id: meeting.chaired_by for id, meeting in meetings.items()} == {
        "stage-2": (),
        "stage-3": (SENIOR,),
        "stage-4": (SENIOR,),
    }
    assert all({"iro", LINE_MANAGER} <= set(meeting.invited) for meeting in meetings.values())
    attends = {role: [id for id, meeting in meetings.items() if role in meeting.invited] for role in
               ("childrens-service-manager", "head-of-service")}  # fmt: skip
    assert attends == {
        "childrens-service-manager": ["stage-2", "stage-3"],
        "head-of-service": ["stage-3", "stage-4"],
    }


def test_cafcass_is_considered_with_the_line_manager_at_every_formal_stage() -> None:
    assert {arena.id: arena.outside_body for arena in NEL.arenas} == {
        "child-in-care": "Cafcass",
        "child-protection": "",
    }
    assert NEL.referral is not None
    assert NEL.referral.asked_at_each_stage
    assert NEL.referral.consulted == (LINE_MANAGER,)
    assert "All PCE/DRP reports provided to Cafcass" in NEL.referral.steps


def test_legal_advice_briefs_another_assistant_director_than_that_of_stage_four() -> None:
    advice = NEL.legal_advice
    assert advice is not None
    assert advice.supported_by == (LINE_MANAGER,)
    assert advice.briefed == ("assistant-director-safer-partnerships",)
    assert advice.notified == ("director-of-childrens-services",)
    assert len(advice.steps) == 5


def test_concerns_of_a_team_and_about_partners_stay_outside_the_stages() -> None:
    team, partner = NEL.concerns
    assert team.raised_by == ("social-worker", "team-manager")
    assert team.heard_by[0] == "iro"
    assert partner.kept_as.startswith("An IRO case note")
