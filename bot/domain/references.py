"""What a procedure's tables call things by: ids that must be good ones, and names that something must define."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass

from bot.domain.beside import (
    Concern,
    Duty,
    GoodPractice,
    ImmediateRisk,
    LegalAdvice,
    Referral,
    Reopening,
    Retention,
    ReviewActions,
    Trigger,
)
from bot.domain.places import Trouble, entry, join, namings, not_among, shown, tables, values
from bot.domain.procedure import Arena, Kind, Procedure, Question, Role, Severity
from bot.domain.stages import Gate, Meeting, Stage, Telling, TellRule
from bot.domain.terms import Limit, Overall, Pause, Reminders

Keys = Mapping[type, tuple[str, ...]]

ROLES: Keys = {
    Procedure: ("taken_over_by", "digest"),
    Role: ("reports_to", "deputy"),
    Arena: ("raised_by",),
    Kind: ("roles",),
    Limit: ("set_by",),
    Reminders: ("also",),
    Pause: ("by",),
    Stage: ("answered_by", "opened_by", "satisfied_by", "tell"),
    Gate: ("agreed_by",),
    Meeting: ("convened_by", "chaired_by", "invited", "first_part_only"),
    Telling: ("informal", "formal"),
    TellRule: ("roles",),
    ImmediateRisk: ("tell",),
    Reopening: ("by",),
    Referral: ("officer", "consulted"),
    LegalAdvice: ("supported_by", "briefed", "notified"),
    Concern: ("raised_by", "heard_by"),
    ReviewActions: ("confirmed_with", "discussed_with"),
    GoodPractice: ("shared_with",),
    Duty: ("roles",),
}
"""The keys that name roles."""

STAGES: Keys = {
    Procedure: ("start",),
    Kind: ("advises", "requires"),
    Severity: ("advises", "requires"),
    Question: ("stages",),
    TellRule: ("stages",),
    ImmediateRisk: ("stage",),
    Trigger: ("stage",),
    Duty: ("stages",),
    Overall: ("starts",),
}
ARENAS: Keys = {Kind: ("arenas",), Question: ("arenas",), Trigger: ("arena",), Retention: ("arenas",)}
KINDS: Keys = {Trigger: ("kind",)}

STARTS = ("the first formal stage", "the raising")
"""What starts the overall limit where no stage is named."""

GOOD_ID = re.compile(r"[A-Za-z0-9]+([-_][A-Za-z0-9]+)*")
NEEDED = ("arenas", "roles", "kinds", "stages")
"""Lists of which a procedure needs at least one entry."""


def faulty_names(procedure: Procedure) -> Iterator[Trouble]:
    """Ids that are empty, odd or doubled, words left empty, and names that nothing defines."""
    yield from _ids(procedure)
    yield from _empty_words(procedure)
    yield from _undefined("role", procedure, ROLES, (role.id for role in procedure.roles))
    yield from _undefined("stage", procedure, STAGES, (stage.id for stage in procedure.stages))
    yield from _undefined("arena", procedure, ARENAS, (arena.id for arena in procedure.arenas))
    yield from _undefined("kind of issue", procedure, KINDS, (kind.id for kind in procedure.kinds))


def roles_used(procedure: Procedure) -> frozenset[str]:
    """The roles that the procedure names anywhere, or that raise."""
    return procedure.raising_roles.union(*(naming.names for naming in namings(procedure, ROLES)))


def _undefined(what: str, procedure: Procedure, keys: Keys, defined: Iterable[str]) -> Iterator[Trouble]:
    known = tuple(defined)
    for naming in namings(procedure, keys):
        more = STARTS if isinstance(naming.table, Overall) else ()
        for name in dict.fromkeys(naming.names):
            if name.strip() and name not in known + more:
                yield Trouble(naming.where, not_among(what, name, more + known))


def _ids(procedure: Procedure) -> Iterator[Trouble]:
    if not GOOD_ID.fullmatch(procedure.id):
        yield Trouble("id", _odd(procedure.id))
    for field in fields(procedure):
        entries = getattr(procedure, field.name)
        if field.name in NEEDED and not entries:
            yield Trouble(field.name, "there is none; a procedure needs at least one")
        if isinstance(entries, tuple) and all(hasattr(each, "id") for each in entries):
            yield from _ids_of(field.name, [(each.id, getattr(each, "at", "")) for each in entries])


def _ids_of(where: str, ids: list[tuple[str, str]]) -> Iterator[Trouble]:
    """The ids of one list; those of questions may be there again for another act."""
    for id in dict.fromkeys(id for id, _ in ids):
        if not GOOD_ID.fullmatch(id):
            yield Trouble(where, _odd(id))
    for twice, at in dict.fromkeys(each for each in ids if ids.count(each) > 1):
        again = f" for the act “{at}”" if at else ""
        yield Trouble(where, f"“{shown(twice)}” is there twice{again}; give each its own id")


def _odd(id: str) -> str:
    if not id.strip():
        return "an id is empty; give each its own"
    return f"“{shown(id)}” can't be an id; use letters and digits, joined by hyphens, such as “second-review”"


def _empty_words(procedure: Procedure) -> Iterator[Trouble]:
    """Words that can't be left empty: those without a default, those with one, and every entry of a list."""
    for where, table in tables(procedure):
        if not is_dataclass(table):
            continue
        for field in fields(table):
            needed = field.name not in ("id", "fingerprint") and (field.default is MISSING or field.default)
            for place, value in values(join(where, field.name), getattr(table, field.name)):
                if needed and isinstance(value, str) and not value.strip():
                    yield Trouble(place, "is empty; write what it should say")
                elif isinstance(value, tuple):
                    yield from _empty_entries(place, value)


def _empty_entries(where: str, value: tuple[object, ...]) -> Iterator[Trouble]:
    for number, word in enumerate(value, 1):
        if isinstance(word, str) and not word.strip():
            yield Trouble(entry(where, number, None), "is empty; write what it should say, or leave it out")
