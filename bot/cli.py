"""The commands. Each says what it did on standard output and what went wrong on standard error."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dotenv import dotenv_values

from bot.demo.play import Options
from bot.domain.errors import Fault, Refused
from bot.domain.working_time import LONDON
from bot.procedure_cli import check_files, day_of_stage, draw_file, explain_file, move_lines, simulate_file
from bot.settings import Basis, FaultySettings, Settings, read_basis, read_database_url, read_settings
from bot.usecases.administer import import_directory, rebuild_index
from bot.usecases.digest import readers
from bot.usecases.doubt_directory import doubts
from bot.usecases.move_version import move, plan_move
from bot.usecases.office import Office
from bot.usecases.read_directory import read_directory
from bot.usecases.show import digest
from cards.plain import as_text
from cards.words import count
from storage import schema, trail
from storage.database import Database


@dataclass(frozen=True, kw_only=True)
class Doors:
    """What the commands start, wired by `app.py`."""

    serve: Callable[[Settings], None]
    demo: Callable[[Options], None]
    office: Callable[[Basis], Office]


def run(arguments: list[str], doors: Doors) -> int:
    """Carry out one command line. Returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        options.act(options, doors)
    except (FaultySettings, Fault, Refused, OSError) as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


def _environment() -> dict[str, str]:
    return {**{key: value or "" for key, value in dotenv_values(".env").items()}, **os.environ}


def _serve(_: argparse.Namespace, doors: Doors) -> None:
    settings = read_settings(_environment())
    with _database(settings.basis.database_url):
        pass
    doors.serve(settings)


@contextmanager
def _database(url: str) -> Iterator[Database]:
    """The database of the settings, which must be there and at the present schema."""
    database = Database(url)
    try:
        if not database.exists():
            raise Fault(f"There is no database at {url} yet. Run `app.py db upgrade` first.")
        with database.reading() as connection:
            found, needed = schema.revision(connection), schema.head()
        if found != needed:
            raise Fault(f"The database is at schema {found} and must be at {needed}. Run `app.py db upgrade` first.")
        yield database
    finally:
        database.close()


@contextmanager
def _office(doors: Doors) -> Iterator[Office]:
    basis = read_basis(_environment())
    with _database(basis.database_url):
        office = doors.office(basis)
        try:
            yield office
        finally:
            office.database.close()


def _demo(options: argparse.Namespace, doors: Doors) -> None:
    doors.demo(Options(port=options.port, client=not options.no_client, data=options.data, procedure=options.procedure))


def _upgrade(_: argparse.Namespace, __: Doors) -> None:
    database = Database(read_database_url(_environment()))
    database.exists()  # says so where the server doesn't answer
    with database.writing() as connection:
        before = schema.revision(connection)
        schema.upgrade(connection)
        after = schema.revision(connection)
    database.close()
    if before == after:
        print(f"The database is at schema {after} already.")
    else:
        print(f"The database was {f'upgraded from schema {before}' if before else 'made new'}: it is at {after}.")


def _rebuild(_: argparse.Namespace, doors: Doors) -> None:
    with _office(doors) as office:
        print(f"The index of {count(rebuild_index(office), 'challenge')} was derived anew from the trail.")


def _backup(options: argparse.Namespace, _: Doors) -> None:
    with _database(read_database_url(_environment())) as database:
        if not database.is_sqlite:
            raise Fault("This database is PostgreSQL: use `pg_dump --format=custom`, as docs/operations.md says.")
        if options.file.exists():
            raise Fault(f"{options.file} is there already; name a new file.")
        if not options.file.absolute().parent.is_dir():
            raise Fault(f"There is no folder {options.file.parent}.")
        database.backup(options.file)
    print(f"The database was copied to {options.file}.")


def _import(options: argparse.Namespace, doors: Doors) -> None:
    with _office(doors) as office:
        texts = {name: getattr(options, name).read_bytes() for name in ("units", "people", "children")}
        directory = read_directory(**texts, procedure=office.procedure, version=0)
        for doubt in doubts(directory, office.procedure, office.now().astimezone(LONDON).date()):
            print(f"Doubtful: {doubt.where}: {doubt.what}", file=sys.stderr)
        counts = ", ".join(
            (
                count(len(directory.people), "person", "people"),
                count(len(directory.units), "unit"),
                count(len(directory.children), "child", "children"),
            )
        )
        if options.dry_run:
            print(f"Nothing is wrong. It would be imported: {counts}.")
        else:
            print(f"Imported as version {import_directory(office, directory).version}: {counts}.")


def _verify(options: argparse.Namespace, _: Doors) -> None:
    with _database(read_database_url(_environment())) as database, database.reading() as connection:
        streams = trail.streams(connection)
        if options.reference:
            wanted = trail.challenge_stream(options.reference)
            if wanted not in streams:
                raise Fault(f"There is no challenge {options.reference}.")
            streams = [wanted]
        broken = {stream: position for stream in streams if (position := trail.broken_at(connection, stream))}
    for stream, position in broken.items():
        print(f"{stream}: event {position} isn't what was written, or one is missing before it.", file=sys.stderr)
    if broken:
        raise Fault(f"The trail is NOT whole: {len(broken)} of {count(len(streams), 'stream')} broken.")
    print(f"{count(len(streams), 'stream')} checked: every hash is right.")


def _digest(options: argparse.Namespace, doors: Doors) -> None:
    with _office(doors) as office, office.database.reading() as connection:
        now = options.now.replace(tzinfo=LONDON) if options.now else office.now()
        people = office.directory(connection).people
        for person in readers(office, connection, now):
            print(f"== {people[person].name}\n{as_text(digest(office, connection, person, now).card)}\n")


def _move(options: argparse.Namespace, doors: Doors) -> None:
    with _office(doors) as office:
        moving = plan_move(office, options.reference, options.reason)
        print("\n".join(move_lines(moving)))
        if options.yes:
            move(office, moving)
            print(f"{options.reference} follows version {office.procedure.version} now; everybody concerned is told.")
        else:
            print("Nothing was changed. Add --yes to do it.")


Act = Callable[[argparse.Namespace, Doors], None]
if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # the type has no public name


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="app.py", description="Positive Challenge: an authority's own procedure for challenge, in Microsoft Teams."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _command(commands, "serve", "the bot, as the settings say", _serve)
    demo = _command(commands, "demo", "the bot with a demo authority, no credentials, on loopback only", _demo)
    demo.add_argument("--port", type=int, default=Options.port, help="where the bot listens (%(default)s)")
    demo.add_argument("--no-client", action="store_true", help="don't open the local client's windows")
    demo.add_argument("--data", type=Path, default=Options.data, help="where the demo keeps its files (%(default)s)")
    demo.add_argument("--procedure", default=Options.procedure, help="a bundled procedure, or a file (%(default)s)")
    database = _group(commands, "db", "the database")
    _command(database, "upgrade", "bring it to the present schema", _upgrade)
    _command(database, "rebuild-index", "derive the index anew from the trail", _rebuild)
    _command(database, "backup", "copy it to a file", _backup).add_argument("file", type=Path, help="a new file")
    take = _command(_group(commands, "people", "the directory"), "import", "take it over from three CSV files", _import)
    for name in ("units", "people", "children"):
        take.add_argument(f"--{name}", type=Path, required=True, metavar="FILE", help=f"the CSV file of {name}")
    take.add_argument("--dry-run", action="store_true", help="check only, change nothing")
    _procedure_commands(_group(commands, "procedure", "procedure files"))
    verify = _command(_group(commands, "trail", "the record"), "verify", "check every hash", _verify)
    verify.add_argument("reference", nargs="?", default="", help="one challenge alone, like PC-2026-0042")
    morning = _command(commands, "digest", "print each reader's digest; nothing is sent", _digest)
    morning.add_argument("--now", type=datetime.fromisoformat, help="a moment in London, like 2026-10-05T08:30")
    morning.add_argument("--dry-run", action="store_true", help="the default, and the only way")
    return parser


def _procedure_commands(group: Commands) -> None:
    which = "a file, or the id of a bundled procedure"
    check = _command(group, "check", "name faults and doubts", check_files)
    check.add_argument("files", nargs="+", metavar="FILE", help=which)
    explain = _command(group, "explain", "say everything in it in plain English", explain_file)
    explain.add_argument("file", metavar="FILE", help=which)
    draw = _command(group, "draw", "write its flow chart as an SVG file, and print what it shows", draw_file)
    draw.add_argument("file", metavar="FILE", help=which)
    draw.add_argument("--out", type=Path, required=True, metavar="SVG", help="the file to write")
    how = "print what falls due when, and who is told, for a made-up challenge"
    trial = _command(group, "simulate", how, simulate_file)
    trial.add_argument("file", metavar="FILE", help=which)
    trial.add_argument(
        "--raised", type=datetime.fromisoformat, required=True, help="a moment in London, like 2026-12-17T16:40"
    )
    trial.add_argument("--stage", default="", metavar="ID", help="where it starts; left out: the usual stage")
    for name, does in {
        "answer": "the stage is answered",
        "agree": "whoever must agree to the stage's opening agrees",
        "go-on": "whoever raised it goes on to the next stage",
        "satisfied": "those who must be are satisfied",
    }.items():
        trial.add_argument(
            f"--{name}", action="append", default=[], type=day_of_stage, metavar="STAGE=DAYS",
            help=f"{does} so many working days after it was opened; may be given several times",
        )  # fmt: skip
    move = _command(group, "move", "move a running challenge to the procedure of the settings", _move)
    move.add_argument("reference", help="like PC-2026-0042")
    move.add_argument("--reason", required=True, help="why; it stays on the record and everybody concerned is told")
    move.add_argument("--yes", action="store_true", help="do it; without this, only what would change is shown")


def _command(within: Commands, name: str, what: str, act: Act) -> argparse.ArgumentParser:
    command = within.add_parser(name, help=what, description=f"{what[0].upper()}{what[1:]}.")
    command.set_defaults(act=act)
    return command


def _group(within: Commands, name: str, what: str) -> Commands:
    return within.add_parser(name, help=what).add_subparsers(required=True, metavar="WHAT")
