"""Who opens a stage, who answers it, who must agree to it and who must be satisfied."""

from __future__ import annotations

import pytest

from bot.domain.commands import GiveAgreement
from bot.domain.words import Words
from tests.builders import Story, an_answer, ids, satisfied
from tests.language.town import TUESDAY, a_town, due, going_on, names, raised, raising
from tests.procedures.small import a_procedure

WEDNESDAY, THURSDAY = "Wed 8 April 2026 10am", "Thu 9 April 2026 10am"
BOTH = 'answered_by = ["manager", "director"]'
GATE = 'gate = { agreed_by = ["iro-manager"], within = { count = 2 } }'
YES = GiveAgreement(proposal=1, agreed=True, words=Words(""))
NO = GiveAgreement(proposal=1, agreed=False, words=Words("Give the manager a week"))


def with_a_gate(gate: str = GATE) -> Story:
    """Somebody's agreement is waited for since Wednesday, before the second stage opens."""
    story = raised(stage={"second": gate})
    story.does("iro", going_on("second"), WEDNESDAY)
    return story


def test_only_a_role_that_raises_may_raise_and_only_in_its_arenas() -> None:
    story = Story(a_town(a_procedure()))
    assert "Your post does not raise challenges" in story.refused("manager", raising(), TUESDAY)
    two = a_procedure(
        role={"chair": 'title = "Chair"\nfound = "on the child"\nraises = true'},
        arena={"care": 'raised_by = ["chair"]'},
    )
    story = Story(a_town(two))
    assert "Your post does not raise challenges" in story.refused("iro", raising(), TUESDAY)
    story.does("chair", raising(), TUESDAY)
    assert story.now.raiser.role == "chair"


def test_a_stage_is_opened_by_whom_the_file_names_and_nobody_else() -> None:
    story = raised(stage={"second": 'opened_by = ["manager"]'})
    assert "Team manager" in story.refused("iro", going_on("second"), WEDNESDAY)
    story.does("manager", going_on("second"), WEDNESDAY)
    assert story.now.current.stage == "second"


@pytest.mark.parametrize(
    ("needed", "states"),
    [
        ("one", ["waiting for a decision"]),
        ("each", ["waiting for an answer", "waiting for a decision"]),
    ],
)
def test_one_of_several_answers_or_each_of_them(needed: str, states: list[str]) -> None:
    story = raised(stage={"first": f'{BOTH}\nanswers_needed = "{needed}"'})
    assert ids(story.now.current.asked) == {"manager", "director"}
    found = []
    for person in ("manager", "director")[: len(states)]:
        story.does(person, an_answer(), WEDNESDAY)
        found.append(story.now.state)
    assert found == states


def test_a_deputy_is_asked_only_while_nobody_holds_the_post() -> None:
    roles = {"manager": 'deputy = "duty"', "duty": 'title = "Duty manager"\nfound = "at the child\'s unit"'}
    for vacant, asked in (((), "manager"), (("manager",), "duty")):
        story = Story(a_town(a_procedure(role=roles), vacant=vacant))
        story.does("iro", raising("first"), TUESDAY)
        assert ids(story.now.current.asked) == {asked}
        assert {one.role for one in story.now.current.asked} == {"manager"}


@pytest.mark.parametrize(
    ("satisfaction", "happens"),
    [("each", ["SatisfactionGiven", "ChallengeResolved"]), ("one", ["ChallengeResolved"])],
)
def test_several_are_satisfied_together_or_one_of_them_is_enough(satisfaction: str, happens: list[str]) -> None:
    story = raised(stage={"first": f'satisfied_by = ["iro", "iro-manager"]\nsatisfaction = "{satisfaction}"'})
    story.does("manager", an_answer(), WEDNESDAY)
    people = ("iro", "iro-manager")[: len(happens)]
    assert [name for one in people for name in names(story.does(one, satisfied(), THURSDAY))] == happens


def test_who_must_be_satisfied_differs_by_stage() -> None:
    story = raised(stage={"second": 'satisfied_by = ["iro-manager"]'})
    story.does("iro", going_on("second"), WEDNESDAY)
    story.does("director", an_answer(2), WEDNESDAY)
    assert "Iro-Manager" in story.refused("iro", satisfied(2), THURSDAY)
    assert names(story.does("iro-manager", satisfied(2), THURSDAY)) == ["ChallengeResolved"]


def test_the_stage_opens_when_the_agreement_is_given_and_is_counted_from_then() -> None:
    story = with_a_gate()
    assert story.now.current.stage == "first"
    assert names(story.does("iro-manager", YES, THURSDAY)) == ["AgreementGiven", "StageOpened"]
    assert due(story) == "Thu 16 April 2026 5pm"


def test_a_refusal_is_recorded_with_its_reason_and_never_silences_the_raiser() -> None:
    story = with_a_gate()
    silent = GiveAgreement(proposal=1, agreed=False, words=Words(""))
    assert "reason" in story.refused("iro-manager", silent, THURSDAY)
    assert names(story.does("iro-manager", NO, THURSDAY)) == ["AgreementGiven"]
    assert names(story.does("iro", going_on("second"), THURSDAY)) == ["StageOpened"]


@pytest.mark.parametrize(("leads_to", "stage"), [("offered", "first"), ("opened", "second")])
def test_silence_before_a_stage_offers_it_to_the_raiser_or_opens_it(leads_to: str, stage: str) -> None:
    gate = f'gate = {{ agreed_by = ["iro-manager"], within = {{ count = 2 }}, on_silence = "{leads_to}" }}'
    story = with_a_gate(gate)
    assert "Iro-Manager must say first" in story.refused("iro", going_on("second"), THURSDAY)
    story.passes("Sat 11 April 2026 10am")
    assert names(story.history).count("AgreementOverdue") == 1
    assert story.now.current.stage == stage
    if leads_to == "offered":
        story.does("iro", going_on("second"), "Mon 13 April 2026 10am")
        assert story.now.current.stage == "second"


def test_where_nobody_can_agree_the_stage_opens_all_the_same_and_that_is_on_the_record() -> None:
    story = Story(a_town(a_procedure(stage={"second": GATE}), vacant=("iro-manager",)))
    story.does("iro", raising("first"), TUESDAY)
    assert names(story.does("iro", going_on("second"), WEDNESDAY)) == ["StageProposed", "StageOpened"]
    assert story.messages("vacant")


@pytest.mark.parametrize(("once", "happens"), [("true", ["StageOpened"]), ("false", ["StageProposed"])])
def test_one_agreement_serves_for_every_later_gate_or_each_needs_its_own(once: str, happens: list[str]) -> None:
    gate = f'gate = {{ agreed_by = ["iro-manager"], once = {once} }}'
    story = raised("talk", stage={"first": gate, "second": gate})
    story.does("iro", going_on("first"), WEDNESDAY)
    story.does("iro-manager", YES, WEDNESDAY)
    assert names(story.does("iro", going_on("second", 2), THURSDAY)) == happens
