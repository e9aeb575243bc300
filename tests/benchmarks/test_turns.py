"""Turns through HTTP with the token checked, against the stock SDK's empty invoke, which is checked and does nothing.

Each round visits the stock server and every kind of turn in turn, so that both see the same machine. Raising,
answering and deciding commit; what they make known is delivered meanwhile, and the rest before the next is timed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from bot.domain.forms import FormId
from cards import verbs
from storage.desk import Draft
from tests.benchmarks.authority import NOW, PROCEDURE, REAL, TOY, Authority, drafts, prepare
from tests.benchmarks.load import Times, done, post, press_on
from tests.benchmarks.microsoft import LightMicrosoft
from tests.benchmarks.report import FULL, Finding, Report
from tests.benchmarks.servers import serving
from tests.storage import postgres
from tests.teams.fakes import APP_ID, TENANT

ROUNDS = int(__import__("os").environ.get("R","5")) if FULL else 1
TURNS: Mapping[int, int] = {1: 40, 8: 80, 32: 160} if FULL else {1: 2, 8: 8, 32: 32}
"""At once → turns of each kind in each round."""
READS, COMMITS = ("tray", "show"), ("raise", "answer", "decide")
SLOWEST = 2.0
"""Seconds that no turn may take, whatever the rest is doing."""

Bytes = list[bytes]


@dataclass
class Bench:
    """The servers of one run, and what is sent to them."""

    authority: Authority
    microsoft: LightMicrosoft
    drafts: Iterator[Draft]
    stock: str = ""
    ours: str = ""
    raised: list[tuple[Draft, str]] = field(default_factory=list)
    """Drafts that were confirmed, with the person asked."""

    def press(self, url: str, person: str, verb: str, **data: Any) -> bytes:
        activity = self.microsoft.press(verb, data, self.authority.persona(person), card="a-card")
        return post(url, self.microsoft.token(), activity)

    def settings(self, **more: Any) -> dict[str, Any]:
        return {"app_id": APP_ID, "tenant": TENANT, "openid": self.microsoft.openid_url, "procedure": PROCEDURE,
                "database": self.authority.url, "at": NOW.isoformat(), "ticks": False, **more}

    def take(self, count: int) -> None:
        """The next drafts become the challenges of which the next turns are."""
        self.raised = [(next(self.drafts), "") for _ in range(count)]

    def turns(self, kind: str) -> Bytes:
        """The requests of one kind of turn about the challenges that were taken."""
        return [self._turn(kind, draft) for draft, _ in self.raised]

    def _turn(self, kind: str, draft: Draft) -> bytes:
        if kind == "stock":
            return self.press(self.stock, draft.person, "nothing")
        if kind == "raise":
            return self.press(self.ours, draft.person, verbs.CONFIRM, code=draft.code)
        if kind == "tray":
            return self.press(self.ours, draft.person, verbs.TRAY)
        reference = self.authority.raised_by(draft)
        if kind == "show":
            return self.press(self.ours, draft.person, verbs.SHOW, ref=reference)
        with self.authority.office.database.reading() as connection:
            challenge, _ = self.authority.office.record(connection, reference)
        if kind == "answer":
            return self._submit(challenge.current.asked[0].person, "answer", reference,
                                {"verdict-1": "accepted", "words-1": "A visit is booked for Thursday", "whom-1": "Myself"})
        return self._submit(draft.person, "resolve", reference,
                            {"how": "Visited on Thursday", "outcome": "Was seen and heard", "achieved": "yes"})

    def _submit(self, person: str, form: FormId, reference: str, entries: Mapping[str, str]) -> bytes:
        inputs = {f"{form}.{id}": value for id, value in entries.items()}
        return self.press(self.ours, person, verbs.SUBMIT, form=form, ref=reference, n=1, nonce=f"{form}{reference}", **inputs)

    async def settled(self) -> None:
        """Wait until everything that is due has been sent."""
        while await asyncio.to_thread(self.authority.unsent):
            await asyncio.sleep(0.05)


@contextmanager
def a_database(which: str, folder: Path, server: Callable[[], postgres.Server]) -> Iterator[str]:
    if which == "SQLite":
        yield f"sqlite:///{folder / 'authority.db'}"
    elif FULL:  # with the disk's own time
        with postgres.running(durable=True) as durable, durable.database() as url:
            yield url
    else:
        with server().database() as url:
            yield url


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def bench_on(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The name of a kind of database, and the URL of an empty one."""
    with a_database(request.param, tmp_path, lambda: request.getfixturevalue("postgres_server")) as url:
        yield request.param, url


async def _rounds(bench: Bench) -> dict[tuple[str, int], list[Times]]:
    found: dict[tuple[str, int], list[Times]] = {}
    for at_once, count in TURNS.items() if ROUNDS == 1 else list(TURNS.items()) * ROUNDS:
        bench.take(count)
        for kind in ("stock", *COMMITS, *READS):
            requests = bench.turns(kind)
            url = bench.stock if kind == "stock" else bench.ours
            found.setdefault((kind, at_once), []).append(await press_on(url, requests, at_once, done))
            await bench.settled()
    return found


def test_turns_against_the_stock_sdk(bench_on: tuple[str, str], report: Report) -> None:
    which, url = bench_on

    async def run() -> dict[tuple[str, int], list[Times]]:
        async with AsyncExitStack() as stack:
            microsoft = await stack.enter_async_context(LightMicrosoft())
            prepared = await asyncio.to_thread(prepare, url, REAL if FULL else TOY, microsoft)
            bench = Bench(authority=prepared, microsoft=microsoft, drafts=drafts(prepared))
            bench.stock = stack.enter_context(serving("stock", **bench.settings()))
            bench.ours = stack.enter_context(serving("ours", **bench.settings()))
            stack.callback(prepared.office.database.close)
            await _warm(bench)
            return await _rounds(bench)

    found = asyncio.run(run())
    for (kind, at_once), times in found.items():
        report.add(_finding(which, kind, at_once, times, found["stock", at_once]))


async def _warm(bench: Bench) -> None:
    """The first turn of a process fetches keys and fills what is prepared once."""
    bench.take(1)
    for kind in ("stock", *COMMITS, *READS):
        await press_on(bench.stock if kind == "stock" else bench.ours, bench.turns(kind), 1, done)
    await bench.settled()


def _finding(which: str, kind: str, at_once: int, times: list[Times], stock: list[Times]) -> Finding:
    together = Times()
    for one in times:
        together.add(one)
    times_better = target = None
    if kind != "stock":
        by_rate = at_once > 1
        times_better = median(ours.rate / theirs.rate if by_rate else theirs.median / ours.median
                              for ours, theirs in zip(times, stock, strict=True))
        target = {1: 3.0, 32: 4.0}.get(at_once) if kind in COMMITS else {1: 5.0}.get(at_once)
    return Finding(part=f"turns on {which}", what=f"{kind}, {at_once} at once", figures=together.figures(),
                   times=times_better, target=target)
