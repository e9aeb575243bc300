"""A copy of the whole database, taken while it is in use, becomes a database that goes on where it stood."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.errors import Fault
from bot.usecases.administer import rebuild_index
from bot.usecases.seal import seal
from storage import audit, backup, schema
from storage.cipher import WordKeys, add_key
from storage.database import Database
from storage.directory import DirectoryShelf
from storage.signing import TrailKeys, new_signer
from tests.builders import IRO, MANAGER, an_answer, on_to
from tests.storage import postgres
from tests.storage.samples import EACH, REFERENCE, a_note, append, everything, execute
from tests.usecases.scene import Scene

INDEX = ("challenge", "waiting", "about", "party")


@pytest.fixture
def programs(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The programs of PostgreSQL on the PATH, where the server of the tests comes with some."""
    server: postgres.Server = request.getfixturevalue("postgres_server")
    if server.programs is not None:
        monkeypatch.setenv("PATH", f"{server.programs}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path, own_database: Database, programs: None) -> Iterator[str]:
    """The address of another database of the same kind, with nothing in it."""
    with ExitStack() as stack:
        if own_database.is_sqlite:
            yield f"sqlite:///{tmp_path / 'other' / 'restored.db'}"
        else:
            yield stack.enter_context(request.getfixturevalue("postgres_server").database())


@pytest.mark.requirement("CARD-03")
@pytest.mark.requirement("CARD-02")
def test_work_in_flight_goes_on_in_the_restored_database(
    own_database: Database, elsewhere: str, tmp_path: Path
) -> None:
    add_key(tmp_path / "words.key")
    sealed = Database(own_database.url.render_as_string(hide_password=False), WordKeys(tmp_path / "words.key"))
    scene = Scene(sealed)
    answered, waiting = scene.raises("stage-1"), scene.raises("stage-1")
    scene.delivers_all()
    scene.at("Wed 8 April 2026 11am")
    scene.does(MANAGER, an_answer(), answered)
    keys = TrailKeys(new_signer("trail.council.example"))
    scene.office = replace(scene.office, seal=None)
    seal(scene.office)
    before, due = everything(sealed), [row["key"] for row in scene.rows(state="waiting")]
    assert due
    backup.write(sealed, tmp_path / "copy")
    assert (tmp_path / "copy").stat().st_mode & 0o077 == 0, "others can read it"
    scene.raises("stage-1")
    sealed.close()

    backup.read(elsewhere, tmp_path / "copy")
    restored = Database(elsewhere, WordKeys(tmp_path / "words.key"))
    assert everything(restored) == before
    with restored.reading() as connection:
        assert audit.everything(connection, [], keys.known) == []
    with pytest.raises(Exception, match="append-only"):
        execute(restored, "DELETE FROM trail")
    scene.office = replace(scene.office, database=restored, shelf=DirectoryShelf())
    rebuild_index(scene.office)
    assert everything(restored, *INDEX) == {name: before[name] for name in INDEX}
    scene.teams.sent.clear()
    scene.mail.sent.clear()
    scene.delivers_all()
    arrived = [message.key for message in (*scene.teams.sent, *scene.mail.sent)]
    assert len(arrived) == len(set(arrived))
    assert {row["state"] for key in due for row in scene.rows(key)} <= {"delivered", "stale"}
    scene.at("Thu 9 April 2026 11am")
    scene.does(IRO, on_to("stage-2"), answered)
    assert scene.happened(waiting) == ["ChallengeRaised", "StageOpened"]
    restored.close()


def test_a_database_that_holds_a_record_is_never_overwritten(
    own_database: Database, elsewhere: str, tmp_path: Path
) -> None:
    append(own_database, *EACH)
    backup.write(own_database, tmp_path / "copy")
    backup.read(elsewhere, tmp_path / "copy")
    for _ in range(2):
        with pytest.raises(Fault, match="holds a record already"):
            backup.read(elsewhere, tmp_path / "copy")
    with pytest.raises(Fault, match="holds a record already"):
        backup.read(own_database.url.render_as_string(hide_password=False), tmp_path / "copy")
    restored = Database(elsewhere)
    assert everything(restored) == everything(own_database)
    restored.close()


def test_a_database_with_nothing_but_its_tables_may_be_overwritten(
    own_database: Database, elsewhere: str, tmp_path: Path
) -> None:
    append(own_database, *EACH)
    backup.write(own_database, tmp_path / "copy")
    empty = Database(elsewhere)
    with empty.writing() as connection:
        schema.upgrade(connection)
    empty.close()
    backup.read(elsewhere, tmp_path / "copy")
    restored = Database(elsewhere)
    assert everything(restored) == everything(own_database)
    restored.close()


def test_what_is_no_copy_is_refused_and_leaves_nothing(own_database: Database, elsewhere: str, tmp_path: Path) -> None:
    append(own_database, *EACH)
    backup.write(own_database, tmp_path / "copy")
    whole = (tmp_path / "copy").read_bytes()
    for name, spoilt in {"text": b"no copy", "cut": whole[: len(whole) // 2], "empty": b""}.items():
        (tmp_path / name).write_bytes(spoilt)
        with pytest.raises(Fault):
            backup.read(elsewhere, tmp_path / name)
    backup.read(elsewhere, tmp_path / "copy")
    restored = Database(elsewhere)
    assert everything(restored) == everything(own_database)
    restored.close()


def test_a_copy_never_takes_the_place_of_a_file_and_a_failure_leaves_none(
    own_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine").write_text("mine", "utf-8")
    with pytest.raises(FileExistsError):
        backup.write(own_database, tmp_path / "mine")
    assert (tmp_path / "mine").read_text("utf-8") == "mine"
    monkeypatch.setenv("PATH", str(tmp_path))
    if not own_database.is_sqlite:
        with pytest.raises(Fault, match=r"`pg_dump` isn't there; .* Put it on the PATH"):
            backup.write(own_database, tmp_path / "copy")
        assert not (tmp_path / "copy").exists()


def test_a_password_is_never_on_a_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "pg_dump"
    program.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/line\necho "$PGPASSWORD" > {tmp_path}/secret\n', "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    database = Database("postgresql://bot:s%40fe@db.council.example:5433/record?sslmode=require")
    backup.write(database, tmp_path / "copy")
    database.close()
    line = (tmp_path / "line").read_text("utf-8")
    assert "s@fe" not in line
    assert "s%40fe" not in line
    for part in ("user=bot", "dbname=record", "host=db.council.example", "port=5433", "sslmode=require"):
        assert part in line
    assert (tmp_path / "secret").read_text("utf-8") == "s@fe\n"


def test_a_copy_of_sqlite_takes_nothing_over_from_the_file_that_was_there(tmp_path: Path, database: Database) -> None:
    if not database.is_sqlite:
        pytest.skip("a server keeps its own log")
    append(database, *EACH)
    backup.write(database, tmp_path / "copy")
    place = tmp_path / "restored.db"
    with sqlite3.connect(place) as other:
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("CREATE TABLE something (x)")
    other.close()
    place.with_name("restored.db-wal").write_bytes(b"left behind")
    backup.read(f"sqlite:///{place}", tmp_path / "copy")
    restored = Database(f"sqlite:///{place}")
    assert everything(restored) == everything(database)
    restored.close()


@pytest.mark.requirement("NEL-18")
def test_nothing_that_was_written_is_in_what_pg_dump_writes(
    own_database: Database, programs: None, tmp_path: Path
) -> None:
    if own_database.is_sqlite:
        pytest.skip("its file itself is searched elsewhere")
    url = own_database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    add_key(tmp_path / "words.key")
    sealed = Database(url, WordKeys(tmp_path / "words.key"))
    append(sealed, *EACH)
    sealed.close()

    def dump() -> str:
        return subprocess.run(["pg_dump", f"--dbname={url}"], capture_output=True, text=True, check=True).stdout

    assert REFERENCE in dump()
    assert "Alex feels forgotten" not in dump()
    append(own_database, a_note("A visit is booked"), after=len(EACH), command="in clear")
    assert "A visit is booked" in dump(), "the search would find nothing"
