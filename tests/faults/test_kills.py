"""Replicas on one PostgreSQL are killed at random moments, under load: nothing is lost, every copy has its flag."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import asdict
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.domain.commands import Sent
from bot.procedures.load import load
from bot.usecases.administer import import_directory, keep_procedure
from bot.usecases.handle import handle
from bot.usecases.office import Office
from bot.usecases.ports import Address
from bot.usecases.reconcile import reconcile
from bot.usecases.seal import seal
from storage import audit, desk, tables, trail
from storage.database import Database
from tests.builders import IRO, a_directory, a_raise, at
from tests.faults.world import Clock
from tests.teams.fakes import TENANT, FakeMicrosoft, Persona

KILLS = int(os.environ.get("FAULT_KILLS", "10"))
REPLICAS = int(os.environ.get("FAULT_REPLICAS", "2"))
NOON = at("Tue 7 April 2026 12pm")


class PostOffice:
    """Counts what has arrived, and kills senders: before or after their message has been taken."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.arrived: Counter[str] = Counter()
        self.kills_left = 0
        self.killed_while_sending = 0
        self._fuses: dict[int, int] = {}
        """After how many more of its messages a process dies."""

    async def take(self, request: web.Request) -> web.Response:
        said = await request.json()
        fate = self.random.random()
        if fate < 0.03:
            return web.Response(status=503)
        self.arrived[said["key"]] += 1
        if fate < 0.05:
            await asyncio.sleep(4)  # longer than the sender waits
        elif self.kills_left and self._burns(said["from"]):
            self.kills_left -= 1
            self.killed_while_sending += 1
            _kill(said["from"])
        return web.Response(text=f"m-{sum(self.arrived.values())}")

    def _burns(self, pid: int) -> bool:
        left = self._fuses[pid] = self._fuses.get(pid, self.random.randint(2, 40)) - 1
        return left == 0


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


class Replica:
    """A process that is started again whenever it has died."""

    def __init__(self, database: str, post: str) -> None:
        self._line = [sys.executable, "-m", "tests.faults.replica", database, post, NOON.isoformat(), str(time.time())]
        self.port: int | None = None
        self.deaths = 0
        self.process: asyncio.subprocess.Process | None = None

    async def live(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            process = self.process = await asyncio.create_subprocess_exec(
                *self._line, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
            )  # fmt: skip
            assert process.stdout is not None
            line = await process.stdout.readline()
            self.port = int(line) if line else None
            ended = asyncio.create_task(process.wait())
            await asyncio.wait({ended, asyncio.create_task(stop.wait())}, return_when=asyncio.FIRST_COMPLETED)
            self.port = None
            if not ended.done():
                assert process.stdin is not None
                process.stdin.close()
                await ended
                assert process.returncode == 0
            else:
                self.deaths += 1


class Authority:
    """What the test knows of the record, through a database connection of its own."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.clock = Clock(NOON)
        self.office = Office(
            database=Database(url), clock=self.clock, loaded=load("lincolnshire"),
            operator_email="operator@council.example",
        )  # fmt: skip
        keep_procedure(self.office)
        directory = a_directory()
        import_directory(self.office, directory)
        with self.office.database.writing() as connection:
            for person in directory.people:
                address = Address(
                    person=person, account=f"29:{person}", tenant=TENANT, service_url="http://127.0.0.1:1/",
                    conversation=f"a:{person}", bot="28:demo",
                )  # fmt: skip
                desk.keep_address(connection, asdict(address), NOON)

    def raises(self, number: int) -> tuple[str, str]:
        """A new challenge: its reference, and who is asked."""
        sent = Sent(command=a_raise("stage-1", "Too urgent"), id=f"raise-{number}", by=IRO, at=NOON, via="teams")
        challenge = handle(self.office, sent).challenge
        return challenge.reference, challenge.current.asked[0].person

    def is_drained(self) -> bool:
        with self.office.database.reading() as connection:
            wanted = tables.outbox.select().where(tables.outbox.c.state.in_(("waiting", "sending")))
            return connection.execute(wanted.limit(1)).first() is None

    def rows(self) -> list[dict[str, Any]]:
        with self.office.database.reading() as connection:
            return [dict(row) for row in connection.execute(tables.outbox.select()).mappings()]


async def _acknowledge(
    session: aiohttp.ClientSession, replicas: list[Replica], microsoft: FakeMicrosoft, reference: str, person: str
) -> None:
    """Press the button until somebody answers, at whichever replica lives, as Teams does."""
    data = {"ref": reference, "n": "1", "nonce": f"nonce-{reference}"}
    press = microsoft.press("ack", data, Persona(name=person, object_id=person))
    for _ in range(400):
        living = [replica.port for replica in replicas if replica.port is not None]
        if living:
            url = f"http://127.0.0.1:{random.choice(living)}/api/messages"
            try:
                async with session.post(url, json=press, timeout=aiohttp.ClientTimeout(5)) as answer:
                    if answer.status == 200 and (await answer.json())["statusCode"] == 200:
                        return
            except (aiohttp.ClientError, TimeoutError, ValueError):
                pass
        await asyncio.sleep(0.1)
    raise AssertionError(f"nobody ever answered about {reference}")


async def _story(url: str) -> tuple[Authority, PostOffice, list[Replica], int]:
    post, microsoft = PostOffice(7), FakeMicrosoft()
    microsoft.service_url = "http://127.0.0.1:1/"
    application = web.Application()
    application.router.add_post("/", post.take)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    authority = Authority(url)
    replicas = [Replica(url, f"http://127.0.0.1:{runner.addresses[0][1]}/") for _ in range(REPLICAS)]
    stop, raised, timed = asyncio.Event(), 0, 0
    lives = [asyncio.create_task(replica.live(stop)) for replica in replicas]
    presses: list[asyncio.Task[None]] = []
    began = asyncio.get_running_loop().time()
    async with aiohttp.ClientSession() as session:
        while sum(replica.deaths for replica in replicas) < KILLS:
            raised += 1
            reference, person = await asyncio.to_thread(authority.raises, raised)
            presses.append(asyncio.create_task(_acknowledge(session, replicas, microsoft, reference, person)))
            post.kills_left = max(0, KILLS - sum(replica.deaths for replica in replicas))
            await asyncio.sleep(0.4)
            victim = post.random.choice(replicas)
            if raised % 12 == 0 and timed < KILLS // 3 and victim.port is not None and victim.process is not None:
                timed += 1
                _kill(victim.process.pid)
            assert asyncio.get_running_loop().time() - began < 240, "the replicas don't die as planned"
        post.kills_left = 0
        await asyncio.gather(*presses)
        for _ in range(1200):
            if await asyncio.to_thread(authority.is_drained):
                break
            await asyncio.sleep(0.1)
    stop.set()
    await asyncio.gather(*lives)
    await runner.cleanup()
    return authority, post, replicas, raised


@pytest.mark.slow
@pytest.mark.alone
@pytest.mark.timeout(420)
@pytest.mark.requirement("CARD-03")
def test_replicas_that_are_killed_under_load_lose_nothing_and_flag_every_copy(own_postgres: str) -> None:
    authority, post, replicas, raised = asyncio.run(_story(own_postgres))
    office = authority.office
    try:
        assert sum(replica.deaths for replica in replicas) >= KILLS
        assert post.killed_while_sending >= 1
        assert authority.is_drained()
        seal(office)
        with office.database.reading() as connection:
            assert audit.everything(connection, (), ()) == []
            references = list(trail.references(connection))
            assert len(references) == raised
            for reference in references:
                happened = [type(one.event).__name__ for one in trail.history(connection, reference)]
                assert happened == ["ChallengeRaised", "StageOpened", "StageAcknowledged"], reference
        found = asyncio.run(reconcile(office, now_or_never=True))
        assert found is not None
        assert not found.found, found
        rows = authority.rows()
        sent = [row for row in rows if row["state"] == "delivered"]
        assert {row["state"] for row in rows} <= {"delivered", "stale", "failed"}
        lost = [row["key"] for row in sent if row["kind"] != "redraw" and not post.arrived[row["key"]]]
        assert not lost, f"said to be delivered, and never arrived: {lost}"
        unflagged = [row["key"] for row in rows if post.arrived[row["key"]] > 1 and not row["doubtful"]]
        assert not unflagged, f"arrived more than once, and nothing says so: {unflagged}"
        doubled = sum(many - 1 for many in post.arrived.values() if many > 1)
        print(f"{raised} challenges, {len(rows)} messages, {KILLS} kills, {doubled} copies, each flagged")
    finally:
        office.database.close()
