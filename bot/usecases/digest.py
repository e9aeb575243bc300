"""The daily digest: who gets it, when, and what stands in it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from bot.domain.notices import AUDITOR, Notice
from bot.domain.people import Directory
from bot.domain.working_time import london_date, moment
from bot.usecases.office import Office
from storage import index, outbox
from storage.database import Connection
from storage.index import Standing

PREFIX = "digest/"
TOO_LATE = timedelta(hours=8)
"""A digest that couldn't go out for so long is left out; the next one says what it would have said."""


def plan_digest(office: Office, now: datetime) -> int:
    """Once its hour has struck on a working day, put today's digest for everybody who gets one into the outbox.

    Doing it again changes nothing: a digest has one key for each person, day and way. Returns how many people get it.
    """
    today = london_date(now)
    with office.database.writing() as connection:
        if not office.facts(connection).calendar.is_working(today) or not still_wanted(office, today, now):
            return 0
        people = readers(office, connection, now)
        rows = [
            (
                Notice(
                    challenge=f"{PREFIX}{today.isoformat()}",
                    position=0,
                    kind="digest",
                    number=0,
                    to=person,
                    role="",
                    way=way,
                    held=False,
                ),
                now,
            )
            for person in people
            for way in office.procedure.telling.ways_for("digest")
        ]
        outbox.enqueue(connection, [*rows, *_for_the_auditor(office, today, now)])
        return len(people)


def _for_the_auditor(office: Office, today: date, now: datetime) -> list[tuple[Notice, datetime]]:
    """The signed head of the record, on the same days as the digest."""
    if not office.auditor_email:
        return []
    sealed = Notice(
        challenge=f"{PREFIX}{today.isoformat()}", position=0, kind="sealed", number=0, to=AUDITOR.person, role="",
        way="email", held=False,
    )  # fmt: skip
    return [(sealed, now)]


def still_wanted(office: Office, day: date, now: datetime) -> bool:
    """Whether that day's digest may go out at this moment: from its hour on, and not long after it."""
    struck = _hour_of(office, day)
    return struck <= now < struck + TOO_LATE


def _hour_of(office: Office, day: date) -> datetime:
    return moment(day, time.fromisoformat(office.digest_at))


def readers(office: Office, connection: Connection, now: datetime) -> list[str]:
    """Who gets the digest on this day: the holders of the roles that the procedure names."""
    roles, directory, today = frozenset(office.procedure.digest), office.directory(connection), london_date(now)
    holders = {post.person for post in directory.posts if post.role in roles and post.held_on(today)}
    return sorted(holders)


def units_overseen(office: Office, directory: Directory, person: str, today: date) -> tuple[str, ...]:
    """The units at or below the person's own posts in the roles that get the digest."""
    tops = {post.unit for post in directory.posts_of(person, today) if post.role in office.procedure.digest}
    return tuple(unit for unit in directory.units if tops & set(directory.above(unit)))


def standings_for(
    office: Office, connection: Connection, person: str, now: datetime
) -> tuple[list[Standing], datetime]:
    """What stands in a person's area, and the moment since which it is news: that of the last digest before today.

    Whoever never had one gets the news since that of the working day before.
    """
    facts = office.facts(connection)
    today = london_date(now)
    last = outbox.last_told(connection, "digest", person, f"{PREFIX}{today.isoformat()}")
    since = _hour_of(office, date.fromisoformat(last.removeprefix(PREFIX)) if last else facts.calendar.add(today, -1))
    units = units_overseen(office, facts.directory, person, today)
    return index.area(connection, units, since), since
