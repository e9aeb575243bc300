"""`/readyz` says whether the clock is looked at and messages go out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.journeys.town import Town, a_town


def readiness(town: Town) -> tuple[int, list[str]]:
    async def ask() -> tuple[int, list[str]]:
        async with town.microsoft._client.get(f"{town.url}/readyz") as answer:
            return answer.status, (await answer.json())["troubles"]

    return town.run(ask())


def test_a_sweep_or_a_delivery_that_stands_still_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with a_town(f"sqlite:///{tmp_path / 'town.db'}", everybody=False) as town:
        assert readiness(town) == (503, ["the sweep has stalled", "the delivery has stalled"])
        town.run(town.running.rounds.sweep())
        town.run(town.running.rounds.deliver())
        assert readiness(town) == (200, [])
        later = datetime.now(UTC) + timedelta(minutes=6)
        monkeypatch.setattr("bot.jobs._now", lambda: later)
        assert readiness(town) == (503, ["the sweep has stalled", "the delivery has stalled"])
