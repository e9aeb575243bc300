"""The commands about how long things are kept: what is due, erasing it, holding it, and what is held about a child."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path

from bot.console import Commands, Doors, add_command, open_office
from bot.domain.errors import Fault
from bot.domain.working_time import london_date
from bot.usecases.erase import Plan, carry_out, erase_again, erase_one, hold, may_be_erased, plan_retention, release
from bot.usecases.subject_access import collect
from bot.web.held import page
from cards.words import count, in_words, moment
from storage.files import write_secret

NOTHING_DONE = "Nothing was changed. Add --yes to do it."


def add_keeping(commands: Commands, words: Commands) -> None:
    """Declare the commands. `words`: the group of those about what people wrote."""
    what = "list what has been kept long enough, and erase what was written in it"
    retention = add_command(commands, "retention", what, _retention)
    retention.add_argument("--on", type=date.fromisoformat, metavar="DATE", help="as of a day like 2026-10-05 (today)")
    retention.add_argument("--yes", action="store_true", help="erase it; without this, it is only listed")
    within = retention.add_subparsers(metavar="WHAT")
    for name, does, act in (
        ("hold", "keep a challenge from erasure, for a complaint, an inquiry or a court", _hold),
        ("release", "end a hold", _release),
    ):
        one = add_command(within, name, does, act)
        one.add_argument("reference", help="like PC-2026-0042")
        one.add_argument("--reason", required=True, help="which matter; it stays on the record, so name nobody")
    erase = add_command(words, "erase", "erase what was written in one challenge", _erase)
    erase.add_argument("reference", help="like PC-2026-0042")
    erase.add_argument("--basis", required=True, help="why it is lawful; it stays on the record, so name nobody")
    erase.add_argument("--yes", action="store_true", help="do it; without this, only what would go is shown")
    add_command(words, "erase-again", "erase what was erased before and came back with a backup", _erase_again)
    access = add_command(commands, "subject-access", "write everything that is held about one child", _subject_access)
    access.add_argument("child", help="the child's reference in the case system")
    access.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new folder")


def _retention(options: argparse.Namespace, doors: Doors) -> None:
    with open_office(doors) as office:
        today = london_date(office.now())
        if options.yes and options.on is not None and options.on > today:
            raise Fault("What isn't due yet is not erased: leave --on out, or --yes.")
        plan = plan_retention(office, options.on or today)
        for line in _lines(plan):
            print(line)
        if not plan.due:
            print(f"Nothing is due on {in_words(plan.on)}.")
        elif options.yes:
            done = carry_out(office, plan)
            print(f"What was written in {count(done.erased, 'challenge')} was erased; that stands on the record.")
            if done.children:
                print(f"{count(done.children, 'child', 'children')} went out of the directory: nothing is left.")
            if done.left:
                raise Fault("\n".join(done.left))
        else:
            print(f"{count(len(plan.due), 'challenge')} due on {in_words(plan.on)}. {NOTHING_DONE}")


def _lines(plan: Plan) -> list[str]:
    lines = [f"{due.reference}  {due.rule}  kept until {in_words(due.until)}" for due in plan.due]
    for why, references in (
        ("Due, and held from erasure", plan.held),
        ("Never erased, as the procedure has no rule for them", plan.no_rule),
        ("Never erased, as a date of birth is not known", plan.no_date),
    ):
        lines += _named(why, references)
    return lines


def _named(why: str, references: Sequence[str]) -> list[str]:
    return [f"{why}: {', '.join(references)}"] if references else []


def _hold(options: argparse.Namespace, doors: Doors) -> None:
    with open_office(doors) as office:
        hold(office, options.reference, options.reason)
    print(f"Nothing of {options.reference} is erased until the hold is released.")


def _release(options: argparse.Namespace, doors: Doors) -> None:
    with open_office(doors) as office:
        release(office, options.reference, options.reason)
    print(f"{options.reference} is held no longer.")


def _erase(options: argparse.Namespace, doors: Doors) -> None:
    with open_office(doors) as office:
        texts = may_be_erased(office, options.reference)
        if not options.yes:
            print(f"{count(texts, 'text')} of {options.reference} would be erased, for ever. {NOTHING_DONE}")
            return
        erase_one(office, options.reference, options.basis)
    print(f"{count(texts, 'text')} of {options.reference} erased; that stands on the record.")


def _erase_again(_: argparse.Namespace, doors: Doors) -> None:
    with open_office(doors) as office:
        found = erase_again(office)
    print(f"Erased again: {', '.join(found)}." if found else "Nothing that was erased has come back.")


COVER = """Cover note for the officer. It does not go out.

This folder holds everything that the program holds about {child}, as it was at {moment}:

held.html   one page to read
held.json   the same for a program

Before anything goes out, read it through:

1. What is about other children has a red bar; what names a brother or sister, or a member of staff, is marked. The
   marks come from the names in the directory. They miss nicknames, misspellings, parents, carers and whoever else was
   written of.
2. Decide what of others' data may go out, and take the rest out of a copy. Keep this folder as it is.
3. Think of what may harm the child or somebody else, and of legal advice, which is kept elsewhere.
4. Not here: e-mails and messages in Teams that went out, which your retention policies keep; backups; the case system.

That this was made stands on the record of {challenges}.
"""


def _subject_access(options: argparse.Namespace, doors: Doors) -> None:
    if options.out.exists():
        raise Fault(f"{options.out} is there already; name a new folder.")
    with open_office(doors) as office:
        found = collect(office, options.child)
    challenges = count(len(found.challenges), "challenge")
    cover = COVER.format(child=found.child, moment=moment(found.made_at), challenges=challenges)
    as_json = json.dumps(asdict(found), default=datetime.isoformat, ensure_ascii=False, indent=1)
    options.out.mkdir(parents=True, mode=0o700)
    for name, text in (("README.txt", cover), ("held.html", page(found)), ("held.json", f"{as_json}\n")):
        write_secret(options.out / name, text)
    print(f"{challenges} and what else is held about {options.child} were written to {options.out}.")
    print("Read README.txt there before anything goes out: others' data must be looked at first.")
