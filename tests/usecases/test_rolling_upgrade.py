"""A new version runs beside the old one: on its schema, on its events, and on the same database at once."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.domain.commands import AddNote
from bot.domain.words import Words
from bot.usecases.administer import rebuild_index, troubles
from bot.usecases.deliver import deliver
from bot.usecases.handle import handle
from bot.usecases.office import Office
from bot.usecases.reconcile import reconcile
from bot.usecases.seal import seal
from bot.usecases.sweep import LEAVE_TO_OTHERS, Swept
from storage import audit, codec, schema
from storage.database import Database
from storage.directory import DirectoryShelf
from tests.builders import IRO, MANAGER, a_raise, an_answer
from tests.lines import lines
from tests.storage.samples import at_once, everything, execute
from tests.usecases.scene import FakeChannel, Scene

MADE_UP = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "9999", "{head}"
def upgrade():
    op.add_column("challenge", sa.Column("mood", sa.Text(), nullable=True))
    op.create_table("made_up", sa.Column("id", sa.Text(), primary_key=True))
    {more}
"""
INDEX = ("waiting", "about", "party", "challenge")


@contextmanager
def newer_version(tmp_path: Path, more: str = "") -> Iterator[None]:
    """The program as it will be, with one more migration, which adds and takes nothing away."""
    folder = tmp_path / "migrations"
    if not folder.exists():
        shutil.copytree(schema.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "versions" / "9999_made_up.py").write_text(MADE_UP.format(head=schema.head(), more=more), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", folder)
        yield


def upgrade(database: Database) -> None:
    with database.writing() as connection:
        schema.upgrade(connection)


def test_the_old_version_works_on_a_newer_schema_that_only_adds(own_database: Database, tmp_path: Path) -> None:
    scene, head = Scene(own_database), schema.head()
    with newer_version(tmp_path):
        assert troubles(scene.office) == [
            f"The database is at schema {head} and must be at 9999. Run `app.py db upgrade` first."
        ]
        upgrade(own_database)
        assert troubles(scene.office) == []
    assert troubles(scene.office) == []
    upgrade(own_database)  # the old version's own: it leaves what is newer as it is
    with own_database.reading() as connection:
        assert schema.revision(connection) == "9999"
    reference = scene.raises("stage-1")
    scene.delivers_all()
    scene.does(MANAGER, an_answer(), reference)
    assert rebuild_index(scene.office) == 1


def test_the_old_version_does_not_work_on_a_schema_that_takes_something_away(
    own_database: Database, tmp_path: Path
) -> None:
    scene = Scene(own_database)
    with newer_version(tmp_path, "op.execute(\"UPDATE schema_floor SET oldest = '9999'\")"):
        upgrade(own_database)
        assert troubles(scene.office) == []
    (trouble,) = troubles(scene.office)
    assert trouble.startswith(
        "The database is at schema 9999, which needs a newer version of the program than this one"
    )
    assert trouble.endswith(f"whose schema is {schema.head()}. Start the newer version.")


def test_an_empty_database_says_so(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    with database.reading() as connection:
        assert schema.unfit(connection) == "The database is empty. Run `app.py db upgrade` first."
    database.close()


@pytest.mark.requirement("CARD-02")
def test_both_versions_work_on_one_database_at_once(own_database: Database, tmp_path: Path) -> None:
    if own_database.is_sqlite:
        pytest.skip("SQLite is for one process")
    scene = Scene(own_database)
    with newer_version(tmp_path):
        upgrade(own_database)
    newer = Database(own_database.url.render_as_string(hide_password=False))
    offices = {"old": scene.office, "new": replace(scene.office, database=newer, shelf=DirectoryShelf())}
    teams, mail = FakeChannel("teams"), FakeChannel("email")
    rounds = 6

    def work(version: str, office: Office) -> None:
        for number in range(rounds):
            sent = scene.sent(IRO, a_raise("stage-1", "Too urgent"), f"{version}-{number}")
            reference = handle(office, sent).challenge.reference
            if version == "new":
                execute(office.database, f"UPDATE challenge SET mood = 'hopeful' WHERE reference = '{reference}'")
                execute(office.database, f"INSERT INTO made_up (id) VALUES ('{reference}')")
            asyncio.run(deliver(office, {"teams": teams, "email": mail}, version))
            handle(office, scene.sent(MANAGER, an_answer(), f"{version}-answer-{number}"), reference)
            seal(office)

    results = at_once(lambda: work("old", offices["old"]), lambda: work("new", offices["new"]))
    assert [result for result in results if isinstance(result, Exception)] == []
    while any(asyncio.run(deliver(office, {"teams": teams, "email": mail}, name)) for name, office in offices.items()):
        pass
    arrived = [message.key for message in (*teams.sent, *mail.sent)]
    assert len(arrived) == len(set(arrived))
    assert {row["state"] for row in scene.rows()} <= {"delivered", "stale"}
    with own_database.reading() as connection:
        assert audit.everything(connection, [], []) == []
        moods = connection.execute(text("SELECT count(*) FROM challenge WHERE mood = 'hopeful'")).scalar()
    assert moods == rounds, "the old version has left the new one's column as it was"
    before = everything(own_database, *INDEX)
    assert rebuild_index(scene.office) == 2 * rounds
    assert everything(own_database, *INDEX) == before
    newer.close()


@pytest.mark.requirement("CARD-02")
def test_what_only_a_newer_version_knows_is_left_to_it_for_a_minute_and_said_once(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    reference = scene.raises("stage-1")
    scene.does(IRO, AddNote(kind="note", words=Words("As the newer version writes it")), reference)
    scene.at("Fri 10 April 2026 9am")
    with monkeypatch.context() as old:
        old.delitem(codec._KNOWN, "NoteAdded")
        for _ in range(3):
            assert scene.sweeps() == Swept(looked_at=1, faulty=0)
            scene.clock.moment += LEAVE_TO_OTHERS - timedelta(seconds=1)
            assert scene.sweeps().looked_at == 0
            scene.clock.moment += timedelta(seconds=1)
        found = asyncio.run(reconcile(scene.office, now_or_never=True))
    assert found is not None
    assert found.unreadable == (), "the operator has nothing to do"
    assert "ReminderFell" not in scene.happened(reference)
    swept = [line for line in lines(caplog, "left_to_a_newer_version") if line == {"reference": reference}]
    assert len(swept) == 2, "once by the sweep, once by the check"
    assert lines(caplog, "challenge_not_looked_at") == []
    assert scene.sweeps() == Swept(looked_at=1, faulty=0)
    assert "ReminderFell" in scene.happened(reference)


@pytest.mark.requirement("CARD-02")
def test_a_message_about_what_only_a_newer_version_knows_is_left_to_it_and_arrives_once(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    reference = scene.raises("stage-1")
    scene.does(IRO, AddNote(kind="note", words=Words("As the newer version writes it")), reference)
    with monkeypatch.context() as old:
        old.delitem(codec._KNOWN, "NoteAdded")
        scene.delivers_all()
    assert scene.teams.sent == scene.mail.sent == []
    assert lines(caplog, "message_not_drawn") == []
    scene.clock.moment += timedelta(minutes=1)
    scene.delivers_all()
    arrived = [message.key for message in (*scene.teams.sent, *scene.mail.sent)]
    assert len(arrived) == len(set(arrived)) == len(scene.rows(state="delivered"))
    assert scene.rows(state="waiting") == []
