"""Everything that can happen beside the challenges: to one person, and to the authority as a whole."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class CommandRefused:
    """Somebody known asked for what couldn't be done. Kept in their own stream."""

    command: str
    """The command's name."""
    reference: str
    reason: str
    """The name of the refusal."""


@dataclass(frozen=True, kw_only=True)
class DirectoryImported:
    version: int
    units: int
    people: int
    posts: int
    children: int


@dataclass(frozen=True, kw_only=True)
class ProcedureKept:
    """A procedure's text, under which challenges can be raised from now on."""

    id: str
    version: str
    fingerprint: str


@dataclass(frozen=True, kw_only=True)
class CalendarKept:
    """From now on dates are worked out by another list of bank holidays."""

    version: str


@dataclass(frozen=True, kw_only=True)
class IssueCounted:
    """An issue of a kind that is followed as a theme and not escalated one by one."""

    kind: str
    arena: str
    unit: str
    procedure: str
    """Fingerprint of the procedure that says so."""


PersonEvent = CommandRefused
AuthorityEvent = DirectoryImported | ProcedureKept | CalendarKept | IssueCounted
