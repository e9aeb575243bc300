"""One of each event, and small ways to write to a database and to look at what stands in it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import select, text

from bot.domain.commands import Correspondence, Detail, LookAtClock, Sent
from bot.domain.events import (
    AcknowledgementOverdue,
    AgreementGiven,
    AgreementOverdue,
    AnswerOverdue,
    ChallengeClosed,
    ChallengeRaised,
    ChallengeReopened,
    ChallengeResolved,
    ClocksPaused,
    Dates,
    DatesMoved,
    DecisionOverdue,
    Event,
    IssueAdded,
    MeetingFixed,
    NoteAdded,
    OutcomeRevised,
    PlanAgreed,
    RaiserChanged,
    Recorded,
    ReminderFell,
    SatisfactionGiven,
    SilenceAccepted,
    StageAcknowledged,
    StageAnswered,
    StageAssigned,
    StageOpened,
    StageProposed,
    StagesExhausted,
    TotalOverdue,
    WaitAgreed,
)
from bot.domain.people import Party
from bot.domain.words import Words
from bot.domain.working_time import Skipped, Stood, deadline
from storage import tables, trail
from storage.audit import broken_chains
from storage.codec import AnyEvent
from storage.database import Connection, Database
from storage.evidence import attempts
from tests.builders import IRO, MANAGER, an_answer, an_issue, at, facts, lincolnshire

T = TypeVar("T")

NOW = at("Tue 7 April 2026 10am")
RAISER = Party(person=IRO, name="Imogen Reed", role="iro")
ASKED = Party(person=MANAGER, name="Tom Marsh", role="team-manager")
REFERENCE = "PC-2026-0001"
STREAM = trail.challenge_stream(REFERENCE)
DUE = deadline(facts().calendar, facts().hours, NOW, 5)

DATES = Dates(due=replace(DUE, stood=(Stood(since=DUE.day_zero, until=DUE.due_on, why="A pause"),)), total=DUE)

EACH: tuple[Event, ...] = (
    ChallengeRaised(
        reference=REFERENCE,
        procedure=lincolnshire().fingerprint,
        child="MOS-10423",
        initials="AB",
        unit="Boston Team 1",
        siblings=("MOS-10424", "MOS-10425"),
        arena="child-in-care",
        raiser=RAISER,
        raiser_unit="Safeguarding and Review",
        issues=(an_issue(), an_issue("“Nobody” came — naïve?\n\tŻółć 👩‍👧", "")),
        impact=Words("Alex feels forgotten"),
        details=(Detail(id="wishes", label="What are the child's wishes?", words=Words("To stay")),),
    ),
    StageOpened(
        number=1,
        stage="stage-1",
        because="direct entry",
        reason=Words("It can't wait"),
        asked=(ASKED,),
        told=(RAISER,),
        due=DUE,
        total=replace(DUE, limit=20),
    ),
    StageProposed(
        proposal=1,
        stage="stage-1",
        because="not satisfied",
        reason=Words("No date"),
        asked=(ASKED,),
        told=(),
        due=DUE,
        details=(Detail(id="sure", label="Sure?", words=Words("Yes")),),
    ),
    AgreementGiven(proposal=1, by=ASKED, agreed=False, words=Words("Not yet"), told=(RAISER,)),
    AgreementOverdue(proposal=1, told=(RAISER,)),
    OutcomeRevised(issue=1, outcome=Words("A visit each week")),
    SilenceAccepted(number=1, told=(RAISER,), decide_by=DUE),
    PlanAgreed(number=1, words=Words("As answered"), decide_by=DUE, told=(ASKED,)),
    MeetingFixed(number=1, by=ASKED, day=date(2026, 4, 9), where=Words("Room 2"), dates=DATES, told=(RAISER,)),
    DatesMoved(
        number=1,
        why="bank holiday",
        dates=DATES,
        before=DATES,
        reason=Words("Late"),
        told=(RAISER,),
        days=(Skipped(day=date(2026, 4, 8), why="A day of mourning"),),
    ),
    ClocksPaused(pause="court", reason=Words("A hearing"), until=DUE, told=(RAISER,)),
    SatisfactionGiven(number=1, by=RAISER, how=Words("It is done"), told=(ASKED,)),
    ChallengeReopened(by=RAISER, reason=Words("It came back"), told=(ASKED,)),
    RaiserChanged(to=ASKED, unit="Boston", reason=Words("She has left"), told=(RAISER,)),
    AcknowledgementOverdue(number=1, told=(RAISER,)),
    StageAssigned(number=1, asked=(ASKED,), kept=(RAISER,)),
    IssueAdded(issue=an_issue(), told=(ASKED,)),
    StageAcknowledged(number=1, by=ASKED, told=()),
    StageAnswered(number=1, by=ASKED, answers=an_answer().answers, told=(RAISER,), decide_by=DUE),
    ChallengeResolved(
        number=1, how=Words("Visited"), outcome_for_child=Words("Alex was seen"), achieved="partly", told=(ASKED,)
    ),
    StagesExhausted(number=1, reason=Words("Nothing has changed"), offered="Cafcass", told=()),
    WaitAgreed(number=1, until=date(2026, 4, 20), reason=Words("She is back then")),
    ChallengeClosed(how="withdrawn", reason=Words("A misunderstanding"), told=(ASKED,)),
    NoteAdded(kind="correspondence", words=Words("Dear Tom")),
    ReminderFell(number=1, about="answer", offset=-2, due_at=DUE.due_at, skipped=0, to=(ASKED,)),
    AnswerOverdue(number=1, told=(RAISER,)),
    DecisionOverdue(number=1, told=()),
    TotalOverdue(told=(RAISER, ASKED)),
)
"""One of each event of a challenge, with text in every place for words."""


def a_note(words: str = "A visit is booked", kind: Correspondence = "note") -> NoteAdded:
    return NoteAdded(kind=kind, words=Words(words))


def sent(id: str = "c1") -> Sent:
    return Sent(command=LookAtClock(), id=id, by=IRO, at=NOW, via="teams", message="m1")


def append(
    database: Database, *events: AnyEvent, after: int = 0, stream: str = STREAM, command: str = "c1"
) -> list[Recorded]:
    with database.writing() as connection:
        return trail.append(connection, stream, events, sent(command), role="iro", recorded_at=NOW, after=after)


def history(database: Database, reference: str = REFERENCE) -> list[Recorded]:
    with database.reading() as connection:
        return trail.history(connection, reference)


def contents(connection: Connection, *names: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of some tables, or of all, in an order that doesn't depend on how they were written."""
    wanted = names or tuple(tables.metadata.tables)
    return {
        name: sorted((tuple(row) for row in connection.execute(select(tables.metadata.tables[name]))), key=repr)
        for name in wanted
    }


def everything(database: Database, *names: str) -> dict[str, list[tuple[Any, ...]]]:
    with database.reading() as connection:
        return contents(connection, *names)


def evidence(database: Database, part: str = "") -> list[tuple[str, int, str]]:
    """Key, attempt and outcome of every attempt to tell somebody, of keys with this part."""
    found = []
    with database.reading() as connection:
        for stream in trail.streams(connection):
            kind, _, reference = stream.partition(":")
            for _, told in attempts(connection, reference) if kind == "evidence" else ():
                key = f"{reference}/{told.position}/{told.kind}/{told.to}/{told.way}"
                found.append((key, told.attempt, told.outcome))
    return sorted(one for one in found if part in one[0])


def broken(database: Database, stream: str = "") -> list[str]:
    """What isn't as it was written, in one stream or in all."""
    with database.reading() as connection:
        return [str(one) for one in broken_chains(connection, stream)]


def broken_at(database: Database, stream: str = STREAM) -> int | None:
    """The position of the first event that isn't as it was written."""
    with database.reading() as connection:
        return min((one.position for one in broken_chains(connection, stream)), default=None)


def execute(database: Database, statement: str) -> None:
    """Plain SQL, as somebody at the database's own console would type it."""
    with database.writing() as connection:
        connection.execute(text(statement))


def unguard(database: Database) -> None:
    """Take the guards off the trail, as only somebody with all rights could."""
    if database.is_sqlite:
        for act in ("update", "delete", "replace"):
            execute(database, f"DROP TRIGGER trail_no_{act}")
    else:
        execute(database, "DROP TRIGGER trail_no_change ON trail")


def at_once(*works: Callable[[], T]) -> Sequence[T | Exception]:
    """Do several things in as many threads, starting at the same moment; what each returned or raised."""
    start = threading.Barrier(len(works))

    def one(work: Callable[[], T]) -> T | Exception:
        start.wait(30)
        try:
            return work()
        except Exception as failure:
            return failure

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(one, works))
