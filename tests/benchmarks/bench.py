"""Both servers on one prepared authority, and the turns that are put to them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import inf
from time import perf_counter
from typing import Any

from bot.domain.forms import FormId
from cards import verbs
from storage.desk import Draft
from tests.benchmarks.authority import NOW, PROCEDURE, REAL, TOY, Authority, drafts, prepare
from tests.benchmarks.load import done, post, press_on
from tests.benchmarks.microsoft import LightMicrosoft
from tests.benchmarks.report import FULL
from tests.benchmarks.servers import Server, serving
from tests.teams.fakes import APP_ID, TENANT

READS, COMMITS = ("tray", "show"), ("raise", "answer", "decide")


@dataclass
class Bench:
    """The servers of one run, and the challenges of which the next turns are."""

    authority: Authority
    microsoft: LightMicrosoft
    drafts: Iterator[Draft]
    stock: Server
    ours: Server
    at: datetime = NOW
    taken: list[Draft] = field(default_factory=list)

    def url(self, kind: str) -> str:
        return (self.stock if kind == "stock" else self.ours).url

    def take(self, count: int) -> None:
        """Begin with fresh challenges: they can be raised, then answered, then decided."""
        self.taken = [next(self.drafts) for _ in range(count)]

    def turns(self, kind: str) -> list[bytes]:
        """The requests of one kind of turn, one for each challenge taken."""
        return [self.turn(kind, draft) for draft in self.taken]

    def turn(self, kind: str, draft: Draft) -> bytes:
        if kind == "stock":
            return self._press(kind, draft.person, "nothing")
        if kind == "raise":
            return self._press(kind, draft.person, verbs.CONFIRM, code=draft.code)
        if kind == "tray":
            return self._press(kind, draft.person, verbs.TRAY)
        reference = self.authority.raised_by(draft)
        if kind == "show":
            return self._press(kind, draft.person, verbs.SHOW, ref=reference)
        if kind == "answer":
            with self.authority.office.database.reading() as connection:
                challenge, _ = self.authority.office.record(connection, reference)
            entries = {"verdict-1": "accepted", "words-1": "A visit is booked for Thursday", "whom-1": "Myself"}
            return self._submit("answer", challenge.current.asked[0].person, reference, entries)
        entries = {"how": "Visited on Thursday", "outcome": "Was seen and heard", "achieved": "yes"}
        return self._submit("resolve", draft.person, reference, entries)

    def _submit(self, form: FormId, person: str, reference: str, entries: Mapping[str, str]) -> bytes:
        inputs = {f"{form}.{id}": value for id, value in entries.items()}
        button = {"form": form, "ref": reference, "n": 1, "nonce": f"{form}-{reference}"}
        return self._press(form, person, verbs.SUBMIT, **button, **inputs)

    def _press(self, kind: str, person: str, verb: str, **data: Any) -> bytes:
        activity = self.microsoft.press(verb, data, self.authority.persona(person), card="a-card")
        return post(self.url(kind), self.microsoft.token(), activity)

    async def settled(self, patience: float = inf) -> None:
        """Wait until nothing is left to be looked at or sent, or so many seconds have passed."""
        end, soon = perf_counter() + patience, self.at + timedelta(hours=1)
        while perf_counter() < end and not await asyncio.to_thread(self.authority.is_idle, soon):  # noqa: ASYNC110
            await asyncio.sleep(0.05)

    async def warm(self) -> None:
        """The first turn of a process fetches keys and reads what is read once."""
        self.take(1)
        for kind in ("stock", *COMMITS, *READS):
            await press_on(self.url(kind), self.turns(kind), 1, done)
        await self.settled()


@asynccontextmanager
async def a_bench(database: str) -> AsyncIterator[Bench]:
    """An authority in an empty database, and both servers."""
    async with LightMicrosoft() as microsoft:
        settings = {"app_id": APP_ID, "tenant": TENANT, "openid": microsoft.openid_url, "procedure": PROCEDURE,
                    "database": database, "at": NOW.isoformat()}  # fmt: skip
        async with serving("stock", **settings) as stock, serving("ours", **settings) as ours:
            authority = await asyncio.to_thread(prepare, database, REAL if FULL else TOY, microsoft)
            yield Bench(authority, microsoft, drafts(authority), stock, ours)
            authority.office.database.close()
