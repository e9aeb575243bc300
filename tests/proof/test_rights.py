"""On PostgreSQL the bot works as a role that can add to the record and never change it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import ProgrammingError

from bot.domain.errors import Fault
from bot.usecases.seal import seal
from storage import schema
from storage.database import Database
from storage.schema import FIXED, RECORD
from tests.builders import IRO, MANAGER, an_answer, satisfied
from tests.storage.samples import broken, execute
from tests.usecases.scene import Scene

ROLE = "bot_for_a_test"


@pytest.fixture
def as_the_bot(own_postgres: str) -> Iterator[Database]:
    """The database as the role that serves sees it."""
    owner = Database(own_postgres)
    execute(owner, f"CREATE ROLE {ROLE} LOGIN")
    with owner.writing() as connection:
        schema.grant(connection, ROLE)
    database = Database(owner.url.set(username=ROLE).render_as_string(hide_password=False))
    yield database
    database.close()
    execute(owner, f"DROP OWNED BY {ROLE}")
    execute(owner, f"DROP ROLE {ROLE}")
    owner.close()


@pytest.mark.requirement("CARD-03")
def test_the_role_that_serves_can_do_all_the_work_and_change_nothing_of_the_record(as_the_bot: Database) -> None:
    scene = Scene(as_the_bot)
    reference = scene.raises("stage-1")
    scene.delivers_all()
    scene.at("Wed 15 April 2026 10am")
    scene.sweeps()
    scene.does(MANAGER, an_answer(), reference)
    scene.does(IRO, satisfied(), reference)
    scene.delivers_all()
    seal(scene.office)
    assert broken(as_the_bot) == []
    for table in (*RECORD, *FIXED):
        for act in (f"DELETE FROM {table}", f"TRUNCATE {table}", f"ALTER TABLE {table} DISABLE TRIGGER USER"):
            with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
                execute(as_the_bot, act)
    with pytest.raises(ProgrammingError, match="permission denied"):
        execute(as_the_bot, "UPDATE trail SET body = '{}'")


def test_sqlite_knows_no_roles_and_that_is_said(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'one.db'}")
    with pytest.raises(Fault, match="SQLite knows no roles"), database.writing() as connection:
        schema.grant(connection, ROLE)
    database.close()
