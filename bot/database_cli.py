"""The commands about the database as a whole: bring it up to date, copy it, put a copy back."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from bot.console import Commands, Doors, add_command, database_url, erasures_file, open_database, open_office
from bot.domain.errors import Fault
from bot.domain.notices import OPERATOR
from bot.usecases.administer import rebuild_index
from cards.words import count
from storage import backup, erasure, schema
from storage.database import Database


def add_database(group: Commands) -> None:
    """Declare the commands."""
    add_command(group, "upgrade", "bring it to the present schema", _upgrade)
    add_command(group, "rebuild-index", "derive the index anew from the trail", _rebuild)
    add_command(group, "backup", "copy it to a file", _backup).add_argument("file", type=Path, help="a new file")
    grant = add_command(group, "grant", "give a PostgreSQL role what the bot needs, and no more", _grant)
    grant.add_argument("role", help="which exists already, and owns nothing")
    restore = add_command(group, "restore", "make it what it was when a copy was taken", _restore)
    restore.add_argument("file", type=Path, help="a file that `db backup` has written")


def _upgrade(_: argparse.Namespace, __: Doors) -> None:
    database = Database(database_url())
    database.exists()  # says so where the server doesn't answer
    with database.writing() as connection:
        before = schema.revision(connection)
        schema.upgrade(connection)
        after = schema.revision(connection)
    database.close()
    if before == after:
        newer = "" if after == schema.head() else ", which is newer than this version of the program"
        print(f"The database is at schema {after} already{newer}.")
    else:
        print(f"The database was {f'upgraded from schema {before}' if before else 'made new'}: it is at {after}.")


def _rebuild(_: argparse.Namespace, doors: Doors) -> None:
    with open_office(doors) as office:
        print(f"The index of {count(rebuild_index(office), 'challenge')} was derived anew from the trail.")


def _grant(options: argparse.Namespace, _: Doors) -> None:
    with open_database(database_url()) as database, database.writing() as connection:
        schema.grant(connection, options.role)
    print(f"{options.role} may read everything, add to the record, and change working state alone.")


def _backup(options: argparse.Namespace, _: Doors) -> None:
    with open_database(database_url()) as database:
        if options.file.exists():
            raise Fault(f"{options.file} is there already; name a new file.")
        if not options.file.absolute().parent.is_dir():
            raise Fault(f"There is no folder {options.file.parent}.")
        backup.write(database, options.file)
    print(f"The database was copied to {options.file}.")


def _restore(options: argparse.Namespace, _: Doors) -> None:
    url, noted_in = database_url(), erasures_file()
    if not options.file.is_file():
        raise Fault(f"There is no file {options.file}.")
    before = erasure.noted(noted_in)
    backup.read(url, options.file)
    database = Database(url)
    try:
        with database.writing() as connection:
            schema.upgrade(connection)
            again = erasure.erase_again(connection, before, by=OPERATOR.person, at=datetime.now(UTC))
        database.let_go()
    finally:
        database.close()
    print(f"The database is what it was in {options.file}. Check it with `app.py trail verify`.")
    if again:
        print(f"Erased again, as it had been erased since the copy was taken: {', '.join(again)}.")
    elif not before:
        print(f"No erasures are noted in {noted_in}. If words were erased since, put that file there, and run")
        print("`app.py words erase-again`.")
