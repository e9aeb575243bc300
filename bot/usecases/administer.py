"""What happens to the authority as a whole: its directory is imported, its procedure is kept, its index rebuilt."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.authority import AuthorityEvent, DirectoryImported, ProcedureKept
from bot.domain.commands import CLOCK, LookAtClock, Sent
from bot.domain.evolve import replay
from bot.domain.people import Directory
from bot.domain.reminders import wakes_at
from bot.usecases.office import Office
from storage import desk, index, schema, trail
from storage.database import Connection
from storage.directory import directory_version, replace_directory


def keep_procedure(office: Office) -> None:
    """Keep the text of today's procedure, so that every challenge can be read under it for ever."""
    procedure, now = office.procedure, office.now()

    def keep(connection: Connection) -> None:
        if desk.keep_procedure(connection, procedure.fingerprint, procedure.id, office.loaded.text, now):
            kept = ProcedureKept(id=procedure.id, version=procedure.version, fingerprint=procedure.fingerprint)
            record_of_authority(connection, kept, now)

    office.database.change(keep)


def import_directory(office: Office, directory: Directory) -> DirectoryImported:
    """Put a faultless directory in place, all of it or nothing; the next sweep finds who has taken up which post."""
    now = office.now()
    with office.database.writing() as connection:
        version = directory_version(connection) + 1
        replace_directory(connection, replace(directory, version=version))
        imported = DirectoryImported(
            version=version,
            units=len(directory.units),
            people=len(directory.people),
            posts=len(directory.posts),
            children=len(directory.children),
        )
        record_of_authority(connection, imported, now)
        index.wake_all(connection, now)
    return imported


def rebuild_index(office: Office) -> int:
    """Derive the whole index anew from the trail. Returns how many challenges there are."""
    with office.database.writing() as connection:
        index.clear(connection)
        references = list(trail.references(connection))
        for reference in references:
            challenge = replay(trail.history(connection, reference))
            facts = office.facts(connection, challenge.procedure)
            index.put(connection, challenge, wakes_at(challenge, facts))
    return len(references)


def record_of_authority(connection: Connection, event: AuthorityEvent, now: datetime) -> int:
    """Write down what happened to the authority as a whole. Returns the event's position."""
    sent = Sent(command=LookAtClock(), id=f"authority/{now.isoformat()}", by=CLOCK, at=now, via="console")
    after = trail.last_position(connection, trail.AUTHORITY)
    trail.append(connection, trail.AUTHORITY, [event], sent, role="", recorded_at=now, after=after)
    return after + 1


def troubles(office: Office) -> list[str]:
    """What stands in the way of being relied on, in words; empty: nothing."""
    try:
        with office.database.reading() as connection:
            unfit = schema.unfit(connection)
    except Exception as failure:  # whatever the driver raises, the answer is the same
        return [f"the database can't be reached ({type(failure).__name__})"]
    return [unfit] if unfit else []
