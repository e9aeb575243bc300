"""A small model: twenty challenges, each with one act, some with a deadline, and what must be told of both.

Who acts tries again, on another replica, until they get an answer, as Teams does; some acts are delivered twice. The
storage, the outbox and the delivery loop are the program's own; what an act means, and how a message is drawn, is left
out, so that thousands of seeds take minutes.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any, cast
from unittest import mock

import orjson

from bot.domain.commands import CLOCK, LookAtClock, Sent
from bot.domain.events import AnswerOverdue, Event, StageAcknowledged
from bot.domain.notices import Kind, Notice
from bot.domain.people import Party
from bot.domain.procedure import Way
from bot.usecases import deliver as delivering
from bot.usecases.deliver import deliver
from bot.usecases.office import Office
from bot.usecases.ports import Channel, Outgoing, Shown
from storage import audit, index, outbox, schema, tables, trail, upsert
from storage.database import Connection, Database
from tests.faults.world import START, Chance, Clock, Killed, Life, MortalDatabase, Post, Trouble, UpsetChannel

CHALLENGES = 20
REPLICAS = 2
LEASE = timedelta(minutes=2)
CALM = START + timedelta(hours=2)
"""From then on there are no more troubles, and everything must come right."""
THE_END = CALM + timedelta(days=1)
MANAGER = Party(person="p-manager", name="Sam", role="manager")


@dataclass(frozen=True)
class Matter:
    """One challenge of the model."""

    reference: str
    acted_at: datetime
    due_at: datetime | None
    """By when something must have happened; nothing does."""
    twice: bool
    patient: bool
    """Whether its person tries again until they get an answer."""


class Model:
    """One seed."""

    def __init__(self, seed: int, database: Database) -> None:
        self.chance = Chance(seed, deaths=0.01, upsets=0.08, slow=0.005)
        self.clock, self.post, self.shared = Clock(), Post(), database
        self.asked: set[str] = set()
        """Whose person has got an answer, or has given up."""
        self.resting: set[str] = set()
        self.over = False
        draw = self.chance.random
        self.matters = [
            Matter(
                f"PC-2026-{number:04}",
                START + timedelta(minutes=5 * draw.randrange(4)),
                START + timedelta(minutes=30 + 10 * draw.randrange(4)) if number % 3 == 0 else None,
                draw.random() < 0.3,
                draw.random() < 0.7,
            )
            for number in range(1, CHALLENGES + 1)
        ]

    # -- the replicas ----------------------------------------------------------------------------------------------

    def office(self, life: Life) -> Office:
        return cast(Office, SimpleNamespace(database=_Written(self.shared, life), now=self.clock.now))

    async def replica(self, name: str) -> None:
        """One life after the other, until the seed's time is over and nothing is due."""
        number = 0
        while not self.over:
            life, number = Life(self.chance), number + 1
            office = self.office(life)
            channels = {
                way: cast(Channel, UpsetChannel(way, self.post, life, self.chance, self.clock))
                for way in ("teams", "email")
            }
            try:
                while not self.over:
                    self._sweep(office)
                    if not await deliver(office, channels, f"{name}-{number}"):
                        await self._rest(name)
            except Killed:
                await asyncio.sleep(0)

    async def _rest(self, name: str) -> None:
        """Nothing is due: once that is so for both, time passes until something is."""
        self.resting.add(name)
        now = self.clock.now()
        while self.clock.now() == now and len(self.resting) < REPLICAS and not self.over:  # noqa: ASYNC110
            await asyncio.sleep(0)
        if self.clock.now() == now:
            self._pass_time(now)
        self.resting.discard(name)

    def _pass_time(self, now: datetime) -> None:
        """To the next thing that is to come. After the troubles, when nothing is, it is over."""
        with self.shared.reading() as connection:
            coming = [outbox.next_due(connection), index.next_wake(connection), *self._acts_to_come()]
        ahead = [moment for moment in coming if moment is not None and now < moment < THE_END]
        self.over = self.chance.calm and not ahead
        soonest = min(ahead, default=max(now, CALM))
        self.clock.moment = soonest + timedelta(seconds=self.chance.random.uniform(1, 90))
        self.chance.calm = self.clock.moment > CALM

    def _acts_to_come(self) -> list[datetime]:
        return [matter.acted_at for matter in self.matters if matter.reference not in self.asked]

    # -- people ----------------------------------------------------------------------------------------------------

    async def person(self, matter: Matter) -> None:
        """Acts, and tries again until there is an answer; somebody's answer is lost, and they try again too."""
        while self.clock.now() < matter.acted_at:  # noqa: ASYNC110  (time passes only when everybody rests)
            await asyncio.sleep(0)
        tries = 2 if matter.twice else 1
        while tries:
            try:
                self._handle(self.office(Life(self.chance)), matter)
                tries -= 1
            except Killed:
                if not matter.patient:
                    break
            await asyncio.sleep(0)
        self.asked.add(matter.reference)

    def _handle(self, office: Office, matter: Matter) -> None:
        command = f"act/{matter.reference}"
        event = StageAcknowledged(number=1, by=MANAGER, told=())

        def work(connection: Connection) -> None:
            if trail.was_done(connection, command) is None:
                self._save(connection, matter, event, command, "p-manager", wakes_at=matter.due_at)
                trail.mark_done(connection, command, f"challenge:{matter.reference}", self.clock.now())

        office.database.change(work)

    # -- the clock -------------------------------------------------------------------------------------------------

    def _sweep(self, office: Office) -> None:
        with office.database.writing() as connection:
            woken = index.wake(connection, self.clock.now(), 5, LEASE)
        for reference in woken:
            matter = next(one for one in self.matters if one.reference == reference)
            office.database.change(partial(self._look, matter))

    def _look(self, matter: Matter, connection: Connection) -> None:
        position = trail.last_position(connection, f"challenge:{matter.reference}")
        if position == 1 and matter.due_at is not None and self.clock.now() >= matter.due_at:
            event = AnswerOverdue(number=1, told=())
            self._save(connection, matter, event, f"clock/{matter.reference}", CLOCK, wakes_at=None)
        else:
            index.sleep(connection, matter.reference, position, matter.due_at if position == 1 else None)

    # -- what both do ----------------------------------------------------------------------------------------------

    def _save(
        self, connection: Connection, matter: Matter, event: Event, command: str, by: str, wakes_at: datetime | None
    ) -> None:
        stream, now = f"challenge:{matter.reference}", self.clock.now()
        sent = Sent(command=LookAtClock(), id=command, by=by, at=now, via="clock")
        after = trail.last_position(connection, stream)
        trail.append(connection, stream, [event], sent, role="", recorded_at=now, after=after)
        upsert.put(connection, tables.challenge, _row(matter.reference, after + 1, wakes_at))
        outbox.enqueue(connection, [(notice, now) for notice in told(matter.reference, after + 1)])

    # -- the end ---------------------------------------------------------------------------------------------------

    def check(self) -> None:
        """Raise `Trouble` where something was lost, doubled without a flag, or said that never happened."""
        with self.shared.reading() as connection:
            broken = [*audit.broken_chains(connection), *audit.outside_the_log(connection)]
            if broken:
                raise Trouble(f"the trail is broken: {broken[0]}")
            rows = {row["key"]: row for row in connection.execute(tables.outbox.select()).mappings()}
            happened = self._happened(connection)
        wanted: set[str] = set()
        for matter in self.matters:
            wanted |= self._check_one(matter, happened, rows)
        if extra := {*rows, *self.post.arrived} - wanted - {key for key in rows if _is_second_way(rows[key])}:
            raise Trouble(f"told without anything having happened: {sorted(extra)}")
        for key, row in rows.items():
            self._check_row(key, dict(row))

    def _happened(self, connection: Connection) -> dict[str, list[Any]]:
        """Every event by its stream: the command of an act, the key and number of an attempt."""
        found: dict[str, list[Any]] = {}
        order = (tables.trail.c.stream, tables.trail.c.position)
        for row in connection.execute(tables.trail.select().order_by(*order)):
            kind, _, reference = row.stream.partition(":")
            if kind == "evidence":
                one = orjson.loads(row.body)
                key = "/".join([reference, str(one["position"]), one["kind"], one["to"], one["way"]])
                found.setdefault(key, []).append(one["attempt"])
            else:
                found.setdefault(reference, []).append(row.command)
        return found

    def _check_one(self, matter: Matter, happened: dict[str, list[Any]], rows: Any) -> set[str]:
        commands = happened.get(matter.reference, [])
        if not commands and not matter.patient:
            return set()
        wanted = [f"act/{matter.reference}", *([f"clock/{matter.reference}"] if matter.due_at else [])]
        if commands != wanted:
            raise Trouble(f"{matter.reference} has happened as {commands}")
        keys = {notice.key for position, _ in enumerate(wanted, 1) for notice in told(matter.reference, position)}
        if lost := keys - rows.keys():
            raise Trouble(f"never to be told: {sorted(lost)}")
        for key in keys:
            tried = happened.get(key, [])
            if len(set(tried)) != len(tried) or max(tried, default=0) != rows[key]["attempts"]:
                raise Trouble(f"{key} was tried {rows[key]['attempts']} times, and the evidence says {tried}")
        return keys

    def _check_row(self, key: str, row: dict[str, Any]) -> None:
        arrived = self.post.arrived[key]
        if row["state"] in ("waiting", "sending"):
            raise Trouble(f"{key} is still {row['state']}, and nobody takes it up")
        if row["state"] == "delivered" and not arrived:
            raise Trouble(f"{key} is said to be delivered and never arrived")
        if arrived > 1 and not row["doubtful"]:
            raise Trouble(f"{key} arrived {arrived} times and nothing says so")
        if arrived > row["attempts"]:
            raise Trouble(f"{key} arrived {arrived} times in {row['attempts']} attempts")
        if row["state"] == "failed" and not _is_second_way(row):
            self._check_second_way(row)

    def _check_second_way(self, row: dict[str, Any]) -> None:
        """Where every way to somebody has failed, the operator is told."""
        with self.shared.reading() as connection:
            table = tables.outbox.c
            same = (table.reference == row["reference"]) & (table.position == row["position"])
            found = connection.execute(tables.outbox.select().where(same)).mappings().all()
        states = {one["way"]: one["state"] for one in found if one["person"] == row["person"]}
        if set(states.values()) == {"failed"} and "undelivered" not in {one["kind"] for one in found}:
            raise Trouble(f"{row['key']} failed by every way, and nobody knows")


def told(reference: str, position: int) -> list[Notice]:
    """Whom an event of the model calls for: an act the raiser; a deadline that has passed the manager by both ways."""
    kind: Kind = "acknowledged" if position == 1 else "overdue"
    ways: list[tuple[str, Way]] = [("p-iro", "teams")]
    if position == 2:
        ways = [("p-manager", "teams"), ("p-manager", "email")]
    return [
        Notice(challenge=reference, position=position, kind=kind, number=1, to=to, role="r", way=way, held=False)
        for to, way in ways
    ]


def _is_second_way(row: Any) -> bool:
    return bool(row["kind"] == "undelivered" or (row["person"] == "p-iro" and row["way"] == "email"))


def _row(reference: str, position: int, wakes_at: datetime | None) -> dict[str, Any]:
    texts = ("child", "initials", "arena", "unit", "raiser", "raiser_unit", "procedure", "state", "stage")
    return {
        **dict.fromkeys(texts, ""), "reference": reference, "number": 1, "asked_roles": "", "raised_at": START,
        "wakes_at": wakes_at, "position": position,
    }  # fmt: skip


def _drawn(_: object, __: object, notice: Notice) -> tuple[Outgoing, ...]:
    return (Outgoing(key=notice.key, to_name="", to_email="", address=None, shown=Shown(text="It happened")),)


@contextmanager
def model_of_drawing() -> Iterator[None]:
    """The delivery loop as it is, but for the words and the office hours."""
    with (
        mock.patch.object(delivering, "compose", _drawn),
        mock.patch.object(delivering, "_within_hours", return_value=True),
        mock.patch.object(delivering, "PAUSES", ()),
        mock.patch.object(delivering, "BATCH", 8),
        mock.patch.object(delivering, "log"),
    ):
        yield


class _Written(MortalDatabase):
    """Nothing is read to draw the model's messages."""

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        self._life.point()
        yield cast(Connection, None)


class Template:
    """An empty database in memory, made new for each seed in no time."""

    def __init__(self) -> None:
        self.database = Database("sqlite://")
        with self.database.writing() as connection:
            schema.upgrade(connection)
        self._empty = self._raw().serialize()

    def _raw(self) -> Any:
        return self.database.engine.raw_connection().driver_connection

    def fresh(self) -> Database:
        self._raw().deserialize(self._empty)
        return self.database


def run(seed: int, template: Template) -> tuple[int, int]:
    """Live through one seed and check what came of it; how often a replica died, and how many copies there were.

    Raises `Trouble`, or whatever the program raised that it shouldn't.
    """
    random.seed(seed)  # the program's own jitter
    model = Model(seed, template.fresh())

    async def live() -> None:
        people = [model.person(matter) for matter in model.matters]
        replicas = [model.replica(f"r{number}") for number in range(REPLICAS)]
        await asyncio.gather(*replicas, *people)

    with model_of_drawing():
        asyncio.run(asyncio.wait_for(live(), 60))
    model.check()
    return model.chance.killed, sum(many - 1 for many in model.post.arrived.values() if many > 1)
