"""A world in which a process can die at any step, on a clock that is moved, and everything is decided by one seed.

Two replicas work on one database. Each transaction and each sending is a point at which the replica that does it may be
killed: before it has had its effect, or right after. What was in its memory is then gone; another takes its place. The
channels lose answers, ask for patience and refuse. When the seed's time is over, everything runs on without troubles
until nothing is due, and the state of the world is compared with what must have come of it.

What runs is the program itself: its storage, its outbox, its delivery loop. Nothing here waits for real time, and one
seed always leads to the same end.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count
from typing import ParamSpec, TypeVar

from bot.usecases.ports import OutcomeUnknown, Outgoing, TryAgain, Undeliverable
from storage.database import Connection, Database
from tests.builders import at

P = ParamSpec("P")
T = TypeVar("T")
START = at("Tue 7 April 2026 10am")


class Killed(BaseException):
    """The process is gone, wherever it was."""


class Trouble(Exception):
    """The end of a seed isn't what it must be."""


class Chance:
    """Everything that is random in one seed, and whether there are troubles at the moment."""

    def __init__(self, seed: int, *, deaths: float, upsets: float, slow: float) -> None:
        self.random = random.Random(seed)
        self.deaths, self.upsets, self.slow = deaths, upsets, slow
        self.calm = False
        self.killed = 0

    def dies(self) -> bool:
        return not self.calm and self.random.random() < self.deaths

    def is_slow(self) -> bool:
        """Whether a message takes so long that somebody else may take up its row."""
        return not self.calm and self.random.random() < self.slow

    def upset(self) -> str:
        """What a channel does with a message."""
        if self.calm or self.random.random() >= self.upsets:
            return "takes it"
        return self.random.choice(["takes it and says nothing", "says nothing", "asks for patience", "refuses"])


class Clock:
    """Stands still until the world moves it."""

    def __init__(self, moment: datetime = START) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


class Life:
    """One replica from its start to its death."""

    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self.dead = False

    def point(self) -> None:
        """A step. Whoever is dead doesn't get further; whoever isn't may die here."""
        if self.dead or self._chance.dies():
            self._chance.killed += not self.dead
            self.dead = True
            raise Killed


class MortalDatabase(Database):
    """The database as one replica sees it. Work is done at once, so that a seed always goes the same way."""

    def __init__(self, shared: Database, life: Life) -> None:
        self.url, self.is_sqlite, self.engine = shared.url, shared.is_sqlite, shared.engine
        self.word_keys, self._lock = shared.word_keys, None
        self._life = life

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        self._life.point()
        with super().writing() as connection:
            yield connection
            self._life.point()
        self._life.point()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        self._life.point()
        with super().reading() as connection:
            yield connection

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        await asyncio.sleep(0)
        return work(*args, **kwargs)


class Post:
    """What has really arrived, whoever sent it."""

    def __init__(self) -> None:
        self.arrived: Counter[str] = Counter()
        self.ids = count(1)


class UpsetChannel:
    """A channel as one replica sees it, with the troubles of the world."""

    def __init__(self, name: str, post: Post, life: Life, chance: Chance, clock: Clock) -> None:
        self.name = name
        self._post, self._life, self._chance, self._clock = post, life, chance, clock

    async def send(self, outgoing: Outgoing) -> str:
        self._life.point()
        await asyncio.sleep(0)
        if self._chance.is_slow():
            self._clock.moment += timedelta(minutes=self._chance.random.uniform(1, 8))
            await asyncio.sleep(0)
        self._life.point()
        what = self._chance.upset()
        if what == "asks for patience":
            raise TryAgain("429", after=self._chance.random.uniform(0, 60))
        if what == "refuses":
            raise Undeliverable("403")
        if what != "says nothing":
            self._post.arrived[outgoing.key] += 1
        if what != "takes it":
            raise OutcomeUnknown("the connection died")
        await asyncio.sleep(0)
        self._life.point()
        return f"{self.name}-{next(self._post.ids)}"
