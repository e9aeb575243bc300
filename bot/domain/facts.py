"""What is known beside a challenge's own history, frozen for one decision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from bot.domain.challenge import Challenge
from bot.domain.people import Child, Directory, Party
from bot.domain.procedure import Happening, Procedure
from bot.domain.working_time import WorkingCalendar, WorkingDay, london_date

Relation = Literal["raiser", "asked", "party", "overseer"]
"""What a person is to a challenge. An overseer sees reference, stage and due date of their area, no more."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The procedure that binds, the calendar, and the directory as it is today."""

    procedure: Procedure
    calendar: WorkingCalendar
    directory: Directory
    operator: str = "the people who run this bot"

    @property
    def hours(self) -> WorkingDay:
        return WorkingDay(opens=self.procedure.hours.opens, closes=self.procedure.hours.closes)

    def holders(self, role: str, child: Child, raiser: Party, at: datetime) -> tuple[Party, ...]:
        """Who holds a role today, as parties. A role that raises means the raiser, and whoever the child's record
        names in it, where that is somebody else."""
        known = self.procedure.role(role)
        people = self.directory.holders(known, child=child, raiser=raiser.person, on=london_date(at))
        found = tuple(Party(person=person.id, name=person.name, role=role) for person in people)
        if not known.raises:
            return found
        others = found if known.found == "on the child" else ()
        return (replace(raiser, role=role), *(party for party in others if party.person != raiser.person))

    def parties(
        self, roles: Iterable[str], child: Child, raiser: Party, at: datetime, without: Iterable[Party] = ()
    ) -> tuple[Party, ...]:
        """The holders of several roles, each person once in the first role in which they are found."""
        passed_over = {party.person for party in without}
        found: dict[str, Party] = {}
        for role in roles:
            for party in self.holders(role, child, raiser, at):
                if party.person not in passed_over:
                    found.setdefault(party.person, party)
        return tuple(found.values())

    def asked(self, stage: str, child: Child, raiser: Party, at: datetime) -> tuple[Party, ...]:
        """Who answers a stage today. Never the raiser, whatever post they hold as well."""
        answering = self.procedure.stage(stage).answered_by
        return self.parties(answering, child, raiser, at, without=(raiser,))

    def told(
        self, stage: str, happening: Happening, child: Child, raiser: Party, at: datetime, without: Iterable[Party] = ()
    ) -> tuple[Party, ...]:
        """Who is told of a happening at a stage today."""
        return self.parties(self.procedure.told(stage, happening), child, raiser, at, without)

    def child_of(self, challenge: Challenge) -> Child:
        """The child's row today; where the import has lost it, what the challenge itself knows."""
        found = self.directory.children.get(challenge.child)
        if found is not None:
            return found
        return Child(
            reference=challenge.child, name="", born=None, arena=challenge.arena, unit=challenge.unit, workers={}
        )

    def asked_now(self, challenge: Challenge, person: str, at: datetime) -> Party | None:
        """The person as one who may answer the current request: asked then, or holding the post now."""
        asked = challenge.current.asks(person)
        if asked is not None:
            return asked
        holders = self.asked(challenge.current.stage, self.child_of(challenge), challenge.raiser, at)
        return next((party for party in holders if party.person == person), None)

    def relation(self, challenge: Challenge, person: str, at: datetime) -> Relation | None:
        """What the person is to the challenge today, the closest first; None: nothing, and they see nothing."""
        if person == challenge.raiser.person:
            return "raiser"
        if self.asked_now(challenge, person, at) is not None:
            return "asked"
        if self._is_party(challenge, person, at):
            return "party"
        roles = frozenset(self.procedure.digest)
        units = (challenge.unit, challenge.raiser_unit)
        overseeing = self.directory.oversees(person, roles, *units, on=london_date(at))
        return "overseer" if overseeing else None

    def _is_party(self, challenge: Challenge, person: str, at: datetime) -> bool:
        child = self.child_of(challenge)
        if person in child.workers.values() or any(party.person == person for party in challenge.parties):
            return True
        met = {party.role for party in challenge.parties}
        roles = [one.id for one in self.procedure.roles if one.id in met or one.found == "at the raiser's unit"]
        return any(
            person == party.person for role in roles for party in self.holders(role, child, challenge.raiser, at)
        )
