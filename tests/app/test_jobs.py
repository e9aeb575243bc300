"""The rounds of one process: a round that fails is said, and is tried again by the next tick."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import jobs
from bot.jobs import ROUNDS, STALLED, Rounds
from bot.procedures.load import load
from bot.usecases.office import Office
from storage import schema
from storage.database import Database
from tests.lines import lines


class WallClock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 4, 7, 9, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> WallClock:
    clock = WallClock()
    monkeypatch.setattr(jobs, "_now", clock.now)
    return clock


@pytest.fixture
def rounds(tmp_path: Path, wall: WallClock) -> Rounds:
    database = Database(f"sqlite:///{tmp_path / 'test.db'}")
    with database.writing() as connection:
        schema.upgrade(connection)
    office = Office(database=database, clock=wall, loaded=load("lincolnshire"), operator_email="o@council.example")
    return Rounds(office, {})


def test_a_round_has_stalled_until_the_first_has_ended_well_and_long_after_the_last(
    rounds: Rounds, wall: WallClock
) -> None:
    assert rounds.stalled() == ["the sweep has stalled", "the delivery has stalled"]
    asyncio.run(rounds.sweep())
    assert rounds.stalled() == ["the delivery has stalled"]
    asyncio.run(rounds.deliver())
    assert rounds.stalled() == []
    wall.moment += STALLED + timedelta(seconds=1)
    assert len(rounds.stalled()) == 2


def test_the_age_of_a_round_begins_with_the_process(rounds: Rounds, wall: WallClock) -> None:
    wall.moment += timedelta(seconds=40)
    asyncio.run(rounds.sweep())
    wall.moment += timedelta(seconds=2)
    assert rounds.ages() == dict(zip(ROUNDS, (timedelta(seconds=2), timedelta(seconds=42)), strict=True))


def test_a_tick_that_fails_is_logged_and_the_next_one_comes(
    rounds: Rounds, wall: WallClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def run() -> None:
        once, again = asyncio.Event(), asyncio.Event()

        async def breaks() -> None:
            (again if once.is_set() else once).set()
            raise KeyError("Alex Brown")

        monkeypatch.setattr(rounds, "deliver", breaks)
        rounds.start()
        await asyncio.wait_for(again.wait(), 10)
        await rounds.stop()

    wall.moment = datetime.now(UTC)
    monkeypatch.setattr(jobs, "DELIVER_EVERY", 0.05)
    asyncio.run(run())
    assert lines(caplog, "round_failed")[:2] == [{"action": "delivery", "fault": "KeyError"}] * 2
    assert "Alex" not in caplog.text
