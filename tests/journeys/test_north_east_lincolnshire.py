"""North East Lincolnshire's own: the manager who may decide and set times, kinds by arena, meetings where needed."""

from __future__ import annotations

from typing import Any

from bot.procedures.load import load
from tests.journeys.matter import REF, a_matter
from tests.journeys.town import Town, requirement

NEL = load("north-east-lincolnshire")
MANAGER = "safeguarding-review-service-manager"


@requirement("NEL-07", "NEL-14", "NEL-20")
def test_the_service_manager_sets_another_timescale_and_resolves_it(url: str) -> None:
    with a_matter(url, NEL) as matter:
        matter.raises("stage-1")
        assert matter.reached() == {
            "Farida Kelsall", "Daniel Wragby", "Bernadette Stowe", "Dilys Penhallow", "Marcus Thornaby",
        }  # fmt: skip
        matter.town.says(matter.who(MANAGER), f"decide {REF}")
        assert "Set another day" in matter.town.buttons(matter.who(MANAGER))
        matter.submits(MANAGER, "limit", until="2026-10-22", reason="Half the team is ill")
        assert matter.reached(without=MANAGER) == {
            "Imogen Ashdown", "Farida Kelsall", "Dilys Penhallow", "Marcus Thornaby",
        }  # fmt: skip
        why = matter.town.says(matter.who("iro"), f"why {REF}")
        assert "Thursday 22 October 2026" in why
        matter.submits("team-manager", "answer")
        news = matter.town.ignores()
        for name in ("Imogen Ashdown", "Bernadette Stowe"):
            assert f"{name} teams PC-2026-0001: please decide by 5pm on 14 October 2026" in news
        assert REF in matter.town.says(matter.who(MANAGER), "tray")
        assert "✓ Resolved" in matter.submits(MANAGER, "resolve", q_agreed_with="Imogen Ashdown and Farida Kelsall")
        assert matter.reached(without=MANAGER) == {
            "Imogen Ashdown", "Farida Kelsall", "Daniel Wragby", "Dilys Penhallow", "Marcus Thornaby",
        }  # fmt: skip
        record = matter.town.says(matter.who("iro"), f"show {REF}")
        assert "Bernadette Stowe (Safeguarding & Review Service Manager)" in record
        assert "Half the team is ill" in record


@requirement("NEL-07")
def test_what_is_informal_only_the_iro_decides(url: str) -> None:
    with a_matter(url, NEL) as matter:
        matter.raises()
        matter.submits("social-worker", "answer")
        before = matter.town.happened()
        matter.town.says(matter.who(MANAGER), f"resolve {REF}")
        assert matter.town.happened() == before
        assert "Record and resolve" not in matter.town.buttons(matter.who(MANAGER))
        matter.town.ignores()


@requirement("OMB-01", "OMB-09")
def test_each_arena_has_its_own_kinds_and_questions(url: str) -> None:
    shown = {}
    for child in ("MOS-10423", "MOS-10918"):
        with a_matter(url, NEL, child=child) as matter:
            matter.town.says(matter.who("iro"), f"raise {child}")
            shown[matter.child.arena] = inputs(matter.town, matter.who("iro"))
    for arena, fields in shown.items():
        kinds = {choice["value"] for choice in fields["raise.kind-1"]["choices"]}
        assert kinds == {kind.id for kind in NEL.procedure.kinds if kind.arenas == (arena,)}
        assert len(kinds) == 6
        assert ("raise.q-reports-in-time" in fields) == (arena == "child-protection")


@requirement("NEL-11", "NEL-21")
def test_a_meeting_may_be_fixed_where_one_is_needed(url: str) -> None:
    with a_matter(url, NEL) as matter:
        matter.raises("stage-3")
        matter.town.ignores()
        head = matter.who("head-of-service")
        assert "No meeting is fixed yet" not in matter.town.says(head, f"decide {REF}")
        assert "Fix the meeting" in matter.town.buttons(head)
        matter.submits("head-of-service", "meeting", day="2026-10-15", where="10am on Teams, Dilys Penhallow chairs")
        assert matter.reached(without="head-of-service") == {
            "Dilys Penhallow", "Imogen Ashdown", "Bernadette Stowe", "Marcus Thornaby",
        }  # fmt: skip


def inputs(town: Town, person: str) -> dict[str, dict[str, Any]]:
    """The inputs of a person's last card by their ids."""
    return {one["id"]: one for one in town.card(person)["body"] if str(one.get("type", "")).startswith("Input.")}
