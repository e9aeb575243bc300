"""An authority of realistic size in a database: the demo's people and children many times over, and what they did."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import NAMESPACE_OID, uuid5

from sqlalchemy import select, update

from bot.demo.people import made_up_directory
from bot.domain.commands import Answer, Command, Issue, IssueAnswer, Raise, Resolve, Sent
from bot.domain.people import Child, Directory
from bot.domain.raise_form import raise_form
from bot.domain.words import Words
from bot.procedures.load import load
from bot.usecases.administer import import_directory, keep_procedure
from bot.usecases.handle import handle
from bot.usecases.office import Office
from storage import desk, index, schema, tables, trail
from storage.database import Connection, Database
from storage.desk import Draft
from tests.builders import at
from tests.teams.fakes import APP_ID, TENANT, FakeMicrosoft, Persona

PROCEDURE = "lincolnshire"
NOW = at("Tue 14 April 2026 10am")
LONG_AGO, LATELY = at("Tue 3 March 2026 10am"), at("Tue 14 April 2026 9:30am")
DUE = at("Fri 17 April 2026 11am")
"""When something has fallen due on every challenge that waits."""
CONCERN = "No visit is recorded since the second of March, and the plan says that there is one every four weeks."


@dataclass(frozen=True, kw_only=True)
class Size:
    """How large the authority is."""

    copies: int
    """Of the demo's 44 people, with their units."""
    children: int
    """Of each child, for each copy; the demo has 60."""
    ended: int
    waiting: int
    """Challenges that are there already."""


TOY = Size(copies=1, children=1, ended=2, waiting=4)
REAL = Size(copies=7, children=4, ended=1_500, waiting=500)


class SetClock:
    """Shows what it was set to."""

    def __init__(self) -> None:
        self.moment = LONG_AGO

    def now(self) -> datetime:
        return self.moment


@dataclass
class Authority:
    """The prepared database, seen from outside the bot."""

    office: Office
    clock: SetClock
    directory: Directory
    url: str

    def who_raises(self, child: Child) -> str:
        roles = sorted(self.office.procedure.raising_roles & child.workers.keys())
        return child.workers[roles[0]]

    def persona(self, person: str) -> Persona:
        return Persona(name=self.directory.people[person].name, object_id=person)

    def raised_by(self, draft: Draft) -> str:
        """The reference of the challenge to which a confirmed draft has led."""
        with self.office.database.reading() as connection:
            stream = trail.was_done(connection, f"draft/{draft.code}/{draft.person}")
        assert stream is not None, "the draft was not confirmed"
        return stream.removeprefix("challenge:")

    def is_idle(self, moment: datetime) -> bool:
        """Whether by that moment nothing has to be looked at or sent."""
        table = tables.outbox.c
        due = select(table.key).where(table.state.in_(("waiting", "sending")), table.due_at <= moment).limit(1)
        with self.office.database.reading() as connection:
            return index.behind(connection, moment) is None and connection.execute(due).first() is None


def prepare(url: str, size: Size, microsoft: FakeMicrosoft, *, sent: bool = True) -> Authority:
    """Fill an empty database. Everybody has the bot, and everything was sent, or nothing."""
    clock = SetClock()
    database = Database(url)
    office = Office(database=database, clock=clock, loaded=load(PROCEDURE), operator_email="operator@council.example")
    with office.database.writing() as connection:
        schema.upgrade(connection)
    keep_procedure(office)
    directory = _many_times(office, size)
    import_directory(office, directory)
    authority = Authority(office=office, clock=clock, directory=directory, url=url)
    with office.database.writing() as connection:
        for person in directory.people:
            _give_bot(connection, authority.persona(person), microsoft)
    _give_past(authority, size)
    if sent:
        _mark_sent(office.database)
    clock.moment = NOW
    return authority


def _many_times(office: Office, size: Size) -> Directory:
    one = made_up_directory(office.procedure)
    copies = range(size.copies)
    people = [replace(person, id=_id(person.id, copy)) for copy in copies for person in one.people.values()]
    posts = [
        replace(post, person=_id(post.person, copy), unit=f"{post.unit} {copy}", since=None, until=None)
        for copy in copies
        for post in one.posts
    ]
    children = [
        replace(child, reference=f"{child.reference}-{copy}-{number}", unit=f"{child.unit} {copy}", siblings=(),
                workers={role: _id(person, copy) for role, person in child.workers.items()})
        for copy in copies for number in range(size.children) for child in one.children.values()
    ]  # fmt: skip
    return Directory(
        version=1,
        people={person.id: person for person in people},
        units={f"{unit} {copy}": up and f"{up} {copy}" for copy in copies for unit, up in one.units.items()},
        posts=tuple(posts),
        children={child.reference: child for child in children},
    )


def _id(person: str, copy: int) -> str:
    return str(uuid5(NAMESPACE_OID, f"{person} {copy}"))


def _give_bot(connection: Connection, person: Persona, microsoft: FakeMicrosoft) -> None:
    address = {
        "person": person.object_id,
        "account": person.account,
        "tenant": TENANT,
        "bot": f"28:{APP_ID}",
        "service_url": microsoft.service_url,
        "conversation": person.conversation,
    }
    desk.keep_address(connection, address, LONG_AGO)


def _give_past(authority: Authority, size: Size) -> None:
    children = list(authority.directory.children.values())
    for number in range(size.ended + size.waiting):
        ended = number < size.ended
        child = children[number % len(children)]
        authority.clock.moment = (LONG_AGO if ended else LATELY) + timedelta(seconds=number)
        reference = _act(authority, None, authority.who_raises(child), _raise(authority, child))
        if ended:
            with authority.office.database.reading() as connection:
                challenge, _ = authority.office.record(connection, reference)
            _act(authority, reference, challenge.current.asked[0].person, _ANSWER)
            _act(authority, reference, challenge.raiser.person, _RESOLVE)


def _raise(authority: Authority, child: Child) -> Raise:
    procedure = authority.office.procedure
    issue = Issue(text=Words(CONCERN), outcome=Words("A visit this week"), kind=procedure.kinds_in(child.arena)[0].id)
    return Raise(
        child=child.reference,
        arena=child.arena,
        issues=(issue,),
        impact=Words("Feels forgotten"),
        stage=procedure.start,
        reason=Words(""),
    )


_ANSWER = Answer(request=1, answers=(
    IssueAnswer(issue=1, verdict="accepted", words=Words("A visit is booked"), by_whom=Words(""), by_when=None),
))  # fmt: skip
_RESOLVE = Resolve(request=1, how=Words("Visited"), outcome_for_child=Words("Was seen"), achieved="yes")


def _act(authority: Authority, reference: str | None, person: str, command: Command) -> str:
    """Carry out one command without any client. Returns the reference."""
    now = authority.clock.now()
    sent = Sent(command=command, id=f"{type(command).__name__}/{now.isoformat()}", by=person, at=now, via="teams")
    return handle(authority.office, sent, reference).challenge.reference


def _mark_sent(database: Database) -> None:
    """As if everything in the outbox had gone out."""
    table = tables.outbox
    with database.writing() as connection:
        connection.execute(
            update(table)
            .where(table.c.state == "waiting")
            .values(state="delivered", settled_at=NOW, sent_as="old-" + table.c.key)
        )


def drafts(authority: Authority) -> Iterator[Draft]:
    """A raising for each child, filled in and kept, which its button sends."""
    procedure = authority.office.procedure
    blank = {field.id: field for field in raise_form(procedure, (), 1).fields if field.required}
    usual = {id: field.choices[0].value if field.choices else CONCERN for id, field in blank.items()}
    for number, child in enumerate(authority.directory.children.values()):
        kind = procedure.kinds_in(child.arena)[0].id
        about = {"child": child.reference, "arena": child.arena, "stage": procedure.start, "kind-1": kind}
        draft = Draft(code=f"D{number:04d}", person=authority.who_raises(child), form="raise", subject=child.reference,
                      number=0, entries={**usual, **about}, saved_at=NOW)  # fmt: skip
        with authority.office.database.writing() as connection:
            desk.save_draft(connection, draft)
        yield draft
