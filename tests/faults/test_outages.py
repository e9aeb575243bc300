"""The database goes away, the disk is full, the clock jumps: what was done stays done, and the rest is done later."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.domain.errors import Fault
from bot.usecases import deliver as delivering
from bot.usecases.reconcile import reconcile
from bot.usecases.sweep import sweep
from storage import schema, tables
from storage.database import Database
from tests.builders import IRO, MANAGER, a_raise, an_answer, at, satisfied
from tests.storage.samples import broken, everything, execute
from tests.usecases.scene import Scene

RECORD = ("trail", "words", "unlogged", "challenge", "waiting", "party", "about", "done", "outbox")


class Gone(Exception):
    """What a driver raises when its server doesn't answer."""


@contextmanager
def database_away(scene: Scene) -> Iterator[None]:
    """Every statement fails, as when the server has been stopped."""

    def fail(*_: Any) -> None:
        raise OperationalError("", {}, Gone("server closed the connection unexpectedly"))

    event.listen(scene.database.engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(scene.database.engine, "before_cursor_execute", fail)


def whole(scene: Scene) -> bool:
    found = asyncio.run(reconcile(scene.office, now_or_never=True))
    return broken(scene.database) == [] and found is not None and not found.found


@pytest.mark.requirement("CARD-03")
def test_while_the_database_is_away_nothing_is_half_done_and_afterwards_everything_goes_on(scene: Scene) -> None:
    reference = scene.raises("stage-1")
    before = everything(scene.database, *RECORD)
    with database_away(scene):
        with pytest.raises(DBAPIError):
            scene.does(MANAGER, an_answer(), reference, id="press-1")
        with pytest.raises(DBAPIError):
            scene.sweeps()
        with pytest.raises(DBAPIError):
            scene.delivers()
    assert everything(scene.database, *RECORD) == before
    assert scene.does(MANAGER, an_answer(), reference, id="press-1").events
    assert scene.does(MANAGER, an_answer(), reference, id="press-1").repeated
    scene.delivers_all()
    assert {row["state"] for row in scene.rows()} <= {"delivered", "stale"}
    assert whole(scene)


def test_what_was_sent_while_the_database_went_away_is_settled_when_it_is_back_and_sent_once(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five seconds without a database, by the pauses in between, which don't last here."""
    scene.raises("stage-1")
    slept: list[float] = []
    away = database_away(scene)
    send, sleep = scene.teams.send, asyncio.sleep

    async def then_it_goes(outgoing: Any) -> str:
        sent = await send(outgoing)
        if not slept and not entered:
            entered.append(True)
            away.__enter__()
        return sent

    async def not_long(seconds: float) -> None:
        if seconds:
            slept.append(seconds)
            if sum(slept) >= 5 and entered == [True]:
                entered.append(True)
                away.__exit__(None, None, None)
        await sleep(0)

    entered: list[bool] = []
    monkeypatch.setattr(scene.teams, "send", then_it_goes)
    monkeypatch.setattr(asyncio, "sleep", not_long)
    scene.delivers_all()
    monkeypatch.undo()
    assert entered == [True, True]
    assert 5 <= sum(slept) <= sum(delivering.PAUSES)
    scene.clock.moment += timedelta(hours=1)
    scene.delivers_all()
    assert len(scene.teams.said) == len(set(scene.teams.said))
    sent = [row for row in scene.rows() if row["state"] == "delivered"]
    assert {row["attempts"] for row in sent if row["sent_as"] == "teams-1"} == {1}
    assert whole(scene)


@pytest.fixture
def small_disk(tmp_path: Any) -> Iterator[Scene]:
    """A SQLite database that can hold little more than it does."""
    database = Database(f"sqlite:///{tmp_path / 'full.db'}")
    with database.writing() as connection:
        schema.upgrade(connection)
    yield Scene(database)
    database.close()


@pytest.mark.requirement("CARD-03")
def test_on_a_full_disk_an_act_is_refused_whole_and_succeeds_once_there_is_room(small_disk: Scene) -> None:
    scene = small_disk
    reference = scene.raises("stage-1")
    with scene.database.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    limit(scene, pages + 2)
    refused = 0
    for number in range(40):
        before = everything(scene.database, *RECORD)
        with suppress(OperationalError):
            scene.does(IRO, a_raise("stage-1", "Too urgent"), id=f"raise-{number}")
            continue
        assert everything(scene.database, *RECORD) == before
        refused += 1
    assert refused
    limit(scene, 1_000_000)
    assert scene.does(MANAGER, an_answer(), reference).events
    assert scene.does(IRO, a_raise("stage-1", "Too urgent"), id="raise-39").events
    scene.delivers_all()
    assert whole(scene)


def limit(scene: Scene, pages: int) -> None:
    """How large the database may become, for each connection to come."""
    scene.database.engine.dispose()

    def on_connect(connection: Any, _: Any) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(scene.database.engine, "connect", on_connect)


def about(scene: Scene, reference: str) -> list[str]:
    """The keys of everything that has arrived about a challenge."""
    return [outgoing.key for outgoing in (*scene.teams.sent, *scene.mail.sent) if outgoing.key.startswith(reference)]


def test_a_clock_that_jumps_ahead_tells_the_nearest_once_and_one_that_jumps_back_tells_nothing_twice(
    scene: Scene,
) -> None:
    reference = scene.raises("stage-1")
    scene.delivers_all()
    scene.at("Tue 28 April 2026 10am")
    scene.sweeps()
    ahead = scene.happened(reference)
    scene.delivers_all()
    told = about(scene, reference)
    scene.at("Wed 8 April 2026 10am")
    for _ in range(3):
        scene.sweeps()
        scene.delivers_all()
    assert scene.happened(reference) == ahead
    assert about(scene, reference) == told
    assert ahead.count("AnswerOverdue") == 1
    scene.does(MANAGER, an_answer(), reference)
    scene.does(IRO, satisfied(), reference)
    scene.at("Wed 29 April 2026 10am")
    scene.sweeps()
    scene.delivers_all()
    assert whole(scene)


@pytest.mark.parametrize(
    ("raised", "due"),
    [
        ("Fri 20 March 2026 10am", "Fri 27 March 2026 5pm"),
        ("Wed 25 March 2026 10am", "Wed 1 April 2026 5pm"),
        ("Wed 21 October 2026 10am", "Wed 28 October 2026 5pm"),
    ],
)
def test_over_both_clock_changes_a_day_ends_at_its_london_hour_and_is_looked_at_once(
    scene: Scene, raised: str, due: str
) -> None:
    scene.at(raised)
    reference = scene.raises("stage-1")
    assert scene.now(reference).due_at == at(due)
    moment = scene.clock.moment
    while moment < at(due) + timedelta(days=1):
        moment += timedelta(minutes=30)
        scene.clock.moment = moment
        scene.sweeps()
    happened = scene.happened(reference)
    assert happened.count("AnswerOverdue") == 1
    with scene.database.reading() as connection:
        overdue = next(
            one for one in scene.office.record(connection, reference)[1] if type(one.event).__name__ == "AnswerOverdue"
        )
    assert at(due) <= overdue.happened_at <= at(due) + timedelta(minutes=30)


def test_a_second_bot_on_the_same_sqlite_database_is_refused_in_words(tmp_path: Any) -> None:
    first, second = (Database(f"sqlite:///{tmp_path / 'one.db'}") for _ in range(2))
    first.take_alone()
    with pytest.raises(Fault, match=r"Another bot works on .*one\.db, and SQLite is for one"):
        second.take_alone()
    first.close()
    second.take_alone()
    second.close()


def test_a_check_finds_what_somebody_has_taken_out_puts_it_back_and_tells_the_operator(scene: Scene) -> None:
    reference, other = scene.raises("stage-1"), scene.raises("stage-1")
    scene.delivers_all()
    execute(scene.database, f"DELETE FROM waiting WHERE reference = '{reference}'")
    execute(scene.database, f"UPDATE challenge SET wakes_at = NULL WHERE reference = '{other}'")
    gone = scene.rows(f"/asked/{MANAGER}/teams", reference=other)[0]["key"]
    with scene.database.writing() as connection:
        connection.execute(tables.outbox.delete().where(tables.outbox.c.key == gone))
    found = asyncio.run(reconcile(scene.office, now_or_never=True))
    assert found is not None
    assert (found.index, found.messages, found.clock) == ((reference, other), (gone,), ())
    sent = len(scene.teams.of(gone))
    scene.delivers_all()
    assert len(scene.teams.of(gone)) == sent + 1
    (letter,) = scene.mail.of("/reconciled/")
    assert letter.subject == "Check of the record: something was missing"
    assert reference in letter.body
    assert whole(scene)


def test_a_check_looks_at_the_clock_where_nobody_has(scene: Scene) -> None:
    reference = scene.raises("stage-1")
    scene.at("Thu 16 April 2026 10am")
    execute(scene.database, "UPDATE challenge SET wakes_at = '2027-01-01 00:00:00'")
    found = asyncio.run(reconcile(scene.office, now_or_never=True))
    assert found is not None
    assert found.clock == (reference,)
    assert "AnswerOverdue" in scene.happened(reference)
    assert whole(scene)


def test_a_challenge_that_the_index_has_lost_is_found_in_the_trail(scene: Scene) -> None:
    reference = scene.raises("stage-1")
    for table in ("waiting", "party", "about", "challenge"):
        execute(scene.database, f"DELETE FROM {table}")
    found = asyncio.run(reconcile(scene.office, now_or_never=True))
    assert found is not None
    assert found.index == (reference,)
    assert whole(scene)


def test_of_several_processes_one_checks_each_hour(scene: Scene) -> None:
    assert asyncio.run(reconcile(scene.office)) is not None
    assert asyncio.run(reconcile(scene.office)) is None
    scene.clock.moment += timedelta(minutes=59)
    assert asyncio.run(reconcile(scene.office)) is None
    scene.clock.moment += timedelta(minutes=1)
    assert asyncio.run(reconcile(scene.office)) is not None


def test_two_replicas_sweep_different_challenges(scene: Scene) -> None:
    for _ in range(6):
        scene.raises("stage-1")
    scene.at("Tue 14 April 2026 9am")

    async def both() -> list[Any]:
        return list(await asyncio.gather(sweep(scene.office), sweep(scene.office)))

    swept = asyncio.run(both())
    assert sum(one.looked_at for one in swept) == 6
