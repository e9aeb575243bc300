"""Lincolnshire's file says what Lincolnshire's text says."""

from __future__ import annotations

import pytest

from bot.domain.procedure import Happening
from bot.procedures.load import load

LINCOLNSHIRE = load("lincolnshire").procedure
FORMAL = ("stage-1", "stage-2", "stage-3")
MANAGER_OF_IROS = "iro-team-manager"


def assumed() -> set[str]:
    return {one.where for one in LINCOLNSHIRE.assumed}


@pytest.mark.requirement("LIN-01", "LIN-13")
def test_both_arenas_share_the_stages_and_only_a_child_in_care_can_be_referred() -> None:
    assert {arena.id: arena.outside_body for arena in LINCOLNSHIRE.arenas} == {
        "child-in-care": "Cafcass",
        "child-protection": "",
    }
    assert LINCOLNSHIRE.arena("child-in-care").outside_until_age == 18
    assert "arenas.child-protection" in assumed()


@pytest.mark.requirement("LIN-02")
def test_an_informal_challenge_goes_to_worker_or_supervisor_who_have_five_days() -> None:
    informal = LINCOLNSHIRE.stage("informal")
    assert informal.answered_by == ("social-worker", "practice-supervisor")
    assert informal.limit is not None
    assert (informal.limit.count, informal.limit.unit) == (5, "working days")
    assert "stages.informal.limit" in assumed()
    (how,) = (question for question in LINCOLNSHIRE.asked("raise") if question.id == "conversation-how")
    assert how.required
    assert how.choices == ("By telephone", "By e-mail", "In person", "On Teams", "Here, with this message")


@pytest.mark.requirement("LIN-03")
def test_from_the_informal_stage_the_raiser_may_go_formal_or_close() -> None:
    informal = LINCOLNSHIRE.stage("informal")
    assert not informal.formal
    assert informal.on_silence == "offered"
    assert tuple(stage.id for stage in LINCOLNSHIRE.after("informal")) == FORMAL
    assert "stages.informal" in assumed()


@pytest.mark.requirement("LIN-04")
def test_what_arises_between_reviews_is_raised_informally_first() -> None:
    assert LINCOLNSHIRE.start == "informal"
    assert "between reviews" in LINCOLNSHIRE.stage("informal").purpose
    assert {"decision-timescale", "affects-child"} <= {kind.id for kind in LINCOLNSHIRE.kinds}


@pytest.mark.requirement("LIN-05", "LIN-14")
def test_the_formal_process_may_start_at_any_stage_and_pass_over_any() -> None:
    formal = [stage for stage in LINCOLNSHIRE.stages if stage.formal]
    assert tuple(stage.id for stage in formal) == FORMAL
    assert all(stage.entered_directly and stage.passed_over and stage.gate is None for stage in formal)


@pytest.mark.requirement("LIN-06")
def test_twenty_working_days_run_from_the_first_formal_stage() -> None:
    overall = LINCOLNSHIRE.overall
    assert overall is not None
    assert (overall.limit.count, overall.limit.unit) == (20, "working days")
    assert overall.starts == "the first formal stage"


@pytest.mark.requirement("LIN-07")
@pytest.mark.parametrize("stage", FORMAL)
@pytest.mark.parametrize(
    "happening", ["opened", "acknowledged", "answered", "overdue", "issue added", "resolved", "closed", "exhausted",
                  "total overdue", "taken over"]
)  # fmt: skip
def test_the_manager_of_the_iros_is_told_of_everything_formal(stage: str, happening: Happening) -> None:
    assert MANAGER_OF_IROS in LINCOLNSHIRE.told(stage, happening)


STAGES = [
    pytest.param(
        "stage-1", "team-manager",
        {"social-worker", "practice-supervisor", "iro"},
        {"social-worker", "practice-supervisor"},
        {"team-manager"},
        marks=pytest.mark.requirement("LIN-08", "LIN-09", "LIN-10"),
    ),
    pytest.param(
        "stage-2", "childrens-service-manager",
        {"team-manager", "senior-manager"},
        {"team-manager", "social-worker", "practice-supervisor"},
        {"childrens-service-manager", "team-manager", "senior-manager"},
        marks=pytest.mark.requirement("LIN-11"),
    ),
    pytest.param(
        "stage-3", "assistant-director",
        {"childrens-service-manager", "team-manager", "senior-manager"},
        {"childrens-service-manager", "team-manager", "senior-manager"},
        {"assistant-director", "team-manager"},
        marks=pytest.mark.requirement("LIN-12"),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("stage", "by", "opened", "answered", "resolved"), STAGES)
def test_who_answers_a_formal_stage_within_five_days_and_who_is_told(
    stage: str, by: str, opened: set[str], answered: set[str], resolved: set[str]
) -> None:
    found = LINCOLNSHIRE.stage(stage)
    assert found.answered_by == (by,)
    assert found.limit is not None
    assert (found.limit.count, found.limit.unit, found.limit.counted_from) == (5, "working days", "receipt")
    assert set(LINCOLNSHIRE.told(stage, "opened")) == opened | {MANAGER_OF_IROS}
    assert set(LINCOLNSHIRE.told(stage, "answered")) == answered | {MANAGER_OF_IROS}
    assert set(LINCOLNSHIRE.told(stage, "resolved")) == resolved | {MANAGER_OF_IROS}


@pytest.mark.requirement("LIN-15")
def test_nothing_bars_correspondence_from_the_record() -> None:
    assert not LINCOLNSHIRE.records.no_pasted_mail
    assert LINCOLNSHIRE.records.file_copy


def test_a_referral_has_its_officer_its_questions_its_steps_and_its_outcomes() -> None:
    referral = LINCOLNSHIRE.referral
    assert referral is not None
    assert referral.officer == MANAGER_OF_IROS
    assert (len(referral.questions), len(referral.steps), len(referral.outcomes)) == (3, 3, 5)
    assert not referral.asked_at_each_stage


def test_its_reports_are_monthly_for_senior_managers_for_a_team_and_the_child_protection_log() -> None:
    assert [(report.id, report.every) for report in LINCOLNSHIRE.reports] == [
        ("performance", "month"),
        ("team-quality-assurance", "month"),
        ("child-protection-log", "month"),
    ]
    performance, team, log = (" ".join(report.contents).casefold() for report in LINCOLNSHIRE.reports)
    for topic in ("themes", "until resolved", "good practice", "formal stages", "supervision or appraisal"):
        assert topic in performance
    assert "good practice" in team
    assert "msa distribution sheet" in log


def test_good_practice_is_shared_and_a_partner_agency_has_its_own_protocol() -> None:
    assert LINCOLNSHIRE.good_practice is not None
    assert {"social-worker", "practice-supervisor"} <= set(LINCOLNSHIRE.good_practice.shared_with)
    assert [(concern.id, concern.signpost) for concern in LINCOLNSHIRE.concerns] == [
        ("partner-agency", "LSCP Professional Resolution and Escalation Protocol")
    ]
