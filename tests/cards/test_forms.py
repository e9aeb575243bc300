"""Forms as cards: what was typed stays, what is wrong is named beside its field."""

from __future__ import annotations

from typing import Any

from bot.domain import blank, forms
from bot.domain.raise_form import raise_form
from cards.decision import decision_card
from cards.form import form_card
from cards.kit import LIMIT, actions_in, size
from cards.plain import as_text
from cards.words import inert
from tests.builders import a_child, lincolnshire
from tests.cards.stories import AGE, NOW, PROCEDURE, answered, longest, raised
from tests.client.card_rules import elements

DATA = {"ref": "PC-2026-0001", "n": 1, "nonce": "abc"}


def inputs(card: dict[str, Any]) -> dict[str, Any]:
    return {each["id"]: each for _, each in elements(card) if each["type"].startswith("Input.")}


def raising(issues: int = 1) -> forms.Form:
    return raise_form(lincolnshire(), (a_child(), a_child("MOS-20001")), issues)


def test_what_was_typed_stands_in_the_form_again() -> None:
    typed = {"child": "MOS-10423", "issue-1": "*No* visit", "kind-1": "delay", "q-needed-by": "2026-04-30"}
    shown = inputs(form_card(raising(), values=typed, data=DATA).card)
    assert {id: shown[f"raise.{id}"]["value"] for id in typed} == typed


def test_a_value_that_its_input_cannot_hold_is_left_out_and_its_fault_quotes_it() -> None:
    faults = {"q-needed-by": "When does the child need this by: “soon” isn't a date this can read."}
    drawn = form_card(raising(), values={"q-needed-by": "soon", "kind-1": "gone"}, faults=faults, data=DATA)
    assert "value" not in inputs(drawn.card)["raise.q-needed-by"]
    assert "value" not in inputs(drawn.card)["raise.kind-1"]
    assert "“soon”" in as_text(drawn.card)


def test_a_fault_stands_right_above_its_field_and_is_counted_at_the_top() -> None:
    drawn = form_card(raising(), faults={"impact": "What is the impact: please answer this."}, data=DATA)
    ids = [each.get("id", each.get("text")) for each in drawn.card["body"]]
    assert ids[ids.index("raise.impact") - 1] == "⚠ What is the impact: please answer this."
    assert "1 answer needs another look. Nothing you typed is lost." in as_text(drawn.card)


def test_what_was_typed_is_computed_by_no_client() -> None:
    shown = inputs(form_card(raising(), values={"issue-1": "Since {{DATE(2026-04-07T10:00:00Z)}}"}, data=DATA).card)
    assert shown["raise.issue-1"]["value"] == "Since { {DATE(2026-04-07T10:00:00Z)}}"


def test_a_hint_is_not_hidden_behind_the_question_it_belongs_to() -> None:
    shown = inputs(form_card(raising(), data=DATA).card)
    assert shown["raise.q-conversation-with"]["placeholder"] == "Name and day. With whom, and when?"
    hidden_from_pickers = "When does the child need this by? (optional; leave empty if the procedure's own dates are "
    assert shown["raise.q-needed-by"]["label"].startswith(hidden_from_pickers)
    assert shown["raise.arena"]["label"] == "In which arena? (optional; leave empty to take it from the child's record)"


def test_its_button_carries_the_form_and_what_it_is_about() -> None:
    (button,) = actions_in(form_card(blank.answer_form(lincolnshire(), raised().now), data=DATA).card["body"])
    assert button["verb"] == "submit"
    assert button["data"] == {"form": "answer", "ref": "PC-2026-0001", "n": 1, "nonce": "abc.answer"}


def test_a_form_that_can_grow_lets_an_incomplete_press_through() -> None:
    growing = form_card(raising(), data=DATA, more="Add another issue").card
    assert [action["verb"] for action in actions_in(growing["body"])] == ["submit", "more"]
    assert not any(each.get("isRequired") for each in inputs(growing).values())
    fixed = form_card(raising(), data=DATA).card
    assert inputs(fixed)["raise.impact"]["isRequired"]


def test_what_need_not_be_answered_says_so_and_the_rest_does_not() -> None:
    labels = {id: each["label"] for id, each in inputs(form_card(raising(), data=DATA).card).items()}
    assert labels["raise.q-wishes"].endswith("(optional)")
    assert not labels["raise.impact"].endswith("(optional)")


def test_few_speaking_choices_lie_open_and_many_or_bare_ones_unfold() -> None:
    shown = inputs(form_card(raising(), data=DATA).card)
    assert shown["raise.stage"]["style"] == "expanded"
    assert shown["raise.kind-1"]["style"] == "compact"
    resolve = inputs(form_card(blank.resolve_form(lincolnshire(), raised().now), data=DATA).card)
    assert resolve["resolve.achieved"]["style"] == "compact"
    many = raise_form(lincolnshire(), tuple(a_child(f"MOS-{number}") for number in range(10000, 10020)))
    assert inputs(form_card(many, data=DATA).card)["raise.child"]["style"] == "filtered"


def test_texts_that_do_not_fit_are_kept_and_named_and_those_with_faults_stay() -> None:
    form = raising(5)
    typed = {field.id: longest(field.most).text for field in form.fields if field.kind == "text"}
    drawn = form_card(form, values=typed, faults={"issue-5": "Shorten it."}, data=DATA, more="Add")
    submit, more = actions_in(drawn.card["body"])
    kept = submit["data"]["kept"].split()
    assert size(drawn.card) < LIMIT
    assert kept
    assert more["data"]["kept"].split() == kept
    assert set(inputs(drawn.card)) == {f"raise.{field.id}" for field in form.fields} - {f"raise.{id}" for id in kept}
    assert inputs(drawn.card)["raise.issue-5"]["value"] == inert(typed["issue-5"])
    assert "kept" not in form_card(form, data=DATA).card["body"][-1]["actions"][0]["data"]


def test_several_forms_in_one_card_do_not_clash() -> None:
    card = decision_card(answered("stage-1").now, PROCEDURE, age=AGE, now=NOW, nonce="x").card
    ids = [each["id"] for _, each in elements(card) if each["type"].startswith("Input.")]
    assert {"resolve.how", "escalate.reason", "close.reason"} <= set(ids)
    assert len(ids) == len(set(ids))
