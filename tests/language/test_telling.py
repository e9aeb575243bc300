"""Who is told of what, by which ways, under which heading, on what condition."""

from __future__ import annotations

from bot.domain.notices import heading
from tests.builders import Story, an_answer
from tests.language.town import going_on, raised

WEDNESDAY = "Wed 8 April 2026 10am"


def a_rule(words: str = "", besides: str = "") -> str:
    """A procedure that tells the manager of the reviewing officers of every stage that opens."""
    rule = ", ".join(filter(None, ('when = ["opened"]', 'roles = ["iro-manager"]', words)))
    return f"telling = {{ {besides} rules = [{{ {rule} }}] }}"


def ways(story: Story, to: str) -> set[str]:
    return {one.way for one in story.messages() if one.to == to}


def test_a_rule_names_the_ways_by_which_its_people_are_told() -> None:
    for lines, expected in (("", {"teams", "email"}), ('ways = ["email"]', {"email"})):
        assert ways(raised(top=a_rule(lines)), "iro-manager") == expected


def test_what_the_file_wants_in_teams_alone_sends_no_mail() -> None:
    story = raised(top='telling = { informal = {}, formal = { opened = ["iro-manager"] }, teams_only = ["opened"] }')
    assert ways(story, "iro-manager") == {"teams"}


def test_a_rule_has_a_fixed_heading_and_everything_else_the_general_one() -> None:
    story = raised(top=a_rule('heading = "Formal notice"', besides='heading = "Concern",'))
    procedure = story.facts.procedure
    assert heading("opened", "iro-manager", "first", procedure) == "Formal notice"
    assert heading("opened", "manager", "first", procedure) == "Concern"


def test_a_rule_reaches_only_those_who_did_not_know_already() -> None:
    for lines, times in (("", 2), ("unless_aware = true", 1)):
        story = raised(top=a_rule(", ".join(filter(None, (lines, 'ways = ["email"]')))))
        story.does("iro", going_on("second"), WEDNESDAY)
        assert len([one for one in story.messages("opened") if one.to == "iro-manager"]) == times


def test_a_rule_is_for_one_tier_or_for_named_stages() -> None:
    for lines, told_at in (('tier = "informal"', ["talk"]), ('stages = ["first"]', ["first"])):
        found = [
            stage
            for stage in ("talk", "first", "second")
            if "iro-manager" in {one.to for one in raised(stage, top=a_rule(lines)).messages("opened")}
        ]
        assert found == told_at


def test_each_managers_own_senior_is_kept_informed() -> None:
    top = 'telling = { informal = {}, formal = {}, seniors = ["answered"] }'
    story = raised(top=top, role={"manager": 'reports_to = "director"'})
    story.does("manager", an_answer(), WEDNESDAY)
    assert "director" in {one.to for one in story.messages("answered")}


def test_raising_and_moving_up_are_told_apart() -> None:
    story = raised(stage={"first": 'tell = { raised = ["director"] }', "second": 'tell = { escalated = ["manager"] }'})
    assert {one.to for one in story.messages("opened")} == {"director"}
    story.does("iro", going_on("second"), WEDNESDAY)
    assert "manager" in {one.to for one in story.messages("opened", since=2)}
