"""What holds for every card in every state."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest

from bot.domain.notices import Kind
from bot.domain.raise_form import raise_form
from cards.form import form_card
from cards.help import greeting
from cards.kit import LIMIT, actions_in, command_of, size
from cards.notice import notice_card
from cards.plain import as_text
from cards.record import record_card
from tests.builders import IRO, MANAGER, Story, a_child, a_directory, facts
from tests.cards.gallery import gallery
from tests.cards.older import for_1_2
from tests.cards.stories import NOW, PROCEDURE, a_raise, an_answer, decision, request
from tests.client.card_rules import elements, faults

GOLDEN = Path(__file__).parent / "golden"
EVERY = pytest.mark.parametrize("name", gallery())


def card(name: str) -> dict[str, Any]:
    return gallery()[name].card


def inputs(node: Any) -> Iterator[dict[str, Any]]:
    yield from (dict(each) for _, each in elements(node) if each["type"].startswith("Input."))


def visible(node: Any) -> str:
    """Every text that a card shows before anybody types."""
    texts = [each.get("text", "") + each.get("title", "") for _, each in elements(node)]
    return "\n".join(
        texts + [fact["title"] + fact["value"] for _, each in elements(node) for fact in each.get("facts", ())]
    )


@EVERY
def test_a_card_is_as_it_was_when_it_was_last_looked_at(name: str) -> None:
    """Write the files anew with GOLDEN=write, and look at the pictures of what has changed."""
    drawn = gallery()[name]
    text = json.dumps({"summary": drawn.summary, "card": drawn.card}, indent=1, ensure_ascii=False) + "\n"
    file = GOLDEN / f"{name}.json"
    if os.environ.get("GOLDEN") == "write":
        GOLDEN.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")
    assert file.read_text("utf-8") == text


def test_no_golden_file_is_left_of_a_card_that_is_gone() -> None:
    assert {file.stem for file in GOLDEN.glob("*.json")} == set(gallery())


@EVERY
def test_a_card_is_valid_and_obeys_the_rules_of_teams(name: str) -> None:
    assert faults(card(name)) == []


@EVERY
def test_a_card_is_small_enough_at_the_longest_texts(name: str) -> None:
    assert size(card(name)) < LIMIT


@EVERY
def test_a_card_declares_1_2_and_says_what_to_type_where_it_cannot_be_shown(name: str) -> None:
    shown = card(name)
    assert shown["version"] == "1.2"
    assert gallery()[name].summary in shown["fallbackText"]
    for action in actions_in(shown["body"]):
        assert command_of(action) in shown["fallbackText"]


@pytest.mark.requirement("CARD-05")
@EVERY
def test_every_button_does_the_same_on_a_client_that_does_not_know_it(name: str) -> None:
    for action in actions_in(card(name)["body"], inside=True):
        if action["type"] == "Action.ShowCard":
            continue
        assert action["type"] == "Action.Execute"
        fallback = action["fallback"]
        assert fallback["type"] == "Action.Submit"
        assert fallback["title"] == action["title"]
        assert fallback["data"] == {**action["data"], "verb": action["verb"]}


@EVERY
def test_buttons_lie_in_action_sets_in_the_body(name: str) -> None:
    assert "actions" not in card(name)
    for path, _ in ((path, each) for path, each in elements(card(name)) if each["type"].startswith("Action.")):
        assert "actions" in path


@EVERY
def test_no_two_buttons_that_change_something_share_a_nonce(name: str) -> None:
    acts = [action for action in actions_in(card(name)["body"], inside=True) if "nonce" in action.get("data", {})]
    nonces = {action["data"]["nonce"] for action in acts}
    assert len(nonces) == len({(action["data"].get("form"), action["verb"] == "ack") for action in acts})


@pytest.mark.requirement("CARD-05")
@EVERY
def test_a_1_2_client_is_still_told_what_is_asked_and_can_send_it(name: str) -> None:
    full, older = card(name), for_1_2(card(name))
    assert [fault for fault in faults(older) if "no label" not in fault] == []
    assert {each["id"] for each in inputs(older)} == {each["id"] for each in inputs(full)}
    for each in inputs(older):
        assert "label" not in each
        speaks = each.get("style") == "expanded" and all(" " in choice["title"] for choice in each["choices"])
        assert each["placeholder"] or speaks
    labels = {each["id"]: each["label"] for each in inputs(full)}
    for each in inputs(older):
        assert labels[each["id"]].removesuffix(" (optional)") in each["placeholder"]
    sent = [action["data"]["verb"] for _, action in elements(older) if action["type"] == "Action.Submit"]
    asked = [action["verb"] for action in actions_in(full["body"], inside=True) if "verb" in action]
    assert sent == asked


@EVERY
def test_every_input_has_a_label_and_words_for_its_error(name: str) -> None:
    for each in inputs(card(name)):
        assert each["label"]
        assert each["errorMessage"]
        assert re.fullmatch(r"[a-z]+\.[a-z0-9-]+", each["id"])


@EVERY
def test_a_card_of_more_than_a_line_has_a_heading(name: str) -> None:
    body = card(name)["body"]
    assert len(body) == 1 or any(each.get("style") == "heading" and each["size"] == "Large" for each in body)


@EVERY
def test_a_colour_never_stands_alone(name: str) -> None:
    for _, each in elements(card(name)):
        if each.get("color") == "Attention":
            assert "⚠" in each["text"]
        assert each.get("color") in (None, "Attention")


@EVERY
def test_no_card_names_a_child_and_no_summary_tells_one(name: str) -> None:
    child, drawn = a_child(), gallery()[name]
    everything = json.dumps(drawn.card, ensure_ascii=False) + as_text(drawn.card)
    for part in child.name.split():
        assert part not in everything
    assert not re.search(rf"\b{child.initials}\b|aged", drawn.summary)
    assert len(drawn.summary) < 120


@EVERY
def test_what_people_wrote_is_never_read_as_markdown(name: str) -> None:
    for _, each in elements(card(name)):
        if each["type"] == "TextBlock":
            assert "*bold*" not in each["text"].replace(r"\*bold\*", "")
        for fact in each.get("facts", ()):
            assert "*bold*" not in fact["value"].replace(r"\*bold\*", "")


def strings(node: Any) -> Iterator[str]:
    """Every string of a card but what its buttons carry."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key != "data":
                yield from strings(value)
    elif isinstance(node, list):
        for value in node:
            yield from strings(value)
    elif isinstance(node, str):
        yield node


@EVERY
def test_a_client_has_nothing_to_compute_in_a_card(name: str) -> None:
    assert not [text for text in (gallery()[name].summary, *strings(card(name))) if "{{" in text]


def test_names_and_references_of_children_are_never_computed_by_a_client() -> None:
    when = "{{DATE(2026-04-07T10:00:00Z, SHORT)}}"
    usual = a_directory(a_child(when, unit="Boston Team 1"))
    people = {id: replace(person, name=f"{person.name} {when}") for id, person in usual.people.items()}
    story = Story(facts(replace(usual, people=people)))
    story.does(IRO, replace(a_raise("stage-1"), child=when), "Tue 7 April 2026 10am")
    story.does(MANAGER, an_answer("accepted", "challenged"), "Thu 9 April 2026 4:40pm")
    form, typed = raise_form(PROCEDURE, ()), {"child": when, "issue-1": when}
    drawn = [
        request(story),
        decision(story, lead=when),
        record_card(story.now, story.history, PROCEDURE, now=NOW, lead=when),
        form_card(form, values=typed, faults={"child": when}, data={"ref": when}, notice=when),
        *(notice_card(kind, story.history[-1], story.now, PROCEDURE) for kind in get_args(Kind)),
        greeting(PROCEDURE, name=when, raises=True, oversees=True),
    ]
    for one in drawn:
        assert not [text for text in (one.summary, *strings(one.card)) if "{{" in text]


@EVERY
def test_a_card_reads_well_as_text(name: str) -> None:
    text = as_text(card(name))
    assert text
    assert "**" not in text
    assert not re.search(r"\n{3,}", text)
    for action in actions_in(card(name)["body"]):
        if command := command_of(action):
            assert f"Type: {command}" in text
