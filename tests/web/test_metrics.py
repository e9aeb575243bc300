"""`/metrics` and `/readyz`: who may read them, what they say, and that they never hang."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from prometheus_client.parser import text_string_to_metric_families

from bot.telemetry.logs import Log
from bot.telemetry.metrics import Metrics
from bot.usecases.backlog import Waiting
from bot.web import patience
from bot.web.health import add_health
from bot.web.metrics import add_metrics, count_in

TOKEN = "a-token-of-some-length"
QUIET = Waiting(rows={"waiting": 3, "failed": 2}, message=timedelta(minutes=2), look=timedelta(0), open_at={1: 4, 3: 1})
Client = TestClient[web.Request, web.Application]
Ask = Callable[[Client], Awaitable[None]]


async def quiet() -> Waiting:
    return QUIET


def watched(
    ask: Ask,
    *,
    waiting: Callable[[], Awaitable[Waiting]] = quiet,
    token: str = "",
    metrics: Metrics | None = None,
) -> None:
    """An application with one route that works and one that fails, while it is asked."""

    async def run() -> None:
        application = web.Application()
        counted = metrics or Metrics()

        async def fails(_: web.Request) -> web.Response:
            raise KeyError

        count_in(application, counted)
        ages = {"sweep": timedelta(seconds=7), "delivery": timedelta(seconds=2)}
        add_metrics(application, counted, waiting, lambda: ages, token=token)
        application.router.add_get("/broken", fails)
        async with TestClient(TestServer(application)) as client:
            await ask(client)

    asyncio.run(run())


def values(text: str) -> Mapping[str, float]:
    """Every value of ours by its name and labels: `outbox_rows state=waiting`."""
    return {
        " ".join([sample.name.removeprefix("positive_challenge_"), *(f"{k}={v}" for k, v in sample.labels.items())]): (
            sample.value
        )
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name.startswith("positive_challenge_")
    }


async def read(client: Client) -> Mapping[str, float]:
    answer = await client.get("/metrics")
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    return values(await answer.text())


def test_what_stands_in_the_database_is_told_when_somebody_asks() -> None:
    async def ask(client: Client) -> None:
        found = await read(client)
        assert found["database_up"] == 1
        assert (found["outbox_rows state=waiting"], found["outbox_rows state=failed"]) == (3, 2)
        assert (found["outbox_due_age_seconds"], found["look_due_age_seconds"]) == (120, 0)
        assert (found["open_challenges position=1"], found["open_challenges position=3"]) == (4, 1)
        assert (found["round_age_seconds round=sweep"], found["round_age_seconds round=delivery"]) == (7, 2)

    watched(ask)


@pytest.mark.parametrize("header", ["", "Bearer", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer é"])
def test_without_its_token_nothing_is_told(header: str) -> None:
    async def ask(client: Client) -> None:
        answer = await client.get("/metrics", headers={"Authorization": header} if header else {})
        assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert await answer.text() == ""

    watched(ask, token=TOKEN)


def test_a_header_that_is_no_text_is_refused_like_any_other() -> None:
    async def ask(client: Client) -> None:
        reader, writer = await asyncio.open_connection(client.host, client.port)
        writer.write(b"GET /metrics HTTP/1.1\r\nHost: bot\r\nAuthorization: Bearer \xff\r\nConnection: close\r\n\r\n")
        assert (await reader.readline()).split()[1] == b"401"
        writer.close()
        await writer.wait_closed()

    watched(ask, token=TOKEN)


def test_with_its_token_it_is_told() -> None:
    async def ask(client: Client) -> None:
        answer = await client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert "positive_challenge_database_up 1.0" in await answer.text()

    watched(ask, token=TOKEN)


def test_a_database_that_hangs_is_asked_once_and_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "PATIENCE", 0.05)
    asked, going = 0, asyncio.Event()

    async def hangs() -> Waiting:
        nonlocal asked
        asked += 1
        await going.wait()
        return QUIET

    async def ask(client: Client) -> None:
        for _ in range(3):
            found = await read(client)
            assert found["database_up"] == 0
            assert "outbox_rows state=waiting" not in found
            assert found["outbox_due_age_seconds"] != found["outbox_due_age_seconds"]  # not a number
        assert asked == 1
        going.set()
        await asyncio.sleep(0)
        found = await read(client)
        assert (found["database_up"], found["outbox_rows state=waiting"]) == (1, 3)

    watched(ask, waiting=hangs)


def test_a_database_that_fails_leaves_what_the_process_has_counted() -> None:
    async def fails() -> Waiting:
        raise OSError("the server is gone")

    async def ask(client: Client) -> None:
        await client.get("/metrics")
        found = await read(client)
        assert (found["database_up"], found["requests_total route=/metrics status=200"]) == (0, 1)
        assert found["troubles_total event=backlog_not_read"] == 2

    watched(ask, waiting=fails)


def test_answers_are_counted_by_route_and_status_and_paths_out_of_the_air_are_one() -> None:
    async def ask(client: Client) -> None:
        for path in ("/broken", "/nothing/1", "/nothing/2", "/metrics"):
            await client.get(path)
        found = await read(client)
        assert {name: value for name, value in found.items() if name.startswith("requests_total")} == {
            "requests_total route=/broken status=500": 1,
            "requests_total route=other status=404": 2,
            "requests_total route=/metrics status=200": 1,
        }

    watched(ask)


def test_troubles_in_the_log_are_counted_by_event_while_the_application_runs() -> None:
    metrics = Metrics()

    async def ask(client: Client) -> None:
        assert (await read(client))["troubles_total event=turn_failed"] == 0
        Log("bot.teams.bot").fault("turn_failed", KeyError())
        Log("bot.web").info("listening")
        logging.getLogger("library").error("whatever it says")
        found = await read(client)
        assert found["troubles_total event=turn_failed"] == found["troubles_total event=another_library"] == 1
        assert "troubles_total event=listening" not in found

    watched(ask, metrics=metrics)
    Log("bot.teams.bot").fault("turn_failed", KeyError())
    assert values(metrics.text().decode())["troubles_total event=turn_failed"] == 1


def ready(troubles: Callable[[], Awaitable[list[str]]]) -> tuple[int, list[str]]:
    async def ask() -> tuple[int, list[str]]:
        application = web.Application()
        add_health(application, troubles)
        async with TestClient(TestServer(application)) as client:
            assert (await client.get("/healthz")).status == 200
            answer = await client.get("/readyz")
            found = await answer.json()
            assert found["ready"] is (not found["troubles"])
            return answer.status, found["troubles"]

    return asyncio.run(ask())


def test_readiness_is_said_in_words() -> None:
    async def nothing() -> list[str]:
        return []

    async def something() -> list[str]:
        return ["a message has been due for 12 minutes and nobody has sent it"]

    assert ready(nothing) == (200, [])
    assert ready(something) == (503, ["a message has been due for 12 minutes and nobody has sent it"])


def test_readiness_does_not_wait_for_a_database_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "PATIENCE", 0.05)

    async def hangs() -> list[str]:
        await asyncio.sleep(60)
        return []

    assert ready(hangs) == (503, ["the database doesn't answer in time"])
