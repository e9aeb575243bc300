"""The directory is replaced whole, and read again when it has changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.people import Directory, Person, Post
from storage import directory as store
from storage.database import Connection, Database
from storage.directory import DirectoryShelf, directory_version, replace_directory
from tests.builders import MANAGER, STRANGER, WORKER, a_child, a_directory
from tests.storage.samples import everything


def put(database: Database, directory: Directory) -> None:
    with database.writing() as connection:
        replace_directory(connection, directory)


def read(database: Database, shelf: DirectoryShelf | None = None) -> Directory:
    with database.reading() as connection:
        return (shelf or DirectoryShelf()).read(connection)


def test_a_directory_comes_back_as_it_was_imported(database: Database) -> None:
    child = replace(a_child(), siblings=("MOS-10424", "MOS-10425"), born=None)
    posts = (Post(person=STRANGER, role="iro", unit="Lincoln", since=date(2026, 1, 1), until=date(2026, 6, 30)),)
    directory = a_directory(child, a_child("MOS-20001", arena="child-protection"), besides=posts)
    put(database, directory)
    found = read(database)
    assert set(found.posts) == set(directory.posts)
    assert replace(found, posts=()) == replace(directory, posts=())


def test_before_the_first_import_the_directory_is_empty(database: Database) -> None:
    found = read(database)
    assert (found.version, found.people, found.units, found.posts, found.children) == (0, {}, {}, (), {})


def test_an_import_replaces_units_and_posts(database: Database) -> None:
    put(database, a_directory())
    put(database, replace(a_directory(without=(MANAGER,)), version=2, units={"Elsewhere": None}))
    found = read(database)
    assert found.version == 2
    assert found.units == {"Elsewhere": None}
    assert MANAGER not in {post.person for post in found.posts}


@pytest.mark.requirement("CARD-03")
def test_an_import_keeps_people_and_children_who_stand_in_the_trail(database: Database) -> None:
    put(database, a_directory())
    renamed = Person(id=WORKER, name="Sam Walker-Hill", email="sam@council.example")
    put(database, Directory(version=2, people={WORKER: renamed}, units={}, posts=(), children={}))
    found = read(database)
    assert found.people[WORKER] == renamed
    assert found.people[MANAGER].name == "Tom Marsh"
    assert set(found.children) == {"MOS-10423", "MOS-20001"}


def test_a_child_takes_what_the_newest_import_says(database: Database) -> None:
    put(database, a_directory())
    moved = replace(a_child(unit="Lincoln Team 2"), workers={"iro": STRANGER})
    put(database, replace(a_directory(moved), version=2))
    found = read(database).children
    assert found["MOS-10423"] == moved
    assert found["MOS-20001"].unit == "Boston Team 1"


def test_an_import_that_fails_changes_nothing(database: Database) -> None:
    put(database, a_directory())
    before = everything(database)
    twice = a_directory()
    broken = replace(twice, version=2, units={"New": None}, posts=(*twice.posts, twice.posts[0]))
    with pytest.raises(Exception, match=r"(?i)unique"):
        put(database, broken)
    assert everything(database) == before


def test_the_shelf_is_renewed_by_a_new_version_alone(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    reads = []
    real = store._read

    def counting(connection: Connection, version: int) -> Directory:
        reads.append(version)
        return real(connection, version)

    monkeypatch.setattr(store, "_read", counting)
    shelf = DirectoryShelf()
    put(database, a_directory())
    first = read(database, shelf)
    assert read(database, shelf) is first
    put(database, replace(a_directory(without=(MANAGER,)), version=2))
    second = read(database, shelf)
    assert (first.version, second.version) == (1, 2)
    assert read(database, shelf) is second
    assert reads == [1, 2]


def test_a_directory_that_is_imported_while_it_is_read_is_not_mixed(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database.is_sqlite:
        pytest.skip("nothing is written on SQLite while somebody else writes")
    put(database, a_directory())
    real = store._read

    def meanwhile(connection: Connection, version: int) -> Directory:
        found = real(connection, version)
        if version == 1:
            put(database, replace(a_directory(without=(MANAGER,)), version=2))
        return found

    monkeypatch.setattr(store, "_read", meanwhile)
    shelf = DirectoryShelf()
    with database.writing() as connection:
        found = shelf.read(connection)
        assert found.version == directory_version(connection) == 2
    assert MANAGER not in {post.person for post in found.posts}
