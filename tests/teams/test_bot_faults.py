"""Turns that go wrong: the person is told in words, the operator by a code, and nobody reads anybody else's text."""

from __future__ import annotations

import logging

import pytest

from bot.usecases.ports import OutcomeUnknown, Reply, Shown
from tests.lines import lines
from tests.teams.fakes import Misbehaviour, persona
from tests.teams.trial import a_trial, run, texts

ANNA = persona("Anna")
WORDS = Reply(shown=(Shown(text="Your tray is empty."),))


def test_who_is_not_named_is_not_served() -> None:
    async def story() -> None:
        async with a_trial() as trial:
            nobody = {"from": {"id": "29:nobody"}}
            await trial.tell({**trial.microsoft.message("tray", ANNA), **nobody})
            assert "did not tell us who you are" in texts(trial.microsoft.chat(ANNA))[0]
            pressed = await trial.tell({**trial.microsoft.press("x", {}, ANNA), **nobody})
            assert (pressed.status, pressed.body["statusCode"]) == (200, 403)
            assert (await trial.tell({**trial.microsoft.installed(ANNA), **nobody})).status == 201
            assert trial.converse.turns == []

    run(story())


def test_a_form_beyond_its_limits_gets_an_inner_400_and_a_submit_gets_words() -> None:
    async def story() -> None:
        async with a_trial() as trial:
            for submit in (False, True):
                answer = await trial.tell(trial.microsoft.press("x", {"words": "x" * 8_001}, ANNA, submit=submit))
                if not submit:
                    assert answer.status == 200
                    assert answer.body["statusCode"] == 400
                    assert answer.body["type"] == "application/vnd.microsoft.error"
                    assert answer.body["value"]["code"] == "BadRequest"
            assert "8,001 characters" in texts(trial.microsoft.chat(ANNA))[0]
            assert trial.converse.turns == []

    run(story())


def test_our_own_fault_is_told_with_a_code_and_logged_without_words(caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        async with a_trial(fault=RuntimeError("Jane Doe, 12")) as trial:
            assert (await trial.tell(trial.microsoft.message("raise Jane", ANNA))).status == 201
            (said,) = texts(trial.microsoft.chat(ANNA))
            assert said.startswith("Something went wrong on our side. Nothing you typed was sent on. Code ")
            assert said.split()[-1] in caplog.text
            pressed = await trial.tell(trial.microsoft.press("answer", {"words": "Jane"}, ANNA))
            assert pressed.status == 200
            assert pressed.body["statusCode"] == 500
            assert pressed.body["type"] == "application/vnd.microsoft.error"
            assert pressed.body["value"]["message"].split()[-1] in caplog.text
            assert (await trial.tell(trial.microsoft.installed(ANNA))).status == 201

    with caplog.at_level(logging.DEBUG, logger="bot"):
        run(story())
    assert "RuntimeError" in caplog.text
    assert "Jane" not in caplog.text


@pytest.mark.parametrize("how", [Misbehaviour(status=403), Misbehaviour(status=500), Misbehaviour(drops=True)])
def test_a_reply_that_cannot_be_sent_changes_nothing_that_was_done(
    how: Misbehaviour, caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> None:
        async with a_trial(WORDS) as trial:
            trial.microsoft.misbehave(how)
            assert (await trial.tell(trial.microsoft.message("tray", ANNA))).status == 201
            assert len(trial.microsoft.calls) == 1

    run(story())
    assert len(lines(caplog, "reply_not_delivered")) == 1


def test_a_chat_that_is_gone_is_not_written_to_again() -> None:
    async def story() -> None:
        async with a_trial(Reply(shown=(Shown(text="Answered."),), replaces=True)) as trial:
            trial.microsoft.misbehave(Misbehaviour(status=403, code="BotNotInConversationRoster"))
            pressed = trial.microsoft.press("answer", {}, ANNA, card="m-1", submit=True)
            assert (await trial.tell(pressed)).status == 201
            assert [call.method for call in trial.microsoft.calls] == ["PUT"]

    run(story())


def test_a_throttled_reply_is_tried_a_second_time() -> None:
    async def story() -> None:
        async with a_trial(WORDS) as trial:
            trial.microsoft.misbehave(Misbehaviour(status=429, headers={"Retry-After": "0"}))
            await trial.tell(trial.microsoft.message("tray", ANNA))
            assert texts(trial.microsoft.chat(ANNA)) == ["Your tray is empty."]

    run(story())


def test_a_slow_reply_does_not_hold_up_the_answer_to_teams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.teams.bot._PATIENCE", 0.05)

    async def story() -> None:
        async with a_trial(WORDS) as trial:
            trial.microsoft.misbehave(Misbehaviour(delay=0.4))
            assert (await trial.tell(trial.microsoft.message("tray", ANNA))).status == 201
            assert trial.microsoft.chat(ANNA) == []
            await trial.teams._bot.close()
            assert texts(trial.microsoft.chat(ANNA)) == ["Your tray is empty."]

    run(story())


def test_an_unexpected_fault_in_sending_is_logged_and_the_turn_is_done(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> None:
        async with a_trial(WORDS) as trial:

            async def broken(*_: object) -> str:
                raise KeyError("Jane")

            monkeypatch.setattr(trial.teams.channel, "post", broken)
            assert (await trial.tell(trial.microsoft.message("tray", ANNA))).status == 201

    run(story())
    assert "KeyError" in caplog.text
    assert "Jane" not in caplog.text


def test_a_use_case_may_not_speak_of_delivery() -> None:
    async def story() -> None:
        async with a_trial(fault=OutcomeUnknown("500")) as trial:
            await trial.tell(trial.microsoft.message("tray", ANNA))
            assert "Something went wrong" in texts(trial.microsoft.chat(ANNA))[0]

    run(story())
