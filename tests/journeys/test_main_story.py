"""The main story, through the real door: raised, answered, decided, told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import IRO, MANAGER, SUPERVISOR, WORKER
from tests.journeys.town import Town, a_town

pytestmark = pytest.mark.requirement("CARD-01", "CARD-04", "CARD-05")


def raise_informally(town: Town) -> str:
    town.says(IRO, "raise MOS-10423: No visit since 2 March > A visit this week")
    town.submits(
        IRO, "raise", "Preview", child="MOS-10423", issue_1="No visit since 2 March", outcome_1="A visit this week",
        kind_1="delay", impact="Alex feels forgotten", stage="informal", q_conversation_how="By telephone",
    )
    return town.presses(IRO, "Raise it")


def test_an_iro_raises_informally_the_social_worker_answers_and_the_iro_is_satisfied(tmp_path: Path) -> None:
    with a_town(folder=tmp_path) as town:
        text = raise_informally(town)
        print(text)
        print(town.ignores())
        print(town.happened())
        town.submits(WORKER, "answer", "Send answer", verdict_1="accepted", words_1="Visit booked for Thursday")
        print(town.ignores())
        print(town.chat(WORKER)[-1])
        town.submits(IRO, "resolve", "Record and resolve", how="Visited", outcome="Alex was seen", achieved="yes")
        print(town.ignores())
        print(town.card(IRO)["body"][:4])
        print(town.happened())
