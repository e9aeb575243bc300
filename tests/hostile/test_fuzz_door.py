"""Whatever a request holds, the door answers with a status that fits, and never with 500."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.hostile.rows import ANNA, JSON, Sent
from tests.hostile.test_statuses import status_of
from tests.teams.trial import Trial, a_trial, run

TAKEN_OR_REFUSED = {200, 201, 400, 401, 403, 501}
quick = settings(max_examples=5, deadline=None, derandomize=True, database=None)
deep = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
field_names = st.sampled_from(
    ["type", "id", "name", "text", "from", "conversation", "recipient", "entities", "attachments", "channelData"]
    + ["value", "timestamp", "serviceUrl", "channelId", "replyToId", "action", "membersAdded", "deliveryMode"]
)
changes = st.lists(st.dictionaries(field_names, json_values, max_size=4), min_size=20, max_size=30)

numerals = st.sampled_from(["1e999", "-0", "1" * 400, "0.1e-999", "NaN", "Infinity", "01", "0x1", "1_0", "9" * 20])
texts = st.text(max_size=10).map(json.dumps) | st.sampled_from(
    ['"\\ud800"', '"\\u0000"', '"\\u202e"', '"\x01"', '"\\x"', "'a'", '"', '"\\uD83D\\uDE00"']
)
shapes = st.recursive(
    numerals | texts | st.sampled_from(["null", "true", "tru", "", "{}", "[]"]),
    lambda inner: (
        st.lists(inner, max_size=4).map(lambda all_: f"[{','.join(all_)}]")
        | st.lists(st.tuples(texts, inner), max_size=4).map(lambda all_: f"{{{','.join(f'{k}:{v}' for k, v in all_)}}}")
    ),
    max_leaves=10,
)
"""JSON, nearly JSON, and JSON with keys that come twice."""
bodies = st.lists(
    (shapes.map(lambda shape: f'{{"type":"message","value":{shape}}}') | shapes).map(
        lambda body: body.encode("utf-8", "surrogatepass")
    )
    | st.binary(max_size=40)
    | st.integers(1, 3000).map(lambda depth: b'{"a":' * depth + b"1" + b"}" * depth),
    min_size=20,
    max_size=30,
)
tokens = st.lists(st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=60), min_size=20)


def _fields(changes: list[dict[str, Any]]) -> None:
    async def story(trial: Trial) -> None:
        for change in changes:
            for activity in (trial.microsoft.message("x", ANNA), trial.microsoft.press("x", {}, ANNA)):
                answer = await trial.tell({**activity, **change})
                assert answer.status in TAKEN_OR_REFUSED

    _told(story)


def _bodies(bodies: list[bytes]) -> None:
    async def story(trial: Trial) -> None:
        for body in bodies:
            headers = {**JSON, "Authorization": f"Bearer {trial.microsoft.token()}"}
            assert await status_of(trial.url, Sent(body=body, headers=headers)) == 400
        assert trial.converse.turns == []

    _told(story)


def _tokens(tokens: list[str]) -> None:
    async def story(trial: Trial) -> None:
        for token in tokens:
            header = trial.microsoft.token().split(".")[0]
            for made in (token, f"{header}.{token}.x", f"{token}.{token}.{token}"):
                answer = await trial.tell(trial.microsoft.message("x", ANNA), token=made or "x")
                assert answer.status == 401
        assert trial.converse.turns == []

    _told(story)


def _told(story: Callable[[Trial], Any]) -> None:
    async def whole() -> None:
        async with a_trial() as trial:
            await story(trial)

    run(whole())


@quick
@given(changes=changes)
def test_no_value_of_any_field_is_a_fault(changes: list[dict[str, Any]]) -> None:
    _fields(changes)


@quick
@given(bodies=bodies)
def test_no_body_is_a_fault(bodies: list[bytes]) -> None:
    _bodies(bodies)


@quick
@given(tokens=tokens)
def test_no_token_is_a_fault_or_lets_anybody_in(tokens: list[str]) -> None:
    _tokens(tokens)


@pytest.mark.deep
@pytest.mark.timeout(600)
@deep
@given(changes=changes, bodies=bodies, tokens=tokens)
def test_no_request_is_a_fault_at_length(changes: list[dict[str, Any]], bodies: list[bytes], tokens: list[str]) -> None:
    _fields(changes)
    _bodies(bodies)
    _tokens(tokens)
