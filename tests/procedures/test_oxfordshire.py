"""Oxfordshire's file says what Oxfordshire's text says."""

from __future__ import annotations

from collections import Counter

import pytest

from bot.domain.procedure import Act
from bot.procedures.load import load

OXFORDSHIRE = load("oxfordshire").procedure
STAGES = ("stage-1", "stage-2", "stage-3", "stage-4", "stage-5")


def asked(act: Act, stage: str) -> dict[str, bool]:
    """The questions at an act by id, and whether each must be answered."""
    return {question.id: question.required for question in OXFORDSHIRE.asked(act, stage)}


def assumed() -> set[str]:
    return {one.where for one in OXFORDSHIRE.assumed}


@pytest.mark.requirement("OXF-01")
def test_stage_one_is_a_conversation_confirmed_under_a_fixed_heading_without_the_form() -> None:
    first = OXFORDSHIRE.stage("stage-1")
    assert (first.kind, first.answered_by) == ("conversation", ("social-worker",))
    assert OXFORDSHIRE.told("stage-1", "opened") == ("team-manager",)
    assert OXFORDSHIRE.telling.heading == "Resolution and Escalation Alert"
    assert first.form != OXFORDSHIRE.names.form == "Resolution and Escalation Alert Form"
    assert OXFORDSHIRE.records.case_note_at_end == "Outcome of Resolution and Escalation"


@pytest.mark.requirement("OXF-01")
def test_agreed_actions_and_timescales_are_put_in_writing() -> None:
    assert "agreed-actions" in asked("raise", "stage-1")
    assert "agreed-actions" not in asked("raise", "stage-2")
    limit = OXFORDSHIRE.stage("stage-1").limit
    assert limit is not None
    assert limit.must_be_set


@pytest.mark.requirement("OXF-02")
def test_stage_two_must_have_a_timeframe_of_five_working_days_at_most() -> None:
    second = OXFORDSHIRE.stage("stage-2")
    assert second.answered_by == ("area-service-manager",)
    assert second.limit is not None
    assert (second.limit.must_be_set, second.limit.at_most, second.limit.unit) == (True, 5, "working days")
    assert second.limit.set_by == ("iro",)
    assert "safeguarding-service-manager" in OXFORDSHIRE.told("stage-2", "opened")
    assert "roles.area-service-manager" in assumed()


@pytest.mark.requirement("OXF-03")
def test_at_stage_three_the_outcomes_sought_may_be_put_anew() -> None:
    third = OXFORDSHIRE.stage("stage-3")
    assert third.answered_by == ("deputy-director",)
    assert third.revises_outcomes
    assert not OXFORDSHIRE.stage("stage-2").revises_outcomes
    assert "safeguarding-service-manager" in OXFORDSHIRE.told("stage-3", "opened")


@pytest.mark.requirement("OXF-04")
def test_stages_four_and_five_are_marked_as_rarely_used() -> None:
    assert [stage.id for stage in OXFORDSHIRE.stages if stage.caution] == ["stage-4", "stage-5"]
    assert OXFORDSHIRE.stage("stage-4").answered_by == ("director-of-childrens-services",)
    assert OXFORDSHIRE.stage("stage-5").answered_by == ("chief-executive",)
    assert "director-of-childrens-services" in OXFORDSHIRE.told("stage-5", "opened")


@pytest.mark.requirement("OXF-04")
def test_the_deputy_director_for_safeguarding_is_alerted_if_not_already_aware() -> None:
    (rule,) = (one for one in OXFORDSHIRE.rules("stage-4", "opened") if one.unless_aware)
    assert rule.roles == ("deputy-director-safeguarding",)
    assert not any(one.unless_aware for one in OXFORDSHIRE.rules("stage-5", "opened"))


@pytest.mark.requirement("OXF-05")
def test_twenty_working_days_over_all_stages_together_and_the_shortest_time_is_expected() -> None:
    overall = OXFORDSHIRE.overall
    assert overall is not None
    assert (overall.limit.count, overall.limit.unit, overall.beyond) == (20, "working days", "cap")
    assert overall.starts == "the first formal stage"
    assert tuple(stage.id for stage in OXFORDSHIRE.stages if stage.formal) == STAGES
    assert any("shortest time possible" in principle for principle in OXFORDSHIRE.principles)
    assert {"overall.starts", "overall.beyond", "stages.stage-3.limit"} <= assumed()


@pytest.mark.requirement("OXF-05")
@pytest.mark.parametrize("stage", STAGES)
def test_the_iro_names_the_day_by_which_an_answer_is_due(stage: str) -> None:
    limit = OXFORDSHIRE.stage(stage).limit
    assert limit is not None
    assert limit.must_be_set


@pytest.mark.requirement("OXF-07")
def test_the_alert_form_has_all_its_fields_and_each_issue_its_own_expected_outcome() -> None:
    assert len(OXFORDSHIRE.records.headings) == 11
    assert "Issues, each as a bullet point with its expected outcome" in OXFORDSHIRE.records.headings
    assert "PDF" in OXFORDSHIRE.records.file_copy


@pytest.mark.requirement("OXF-09")
def test_seventeen_examples_in_four_groups_and_the_footnotes_own() -> None:
    groups = Counter(kind.group for kind in OXFORDSHIRE.kinds if kind.treated == "as a challenge")
    assert groups == {
        "General issues": 9,
        "Failure to meet statutory requirements for the child": 1,
        "Care plan implementation": 3,
        "Dispute around the provision of services": 4 + 1,
    }


@pytest.mark.requirement("OXF-09")
def test_three_kinds_advise_where_to_start() -> None:
    assert {kind.id: kind.advises for kind in OXFORDSHIRE.kinds if kind.advises} == {
        "statutory-visits": ("stage-1",),
        "care-plan-not-endorsed": ("stage-2", "stage-3"),
        "unregulated-emergency-placement": ("stage-3",),
    }


@pytest.mark.requirement("OXF-09")
def test_an_issue_falls_into_one_of_four_categories() -> None:
    category = next(question for question in OXFORDSHIRE.questions if question.id == "category")
    assert category.choices == ("Practice", "Judgement", "Clarification of accountability", "Strategic issue")


@pytest.mark.requirement("OXF-10")
def test_what_is_followed_as_a_theme_is_only_counted_and_says_who_takes_it_up() -> None:
    (theme,) = (kind for kind in OXFORDSHIRE.kinds if kind.treated == "counted only")
    assert "Quality Assurance Service Managers" in theme.signpost
    assert "kinds" in assumed()


@pytest.mark.requirement("OXF-20")
def test_everyone_can_read_what_each_stage_is_for() -> None:
    assert all(stage.purpose for stage in OXFORDSHIRE.stages)
    assert any("all staff, elected members, children" in principle for principle in OXFORDSHIRE.principles)


@pytest.mark.requirement("OXF-21")
@pytest.mark.parametrize(
    ("stage", "grounds"),
    [
        ("stage-2", ("Issue unable to be resolved", "Serious safeguarding issue")),
        (
            "stage-3",
            (
                "Issue still not resolved",
                "Failure to respond to a serious safeguarding issue",
                "Potential breach of human rights",
            ),
        ),
        (
            "stage-4",
            (
                "Issue still not resolved",
                "Continuing failure to respond to a serious safeguarding issue",
                "Potential breach of human rights",
            ),
        ),
    ],
)
def test_what_may_open_a_stage(stage: str, grounds: tuple[str, ...]) -> None:
    assert OXFORDSHIRE.stage(stage).grounds[: len(grounds)] == grounds


@pytest.mark.requirement("OXF-21")
def test_the_last_two_stages_open_on_the_same_grounds_and_the_first_on_none() -> None:
    assert OXFORDSHIRE.stage("stage-4").grounds == OXFORDSHIRE.stage("stage-5").grounds
    assert OXFORDSHIRE.stage("stage-1").grounds == ()


@pytest.mark.requirement("OXF-26")
@pytest.mark.parametrize("stage", STAGES[1:])
def test_both_sides_record_their_evidence(stage: str) -> None:
    assert asked("raise", stage)["evidence"]
    assert asked("answer", stage) == {"evidence-of-answer": True}


@pytest.mark.requirement("OXF-26")
def test_a_conversation_asks_nobody_for_evidence_in_return() -> None:
    assert asked("answer", "informal") == asked("answer", "stage-1") == {}


def test_the_child_is_told_supported_and_may_be_where_it_comes_from() -> None:
    assert {"origin", "child-told", "child-rights"} <= {id for id, must in asked("raise", "informal").items() if must}
    assert asked("escalate", "stage-3")["child-informed"]
    assert "child-account" in asked("resolve", "stage-3")


def test_an_informal_discussion_comes_before_the_formal_process() -> None:
    informal = OXFORDSHIRE.stage(OXFORDSHIRE.start)
    assert (informal.formal, informal.kind) == (False, "conversation")
    assert informal.answered_by == ("social-worker", "team-manager")


def test_a_concurrent_referral_is_considered_at_each_formal_stage_by_the_test_of_regulation_45() -> None:
    assert OXFORDSHIRE.referral is not None
    assert OXFORDSHIRE.referral.asked_at_each_stage
    assert len(OXFORDSHIRE.referral.questions) == 3
    assert {arena.id: arena.outside_body for arena in OXFORDSHIRE.arenas} == {
        "child-in-care": "Cafcass",
        "child-protection": "",
    }


def test_concerns_about_an_iro_or_a_partner_stay_outside_the_process() -> None:
    iro, partner = OXFORDSHIRE.concerns
    assert iro.heard_by == ("iro", "qa-service-manager")
    assert "partnership" in partner.signpost


def test_its_reports_and_which_of_them_name_children() -> None:
    assert {report.id: (report.every, report.names_children) for report in OXFORDSHIRE.reports} == {
        "six-monthly": ("six months", True),
        "annual": ("year", False),
        "children-in-care-council": ("year", False),
        "multi-agency": ("year", False),
        "monthly-data": ("month", False),
    }
