"""What every use case works with: one authority, its database, its procedure, its clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bot.domain.challenge import Challenge
from bot.domain.errors import NotKnown, TrailBroken
from bot.domain.events import Recorded
from bot.domain.evolve import replay
from bot.domain.facts import Facts
from bot.domain.people import Directory
from bot.domain.procedure import Procedure
from bot.domain.working_time import WorkingCalendar, london_date
from bot.procedures.calendar import CALENDARS, load_calendar
from bot.procedures.load import Loaded, read
from bot.usecases.ports import Clock
from storage import desk, trail
from storage.database import Connection, Database
from storage.directory import DirectoryShelf


@dataclass(frozen=True, kw_only=True)
class Office:
    """One authority, one deployment, one database."""

    database: Database
    clock: Clock
    loaded: Loaded
    """The procedure under which new challenges are raised."""
    operator_email: str
    digest_at: str = "08:30"
    calendars: Path = CALENDARS
    """The folder with the published lists of bank holidays."""
    public_url: str = ""
    """Where a browser reaches the bot, without a slash at the end; empty where nobody has said it."""
    shelf: DirectoryShelf = field(default_factory=DirectoryShelf)

    @property
    def procedure(self) -> Procedure:
        return self.loaded.procedure

    def now(self) -> datetime:
        return self.clock.now()

    def directory(self, connection: Connection) -> Directory:
        return self.shelf.read(connection)

    def facts(self, connection: Connection, fingerprint: str | None = None) -> Facts:
        """What is known today, under the procedure that binds: the one pinned, or today's for something new."""
        procedure = self.pinned(connection, fingerprint)
        return Facts(
            procedure=procedure,
            calendar=self.calendar(procedure),
            directory=self.directory(connection),
            operator=self.operator_email,
        )

    def calendar(self, procedure: Procedure) -> WorkingCalendar:
        """The working days as they are known today."""
        return load_calendar(procedure.nation, procedure.closures, self.calendars, london_date(self.now()))

    def pinned(self, connection: Connection, fingerprint: str | None) -> Procedure:
        """The procedure with this fingerprint; today's for something new."""
        if fingerprint is None or fingerprint == self.procedure.fingerprint:
            return self.procedure
        text = desk.procedure_text(connection, fingerprint)
        if text is None:
            raise TrailBroken(f"the text of procedure {fingerprint[:12]}… is missing")
        return read(text).procedure

    def record(self, connection: Connection, reference: str) -> tuple[Challenge, list[Recorded]]:
        """A challenge and its history. Raises `NotKnown`."""
        history = trail.history(connection, reference)
        if not history:
            raise NotKnown(what=f"challenge {reference}")
        return replay(history), history
