"""Bedford's own: the line manager's agreement before a formal level, and the meetings of the upper levels."""

from __future__ import annotations

from bot.procedures.load import load
from tests.journeys.matter import REF, a_matter
from tests.journeys.town import requirement

BEDFORD = load("bedford")
GATE = "team-manager-conference-review"


@requirement("BED-02", "BED-03")
def test_the_line_manager_agrees_and_the_level_opens_at_once(url: str) -> None:
    with a_matter(url, BEDFORD) as matter:
        matter.raises()
        matter.submits("social-worker", "answer")
        matter.town.ignores()
        shown = matter.submits("iro", "escalate", to="level-1")
        assert "Level 1: waiting for Bernadette Stowe to agree by 5pm on Wednesday 14 October 2026" in shown
        matter.town.expects(
            "Bernadette Stowe teams PC-2026-0001: do you agree? Please answer by 5pm on Wednesday 14 October 2026",
            "Bernadette Stowe email PC-2026-0001: do you agree? Please answer by 5pm on Wednesday 14 October 2026",
        )
        card = matter.town.says(matter.who(GATE), f"show {REF}")
        assert "About issue-1" in card
        assert "All attempts have been made to resolve the issue" in matter.town.says(matter.who(GATE), f"agree {REF}")
        matter.submits(GATE, "agree", agreed="yes", words="")
        news = matter.town.ignores()
        assert "Farida Kelsall teams PC-2026-0001: please answer by 5pm on 20 October 2026" in news
        assert "Daniel Wragby email PC-2026-0001: Level 1 has been opened" in news
        assert [matter.stage.id, matter.now.state] == ["level-1", "waiting for an answer"]
        assert matter.goes_on("level-2") >= {"Marcus Thornaby"}, "one agreement serves for every later level"


@requirement("BED-03", "OMB-10")
def test_a_disagreement_needs_a_reason_is_kept_and_never_silences_the_chair(url: str) -> None:
    with a_matter(url, BEDFORD) as matter:
        matter.raises("level-2", reason="She may be moved on Friday")
        matter.town.ignores()
        assert "not agreeing needs a reason" in matter.submits(GATE, "agree", agreed="no", words="")
        matter.submits(GATE, "agree", agreed="no", words="They have not spoken yet")
        assert matter.reached(without=GATE) == {"Imogen Ashdown"}
        shown = matter.town.says(matter.who("iro"), f"decide {REF}")
        assert "Not agreed by Bernadette Stowe" in shown
        assert "They have not spoken yet" in shown
        assert "You may open Level 2 all the same. It is your decision, and stays on the record." in shown
        matter.submits("iro", "escalate", to="level-2", reason="He hears nothing from anybody")
        assert matter.reached() == {"Marcus Thornaby", "Bernadette Stowe", "Farida Kelsall", "Daniel Wragby"}
        record = matter.town.says(matter.who("iro"), f"show {REF}")
        assert "They have not spoken yet" in record
        assert "He hears nothing from anybody" in record


@requirement("BED-03")
def test_silence_about_the_agreement_leaves_the_chair_free(url: str) -> None:
    with a_matter(url, BEDFORD) as matter:
        matter.raises("level-1")
        matter.town.ignores()
        matter.days_pass(2)
        assert "Imogen Ashdown" in matter.reached(without="")
        assert "You may open Level 1 all the same" in matter.town.says(matter.who("iro"), f"decide {REF}")
        matter.submits("iro", "escalate", to="level-1")
        assert matter.now.state == "waiting for an answer"
        matter.town.ignores()


@requirement("BED-06")
def test_the_meeting_of_level_3_is_fixed_held_and_recorded(url: str) -> None:
    with a_matter(url, BEDFORD) as matter:
        matter.raises("level-3")
        matter.agrees("level-3")
        matter.town.ignores()
        director = matter.who("assistant-director")
        asked = matter.town.says(director, f"decide {REF}")
        for line in (
            "Please hold the meeting and record its outcome by 5pm on Tuesday 20 October 2026",
            "No meeting is fixed yet",
            "For the first part only: Independent Chair.",
            "Minutes: Somebody independent of the matter.",
            "To settle: What would be required to prevent the matter going on to the next level of escalation",
        ):
            assert line in asked
        assert matter.town.buttons(director)[:2] == ["Fix the meeting", "Record the outcome"]
        fixed = matter.submits("assistant-director", "meeting", day="2026-10-15", where="2pm, Room 4 and on Teams")
        assert "Meeting: Thursday 15 October 2026, 2pm, Room 4 and on Teams." in fixed
        everybody = {
            "Imogen Ashdown", "Bernadette Stowe", "Dilys Penhallow", "Marcus Thornaby", "Farida Kelsall",
            "Daniel Wragby", "Clive Harrowden",
        }  # fmt: skip
        assert matter.reached(without="assistant-director") == everybody
        matter.days_pass(2)
        matter.town.ignores()
        matter.submits("assistant-director", "answer", words_1="A visit each Thursday would prevent Level 4")
        assert matter.reached(without="assistant-director") == everybody
        matter.submits("iro", "resolve")
        assert matter.reached() == everybody - {"Imogen Ashdown"} | {"Yvonne Tamblyn"}
