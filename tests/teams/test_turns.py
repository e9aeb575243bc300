"""From an activity to what a person asked."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.teams.incoming import activity_in
from bot.teams.turns import Malformed, NotUnderstood, execute_ask, message_ask
from bot.usecases.ports import Pressed, Typed

BOT = "28:bot"


def activity(**fields: Any) -> Any:
    given = {
        "type": "message",
        "channelId": "msteams",
        "serviceUrl": "https://smba.trafficmanager.net/uk/",
        "from": {"id": "29:anna"},
        "recipient": {"id": BOT},
        "conversation": {"id": "a:1"},
    }
    return activity_in(json.dumps({**given, **fields}).encode())


def typed(text: str, *entities: Any) -> str:
    ask = message_ask(activity(text=text, entities=list(entities)))
    assert isinstance(ask, Typed)
    return ask.text


def mention(name: str, account: str) -> dict[str, Any]:
    return {"type": "mention", "text": f"<at>{name}</at>", "mentioned": {"id": account, "name": name}}


def test_the_bots_own_mention_is_taken_out_and_other_names_stay() -> None:
    text = "<at>Positive Challenge</at> delegate PC-2026-0042 to <at>Bea Smith</at>"
    heard = typed(text, mention("Positive Challenge", BOT), mention("Bea Smith", "29:bea"))
    assert heard == "delegate PC-2026-0042 to Bea Smith"


def test_text_is_trimmed_and_loses_control_characters_only() -> None:
    assert typed(" \u00a0 raise\x00 Kind\x07: A\tb\r\nC\u2019s d\u00e9j\u00e0 vu \U0001f600 \n") == (
        "raise Kind: A\tb\nC\u2019s d\u00e9j\u00e0 vu \U0001f600"
    )


def test_the_signs_that_teams_writes_as_entities_are_read() -> None:
    assert typed("raise K-1: visits missed &gt; visits &lt;5 days&nbsp;apart, R&amp;D &amp;lt; A&notB") == (
        "raise K-1: visits missed > visits <5 days apart, R&D &lt; A&notB"
    )
    assert typed("raise K-1: visits missed > a plan") == "raise K-1: visits missed > a plan"


def test_a_long_text_is_refused_in_words() -> None:
    assert typed("x" * 8_000) == "x" * 8_000
    with pytest.raises(NotUnderstood, match=r"8,001 characters; one message may have 8,000\. Nothing was kept"):
        typed("x" * 8_001)


def test_a_message_with_a_form_and_no_text_is_a_pressed_button() -> None:
    data = {"verb": "answer", "ref": "PC-2026-0042", "agree": True, "days": 5, "msteams": {"type": "x"}, "empty": None}
    assert message_ask(activity(value=data, replyToId="m-1")) == Pressed(
        verb="answer", data={"ref": "PC-2026-0042", "agree": True, "days": 5}, card="m-1"
    )


def test_a_form_of_somebody_else_is_refused_in_words() -> None:
    with pytest.raises(NotUnderstood, match="not one of ours"):
        message_ask(activity(value={"ref": "PC-2026-0042"}))


def execute(action: Any) -> Pressed:
    return execute_ask(activity(type="invoke", name="adaptiveCard/action", value={"action": action}))


def test_an_execute_brings_its_verb_beside_its_data() -> None:
    data = {"verb": "ignored", "words": "a\x00b"}
    pressed = execute({"type": "Action.Execute", "verb": "answer", "data": data})
    assert pressed == Pressed(verb="answer", data={"words": "ab"}, card=None)
    assert execute({"type": "Action.Execute", "data": {"verb": "answer"}}).verb == "answer"
    assert execute({"type": "Action.Execute", "verb": "answer"}).data == {}


@pytest.mark.parametrize(
    "data",
    [
        {"a": {"nested": 1}},
        {"a": [1]},
        {"a": "x" * 8_001},
        {f"input-{number}": "" for number in range(101)},
    ],
)
def test_a_form_beyond_its_limits_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(NotUnderstood):
        execute({"type": "Action.Execute", "verb": "answer", "data": data})


@pytest.mark.parametrize(
    "action", [None, [], {"type": "Action.Submit"}, {"type": "Action.Execute"}, {"type": "Action.Execute", "verb": 5}]
)
def test_an_action_of_another_shape_is_malformed(action: Any) -> None:
    with pytest.raises(Malformed):
        execute(action)
