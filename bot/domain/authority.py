"""Everything that can happen beside the challenges: to one person, and to the authority as a whole."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class CommandRefused:
    """Somebody known asked for what couldn't be done. Kept in their own stream."""

    command: str
    """The command's name, or what was asked for in the words of the access table."""
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


@dataclass(frozen=True, kw_only=True)
class RecordReconciled:
    """What the record calls for was not all there; it is now."""

    checked: int
    """How many open challenges were looked at."""
    index: tuple[str, ...]
    """References of those whose place in the index was wrong."""
    messages: tuple[str, ...]
    """Keys of messages that were missing from the outbox."""
    clock: tuple[str, ...]
    """References of those at which the clock had not been looked in time."""
    unreadable: tuple[str, ...] = ()
    """References of those that could not be looked at."""

    @property
    def found(self) -> bool:
        return bool(self.index or self.messages or self.clock or self.unreadable)


@dataclass(frozen=True, kw_only=True)
class TrailKeyChanged:
    """From now on another key signs the heads of the log."""

    before: str
    """The public key that signed until now."""
    after: str


PersonEvent = CommandRefused
AuthorityEvent = DirectoryImported | ProcedureKept | CalendarKept | IssueCounted | RecordReconciled | TrailKeyChanged
