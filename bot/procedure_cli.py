"""The commands about procedure files: whether one can be used, what it says, a picture, and how it would go."""

from __future__ import annotations

import argparse
import sys
import textwrap
from collections.abc import Iterable, Iterator

from bot.domain.errors import Fault
from bot.domain.explain import Part, explain
from bot.domain.phrases import count
from bot.domain.working_time import LONDON
from bot.procedures.calendar import load_calendar
from bot.procedures.draw import draw, text_alternative
from bot.procedures.load import load
from bot.usecases.move_version import Moving
from bot.usecases.simulate import Script, simulate
from cards.calendar import calendar_lines
from cards.parts import date_of

COLUMNS = 100


def check_files(options: argparse.Namespace, _: object) -> None:
    """Name the faults and doubts of each file. Raises `Fault` where one can't be used."""
    faulty = 0
    for file in options.files:
        try:
            loaded = load(file)
        except Fault as fault:
            print(fault, file=sys.stderr)
            faulty += 1
            continue
        for doubt in loaded.doubts:
            print(f"{file}: {doubt.where}: {doubt.what}", file=sys.stderr)
        print(f"{file}: {loaded.procedure.title}, version {loaded.procedure.version}, can be used.")
    if faulty:
        raise Fault(f"{faulty} of {count(len(options.files), 'file')} can't be used.")


def explain_file(options: argparse.Namespace, _: object) -> None:
    """Print the whole procedure in plain English."""
    procedure = load(options.file).procedure
    print("\n".join((*_heading(procedure.title, "#"), *_lines(explain(procedure), "=-"))))


def _lines(parts: Iterable[Part], rules: str) -> Iterator[str]:
    """Each part under its title, underlined with the first of the rules; the parts in it with the next."""
    for part in parts:
        yield from ("", *_heading(part.title, rules[0]))
        for sentence in part.sentences:
            yield from textwrap.wrap(f"- {sentence}", COLUMNS, subsequent_indent="  ")
        yield from _lines(part.parts, rules[1:])


def _heading(title: str, rule: str) -> list[str]:
    lines = textwrap.wrap(title, COLUMNS)
    return [*lines, rule * max(map(len, lines), default=0)]


def draw_file(options: argparse.Namespace, _: object) -> None:
    """Write the flow chart of a procedure, and print what it shows."""
    procedure = load(options.file).procedure
    options.out.write_text(draw(procedure), "utf-8")
    print(text_alternative(procedure))
    print(f"The flow chart was written to {options.out}.")


def simulate_file(options: argparse.Namespace, _: object) -> None:
    """Print the calendar of a made-up challenge under a procedure: what falls due when, who is told."""
    procedure = load(options.file).procedure
    script = Script(
        answer=dict(options.answer),
        agree=dict(options.agree),
        go_on=dict(options.go_on),
        satisfied=dict(options.satisfied),
    )
    raised_at = options.raised.replace(tzinfo=LONDON)
    calendar = load_calendar(procedure.nation, procedure.closures)
    last = None
    for step in simulate(procedure, calendar, raised_at, options.stage or procedure.start, script):
        for line in calendar_lines(step.recorded, step.challenge, procedure, step.notices, step.out_at):
            print(line)
        last = step.challenge
    if last is not None:
        state = last.ended.how if last.ended is not None else f"still open: {last.state}; reminders go on"
        print(f"At the end of this simulation: {state}.")


def day_of_stage(text: str) -> tuple[str, int]:
    """`first=3`: a stage and a number of working days. Raises `ArgumentTypeError`."""
    stage, _, days = text.partition("=")
    if not stage or not (days.isascii() and days.isdigit() and len(days) < 4):
        raise argparse.ArgumentTypeError(f"“{text}” must be like first=3: a stage and working days")
    return stage, int(days)


def move_lines(moving: Moving) -> Iterator[str]:
    """What changes for a challenge that is moved to another version: the text, part by part, then its dates."""
    for difference in moving.differences:
        yield from ("", *_heading(difference.title, "="))
        for mark, sentences in (("-", difference.gone), ("+", difference.new)):
            for sentence in sentences:
                yield from textwrap.wrap(f"{mark} {sentence}", COLUMNS, subsequent_indent="  ")
    yield from ("", *_heading(f"Dates of {moving.challenge.reference}", "="))
    before, after = moving.moved.before or moving.moved.dates, moving.moved.dates
    for what, old, new in (
        ("Answer", before.due, after.due),
        ("Decision", before.decide_by, after.decide_by),
        ("All stages", before.total, after.total),
    ):
        if old is not None or new is not None:
            yield f"{what}: {date_of(old)} → {date_of(new)}"
    yield f"Told: {', '.join(party.name for party in moving.moved.told) or 'nobody'}"
    yield ""
