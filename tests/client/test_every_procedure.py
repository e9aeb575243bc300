"""The main story of each other procedure through the real client, each by what is its own, with pictures to look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.demo.people import CHILD
from bot.domain.working_time import LONDON
from tests.client.demo import demo
from tests.client.driver import DESKTOP, Driver

pytestmark = [pytest.mark.client, pytest.mark.alone, pytest.mark.requirement("CARD-01", "CARD-04")]

CONCERN = {
    "raise.impact": "Alfie feels that nobody is coming, and has stopped asking.",
    "raise.q-conversation-how": "By telephone",
}
ANSWER = {
    "answer.verdict-1": "I accept it",
    "answer.words-1": "Daniel sees Alfie on Thursday after school, and every second Thursday from then on.",
    "answer.whom-1": "Daniel Wragby",
}
RESOLVED = {
    "resolve.how": "Daniel came on Thursday and has given Alfie the dates until Christmas.",
    "resolve.outcome": "Alfie knows when he comes, and talks again.",
    "resolve.achieved": "Yes",
}


def a_day(later: int = 0) -> str:
    """Today in London or some days later, as the demo's clock has it too."""
    return (datetime.now(LONDON) + timedelta(days=later)).date().isoformat()


@contextmanager
def played(procedure: str, folder: Path, *keys: str) -> Iterator[Driver]:
    """The demo under this procedure, seen by the raiser and these others."""
    with demo(folder, procedure) as running, Driver({key: running.urls[key] for key in ("iro", *keys)}) as client:
        yield client


def raises(client: Driver, pictures: Path, entries: Mapping[str, str]) -> None:
    client.act_as("iro")
    client.say(f"raise {CHILD}: No visit for five weeks > A visit this week, and a date for the next")
    client.width((390, 3400))
    client.screenshot(pictures / "1-raise-on-a-phone.png", card_only=True)
    client.width(DESKTOP)
    client.fill({**CONCERN, **entries})
    client.press("Preview")
    client.screenshot(pictures / "2-preview.png", card_only=True)
    client.press("Raise it")
    assert "PC-" in client.card_text()


def seen_on_a_phone(client: Driver, key: str, shows: str, picture: Path) -> None:
    client.act_as(key)
    client.wait_for_card(shows)
    client.width()
    client.screenshot(picture, card_only=True)


def test_bedfords_gate_and_meeting(tmp_path: Path, pictures: Path) -> None:
    with played("bedford", tmp_path, "iro-manager", "director") as client:
        entries = {
            "raise.kind-1": "Might need formal escalation: Avoidable drift and delay in the child's plan",
            "raise.stage": "Level 3",
            "raise.q-informal-attempts": "Two talks with Daniel, one with his manager, in October and November.",
            "raise.reason": "Two levels have promised the same visit before.",
        }
        raises(client, pictures, entries)
        seen_on_a_phone(client, "iro-manager", "Do you agree?", pictures / "3-gate-on-a-phone.png")
        client.press("Agree, or say why not")
        client.fill({"agree.agreed": "I agree"})
        client.press("Send")
        seen_on_a_phone(client, "director", "Please hold the meeting", pictures / "4-meeting-on-a-phone.png")
        client.press("Fix the meeting")
        client.fill({"meeting.day": a_day(1), "meeting.where": "2pm, Room 4, and on Teams"})
        client.press("Tell everybody concerned")
        client.screenshot(pictures / "5-meeting-fixed-on-a-phone.png", card_only=True)
        client.press("Record the outcome")
        client.fill(ANSWER)
        client.press("Send answer")
        assert "Answered by Yvonne Tamblyn" in client.card_text()
        client.act_as("iro")
        client.wait_for_card("Please decide by")
        client.screenshot(pictures / "6-decide.png", card_only=True)
        client.press("I am satisfied")
        client.fill(RESOLVED)
        client.press("Record and resolve")
        assert "✓ Resolved" in client.card_text()


def test_north_east_lincolnshires_manager_resolves_it(tmp_path: Path, pictures: Path) -> None:
    with played("north-east-lincolnshire", tmp_path, "manager", "iro-manager") as client:
        entries = {
            "raise.kind-1": "Minimum statutory requirements not met, for example visits to the child",
            "raise.stage": "Stage 1",
            "raise.q-human-rights": "His right to family life: nobody keeps up his contact.",
            "raise.reason": "The QAP response came, and no visit.",
        }
        raises(client, pictures, entries)
        seen_on_a_phone(client, "manager", "Please answer by", pictures / "3-asked-on-a-phone.png")
        client.press("Answer")
        client.fill(ANSWER)
        client.press("Send answer")
        seen_on_a_phone(client, "iro-manager", "Please decide by", pictures / "4-decides-on-a-phone.png")
        client.press("I am satisfied")
        client.fill({**RESOLVED, "resolve.q-agreed-with": "Imogen Ashdown and Farida Kelsall"})
        client.press("Record and resolve")
        assert "✓ Resolved" in client.card_text()


def test_oxfordshires_alert_with_its_grounds_and_revised_outcome(tmp_path: Path, pictures: Path) -> None:
    with played("oxfordshire", tmp_path, "service", "deputy") as client:
        entries = {
            "raise.kind-1": "Care plan implementation: Drift or delay in the implementation of the child's care plan",
            "raise.q-evidence": "The record of visits; Alfie's own account at his review.",
            "raise.q-origin": "The child or young person",
            "raise.q-child-told": "Yes, and is kept informed",
            "raise.q-child-rights": "Yes, and is supported",
            "raise.stage": "Stage 2",
            "raise.ground": "Issue unable to be resolved",
            "raise.answer-by": a_day(),
            "raise.reason": "The conversation has changed nothing.",
        }
        raises(client, pictures, entries)
        seen_on_a_phone(client, "service", "Please answer by", pictures / "3-asked-on-a-phone.png")
        client.press("Answer")
        client.fill({**ANSWER, "answer.q-evidence-of-answer": "Daniel's diary, seen by me today."})
        client.press("Send answer")
        client.act_as("iro")
        client.wait_for_card("Please decide by")
        client.press("Not satisfied: go on")
        client.screenshot(pictures / "4-go-on.png", card_only=True)
        onward = {
            "escalate.ground": "Issue still not resolved",
            "escalate.answer-by": a_day(),
            "escalate.reason": "Every second Thursday is not every week.",
            "escalate.q-child-informed": "Yes",
            "escalate.outcome-1": "A visit every week until he is settled",
        }
        client.fill(onward)
        client.press("Go on to this stage")
        seen_on_a_phone(client, "deputy", "A visit every week", pictures / "5-stage-3-on-a-phone.png")
