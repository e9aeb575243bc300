"""Whatever somebody presses or types: no fault, no effect that isn't theirs to have, nothing that they may not know.

The buttons are made up: other people's references, codes and nonces, other stages, inputs that no form has.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cards.kit import actions_in
from tests.builders import DIRECTOR, IRO, IRO_MANAGER, MANAGER, STRANGER, SUPERVISOR, WORKER
from tests.hostile.attempts import lines, presses
from tests.hostile.markup import led_astray
from tests.hostile.traces import Rows, record
from tests.journeys.town import Town, a_town, previews, raises

QUICK = settings(max_examples=25, deadline=None, derandomize=True, database=None)
DEEP = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
REFS = ("PC-2026-0001", "pc 2026/1", "PC-2026-0002", "PC-2026-99999", "MOS-10423")
OUTSIDERS = ("somebody-else", STRANGER, DIRECTOR)
"""Unknown to the directory, without a part in the challenge, and an overseer who sees where it stands and no more."""
TAKE_PART = (IRO, WORKER, SUPERVISOR, MANAGER, IRO_MANAGER)
SECRETS = ("Alex", "forgotten", "No visit since", "A visit this week", "By telephone")
MAY: dict[str, set[str]] = {
    WORKER: {"StageAcknowledged", "StageAnswered", "NoteAdded"},
    SUPERVISOR: {"StageAcknowledged", "StageAnswered", "NoteAdded"},
    MANAGER: {"StageAcknowledged", "StageAnswered", "NoteAdded"},
}
"""What those who are asked can bring about; whoever raised it can do more."""


class Tried:
    """One attempt after the other in one town, each with what it led to."""

    def __init__(self, town: Town) -> None:
        self.town = town
        raises(town)
        self.nonces = [_nonce(town, person) for person in (WORKER, SUPERVISOR)]
        preview = previews(town, issue_1="No visit since May")
        self.codes = [preview.partition("Or type yes ")[2][:5]]
        town.ignores()

    def activity(self, person: str, attempt: tuple[str, dict[str, Any]] | str, *, submit: bool) -> dict[str, Any]:
        persona, microsoft = self.town.persona(person), self.town.microsoft
        if isinstance(attempt, str):
            return microsoft.message(attempt, persona)
        return microsoft.press(*attempt, persona, submit=submit)

    def post(self, person: str, activity: dict[str, Any]) -> list[dict[str, Any]]:
        """Everything that came back, all of it to this person."""
        before = len(self.town.microsoft.calls)
        answer = self.town._post(activity)
        calls = self.town.microsoft.calls[before:]
        bodies = [dict(call.body) for call in calls] + [answer.body] * isinstance(answer.body, dict)
        assert answer.status in (200, 201, 400), answer
        assert "went wrong" not in json.dumps(bodies), f"a fault at {activity}"
        assert {call.conversation for call in calls} <= {self.town.persona(person).conversation}
        assert [found for body in bodies for found in led_astray(body)] == []
        return bodies

    def everything(self, person: str) -> Rows:
        """The whole database without what is the person's own."""
        return record(self.town.office.database, but=person, reads=person in TAKE_PART)


def _nonce(town: Town, person: str) -> str:
    data = [one.get("data", {}) for one in actions_in(town.card(person)["body"], inside=True)]
    return next(str(each["nonce"]) for each in data if "nonce" in each)


def of_outsiders(tried: Tried) -> Callable[..., None]:
    def attempt(person: str, attempts: list[Any], submit: bool) -> None:
        before = tried.everything(person)
        for each in attempts:
            said = json.dumps(tried.post(person, tried.activity(person, each, submit=submit)), ensure_ascii=False)
            assert [secret for secret in SECRETS if secret in said] == []
        assert tried.everything(person) == before

    return attempt


def of_those_who_take_part(tried: Tried) -> Callable[..., None]:
    def attempt(person: str, attempts: list[Any], submit: bool) -> None:
        for each in attempts:
            before = tried.everything(person)
            activity = tried.activity(person, each, submit=submit)
            tried.post(person, activity)
            after = tried.everything(person)
            assert before["trail"] <= after["trail"]
            new = after["trail"] - before["trail"]
            assert {row.by for row in new} <= {person}
            assert {row.type for row in new} <= MAY.get(person, {row.type for row in new})
            tried.post(person, activity)  # delivered twice
            assert tried.everything(person) == after

    return attempt


def walk(url: str, people: tuple[str, ...], check: Callable[[Tried], Callable[..., None]], how: settings) -> None:
    with a_town(url) as town:
        tried = Tried(town)
        attempts = st.lists(presses(REFS, tried.nonces, tried.codes) | lines(REFS, tried.codes), min_size=5, max_size=9)
        how(given(person=st.sampled_from(people), attempts=attempts, submit=st.booleans())(check(tried)))()
        town.run(town.running.rounds.deliver())


def test_nobody_outside_changes_or_learns_anything(url: str) -> None:
    walk(url, OUTSIDERS, of_outsiders, QUICK)


def test_who_takes_part_does_only_what_is_theirs_to_do_and_only_once(url: str) -> None:
    walk(url, TAKE_PART, of_those_who_take_part, QUICK)


@pytest.mark.deep
@pytest.mark.timeout(1800)
def test_nobody_outside_changes_or_learns_anything_at_length(url: str) -> None:
    walk(url, OUTSIDERS, of_outsiders, DEEP)


@pytest.mark.deep
@pytest.mark.timeout(1800)
def test_who_takes_part_does_only_what_is_theirs_to_do_at_length(url: str) -> None:
    walk(url, TAKE_PART, of_those_who_take_part, DEEP)
