"""The commands. Each says what it did on standard output and what went wrong on standard error."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from pathlib import Path

from bot import trail_cli
from bot.console import Commands, Doors, add_command, add_group, environment, open_database, open_office
from bot.database_cli import add_database
from bot.demo.play import Options
from bot.domain.errors import Fault, Refused
from bot.domain.working_time import LONDON
from bot.keeping_cli import add_keeping
from bot.procedure_cli import check_files, day_of_stage, draw_file, explain_file, move_lines, simulate_file
from bot.settings import (
    FaultySettings,
    read_basis,
    read_database_url,
    read_keys,
    read_settings,
)
from bot.usecases.administer import import_directory
from bot.usecases.digest import readers
from bot.usecases.doubt_directory import doubts
from bot.usecases.move_version import move, plan_move
from bot.usecases.read_directory import read_directory
from bot.usecases.show import digest
from cards.plain import as_text
from cards.words import count


def run(arguments: list[str], doors: Doors) -> int:
    """Carry out one command line. Returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        options.act(options, doors)
    except (FaultySettings, Fault, Refused, OSError) as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


def _serve(_: argparse.Namespace, doors: Doors) -> None:
    settings = read_settings(environment())
    with open_database(settings.basis.database_url):
        pass
    doors.serve(settings)


def _demo(options: argparse.Namespace, doors: Doors) -> None:
    doors.demo(Options(port=options.port, client=not options.no_client, data=options.data, procedure=options.procedure))


def _import(options: argparse.Namespace, doors: Doors) -> None:
    with open_office(doors) as office:
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
    found = environment()
    keys = read_keys(found)
    with open_database(read_database_url(found), keys.words_key) as database:
        trail_cli.verify(database, keys.trail_key, options.reference, options.checkpoint)


def _export(options: argparse.Namespace, doors: Doors) -> None:
    with open_office(doors) as office:
        trail_cli.export_to(office, options.reference, options.out, options.checkpoint)


def _new_trail_key(options: argparse.Namespace, _: Doors) -> None:
    trail_cli.new_trail_key(options.out, options.name)


def _rotate_trail_key(_: argparse.Namespace, doors: Doors) -> None:
    file = read_basis(environment()).trail_key
    with open_office(doors) as office:
        trail_cli.rotate_trail_key(office, file)


def _new_words_key(options: argparse.Namespace, _: Doors) -> None:
    trail_cli.new_words_key(options.out)


def _reseal(options: argparse.Namespace, doors: Doors) -> None:
    with open_office(doors) as office:
        trail_cli.reseal(office, drop_old=options.drop_old)


def _digest(options: argparse.Namespace, doors: Doors) -> None:
    with open_office(doors) as office, office.database.reading() as connection:
        now = options.now.replace(tzinfo=LONDON) if options.now else office.now()
        people = office.directory(connection).people
        for person in readers(office, connection, now):
            print(f"== {people[person].name}\n{as_text(digest(office, connection, person, now).card)}\n")


def _move(options: argparse.Namespace, doors: Doors) -> None:
    with open_office(doors) as office:
        moving = plan_move(office, options.reference, options.reason)
        print("\n".join(move_lines(moving)))
        if options.yes:
            move(office, moving)
            print(f"{options.reference} follows version {office.procedure.version} now; everybody concerned is told.")
        else:
            print("Nothing was changed. Add --yes to do it.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="app.py", description="Positive Challenge: an authority's own procedure for challenge, in Microsoft Teams."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    add_command(commands, "serve", "the bot, as the settings say", _serve)
    demo = add_command(commands, "demo", "the bot with a demo authority, no credentials, on loopback only", _demo)
    demo.add_argument("--port", type=int, default=Options.port, help="where the bot listens (%(default)s)")
    demo.add_argument("--no-client", action="store_true", help="don't open the local client's windows")
    demo.add_argument("--data", type=Path, default=Options.data, help="where the demo keeps its files (%(default)s)")
    demo.add_argument("--procedure", default=Options.procedure, help="a bundled procedure, or a file (%(default)s)")
    add_database(add_group(commands, "db", "the database"))
    people = add_group(commands, "people", "the directory")
    take = add_command(people, "import", "take it over from three CSV files", _import)
    for name in ("units", "people", "children"):
        take.add_argument(f"--{name}", type=Path, required=True, metavar="FILE", help=f"the CSV file of {name}")
    take.add_argument("--dry-run", action="store_true", help="check only, change nothing")
    _procedure_commands(add_group(commands, "procedure", "procedure files"))
    _trail_commands(add_group(commands, "trail", "the record"))
    words = add_group(commands, "words", "what people wrote")
    _words_commands(words)
    add_keeping(commands, words)
    morning = add_command(commands, "digest", "print each reader's digest; nothing is sent", _digest)
    morning.add_argument("--now", type=datetime.fromisoformat, help="a moment in London, like 2026-10-05T08:30")
    morning.add_argument("--dry-run", action="store_true", help="the default, and the only way")
    return parser


def _trail_commands(group: Commands) -> None:
    one = "one challenge, like PC-2026-0042"
    heads = "a file with signed heads that were kept elsewhere"
    verify = add_command(group, "verify", "check every hash, word, and signed head", _verify)
    verify.add_argument("reference", nargs="?", default="", help=one)
    verify.add_argument("--checkpoint", type=Path, metavar="FILE", help=heads)
    export = add_command(group, "export", "write one challenge to a folder that proves itself", _export)
    export.add_argument("reference", help=one)
    export.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new folder")
    export.add_argument("--checkpoint", type=Path, metavar="FILE", help=f"{heads}, which it shall prove to continue")
    key = add_command(group, "new-key", "make the key that signs the heads of the record", _new_trail_key)
    key.add_argument("--name", required=True, help="of the record, like trail.council.gov.uk; it stays for ever")
    key.add_argument("--out", type=Path, required=True, metavar="FILE", help="a new file")
    add_command(group, "rotate-key", "let a new key sign from now on", _rotate_trail_key)


def _words_commands(group: Commands) -> None:
    key = add_command(group, "new-key", "make the key that seals what people wrote, or add a newer one", _new_words_key)
    key.add_argument("--out", type=Path, required=True, metavar="FILE", help="a new file, or that of the older keys")
    reseal = add_command(group, "reseal", "seal everything with the newest key", _reseal)
    reseal.add_argument("--drop-old", action="store_true", help="throw away keys with which nothing is sealed any more")


def _procedure_commands(group: Commands) -> None:
    which = "a file, or the id of a bundled procedure"
    check = add_command(group, "check", "name faults and doubts", check_files)
    check.add_argument("files", nargs="+", metavar="FILE", help=which)
    explain = add_command(group, "explain", "say everything in it in plain English", explain_file)
    explain.add_argument("file", metavar="FILE", help=which)
    draw = add_command(group, "draw", "write its flow chart as an SVG file, and print what it shows", draw_file)
    draw.add_argument("file", metavar="FILE", help=which)
    draw.add_argument("--out", type=Path, required=True, metavar="SVG", help="the file to write")
    how = "print what falls due when, and who is told, for a made-up challenge"
    trial = add_command(group, "simulate", how, simulate_file)
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
    move = add_command(group, "move", "move a running challenge to the procedure of the settings", _move)
    move.add_argument("reference", help="like PC-2026-0042")
    move.add_argument("--reason", required=True, help="why; it stays on the record and everybody concerned is told")
    move.add_argument("--yes", action="store_true", help="do it; without this, only what would change is shown")
