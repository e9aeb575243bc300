"""Oxfordshire's own: stage 1's conversation, the Alert's heading, themes only counted, revised outcomes, the cap."""

from __future__ import annotations

from bot.procedures.load import load
from tests.journeys.matter import REF, a_matter
from tests.journeys.town import requirement

OXFORDSHIRE = load("oxfordshire")
ALERT = "Resolution and Escalation Alert: PC-2026-0001"


@requirement("OXF-01")
def test_stage_1_is_a_conversation_and_every_email_has_the_alerts_heading(url: str) -> None:
    with a_matter(url, OXFORDSHIRE) as matter:
        matter.raises("stage-1", answer_by="2026-10-16")
        matter.town.expects(
            "Daniel Wragby teams PC-2026-0001: please confirm what was agreed by 5pm on 16 October 2026",
            f"Daniel Wragby email {ALERT}: please confirm what was agreed by 5pm on 16 October 2026",
            "Farida Kelsall teams PC-2026-0001: Stage 1 has been opened",
            f"Farida Kelsall email {ALERT}: Stage 1 has been opened",
        )
        assert "About q-agreed-actions" in matter.town.says(matter.who("social-worker"), f"decide {REF}")
        assert matter.town.buttons(matter.who("social-worker"))[0] == "Confirm what was agreed"
        matter.submits("social-worker", "answer")
        assert all(ALERT in line for line in matter.town.ignores() if " email " in line)


@requirement("OXF-02", "OXF-21")
def test_the_iro_names_the_day_and_one_of_the_stages_grounds(url: str) -> None:
    with a_matter(url, OXFORDSHIRE) as matter:
        assert "choose what opens Stage 2" in matter.previews("stage-2", ground="Potential breach of human rights")
        assert "The day for the answer at Stage 2 must be named" in matter.previews("stage-2", answer_by="")
        late = matter.previews("stage-2", answer_by="2026-10-21")
        assert "must be Tue 20 October 2026 or sooner" in late
        assert "1 answer needs another look" in late
        matter.raises("stage-2", ground="Serious safeguarding issue", answer_by="2026-10-20")
        assert matter.reached() == {"Marcus Thornaby", "Dilys Penhallow", "Farida Kelsall", "Daniel Wragby"}
        assert "Serious safeguarding issue" in matter.town.says(matter.who("area-service-manager"), f"show {REF}")


@requirement("OXF-04")
def test_who_is_to_be_told_if_not_already_aware_is_told_once(url: str) -> None:
    with a_matter(url, OXFORDSHIRE) as matter:
        matter.raises("stage-3")
        assert "Hamza Rafferty" not in matter.reached()
        assert "Hamza Rafferty" in matter.goes_on("stage-4")
        assert "Hamza Rafferty" not in matter.goes_on("stage-5")


@requirement("OXF-10")
def test_a_theme_is_counted_and_reaches_nobody(url: str) -> None:
    with a_matter(url, OXFORDSHIRE) as matter:
        shown = matter.previews(kind_1="theme")
        assert "Counted, not escalated" in shown
        assert "Quality Assurance Service Managers escalate them to CMT and DLT" in shown
        assert matter.town.ignores() == []
        assert "Your tray is empty" in matter.town.says(matter.who("iro"), "tray")


@requirement("OXF-03")
def test_the_outcome_sought_is_put_anew_at_stage_3_and_both_versions_are_kept(url: str) -> None:
    with a_matter(url, OXFORDSHIRE) as matter:
        matter.raises("stage-2")
        matter.submits("area-service-manager", "answer")
        matter.goes_on("stage-3", outcome_1="A visit today, by somebody whom he knows")
        asked = matter.town.says(matter.who("deputy-director"), f"decide {REF}")
        assert "Outcome sought: A visit today, by somebody whom he knows" in asked
        record = matter.town.says(matter.who("iro"), f"show {REF}")
        assert "Put the outcome sought for issue 1 anew" in record
        assert "OutcomeRevised" in matter.town.happened()


@requirement("OXF-05")
def test_no_stage_goes_beyond_the_20_working_days(url: str) -> None:
    with a_matter(url, OXFORDSHIRE) as matter:
        matter.raises("stage-1")
        matter.days_pass(27)  # Monday 9 November; everything ends on the 10th
        matter.town.ignores()
        matter.goes_on("stage-3", answer_by="2026-11-16")
        due = matter.now.current.due
        assert due is not None
        assert due.due_on.isoformat() == "2026-11-10"
        assert "10 November 2026" in matter.town.says(matter.who("deputy-director"), f"decide {REF}")
