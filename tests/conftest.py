"""What all tests share: the throw-away PostgreSQL, a place for pictures, and the table requirement → tests."""

from __future__ import annotations

import os
import re
import shutil
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from storage import schema, tables
from storage.database import Database
from tests.storage import postgres


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """The PostgreSQL of this run, started when the first test asks for it."""
    with postgres.running() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: postgres.Server) -> Iterator[str]:
    """A fresh, empty database for one test."""
    with postgres_server.database() as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied."""
    file = tmp_path_factory.mktemp("template") / "empty.db"
    _migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgres_template(postgres_server: postgres.Server) -> Iterator[str]:
    """A migrated PostgreSQL database, to be copied."""
    with postgres_server.database() as url:
        _migrate(url)
        yield url


def _migrate(url: str) -> None:
    database = Database(url)
    with database.writing() as connection:
        schema.upgrade(connection)
    database.close()


@pytest.fixture(scope="session")
def shared_postgres(postgres_server: postgres.Server, postgres_template: str) -> Iterator[Database]:
    """One PostgreSQL database, emptied for each test: ten times quicker than a new one."""
    with postgres_server.database(like=postgres_template) as url:
        database = Database(url)
        yield database
        database.close()


def _empty(database: Database) -> Database:
    with database.writing() as connection:
        for table in tables.metadata.tables.keys() - {tables.schema_floor.name}:
            connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            connection.exec_driver_sql(f"DELETE FROM {table}")
            connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    return database


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A migrated, empty database: each test that asks for it runs on both kinds. Its schema must stay as it is."""
    if request.param == "postgresql":
        yield _empty(request.getfixturevalue("shared_postgres"))
        return
    shutil.copyfile(request.getfixturevalue("sqlite_template"), tmp_path / "test.db")
    database = Database(f"sqlite:///{tmp_path / 'test.db'}")
    yield database
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def own_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A migrated database whose schema, too, the test may change."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            shutil.copyfile(request.getfixturevalue("sqlite_template"), tmp_path / "test.db")
            url = f"sqlite:///{tmp_path / 'test.db'}"
        else:
            server: postgres.Server = request.getfixturevalue("postgres_server")
            url = stack.enter_context(server.database(like=request.getfixturevalue("postgres_template")))
        database = Database(url)
        stack.callback(database.close)
        yield database


@pytest.fixture
def own_postgres(postgres_server: postgres.Server, postgres_template: str) -> Iterator[str]:
    """The URL of a migrated PostgreSQL database, for several processes."""
    with postgres_server.database(like=postgres_template) as url:
        yield url


@pytest.fixture
def pictures(request: pytest.FixtureRequest) -> Path:
    """Where a test leaves pictures to look at: a folder of its own, in PICTURES."""
    return Path(os.environ.get("PICTURES", "var/pictures")) / re.sub(r"\W+", "-", request.node.name)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--requirements", action="store_true", help="print which tests prove which requirement, run none")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    if not session.config.getoption("--requirements"):
        return None
    proofs: dict[str, list[str]] = defaultdict(list)
    for item in session.items:
        name = item.nodeid.partition("[")[0]
        for mark in item.iter_markers("requirement"):
            for requirement in mark.args:
                if name not in proofs[requirement]:
                    proofs[requirement].append(name)
    for requirement in sorted(proofs):
        print(f"\n{requirement}", *proofs[requirement], sep="\n    ")
    return True
