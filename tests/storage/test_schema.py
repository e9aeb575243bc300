"""The migrations lead to what `tables` describes."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from storage import schema, tables
from storage.database import Database
from storage.desk import keep_habit, prefers_plain
from tests.builders import at


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    sqlite = request.param == "sqlite"
    found = Database(f"sqlite:///{tmp_path / 'new.db'}" if sqlite else request.getfixturevalue("postgres_url"))
    yield found
    found.close()


@pytest.mark.requirement("CARD-03")
def test_the_migrations_lead_to_exactly_the_tables_that_are_described(database: Database) -> None:
    with database.reading() as connection:
        assert schema.differences(connection) == []


def test_a_difference_between_migrations_and_tables_would_be_found(own_database: Database) -> None:
    with own_database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE habit ADD COLUMN mood TEXT")
        connection.exec_driver_sql("DROP INDEX ix_waiting_person")
        found = repr(schema.differences(connection))
    assert "mood" in found
    assert "ix_waiting_person" in found


def test_an_empty_database_says_that_it_is_empty(empty: Database) -> None:
    with empty.reading() as connection:
        assert schema.revision(connection) is None


def test_upgrading_twice_changes_nothing(empty: Database) -> None:
    with empty.writing() as connection:
        schema.upgrade(connection)
        keep_habit(connection, "p-iro", plain=True)
    with empty.writing() as connection:
        schema.upgrade(connection)
    with empty.reading() as connection:
        assert schema.revision(connection) == schema.head()
        assert prefers_plain(connection, "p-iro")


def test_a_migration_that_fails_leaves_nothing_behind(empty: Database) -> None:
    def fails() -> None:
        with empty.writing() as connection:
            schema.upgrade(connection)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    with empty.reading() as connection:
        assert schema.revision(connection) is None
        assert schema.differences(connection)


def test_a_moment_comes_back_as_the_same_moment_in_utc(database: Database) -> None:
    summer = at("Tue 7 April 2026 10am")
    with database.writing() as connection:
        row = {"command": "c", "stream": "s", "at": summer.astimezone()}
        connection.execute(tables.done.insert(), row)
        found = connection.execute(tables.done.select()).one().at
    assert found == summer
    assert found.utcoffset().total_seconds() == 0


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        tables.Moment().process_bind_param(datetime(2026, 4, 7, 10), None)  # type: ignore[arg-type]  # noqa: DTZ001
