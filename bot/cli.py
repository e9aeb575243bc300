"""The commands. Each says what it did on standard output and what went wrong on standard error."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dotenv import dotenv_values

from bot.demo.play import Options
from bot.domain.errors import Fault, Refused
from bot.domain.working_time import LONDON
from bot.procedures.load import load
from bot.settings import FaultySettings, Settings, read_settings
from bot.usecases.administer import import_directory, rebuild_index
from bot.usecases.digest import readers
from bot.usecases.doubt_directory import doubts
from bot.usecases.office import Office
from bot.usecases.read_directory import FaultyDirectory, read_directory
from bot.usecases.show import digest
from cards.plain import as_text
from storage import schema, trail


@dataclass(frozen=True, kw_only=True)
class Doors:
    """What the commands start, wired by `app.py`."""

    serve: Callable[[Settings], None]
    demo: Callable[[Options], None]
    office: Callable[[Settings], Office]


def run(arguments: list[str], doors: Doors) -> int:
    """Carry out one command line. Returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        status: int = options.act(options, doors)
    except (FaultySettings, FaultyDirectory, Fault, Refused) as failure:
        print(failure, file=sys.stderr)
        return 1
    return status


def _settings() -> Settings:
    return read_settings({**{key: value or "" for key, value in dotenv_values(".env").items()}, **os.environ})


def _serve(_: argparse.Namespace, doors: Doors) -> int:
    settings = _settings()
    office = doors.office(settings)
    with office.database.reading() as connection:
        found, needed = schema.revision(connection), schema.head()
    office.database.close()
    if found != needed:
        raise Fault(f"The database is at schema {found} and must be at {needed}. Run `app.py db upgrade` first.")
    doors.serve(settings)
    return 0


def _demo(options: argparse.Namespace, doors: Doors) -> int:
    doors.demo(Options(port=options.port, client=not options.no_client, data=options.data, procedure=options.procedure))
    return 0


def _upgrade(_: argparse.Namespace, doors: Doors) -> int:
    office = doors.office(_settings())
    with office.database.writing() as connection:
        before = schema.revision(connection)
        schema.upgrade(connection)
        after = schema.revision(connection)
    print(f"The database is at schema {after}." if before == after else f"Upgraded from {before} to {after}.")
    return 0


def _rebuild(_: argparse.Namespace, doors: Doors) -> int:
    print(f"The index of {rebuild_index(doors.office(_settings()))} challenges was derived anew from the trail.")
    return 0


def _backup(options: argparse.Namespace, doors: Doors) -> int:
    database = doors.office(_settings()).database
    if not database.is_sqlite:
        raise Fault("This database is PostgreSQL: use `pg_dump --format=custom`, as docs/operations.md says.")
    if options.file.exists():
        raise Fault(f"{options.file} is there already; name a new file.")
    database.backup(options.file)
    print(f"The database was copied to {options.file}.")
    return 0


def _import(options: argparse.Namespace, doors: Doors) -> int:
    office = doors.office(_settings())
    texts = {name: getattr(options, name).read_bytes() for name in ("units", "people", "children")}
    directory = read_directory(**texts, procedure=office.procedure, version=0)
    for doubt in doubts(directory, office.procedure, office.now().astimezone(LONDON).date()):
        print(f"Doubtful: {doubt.where}: {doubt.what}", file=sys.stderr)
    counts = f"{len(directory.people)} people, {len(directory.units)} units, {len(directory.children)} children"
    if options.dry_run:
        print(f"Nothing is wrong. {counts} would be imported.")
        return 0
    print(f"Imported as version {import_directory(office, directory).version}: {counts}.")
    return 0


def _check(options: argparse.Namespace, _: Doors) -> int:
    status = 0
    for file in options.files:
        try:
            loaded = load(file)
        except Fault as faulty:
            print(faulty, file=sys.stderr)
            status = 1
            continue
        for doubt in loaded.doubts:
            print(f"{file}: {doubt.where}: {doubt.what}", file=sys.stderr)
        print(f"{file}: {loaded.procedure.title}, version {loaded.procedure.version}, can be used.")
    return status


def _verify(options: argparse.Namespace, doors: Doors) -> int:
    status, streams = 0, 0
    with doors.office(_settings()).database.reading() as connection:
        wanted = [trail.challenge_stream(options.reference)] if options.reference else list(trail.streams(connection))
        for stream in wanted:
            streams += 1
            broken = trail.broken_at(connection, stream)
            if broken is not None:
                print(f"{stream}: event {broken} is not what was written, or one is missing before it", file=sys.stderr)
                status = 1
    print(f"{streams} streams checked: {'every hash is right' if status == 0 else 'the trail is NOT whole'}.")
    return status


def _digest(options: argparse.Namespace, doors: Doors) -> int:
    office = doors.office(_settings())
    now = datetime.fromisoformat(options.now).replace(tzinfo=LONDON) if options.now else office.now()
    with office.database.reading() as connection:
        people = office.directory(connection).people
        for person in readers(office, connection, now):
            print(f"== {people[person].name}\n{as_text(digest(office, connection, person, now).card)}\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="app.py", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, help: str, act: Callable[[argparse.Namespace, Doors], int], within: object = commands):  # type: ignore[no-untyped-def]
        one = within.add_parser(name, help=help, description=help)  # type: ignore[attr-defined]
        one.set_defaults(act=act)
        return one

    command("serve", "the bot, as the settings say", _serve)
    demo = command("demo", "the bot with a demo authority, no credentials, on loopback only", _demo)
    demo.add_argument("--port", type=int, default=Options.port)
    demo.add_argument("--no-client", action="store_true", help="don't open the local client's windows")
    demo.add_argument("--data", type=Path, default=Options.data, help="where the demo keeps its files")
    demo.add_argument("--procedure", default=Options.procedure, help="the id of a bundled procedure, or a file")
    database = commands.add_parser("db", help="the database").add_subparsers(required=True, metavar="WHAT")
    command("upgrade", "bring it to the present schema", _upgrade, database)
    command("rebuild-index", "derive the index anew from the trail", _rebuild, database)
    command("backup", "copy it to a file", _backup, database).add_argument("file", type=Path)
    people = commands.add_parser("people", help="the directory").add_subparsers(required=True, metavar="WHAT")
    take = command("import", "take over the directory from three CSV files", _import, people)
    for name in ("units", "people", "children"):
        take.add_argument(f"--{name}", type=Path, required=True)
    take.add_argument("--dry-run", action="store_true", help="check only, change nothing")
    procedure = commands.add_parser("procedure", help="procedure files").add_subparsers(required=True, metavar="WHAT")
    command("check", "name every fault, and what is doubtful", _check, procedure).add_argument("files", nargs="+")
    record = commands.add_parser("trail", help="the record").add_subparsers(required=True, metavar="WHAT")
    command("verify", "check every hash", _verify, record).add_argument("reference", nargs="?", default="")
    morning = command("digest", "print each reader's digest, send nothing", _digest)
    morning.add_argument("--now", help="a moment in London, like 2026-10-05T08:30")
    morning.add_argument("--dry-run", action="store_true", help="the default: nothing is ever sent from here")
    return parser
