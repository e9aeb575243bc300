"""What is known beside a challenge's own history, frozen for one decision."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Literal

from bot.domain.challenge import Challenge
from bot.domain.clocks import Reckoning
from bot.domain.people import Child, Directory, Party
from bot.domain.procedure import Happening, Procedure
from bot.domain.working_time import WorkingCalendar, WorkingDay, london_date

Relation = Literal["raiser", "agrees", "decides", "asked", "party", "overseer"]
"""What a person is to a challenge. `agrees`: asked for their agreement before a stage opens; `decides`: their
satisfaction counts as the raiser's does. An overseer sees reference, stage and due date of their area, no more."""


@dataclass(frozen=True, kw_only=True)
class Matter:
    """Whom a challenge is about and who raised it: where its people are looked up."""

    children: tuple[Child, ...]
    """The first is the one whose reference the challenge carries."""
    raiser: Party
    aware: frozenset[str] = frozenset()
    """Ids of everyone who was ever asked or told."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The procedure that binds, the calendar as known, and the directory as it is today."""

    procedure: Procedure
    calendar: WorkingCalendar
    directory: Directory
    operator: str = "the people who run this bot"

    @cached_property
    def reckoning(self) -> Reckoning:
        return Reckoning(calendar=self.calendar, hours=self.procedure.hours)

    @property
    def hours(self) -> WorkingDay:
        return self.reckoning.day

    def matter(self, challenge: Challenge) -> Matter:
        children = (self.child_of(challenge), *self._others(challenge.also))
        aware = frozenset(party.person for party in challenge.parties)
        return Matter(children=children, raiser=challenge.raiser, aware=aware)

    def _others(self, references: Iterable[str]) -> Iterator[Child]:
        return (child for reference in references if (child := self.directory.children.get(reference)))

    def holders(self, role: str, matter: Matter, at: datetime) -> tuple[Party, ...]:
        """Who holds a role today, as parties; whoever stands in, while nobody does.

        A role that raises means the raiser, and whoever the child's record names in it, where that is somebody else.
        """
        known = self.procedure.role(role)
        found = self._holding(role, role, matter, at)
        if not known.raises:
            return found or (self._holding(known.deputy, role, matter, at) if known.deputy else ())
        others = found if known.found == "on the child" else ()
        raiser = matter.raiser
        return (replace(raiser, role=role), *(party for party in others if party.person != raiser.person))

    def _holding(self, holds: str, role: str, matter: Matter, at: datetime) -> tuple[Party, ...]:
        """The holders of one role, in the role for which they are looked up."""
        known, on = self.procedure.role(holds), london_date(at)
        people = (
            person
            for child in matter.children
            for person in self.directory.holders(known, child=child, raiser=matter.raiser.person, on=on)
        )
        return tuple({person.id: Party(person=person.id, name=person.name, role=role) for person in people}.values())

    def parties(
        self, roles: Iterable[str], matter: Matter, at: datetime, without: Iterable[Party] = ()
    ) -> tuple[Party, ...]:
        """The holders of several roles, each person once in the first role in which they are found."""
        return tuple(self._parties(roles, matter, at, {party.person for party in without}).values())

    def _parties(
        self, roles: Iterable[str], matter: Matter, at: datetime, passed_over: Iterable[str]
    ) -> dict[str, Party]:
        out, found = set(passed_over), dict[str, Party]()
        for role in roles:
            for party in self.holders(role, matter, at):
                if party.person not in out:
                    found.setdefault(party.person, party)
        return found

    def asked(self, stage: str, matter: Matter, at: datetime) -> tuple[Party, ...]:
        """Who answers a stage today. Never the raiser, whatever post they hold as well."""
        return self.parties(self.procedure.stage(stage).answered_by, matter, at, without=(matter.raiser,))

    def told(
        self, stage: str, happening: Happening, matter: Matter, at: datetime, without: Iterable[Party] = ()
    ) -> tuple[Party, ...]:
        """Who is told of a happening at a stage today."""
        out = {party.person for party in without}
        found: dict[str, Party] = {}
        for rule in self.procedure.rules(stage, happening):
            passed_over = out | (matter.aware if rule.unless_aware else set())
            for person, party in self._parties(rule.roles, matter, at, passed_over).items():
                found.setdefault(person, party)
        return tuple(found.values())

    def child_of(self, challenge: Challenge) -> Child:
        """The child's row today; where the import has lost it, what the challenge itself knows."""
        found = self.directory.children.get(challenge.child)
        if found is not None:
            return found
        return Child(
            reference=challenge.child, name="", born=None, arena=challenge.arena, unit=challenge.unit, workers={}
        )

    def outside_body(self, challenge: Challenge, at: datetime) -> str:
        """To whom the matter can be referred now; empty where to nobody, or where that way has closed: the child has
        reached the age that the procedure names, or has left the arena (LIN-16)."""
        arena, child = self.procedure.arena(challenge.arena), self.child_of(challenge)
        age = child.age_on(london_date(at))
        grown = bool(arena.outside_until_age) and age is not None and age >= arena.outside_until_age
        return "" if grown or child.arena != challenge.arena else arena.outside_body

    def in_role(self, challenge: Challenge, person: str, roles: Iterable[str], at: datetime) -> Party | None:
        """The person as the holder of one of the roles today; the first in which they are found."""
        matter = self.matter(challenge)
        return next(
            (party for role in roles for party in self.holders(role, matter, at) if party.person == person), None
        )

    def asked_now(self, challenge: Challenge, person: str, at: datetime) -> Party | None:
        """The person as one who may answer the current request: asked then, or holding the post now."""
        if not challenge.requests:
            return None
        asked = challenge.current.asks(person)
        if asked is not None:
            return asked
        holders = self.asked(challenge.current.stage, self.matter(challenge), at)
        return next((party for party in holders if party.person == person), None)

    def agreeing(self, challenge: Challenge, person: str, at: datetime) -> Party | None:
        """The person as one whose agreement is waited for: asked then, or holding the post now. Never the raiser."""
        proposal = challenge.proposal
        if proposal is None or person == challenge.raiser.person:
            return None
        asked = next((party for party in proposal.asked if party.person == person), None)
        gate = self.procedure.stage(proposal.stage).gate
        return asked or (self.in_role(challenge, person, gate.agreed_by, at) if gate else None)

    def satisfying(self, challenge: Challenge, at: datetime) -> tuple[Party, ...]:
        """Whose satisfaction counts at the present stage: the raiser, or the holders of the roles that the file names.

        Nobody who answers decides on the answer, and where nobody holds the roles it is the raiser.
        """
        roles = self.procedure.stage(challenge.current.stage).satisfied_by
        without = [party for party in challenge.current.asked if party.person != challenge.raiser.person]
        found = self.parties(roles, self.matter(challenge), at, without=without)
        return found or (challenge.raiser,)

    def relation(self, challenge: Challenge, person: str, at: datetime) -> Relation | None:
        """What the person is to the challenge today, the closest first; None: nothing, and they see nothing."""
        if person == challenge.raiser.person:
            return "raiser"
        if self.agreeing(challenge, person, at) is not None:
            return "agrees"
        if self.asked_now(challenge, person, at) is not None:
            return "asked"
        if any(party.person == person for party in self.satisfying(challenge, at)):
            return "decides"
        if self._is_party(challenge, person, at):
            return "party"
        roles = frozenset(self.procedure.digest)
        units = (challenge.unit, challenge.raiser_unit)
        overseeing = self.directory.oversees(person, roles, *units, on=london_date(at))
        return "overseer" if overseeing else None

    def _is_party(self, challenge: Challenge, person: str, at: datetime) -> bool:
        matter = self.matter(challenge)
        if person in matter.aware or any(person in child.workers.values() for child in matter.children):
            return True
        met = {party.role for party in challenge.parties}
        roles = [one.id for one in self.procedure.roles if one.id in met or one.found == "at the raiser's unit"]
        return self.in_role(challenge, person, roles, at) is not None
