"""A whole database as a file, and a database made of it: by SQLite itself, or by the programs of PostgreSQL."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy import URL, inspect, select

from bot.domain.errors import Fault
from storage import tables
from storage.database import Database

_SQLITE = b"SQLite format 3\0"


def write(database: Database, file: Path) -> None:
    """Copy a database, as of one moment, while it is in use. The file is new, and readable for its owner alone.

    Raises `Fault` where that can't be done; then there is no file.
    """
    os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        if database.is_sqlite:
            database.backup(file)
        else:
            _run("pg_dump", database.url, "--format=custom", f"--file={file}")
    except BaseException:
        file.unlink()
        raise


def read(url: str, file: Path) -> None:
    """Make a database of a copy. Raises `Fault` where one is there that holds a record, or the file is no copy."""
    database = Database(url)
    try:
        _refuse_record(database)
        if database.is_sqlite:
            _put_sqlite(Path(database.url.database or ""), file)
        else:
            _run("pg_restore", database.url, "--clean", "--if-exists", "--single-transaction", str(file))
    finally:
        database.close()


def _refuse_record(database: Database) -> None:
    if not database.exists():
        return
    with database.reading() as connection:
        if not inspect(connection).has_table(tables.trail.name):
            return
        if connection.execute(select(tables.trail.c.stream).limit(1)).first() is not None:
            raise Fault("The database holds a record already, and nothing is put in its place. Name another one.")


def _put_sqlite(place: Path, file: Path) -> None:
    """Check the copy, put it beside its place, and move it there at once."""
    with file.open("rb") as opened:
        if opened.read(len(_SQLITE)) != _SQLITE:
            raise Fault(f"{file} is no copy of a SQLite database.")
    place.parent.mkdir(parents=True, exist_ok=True)
    new = place.with_name(f".{place.name}.new")
    try:
        _copied(file, new)
        for suffix in ("-wal", "-shm"):
            place.with_name(f"{place.name}{suffix}").unlink(missing_ok=True)
        new.replace(place)
    except sqlite3.DatabaseError as damaged:
        raise Fault(f"{file} is damaged: {damaged}.") from None
    finally:
        new.unlink(missing_ok=True)


def _copied(file: Path, new: Path) -> None:
    source = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
    with closing(source), closing(sqlite3.connect(new)) as copy:
        new.chmod(0o600)
        source.backup(copy)
        (state,) = copy.execute("PRAGMA integrity_check").fetchone()
    if state != "ok":
        raise sqlite3.DatabaseError(state)


def _run(program: str, url: URL, *options: str) -> None:
    """Run a program of PostgreSQL. The password goes to it out of everybody's sight, never on the command line."""
    found = shutil.which(program)
    if found is None:
        raise Fault(f"`{program}` isn't there; it comes with PostgreSQL's client programs. Put it on the PATH.")
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    parts = conninfo_to_dict(plain)
    secret = {"PGPASSWORD": str(parts.pop("password"))} if parts.get("password") else {}
    address = make_conninfo("", **parts)
    command = [found, f"--dbname={address}", "--no-password", "--no-owner", "--no-privileges", *options]
    done = subprocess.run(command, env={**os.environ, **secret}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Fault(f"`{program}` failed: {done.stderr.strip()}")
