"""The rules by which the cards are judged find what they are meant to find."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client.card_rules import LIMIT, faults


def a_card(*body: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "AdaptiveCard", "version": "1.2", "body": list(body), **more}


def text(words: str, **more: Any) -> dict[str, Any]:
    return {"type": "TextBlock", "text": words, "wrap": True, **more}


def test_a_good_card_has_no_faults() -> None:
    asked = {"type": "Input.Text", "id": "why", "label": "Why", "isRequired": True, "errorMessage": "Say why"}
    button = {"type": "Action.Execute", "title": "Send", "verb": "send", "fallback": {"type": "Action.Submit"}}
    card = a_card(text("Hello"), asked, {"type": "ActionSet", "actions": [button]}, msteams={"width": "Full"})
    assert faults(card) == []


@pytest.mark.parametrize(
    ("card", "fault"),
    [
        (a_card(text("x" * LIMIT)), "card: 28763 bytes, and Teams takes 28672"),
        (a_card(version="1.6"), "card.version: 1.6 is not one up to 1.5"),
        (a_card(text("Hello", colour="good")), "card.body[0]: Additional properties are not allowed"),
        (a_card({"type": "Container", "items": [text("Hello", size="Huge")]}), "card.body[0].items[0].size"),
        (a_card({"type": "Column", "items": []}), "card.body[0]: type 'Column' is not allowed here"),
        (a_card({"type": "Input.Text", "id": "why"}), "card.body[0]: no label"),
        (a_card({"type": "TextBlock", "text": "word " * 9}), "card.body[0]: long text without wrap"),
        (a_card({"type": "Balloon"}), "card.body[0]: type 'Balloon' is not in the schema"),
        (a_card(refresh={"action": {"type": "Action.Execute", "verb": "look"}}), "card.refresh.userIds"),
    ],
)
def test_a_faulty_card_is_named_with_the_place_of_its_fault(card: dict[str, Any], fault: str) -> None:
    assert any(found.startswith(fault) for found in faults(card)), faults(card)


def test_two_inputs_cannot_share_an_id() -> None:
    asked = {"type": "Input.Text", "id": "why", "label": "Why"}
    assert "card: 2 inputs with the id 'why'" in faults(a_card(asked, asked))
