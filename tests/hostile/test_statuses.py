"""Every row of the table gets its status, from the door alone and from the whole bot, and leaves nothing behind."""

from __future__ import annotations

import io
import logging

import aiohttp
import pytest

from tests.hostile.rows import ROWS, Row, Sent
from tests.hostile.traces import record
from tests.journeys.town import a_town, raises
from tests.teams.trial import Trial, a_trial, run


async def status_of(url: str, sent: Sent) -> int:
    async with (
        aiohttp.ClientSession() as client,
        client.request(
            sent.method, url, data=io.BytesIO(sent.body), headers=sent.headers, skip_auto_headers=["Content-Type"]
        ) as response,
    ):
        await response.read()
        return response.status


async def _status(trial: Trial, row: Row) -> int:
    return await status_of(trial.url, row.build(trial.microsoft))


@pytest.mark.parametrize("row", [pytest.param(row, id=row.what) for row in ROWS])
def test_every_input_gets_its_status(row: Row) -> None:
    async def story() -> None:
        async with a_trial() as trial:
            assert await _status(trial, row) == row.status, row.why

    run(story())


def test_a_refused_request_never_reaches_the_use_cases() -> None:
    async def story() -> None:
        async with a_trial() as trial:
            for row in ROWS:
                if row.status >= 400:
                    await _status(trial, row)
            assert trial.converse.turns == []
            assert trial.microsoft.calls == []

    run(story())


def test_none_of_it_is_a_fault_or_changes_anything(url: str, caplog: pytest.LogCaptureFixture) -> None:
    with a_town(url) as town:
        raises(town)
        town.ignores()
        before = record(town.office.database)
        for row in ROWS:
            assert town.run(status_of(f"{town.url}/api/messages", row.build(town.microsoft))) == row.status, row.what
        assert record(town.office.database) == before
        assert [line.getMessage() for line in caplog.records if line.levelno >= logging.WARNING] == []
