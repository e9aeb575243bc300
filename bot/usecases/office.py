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
from bot.telemetry.metrics import Metrics
from bot.usecases.ports import Clock
from storage import desk, trail
from storage.database import Connection, Database
from storage.directory import DirectoryShelf
from storage.signing import TrailKeys


@dataclass(frozen=True, kw_only=True)
class Seal:
    """What signs the heads of the record's log, and the file in which they are kept outside the database."""

    keys: TrailKeys = field(repr=False)
    kept_in: Path


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
    auditor_email: str = ""
    """Who gets the signed heads of the record; empty: nobody by e-mail."""
    seal: Seal | None = None
    """What signs the heads; None where nobody has given a key, which is for tests alone."""
    public_url: str = ""
    """Where a browser reaches the bot, without a slash at the end; empty where nobody has said it."""
    shelf: DirectoryShelf = field(default_factory=DirectoryShelf)
    metrics: Metrics = field(default_factory=Metrics)
    erasures: Path | None = None
    """The file outside the database in which erasures are noted; None where there is none, which is for tests alone."""
    left_to_others: set[str] = field(default_factory=set)
    """Challenges of which this process has said that only a newer version of the program can read them."""

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
