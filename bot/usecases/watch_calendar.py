"""Another list of bank holidays: every open challenge is looked at by it, once."""

from __future__ import annotations

from datetime import datetime

from bot.domain.authority import CalendarKept
from bot.usecases.administer import record_of_authority
from bot.usecases.office import Office
from storage import index, trail
from storage.database import Connection


def watch_calendar(office: Office, now: datetime) -> bool:
    """Have the clock look at every open challenge where the calendar is another than the one last worked with.

    Dates that are others by it are then recorded and told, challenge by challenge. Returns whether it was another.
    """
    version = office.calendar(office.procedure).version
    with office.database.reading() as connection:
        if _kept(connection) == version:
            return False

    def work(connection: Connection) -> bool:
        if _kept(connection) == version:
            return False
        record_of_authority(connection, CalendarKept(version=version), now)
        index.wake_all(connection, now)
        return True

    return office.database.change(work)


def _kept(connection: Connection) -> str:
    kept = trail.latest(connection, trail.AUTHORITY, CalendarKept.__name__)
    return kept.version if isinstance(kept, CalendarKept) else ""
