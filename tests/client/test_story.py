"""The story through the real client in a real browser: raise as the IRO, answer as the manager, decide as the IRO."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.client.demo import RunningDemo, demo
from tests.client.driver import Driver

pytestmark = [
    pytest.mark.client,
    pytest.mark.alone,
    pytest.mark.requirement("CARD-01", "CARD-04", "CARD-05"),
]

RAISE = "raise MOS-10423: No visit for five weeks > A visit this week, and a date for the next"


def test_raised_answered_and_decided_in_the_real_client(tmp_path: Path, pictures: Path) -> None:
    with demo(tmp_path) as running:
        chosen = {key: running.urls[key] for key in ("iro", "manager", "service")}
        with Driver(chosen) as client:
            _raise(client, pictures)
            _answer(client, pictures)
            _decide(client, pictures)
            _let_time_pass(client, running, pictures)


def _raise(client: Driver, pictures: Path) -> None:
    client.act_as("iro")
    client.say(RAISE)
    client.screenshot(pictures / "1-raise.png")
    client.fill(
        {
            "raise.kind-1": "Delay in the care plan",
            "raise.impact": "Alfie feels that nobody is coming, and has stopped asking.",
            "raise.q-conversation-how": "By telephone",
            "raise.q-wishes": "I want to know when she comes.",
            "raise.stage": "Stage 1",
            "raise.reason": "Two informal talks have changed nothing.",
        }
    )
    client.press("Preview")
    assert "Farida Kelsall (Team Manager)" in client.card_text()
    client.screenshot(pictures / "2-preview.png", card_only=True)
    client.press("Raise it")
    assert "PC-" in client.card_text()


def _answer(client: Driver, pictures: Path) -> None:
    client.act_as("manager")
    client.wait_for_card("Please answer by")
    client.screenshot(pictures / "3-asked.png")
    client.press("Acknowledge")
    assert "Acknowledged by Farida Kelsall" in client.card_text()
    client.width()
    client.press("Answer")
    client.screenshot(pictures / "4-answer-on-a-phone.png")
    refused = client.press("Send answer").refused
    assert refused, "the client itself asks for what is missing"
    client.fill(
        {
            "answer.verdict-1": "I accept it",
            "answer.words-1": "Daniel sees Alfie on Thursday after school.",
            "answer.whom-1": "Daniel Wragby",
        }
    )
    client.press("Send answer")
    assert "Answered by Farida Kelsall" in client.card_text()
    client.screenshot(pictures / "5-answered-on-a-phone.png")


def _decide(client: Driver, pictures: Path) -> None:
    client.act_as("iro")
    client.wait_for_card("Please decide by")
    client.screenshot(pictures / "6-decide.png")
    client.press("Not satisfied: go on")
    client.fill({"escalate.reason": "Nobody came on Thursday."})
    client.press("Go on to this stage")
    assert "Marcus Thornaby" in client.card_text()
    client.act_as("service")
    client.wait_for_card("Please answer by")


def _let_time_pass(client: Driver, running: RunningDemo, pictures: Path) -> None:
    client.act_as("iro")
    client.say("clock +9 days")
    client.wait_for_text("Time has passed")
    client.act_as("service")
    assert any("Digest for" in str(message.card) for message in client.messages())
    client.screenshot(pictures / "7-reminders-and-digest.png")
    assert any("please answer by" in subject for subject in running.mail())
    assert not any("Alfie" in subject for subject in running.mail())
