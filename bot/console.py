"""What all commands share: the settings they read, the database and office they open, how they are declared."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from dotenv import dotenv_values

from bot.demo.play import Options
from bot.domain.errors import Fault
from bot.settings import Basis, Settings, read_basis, read_database_url, read_erasures_file
from bot.usecases.office import Office
from storage import schema
from storage.cipher import WordKeys
from storage.database import Database


@dataclass(frozen=True, kw_only=True)
class Doors:
    """What the commands start, wired by `app.py`."""

    serve: Callable[[Settings], None]
    demo: Callable[[Options], None]
    office: Callable[[Basis], Office]


Act = Callable[[argparse.Namespace, Doors], None]
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # the type has no public name


def environment() -> dict[str, str]:
    """What is set, and what a file `.env` says besides."""
    return {**{key: value or "" for key, value in dotenv_values(".env").items()}, **os.environ}


def database_url() -> str:
    """Where the record is kept. Raises `FaultySettings`."""
    return read_database_url(environment())


def erasures_file() -> Path:
    """Where it is noted what was erased, outside the database."""
    return read_erasures_file(environment())


@contextmanager
def open_database(url: str, words_key: Path | None = None) -> Iterator[Database]:
    """The database of the settings, which must be there, with a schema that this version can work with."""
    database = Database(url, WordKeys(words_key) if words_key is not None else None)
    try:
        if not database.exists():
            raise Fault(f"There is no database at {url} yet. Run `app.py db upgrade` first.")
        with database.reading() as connection:
            unfit = schema.unfit(connection)
        if unfit:
            raise Fault(unfit)
        yield database
    finally:
        database.close()


@contextmanager
def open_office(doors: Doors) -> Iterator[Office]:
    """The authority of the settings, with its database. Raises `Fault` and `FaultySettings`."""
    basis = read_basis(environment())
    with open_database(basis.database_url):
        office = doors.office(basis)
        try:
            yield office
        finally:
            office.database.close()


def add_command(within: Commands, name: str, what: str, act: Act) -> argparse.ArgumentParser:
    command = within.add_parser(name, help=what, description=f"{what[0].upper()}{what[1:]}.")
    command.set_defaults(act=act)
    return command


def add_group(within: Commands, name: str, what: str) -> Commands:
    return within.add_parser(name, help=what).add_subparsers(required=True, metavar="WHAT")
