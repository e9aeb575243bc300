"""A small, made-up procedure for tests of the language: Anyshire, with three stages and nothing doubtful.

`small()` is its text. What is changed is said in lines of TOML: a line whose key is there takes its place, any
other is added, and `without` leaves things out:

    small(stage={"first": 'limit = { count = 3, unit = "working hours" }'})
    small(stage={"third": 'title = "Third stage"', ...})          # a new stage, the last one
    small(top='start = "first"', extra='[[pauses]]\\nid = "court"\\n...')
    small(without=("stages.talk", "roles.worker", "stages.first.limit", "decide_within"))
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TypedDict, Unpack

import pytest

from bot.domain.procedure import Procedure
from bot.procedures.load import UnusableProcedure, read

TOP = """
id = "anyshire"
authority = "Anyshire County Council"
title = "Resolving concerns together"
version = "2026-04"
in_force = 2026-04-01
source = "Anyshire's manual, chapter 1"
nation = "england-and-wales"
start = "talk"
decide_within = { count = 2 }
decision_reminders = { before = [1] }
reminders = { before = [2] }
overall = { limit = { count = 20 }, reminders = { before = [5] } }
telling = { informal = { overdue = ["manager"] }, formal = { overdue = ["iro-manager"] } }
retention = [{ id = "all", years = 75, counted_from = "birth", source = "Anyshire's schedule" }]
"""
ARENAS = {"care": 'title = "Child in care"\nraiser = "IRO"\noutside_body = "Cafcass"'}
ROLES = {
    "iro": 'title = "IRO"\nfound = "on the child"\nraises = true',
    "worker": 'title = "Social worker"\nfound = "on the child"',
    "manager": 'title = "Team manager"\nfound = "at the child\'s unit"',
    "director": 'title = "Director"\nfound = "at the child\'s unit"',
    "iro-manager": 'title = "IRO manager"\nfound = "at the raiser\'s unit"',
}
KINDS = {"delay": 'title = "Delay"', "plan": 'title = "The care plan itself"'}
STAGES = {
    "talk": 'title = "A talk"\nformal = false\nanswered_by = ["worker"]\nlimit = { count = 5 }',
    "first": 'title = "First stage"\nformal = true\nanswered_by = ["manager"]\nlimit = { count = 5 }',
    "second": 'title = "Second stage"\nformal = true\nanswered_by = ["director"]\nlimit = { count = 5 }',
}
STATEMENT = re.compile(r'^(?=[\w-]+\s*=|"[^"\n]*"\s*=|\[)', re.MULTILINE)
"""Where a key at the beginning of a line starts something new; what goes on over several lines is indented."""


class Changes(TypedDict, total=False):
    """What can be changed. `extra` stands at the end, for tables of its own."""

    top: str
    arena: Mapping[str, str]
    role: Mapping[str, str]
    kind: Mapping[str, str]
    stage: Mapping[str, str]
    extra: str
    without: tuple[str, ...]


def small(**changes: Unpack[Changes]) -> str:
    """The text of the small procedure with these changes."""
    without = changes.get("without", ())
    blocks = [_changed(TOP, changes.get("top", ""), without, "")]
    blocks += _blocks("arenas", ARENAS, changes.get("arena", {}), without)
    blocks += _blocks("roles", ROLES, changes.get("role", {}), without)
    blocks += _blocks("kinds", KINDS, changes.get("kind", {}), without)
    blocks += _blocks("stages", STAGES, changes.get("stage", {}), without)
    return "\n\n".join((*blocks, changes.get("extra", ""))).strip() + "\n"


def a_procedure(**changes: Unpack[Changes]) -> Procedure:
    """The small procedure with these changes."""
    return read(small(**changes)).procedure


def faults(changes: Changes) -> list[tuple[str, str]]:
    """What makes the small procedure with these changes unusable: place and remedy."""
    with pytest.raises(UnusableProcedure) as refused:
        read(small(**changes))
    return [(trouble.where, trouble.what) for trouble in refused.value.troubles]


def only_fault(changes: Changes, where: str, remedy: str) -> None:
    """Exactly this place is at fault, and what is said of it says this."""
    found = faults(changes)
    assert [place for place, _ in found] == [where], found
    assert remedy in found[0][1], found


def top(lines: str) -> Changes:
    return {"top": lines}


def first(lines: str) -> Changes:
    """Changes of the stage "first"."""
    return {"stage": {"first": lines}}


def last(lines: str) -> Changes:
    """Changes of the stage "second", the last one."""
    return {"stage": {"second": lines}}


def extra(lines: str) -> Changes:
    return {"extra": lines}


def _blocks(name: str, usual: Mapping[str, str], changes: Mapping[str, str], without: tuple[str, ...]) -> Iterator[str]:
    """One list's entries, the usual ones first."""
    for id in dict.fromkeys((*usual, *changes)):
        place = f"{name}.{id}"
        if place not in without:
            body = _changed(usual.get(id, ""), changes.get(id, ""), without, f"{place}.")
            yield f'[[{name}]]\nid = "{id}"\n{body}'


def _changed(usual: str, changes: str, without: tuple[str, ...], place: str) -> str:
    """One table's lines: the usual ones, changed ones in their place, then new ones; its inner tables come last."""
    plain: dict[str, str] = {}
    inner: list[str] = []
    for statement in (*STATEMENT.split(usual.strip()), *STATEMENT.split(changes.strip())):
        if inner or statement.startswith("["):
            inner.append(statement.rstrip())
        elif statement.strip():
            plain[statement.partition("=")[0].strip()] = statement.rstrip()
    kept = (line for key, line in plain.items() if f"{place}{key}" not in without)
    return "\n".join((*kept, *inner))
