"""An office on a real database, with a clock that tests set and channels that do what tests tell them.

scene.at("Tue 7 April 2026 10am")
reference = scene.raises("stage-1")
scene.does(MANAGER, an_answer(), reference)
scene.delivers()
assert "answered to p-iro" in scene.teams.said
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from itertools import count
from typing import Any

from bot.domain.challenge import Challenge
from bot.domain.commands import CLOCK, Command, LookAtClock, Sent, Via
from bot.domain.people import Directory
from bot.procedures.load import Loaded, load, read
from bot.usecases.administer import import_directory, keep_procedure
from bot.usecases.deliver import deliver
from bot.usecases.handle import Handled, handle
from bot.usecases.office import Office
from bot.usecases.ports import Address, Channel, Outgoing
from bot.usecases.sweep import Swept, sweep
from bot.usecases.watch_calendar import watch_calendar
from storage import desk, tables, trail
from storage.database import Database
from storage.directory import DirectoryShelf
from tests.builders import IRO, PEOPLE, a_directory, a_raise, at
from tests.storage.samples import evidence

OPERATOR = "operator@council.example"
START = "Tue 7 April 2026 10am"


class SetClock:
    """Shows the moment to which it was set."""

    def __init__(self) -> None:
        self.moment = at(START)

    def now(self) -> datetime:
        return self.moment


class FakeChannel:
    """Takes every message, but for those that it is told to fail."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.sent: list[Outgoing] = []
        self.tried: list[Outgoing] = []
        self.troubles: dict[str, list[Exception]] = {}
        """By a part of the key: what is raised, one after the other, before such a message goes through."""
        self._numbers = count(1)

    async def send(self, outgoing: Outgoing) -> str:
        await asyncio.sleep(0)
        self.tried.append(outgoing)
        for part, troubles in self.troubles.items():
            if part in outgoing.key and troubles:
                raise troubles.pop(0)
        self.sent.append(outgoing)
        return f"{self.name}-{next(self._numbers)}"

    @property
    def said(self) -> list[str]:
        """`kind to person` of everything that arrived, in order."""
        return ["{} to {}".format(*outgoing.key.split("/")[2:4]) for outgoing in self.sent]

    def of(self, part: str) -> list[Outgoing]:
        """What arrived under a key with this part."""
        return [outgoing for outgoing in self.sent if part in outgoing.key]


class Scene:
    """One authority in the middle of its work."""

    def __init__(self, database: Database, directory: Directory | None = None) -> None:
        self.clock = SetClock()
        self.office = Office(database=database, clock=self.clock, loaded=load("lincolnshire"), operator_email=OPERATOR)
        self.teams, self.mail = FakeChannel("teams"), FakeChannel("email")
        self._numbers = count(1)
        keep_procedure(self.office)
        watch_calendar(self.office, self.clock.now())
        import_directory(self.office, directory or a_directory())
        self.reached(*PEOPLE)

    @property
    def database(self) -> Database:
        return self.office.database

    def at(self, text: str) -> None:
        self.clock.moment = at(text)

    def reached(self, *people: str) -> None:
        """These people have spoken to the bot, so it knows where to reach them."""
        with self.database.writing() as connection:
            for person in people:
                address = Address(
                    person=person, account=f"29:{person}", tenant="t", service_url="https://smba.example/",
                    conversation=f"a:{person}", bot="28:bot",
                )  # fmt: skip
                desk.keep_address(connection, asdict(address), self.clock.now())

    def sent(self, by: str, command: Command, id: str = "") -> Sent:
        via: Via = "clock" if by == CLOCK else "teams"
        number = next(self._numbers)
        return Sent(command=command, id=id or f"c{number}", by=by, at=self.clock.now(), via=via, message=f"m{number}")

    def does(self, by: str, command: Command, reference: str | None = None, id: str = "") -> Handled:
        return handle(self.office, self.sent(by, command, id), reference)

    def raises(self, stage: str = "stage-1", child: str = "MOS-10423", by: str = IRO, arena: str = "") -> str:
        """A new challenge; its reference."""
        reason = "" if stage == self.office.procedure.start else "Too urgent"
        command = a_raise(stage, reason, child=child, arena=arena or "child-in-care")
        return self.does(by, command).challenge.reference

    def looks(self, reference: str) -> Handled:
        """The clock is looked at for one challenge."""
        return self.does(CLOCK, LookAtClock(), reference)

    def sweeps(self) -> Swept:
        return asyncio.run(sweep(self.office))

    def delivers(self, worker: str = "w1", channels: Mapping[str, Channel] | None = None) -> int:
        """One batch; how many rows were taken up."""
        known: dict[str, Channel] = {"teams": self.teams, "email": self.mail}
        return asyncio.run(deliver(self.office, known if channels is None else channels, worker))

    def now(self, reference: str) -> Challenge:
        with self.database.reading() as connection:
            return self.office.record(connection, reference)[0]

    def happened(self, reference: str) -> list[str]:
        """The types of a challenge's events, in order."""
        with self.database.reading() as connection:
            return [type(one.event).__name__ for one in trail.history(connection, reference)]

    def rows(self, part: str = "", **wanted: Any) -> list[dict[str, Any]]:
        """Rows of the outbox with this part in their key and these values."""
        with self.database.reading() as connection:
            found = connection.execute(tables.outbox.select().order_by(tables.outbox.c.key)).mappings()
            return [
                dict(row)
                for row in found
                if part in row["key"] and all(row[name] == value for name, value in wanted.items())
            ]

    def delivers_all(self) -> None:
        """Batch after batch until nothing is due."""
        while self.delivers():
            pass

    def evidence(self, part: str = "") -> list[tuple[str, int, str]]:
        """Key, attempt and outcome of every attempt."""
        return evidence(self.database, part)

    def row(self, part: str) -> dict[str, Any]:
        """The one row with this part in its key."""
        (found,) = self.rows(part)
        return found

    def under(self, loaded: Loaded) -> Office:
        """The same authority after it has changed its procedure's file."""
        return replace(self.office, loaded=loaded, shelf=DirectoryShelf())


def changed(loaded: Loaded, before: str, after: str) -> Loaded:
    """The procedure with something else in its text."""
    assert before in loaded.text
    return read(loaded.text.replace(before, after))
