"""A year of a small authority, lived through by two replicas of the whole program that die now and then.

The same year is lived twice: once with troubles, once without. What has happened, and who was told what, must be the
same in both.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import cast
from unittest import mock

from bot.domain.challenge import Challenge
from bot.domain.commands import AddNote, Command, Sent
from bot.domain.errors import Refused
from bot.procedures.load import load
from bot.usecases import deliver as delivering
from bot.usecases.administer import import_directory, keep_procedure
from bot.usecases.deliver import deliver
from bot.usecases.handle import handle
from bot.usecases.office import Office
from bot.usecases.ports import Channel
from bot.usecases.reconcile import reconcile
from bot.usecases.seal import seal
from bot.usecases.sweep import sweep
from storage import audit, index, outbox, tables, trail
from storage.database import Database
from storage.directory import DirectoryShelf
from tests.builders import IRO, a_directory, a_raise, an_answer, at, closing, on_to, satisfied, words
from tests.faults.world import Chance, Clock, Killed, Life, MortalDatabase, Post, Trouble, UpsetChannel

BEGIN, DAYS = at("Mon 6 October 2025 10:30am"), 364
"""Both clock changes, Christmas, Easter and every bank holiday lie in the year."""
HOURS = (timedelta(), timedelta(hours=7, minutes=30))
"""When people act and the clock is looked at: away from the hours at which something falls due, so that what a trouble
delays doesn't change which came first."""
STEPS = [BEGIN + timedelta(days=day) + hour for day in range(DAYS) for hour in HOURS]


class Year:
    """One authority's year under one seed."""

    def __init__(self, seed: int, database: Database, *, challenges: int, troubled: bool, replicas: int = 2) -> None:
        share = 1.0 if troubled else 0.0
        self.chance = Chance(seed, deaths=0.002 * share, upsets=0.03 * share, slow=0.001 * share)
        self.acts = random.Random(seed)  # apart, so that people do the same whatever goes wrong
        self.clock, self.post, self.shared = Clock(BEGIN), Post(), database
        self.replicas = replicas
        self.names = count(1)
        self.office = Office(
            database=database, clock=self.clock, loaded=load("lincolnshire"), operator_email="operator@council.example"
        )
        keep_procedure(self.office)
        import_directory(self.office, a_directory())
        self.raised_at = Counter(int(self.acts.uniform(0, len(STEPS) - 100)) for _ in range(challenges))

    def live(self) -> None:
        """From the first day to the last, and then on without troubles until nothing is due."""
        random.seed(0)
        with mock.patch.object(delivering, "PAUSES", ()), mock.patch.object(delivering, "log"):
            for step, moment in enumerate(STEPS):
                self.clock.moment = moment
                self._people_act(self.raised_at[step])
                asyncio.run(self._rounds())
                if step % 40 == 0:
                    seal(self.office)
            self.chance.calm = True
            for _ in range(30):
                self.clock.moment += timedelta(hours=1)
                asyncio.run(self._rounds())

    # -- people ----------------------------------------------------------------------------------------------------

    def _people_act(self, raising: int) -> None:
        for _ in range(raising):
            stage = self.acts.choice(["informal", "stage-1"])
            self._surely(None, IRO, a_raise(stage, "" if stage == "informal" else "Too urgent"))
        with self.shared.reading() as connection:
            references = index.open_references(connection)
        for reference in references:
            if self.acts.random() < 0.08:
                self._one_act(reference)

    def _one_act(self, reference: str) -> None:
        with self.shared.reading() as connection:
            challenge, _ = self.office.record(connection, reference)
        by, command = self._what(challenge)
        self._surely(reference, by, command)

    def _what(self, challenge: Challenge) -> tuple[str, Command]:
        request, choice = challenge.current, self.acts.random()
        if request.waits and request.asked and choice < 0.6:
            return request.asked[0].person, an_answer(request.number, "accepted")
        if request.waits or choice < 0.2:
            return IRO, AddNote(kind="note", words=words("Still waiting"))
        if choice < 0.5:
            return IRO, satisfied(request.number)
        stages = [stage.id for stage in self.office.procedure.stages]
        following = stages.index(request.stage) + 1
        if choice < 0.9 and following < len(stages):
            return IRO, on_to(stages[following], request.number)
        return IRO, closing()

    def _surely(self, reference: str | None, by: str, command: Command) -> None:
        """The same act again and again, at whichever replica answers, until there is an answer."""
        id_ = f"act-{next(self.names)}"
        while True:
            office = self._replica(Life(self.chance))
            sent = Sent(command=command, id=id_, by=by, at=self.clock.now(), via="teams", message="m")
            try:
                handle(office, sent, reference)
            except Killed:
                continue
            except Refused:
                pass
            return

    # -- replicas --------------------------------------------------------------------------------------------------

    def _replica(self, life: Life) -> Office:
        return replace(self.office, database=MortalDatabase(self.shared, life), shelf=DirectoryShelf())

    async def _rounds(self) -> None:
        while True:
            await asyncio.gather(*(self._round() for _ in range(self.replicas)))
            with self.shared.reading() as connection:
                due = outbox.behind(connection, self.clock.now()), index.behind(connection, self.clock.now())
            if not any(due):
                break
            self.clock.moment += timedelta(minutes=5)

    async def _round(self) -> None:
        """What a replica does at a tick; dead ones are followed by others."""
        while True:
            life = Life(self.chance)
            office = self._replica(life)
            channels = {
                way: cast(Channel, UpsetChannel(way, self.post, life, self.chance, self.clock))
                for way in ("teams", "email")
            }
            try:
                await sweep(office)
                while await deliver(office, channels, f"w{next(self.names)}"):
                    pass
            except Killed:
                continue
            return

    # -- the end ---------------------------------------------------------------------------------------------------

    def happened(self) -> dict[str, list[str]]:
        """The types of the events of each challenge, in order."""
        with self.shared.reading() as connection:
            return {
                reference: [type(one.event).__name__ for one in trail.history(connection, reference)]
                for reference in trail.references(connection)
            }

    def keys(self) -> dict[str, str]:
        """Every message there was to be, and its state."""
        with self.shared.reading() as connection:
            rows = connection.execute(tables.outbox.select()).mappings()
            return {row["key"]: row["state"] for row in rows}

    def check(self) -> None:
        """Raise `Trouble` where the record is broken, something is missing, or a copy has no flag."""
        seal(self.office)
        with self.shared.reading() as connection:
            found = audit.everything(connection, (), ())
            rows = connection.execute(tables.outbox.select()).mappings().all()
        if found:
            raise Trouble(str(found[0]))
        result = asyncio.run(reconcile(replace(self.office, database=_Calm(self.shared)), now_or_never=True))
        if result is None or result.found:
            raise Trouble(f"a check finds {result}")
        for row in rows:
            arrived = self.post.arrived[row["key"]]
            if row["state"] in ("waiting", "sending") and row["due_at"] <= self.clock.now():
                raise Trouble(f"{row['key']} is still {row['state']}")
            if row["state"] == "delivered" and not arrived and row["kind"] != "redraw":
                raise Trouble(f"{row['key']} never arrived")
            if arrived > 1 and not row["doubtful"] and row["kind"] != "redraw":
                raise Trouble(f"{row['key']} arrived {arrived} times and nothing says so")


class _Calm(MortalDatabase):
    """Nobody dies while the end is looked at."""

    def __init__(self, shared: Database) -> None:
        super().__init__(shared, Life(Chance(0, deaths=0, upsets=0, slow=0)))
