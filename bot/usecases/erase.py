"""Erasing what people wrote: when its time is over by the rules of the procedure, or because somebody decided so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.errors import Fault, NotKnown
from bot.domain.evidence import HoldPlaced, HoldReleased
from bot.domain.notices import OPERATOR
from bot.domain.people import Child, Directory
from bot.domain.retention import kept_until, rule_for
from bot.domain.working_time import london_date
from bot.usecases.office import Office
from storage import erasure, evidence, trail
from storage.database import Connection
from storage.directory import forget_children
from storage.erasure import Ended, Erasure

LONGEST_REASON = 200
NEEDED_UNTIL = 26
"""Years: until then a child's row in the directory may be needed for a new challenge."""


@dataclass(frozen=True, kw_only=True)
class Due:
    """A challenge whose time is over."""

    reference: str
    rule: str
    until: date
    """The last day on which it was kept."""
    basis: str


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is due to be erased on a day, and of what nothing could be said. All by reference."""

    on: date
    due: tuple[Due, ...]
    held: tuple[str, ...]
    """Due as well, and kept by a hold."""
    no_rule: tuple[str, ...]
    no_date: tuple[str, ...]
    """A child's date of birth, which the rule needs, isn't known."""


def plan_retention(office: Office, on: date) -> Plan:
    """What is due on a day. Only ended challenges are, and by the rules of the procedure that is in force today."""
    due, held, no_rule, no_date = list[Due](), list[str](), list[str](), list[str]()
    with office.database.reading() as connection:
        directory = office.directory(connection)
        for one in erasure.ended_with_words(connection):
            rule = rule_for(office.procedure, one.arena)
            until = kept_until(rule, london_date(one.ended_at), _children(directory, one)) if rule else None
            if rule is None:
                no_rule.append(one.reference)
            elif until is None:
                no_date.append(one.reference)
            elif until < on and evidence.hold(connection, one.reference) is not None:
                held.append(one.reference)
            elif until < on:
                basis = f"the retention rule “{rule.id}” of the procedure: {rule.source}"
                due.append(Due(reference=one.reference, rule=rule.id, until=until, basis=basis))
    return Plan(on=on, due=tuple(due), held=tuple(held), no_rule=tuple(no_rule), no_date=tuple(no_date))


def _children(directory: Directory, one: Ended) -> list[Child]:
    unknown = Child(reference="", name="", born=None, arena=one.arena, unit="", workers={})
    return [directory.children.get(child, unknown) for child in one.children]


@dataclass(frozen=True, kw_only=True)
class CarriedOut:
    """What has become of a plan."""

    erased: int
    """Challenges."""
    left: tuple[str, ...]
    """Why others were not erased after all, a sentence for each."""
    children: int
    """Children taken out of the directory."""


def carry_out(office: Office, plan: Plan) -> CarriedOut:
    """Erase what is due, each challenge by itself; one that has been reopened or held since stays as it is."""
    left: list[str] = []
    for due in plan.due:
        try:
            _erase(office, due.reference, due.basis)
        except Fault as fault:
            left.append(str(fault))
    gone = office.database.change(lambda connection: _forget(office, connection, plan.on))
    office.database.let_go()
    return CarriedOut(erased=len(plan.due) - len(left), left=tuple(left), children=gone)


def erase_one(office: Office, reference: str, basis: str) -> None:
    """Erase what was written in one challenge, because somebody decided so. Raises `Fault` and `NotKnown`."""
    _checked(basis)
    _erase(office, reference, basis)
    office.database.let_go()


def may_be_erased(office: Office, reference: str) -> int:
    """How many texts of a challenge can be erased. Raises `Fault` where none may be, and `NotKnown`."""
    with office.database.reading() as connection:
        return len(_erasable(office, connection, reference))


def _erase(office: Office, reference: str, basis: str) -> None:
    now = office.now()

    def work(connection: Connection) -> None:
        digests = _erasable(office, connection, reference)
        one = Erasure(reference=reference, digests=tuple(digests), on=london_date(now), basis=basis)
        erasure.erase(connection, one, by=OPERATOR.person, at=now, noted_in=office.erasures)

    office.database.change(work)


def _erasable(office: Office, connection: Connection, reference: str) -> list[str]:
    """The digests of a challenge's words. Looked at in the very transaction: it may have been reopened since."""
    challenge, _ = office.record(connection, reference)
    if challenge.ended is None:
        raise Fault(f"{reference} is open, and nothing of an open challenge is erased.")
    held = evidence.hold(connection, reference)
    if held is not None:
        raise Fault(f"{reference} is held from erasure: {held.reason}. Release the hold first.")
    return erasure.words_of(connection, trail.challenge_stream(reference))


def _forget(office: Office, connection: Connection, on: date) -> int:
    """Take children out of the directory who are grown up, and about whom nothing written is left."""
    known = office.directory(connection).children
    nothing_left = erasure.children_without_words(connection)
    gone = [child for child in nothing_left if child in known and _is_past(known[child], on)]
    if gone:
        forget_children(connection, gone)
    return len(gone)


def _is_past(child: Child, on: date) -> bool:
    age = child.age_on(on)
    return child.died is not None or (age is not None and age >= NEEDED_UNTIL)


def hold(office: Office, reference: str, reason: str) -> None:
    """Keep a challenge from erasure until the hold is released. Raises `NotKnown`, and `Fault` where it is held."""
    _checked(reason)
    _write(office, reference, HoldPlaced(reason=reason), held=False)


def release(office: Office, reference: str, reason: str) -> None:
    """End a hold. Raises `NotKnown`, and `Fault` where there is none."""
    _checked(reason)
    _write(office, reference, HoldReleased(reason=reason), held=True)


def _write(office: Office, reference: str, event: HoldPlaced | HoldReleased, *, held: bool) -> None:
    now = office.now()

    def work(connection: Connection) -> None:
        if not trail.last_position(connection, trail.challenge_stream(reference)):
            raise NotKnown(what=f"challenge {reference}")
        if (evidence.hold(connection, reference) is not None) != held:
            raise Fault(f"{reference} is {'not held' if held else 'held already'}. Nothing was changed.")
        evidence.add(connection, [(reference, event)], at=now, by=OPERATOR.person)

    office.database.change(work)


def _checked(reason: str) -> None:
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise Fault(
            f"Say why, in up to {LONGEST_REASON} characters. It stays on the record for ever: name nobody in it."
        )


def erase_again(office: Office) -> Sequence[str]:
    """Erase what was erased before and has come back with a backup; the references of the challenges it was in."""
    if office.erasures is None:
        return ()
    before, now = erasure.noted(office.erasures), office.now()

    def work(connection: Connection) -> list[str]:
        return erasure.erase_again(connection, before, by=OPERATOR.person, at=now)

    return office.database.change(work) if before else ()
