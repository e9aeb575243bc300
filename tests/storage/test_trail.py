"""The trail keeps what happened, in order, and shows when somebody has meddled with it."""

from __future__ import annotations

from datetime import date
from typing import get_args

import pytest

from bot.domain.authority import CommandRefused, DirectoryImported
from bot.domain.errors import Outdated, TrailBroken
from bot.domain.events import AnswerOverdue, Event
from bot.domain.words import Words
from storage import erasure, tables, trail
from storage.database import Database
from storage.verifier import FIRST
from tests.builders import IRO
from tests.storage.samples import (
    EACH,
    NOW,
    REFERENCE,
    STREAM,
    a_note,
    append,
    at_once,
    broken,
    broken_at,
    everything,
    execute,
    history,
    sent,
    unguard,
)


@pytest.mark.requirement("CARD-03")
def test_every_event_is_read_back_as_it_was_written_with_who_when_and_how(database: Database) -> None:
    written = append(database, *EACH)
    read = history(database)
    assert read == written
    assert {type(one.event) for one in read} == set(get_args(Event))
    assert [one.position for one in read] == list(range(1, len(EACH) + 1))
    for one in read:
        assert (one.by, one.role, one.via, one.command, one.message) == (IRO, "iro", "teams", "c1", "m1")
        assert (one.happened_at, one.recorded_at) == (NOW, NOW)
    assert broken_at(database) is None


def test_events_are_written_after_one_another_in_several_goes(database: Database) -> None:
    append(database, *EACH[:2])
    append(database, *EACH[2:5], after=2)
    assert [one.event for one in history(database)] == list(EACH[:5])
    with database.reading() as connection:
        assert trail.last_position(connection, STREAM) == 5
    assert broken_at(database) is None


def test_a_challenge_that_does_not_exist_has_no_history(database: Database) -> None:
    assert history(database, "PC-2026-9999") == []
    with database.reading() as connection:
        assert trail.last_position(connection, STREAM) == 0


def test_each_stream_has_a_chain_of_its_own(database: Database) -> None:
    append(database, EACH[0], stream="challenge:PC-2026-0002")
    append(database, EACH[0])
    append(database, CommandRefused(command="Answer", reference=REFERENCE, reason="NotYours"), stream="person:p-iro")
    append(database, DirectoryImported(version=1, units=1, people=1, posts=1, children=1), stream=trail.AUTHORITY)
    with database.reading() as connection:
        assert trail.streams(connection) == sorted(
            ["authority", "challenge:PC-2026-0001", "challenge:PC-2026-0002", "person:p-iro"]
        )
        assert trail.references(connection) == ["PC-2026-0001", "PC-2026-0002"]
    assert broken(database) == []
    assert {row[-2] for row in everything(database, "trail")["trail"]} == {FIRST}


def test_of_two_who_write_at_the_same_position_one_is_outdated(database: Database) -> None:
    append(database, *EACH[:2])
    results = at_once(
        lambda: append(database, a_note("the one"), after=2), lambda: append(database, a_note("the other"), after=2)
    )
    assert sorted(type(result).__name__ for result in results) == ["Outdated", "list"]
    assert len(history(database)) == 3
    assert len(everything(database, "words")["words"]) == len(
        {row[0] for row in everything(database, "words")["words"]}
    )
    assert broken_at(database) is None


def test_who_has_read_too_little_is_outdated_and_leaves_nothing(database: Database) -> None:
    append(database, *EACH[:3])
    before = everything(database)
    with pytest.raises(Outdated):
        append(database, a_note("late"), after=2)
    assert everything(database) == before


def test_a_command_is_marked_as_done_once(database: Database) -> None:
    with database.writing() as connection:
        trail.mark_done(connection, "c1", STREAM, NOW)
        assert trail.was_done(connection, "c1") == STREAM
        assert trail.was_done(connection, "c2") is None
    with pytest.raises(Outdated), database.writing() as connection:
        trail.mark_done(connection, "c1", STREAM, NOW)


# What people wrote


def test_what_people_wrote_stands_in_its_own_table_alone(database: Database) -> None:
    append(database, *EACH, a_note("Zanzibar"))
    rows = everything(database)
    assert "Zanzibar" in repr(rows["words"])
    assert "Zanzibar" not in repr({name: found for name, found in rows.items() if name != "words"})


def erase(database: Database, digest: str) -> None:
    with database.writing() as connection:
        erased = erasure.Erasure(reference=REFERENCE, digests=(digest,), on=date(2026, 5, 1), basis="a court's order")
        erasure.erase(connection, erased, by="operator", at=NOW)


def digest_of(database: Database, text: str) -> str:
    with database.reading() as connection:
        words = tables.words.c
        found: str = connection.execute(tables.words.select().where(words.text == text)).one().digest
        return found


@pytest.mark.requirement("CARD-03")
def test_an_erasure_takes_the_words_and_leaves_the_record_whole(database: Database) -> None:
    append(database, EACH[0], a_note("Zanzibar"), a_note("Stays"))
    hashes = [one.hash for one in history(database)]
    erase(database, digest_of(database, "Zanzibar"))
    _, gone, stays = (one.event for one in history(database))
    assert gone == type(a_note())(kind="note", words=Words("", date(2026, 5, 1)))
    assert str(gone.words) == "[erased on 1 May 2026]"
    assert stays == a_note("Stays")
    assert [one.hash for one in history(database)] == hashes
    assert broken_at(database) is None
    assert "Zanzibar" not in repr(everything(database))


@pytest.mark.parametrize(
    "loss", ["DELETE FROM words", "UPDATE words SET text = NULL", "UPDATE words SET stream = 'challenge:PC-2026-0009'"]
)
def test_words_that_are_gone_without_a_record_of_their_erasure_break_the_trail(database: Database, loss: str) -> None:
    append(database, *EACH[:3])
    execute(database, loss)
    with pytest.raises(TrailBroken, match="missing without a record of their erasure"):
        history(database)
    assert broken_at(database) == 1


def test_words_that_only_say_that_they_were_erased_are_missing_all_the_same(database: Database) -> None:
    append(database, EACH[0], a_note("I refuse"))
    execute(database, "UPDATE words SET text = NULL, salt = NULL, erased_on = '2026-05-01' WHERE text = 'I refuse'")
    (found,) = broken(database)
    assert "event 2: its words" in found
    assert "are missing without a record of their erasure" in found


@pytest.mark.requirement("CARD-03")
def test_words_that_somebody_has_changed_are_found(database: Database) -> None:
    append(database, EACH[0], a_note("I refuse"), a_note("Agreed"))
    execute(database, "UPDATE words SET text = 'I accept' WHERE text = 'I refuse'")
    assert broken_at(database) == 2


# Meddling

NEXT_TO_LAST = len(EACH) - 1
OVERDUE = 1 + next(place for place, event in enumerate(EACH) if isinstance(event, AnswerOverdue))
CHANGES = {
    "who": (f"UPDATE trail SET \"by\" = 'p-tm' WHERE position = {NEXT_TO_LAST}", NEXT_TO_LAST),
    "in which role": ("UPDATE trail SET role = 'team-manager' WHERE position = 3", 3),
    "when it happened": (f"UPDATE trail SET happened_at = '2026-04-01 09:00:00.000000' WHERE position = {5}", 5),
    "when it was recorded": ("UPDATE trail SET recorded_at = '2026-04-01 09:00:00.000000' WHERE position = 1", 1),
    "by which message": ("UPDATE trail SET message = 'm2' WHERE position = 2", 2),
    "by which command": ("UPDATE trail SET command = 'c2' WHERE position = 2", 2),
    "what": ("UPDATE trail SET body = replace(body, 'stage-1', 'stage-2') WHERE position = 2", 2),
    "of which type": ("UPDATE trail SET type = 'DecisionOverdue' WHERE type = 'AnswerOverdue'", OVERDUE),
    "of which version": ("UPDATE trail SET version = 2 WHERE position = 4", 4),
    "its hash": ("UPDATE trail SET hash = previous WHERE position = 4", 4),
    "its predecessor": ("UPDATE trail SET previous = hash WHERE position = 4", 4),
    "a removal": ("DELETE FROM trail WHERE position = 6", 6),
    "the removal of the first": ("DELETE FROM trail WHERE position = 1", 1),
    "an exchange": (
        """UPDATE trail SET position = CASE position WHEN 3 THEN 104 WHEN 4 THEN 103 ELSE position END;
        UPDATE trail SET position = position - 100 WHERE position > 100""",
        3,
    ),
}


@pytest.mark.requirement("CARD-03")
@pytest.mark.parametrize(("meddling", "found"), CHANGES.values(), ids=CHANGES)
def test_the_place_of_a_change_is_found(own_database: Database, meddling: str, found: int) -> None:
    append(own_database, *EACH)
    unguard(own_database)
    for statement in meddling.split(";"):
        execute(own_database, statement)
    assert broken_at(own_database) == found


def test_an_event_slipped_in_is_found(own_database: Database) -> None:
    append(own_database, *EACH)
    unguard(own_database)
    execute(own_database, "UPDATE trail SET position = position + 100 WHERE position > 4")
    execute(own_database, "UPDATE trail SET position = position - 99 WHERE position > 100")
    execute(own_database, "DELETE FROM unlogged")
    append(own_database, a_note("slipped in"), after=4)
    assert broken_at(own_database) == 6


def test_an_event_added_at_the_end_by_hand_is_found(database: Database) -> None:
    append(database, *EACH[:4])
    columns = 'type, version, "by", role, via, command, message, happened_at, recorded_at, body'
    execute(
        database,
        f"INSERT INTO trail (stream, position, {columns}, previous, hash) "
        f"SELECT stream, 5, {columns}, hash, hash FROM trail WHERE position = 4",
    )
    assert broken_at(database) == 5


# The database itself refuses


RECORD = {"trail": "body", "leaf": "hash", "node": "hash", "head": "note"}
"""What must not change, and a column of each."""


def fill(database: Database) -> None:
    append(database, *EACH[:2])
    with database.writing() as connection:
        connection.execute(tables.leaf.insert(), {"index": 0, "stream": STREAM, "position": 1, "hash": "h"})
        connection.execute(tables.node.insert(), {"level": 8, "index": 0, "hash": "h"})
        connection.execute(tables.head.insert(), {"size": 1, "at": NOW, "note": "n"})


@pytest.mark.requirement("CARD-03")
@pytest.mark.parametrize("table", RECORD)
@pytest.mark.parametrize("act", ["UPDATE {table} SET {column} = 'x'", "DELETE FROM {table}"])
def test_the_database_refuses_to_change_or_remove_a_row_of_the_record(database: Database, table: str, act: str) -> None:
    fill(database)
    before = everything(database)
    column = RECORD[table]
    with pytest.raises(Exception, match="append-only"):
        execute(database, act.format(table=table, column=column))
    assert everything(database) == before


@pytest.mark.parametrize("table", RECORD)
def test_the_database_refuses_to_put_a_row_in_the_place_of_another(database: Database, table: str) -> None:
    fill(database)
    before = everything(database)
    keys = ", ".join(f'"{column.name}"' for column in tables.metadata.tables[table].primary_key)
    column = RECORD[table]
    replacing = {
        True: f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
        False: f"INSERT INTO {table} SELECT * FROM {table} "
        f"ON CONFLICT ({keys}) DO UPDATE SET {column} = excluded.{column}",
    }[database.is_sqlite]
    with pytest.raises(Exception, match="append-only"):
        execute(database, replacing)
    assert everything(database) == before


@pytest.mark.parametrize("table", RECORD)
def test_the_database_refuses_to_empty_the_record_at_a_stroke(database: Database, table: str) -> None:
    fill(database)
    statement = f"DELETE FROM {table}" if database.is_sqlite else f"TRUNCATE {table} CASCADE"
    with pytest.raises(Exception, match="append-only"):
        execute(database, statement)


def test_a_hash_covers_every_column_but_itself() -> None:
    row = {str(column.name): column.name for column in tables.trail.columns if column.name != "hash"}
    whole = trail.fingerprint(row)
    for name in row:
        assert trail.fingerprint({**row, name: "other"}) != whole
    assert len(whole) == 64


def test_events_are_appended_with_the_command_that_brought_them(database: Database) -> None:
    append(database, EACH[0], command="first")
    append(database, a_note(), after=1, command="second")
    assert [one.command for one in history(database)] == ["first", "second"]
    assert sent("second").id == "second"
