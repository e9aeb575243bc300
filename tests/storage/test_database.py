"""One engine, its transactions, and the threads that run them."""

from __future__ import annotations

import asyncio
import threading
import traceback
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.domain.errors import Outdated
from storage import tables, trail
from storage.audit import broken_chains
from storage.database import ATTEMPTS, Connection, Database
from storage.index import next_reference
from tests.storage.samples import EACH, NOW, STREAM, a_note, append, at_once, everything, execute, history


def mark(connection: Connection, command: str) -> None:
    trail.mark_done(connection, command, STREAM, NOW)


def marked(database: Database) -> list[str]:
    return [row[0] for row in everything(database, "done")["done"]]


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    def fails() -> None:
        with database.writing() as connection:
            mark(connection, "c1")
            raise KeyError

    with pytest.raises(KeyError):
        fails()
    assert marked(database) == []


def test_a_step_is_done_again_where_somebody_else_was_first(database: Database) -> None:
    tries = []

    def step(connection: Connection) -> int:
        tries.append(1)
        mark(connection, f"attempt {len(tries)}")
        if len(tries) < 3:
            raise Outdated
        return len(tries)

    assert database.change(step) == 3
    assert marked(database) == ["attempt 3"]


def test_a_step_is_not_tried_for_ever(database: Database) -> None:
    tries = []

    def step(connection: Connection) -> None:
        tries.append(1)
        mark(connection, "c1")
        mark(connection, "c1")

    with pytest.raises(Outdated):
        database.change(step)
    assert len(tries) == ATTEMPTS


def test_a_step_that_fails_otherwise_is_not_done_again(database: Database) -> None:
    tries = []

    def step(_: Connection) -> None:
        tries.append(1)
        raise KeyError

    with pytest.raises(KeyError):
        database.change(step)
    assert tries == [1]


def test_of_two_who_wait_for_each_other_one_is_outdated(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has one writer, so nobody waits for anybody twice")
    with database.writing() as connection:
        for name in ("a", "b"):
            connection.execute(tables.counter.insert(), {"name": name, "value": 0})
    both_hold_one = threading.Barrier(2)

    def count_up(first: str, second: str) -> None:
        with database.writing() as connection:
            for name in (first, second):
                connection.execute(tables.counter.update().where(tables.counter.c.name == name).values(value=1))
                if name == first:
                    both_hold_one.wait(10)

    results = at_once(lambda: count_up("a", "b"), lambda: count_up("b", "a"))
    assert sorted(type(result).__name__ for result in results) == ["NoneType", "Outdated"]


def test_what_is_read_is_one_view_whatever_is_written_meanwhile(database: Database) -> None:
    append(database, *EACH[:2])
    with database.reading() as connection:
        before = trail.last_position(connection, STREAM)
        append(database, a_note(), after=2)
        assert trail.last_position(connection, STREAM) == before
        assert len(trail.history(connection, STREAM.removeprefix("challenge:"))) == before
    assert len(history(database)) == 3


def test_reading_does_not_keep_anybody_from_writing(database: Database) -> None:
    append(database, *EACH[:2])
    elsewhere = Database(database.url.render_as_string(hide_password=False))
    with database.reading() as connection:
        trail.references(connection)
        append(elsewhere, a_note(), after=2)
    elsewhere.close()
    assert len(history(database)) == 3


def test_reading_sees_what_another_process_has_written(database: Database) -> None:
    elsewhere = Database(database.url.render_as_string(hide_password=False))
    append(elsewhere, *EACH[:2])
    elsewhere.close()
    assert len(history(database)) == 2


def test_work_runs_off_the_event_loop_and_its_errors_come_back(database: Database) -> None:
    def fails() -> None:
        raise KeyError("x")

    async def go() -> str:
        with pytest.raises(KeyError):
            await database.run(fails)
        return await database.run(lambda: threading.current_thread().name)

    assert asyncio.run(go()).startswith("storage")


def test_a_commit_on_sqlite_is_on_the_disk(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new' / 'folder' / 'test.db'}")
    with database.reading() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    database.close()
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_an_error_does_not_quote_what_people_wrote(database: Database) -> None:
    row = {"digest": "d", "stream": None, "text": "Alex Brown"}
    with pytest.raises(DBAPIError) as failure, database.writing() as connection:
        connection.execute(tables.words.insert(), row)
    assert "Alex" not in "".join(traceback.format_exception(failure.value))


def test_a_database_that_is_not_there_is_no_race(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}")
    with pytest.raises(OperationalError), database.writing():
        pass
    database.close()


@pytest.mark.requirement("CARD-03")
def test_a_backup_is_whole_though_it_is_taken_while_the_database_is_in_use(tmp_path: Path, database: Database) -> None:
    if not database.is_sqlite:
        pytest.skip("PostgreSQL has pg_dump")
    append(database, *EACH)
    with database.reading() as connection:
        trail.references(connection)
        database.backup(tmp_path / "copy.db")
    append(database, a_note(), after=len(EACH))
    copy = Database(f"sqlite:///{tmp_path / 'copy.db'}")
    assert [one.event for one in history(copy)] == list(EACH)
    with copy.reading() as connection:
        assert not list(broken_chains(connection, STREAM))
    with pytest.raises(Exception, match="append-only"):
        execute(copy, "DELETE FROM trail")
    copy.close()
    assert len(history(database)) == len(EACH) + 1


@pytest.mark.requirement("CARD-03")
def test_references_have_no_gap_whoever_takes_them_and_whoever_gives_up(database: Database) -> None:
    def take() -> str:
        with database.writing() as connection:
            return next_reference(connection, 2026)

    def give_up() -> str:
        with database.writing() as connection:
            next_reference(connection, 2026)
            raise KeyError

    results = at_once(take, give_up, take, give_up, take, take, give_up, take)
    taken = sorted(result for result in results if isinstance(result, str))
    assert taken == [f"PC-2026-{number:04d}" for number in range(1, 6)]
    with database.writing() as connection:
        assert next_reference(connection, 2027) == "PC-2027-0001"
        assert next_reference(connection, 2026) == "PC-2026-0006"
