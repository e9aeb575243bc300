"""What is known beside a challenge's own history, frozen for one decision."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from bot.domain.access import Action, Relation, may
from bot.domain.challenge import Challenge
from bot.domain.clocks import Reckoning
from bot.domain.commands import CLOCK, OPERATOR
from bot.domain.people import Child, Directory, Party
from bot.domain.procedure import Happening, Procedure
from bot.domain.working_time import WorkingCalendar, WorkingDay, london_date


@dataclass(frozen=True, kw_only=True)
class Matter:
    """Whom a challenge is about and who raised it: where its people are looked up."""

    children: tuple[Child, ...]
    """The first is the one whose reference the challenge carries."""
    raiser: Party
    aware: frozenset[str] = frozenset()
    """Ids of everyone who was ever asked or told."""
    former: frozenset[str] = frozenset()
    """Ids of those whose challenge it was before somebody took it over."""

    @property
    def owners(self) -> frozenset[str]:
        """Whose challenge it is or ever was: they neither answer nor agree to it, whatever posts they hold."""
        return self.former | {self.raiser.person}


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
        return Matter(children=children, raiser=challenge.raiser, aware=aware, former=challenge.former)

    def _others(self, references: Iterable[str]) -> Iterator[Child]:
        return (child for reference in references if (child := self.directory.children.get(reference)))

    def holders(
        self, role: str, matter: Matter, at: datetime, barred: frozenset[str] = frozenset()
    ) -> tuple[Party, ...]:
        """Who holds a role today, as parties; whoever stands in, while nobody does. For whoever is `barred` by a
        conflict of interest it is the next holder: another one, one further up, a deputy.

        A role that raises means the raiser, and whoever the child's record names in it, where that is somebody else.
        """
        known = self.procedure.role(role)
        found = self._holding(role, role, matter, at, barred)
        if not known.raises:
            return found or (self._holding(known.deputy, role, matter, at, barred) if known.deputy else ())
        others = found if known.found == "on the child" else ()
        raiser = matter.raiser
        mine = () if raiser.person in barred else (replace(raiser, role=role),)
        return (*mine, *(party for party in others if party.person != raiser.person))

    def _holding(
        self, holds: str, role: str, matter: Matter, at: datetime, barred: frozenset[str]
    ) -> tuple[Party, ...]:
        """The holders of one role, in the role for which they are looked up."""
        known, on = self.procedure.role(holds), london_date(at)
        people = (
            person
            for child in matter.children
            for person in self.directory.holders(known, child=child, raiser=matter.raiser.person, on=on, barred=barred)
        )
        return tuple({person.id: Party(person=person.id, name=person.name, role=role) for person in people}.values())

    def parties(
        self,
        roles: Iterable[str],
        matter: Matter,
        at: datetime,
        without: Iterable[Party] = (),
        barred: frozenset[str] = frozenset(),
    ) -> tuple[Party, ...]:
        """The holders of several roles, each person once in the first role in which they are found."""
        return tuple(self._parties(roles, matter, at, {party.person for party in without}, barred).values())

    def _parties(
        self,
        roles: Iterable[str],
        matter: Matter,
        at: datetime,
        passed_over: Iterable[str],
        barred: frozenset[str] = frozenset(),
    ) -> dict[str, Party]:
        out, found = set(passed_over), dict[str, Party]()
        for role in roles:
            for party in self.holders(role, matter, at, barred):
                if party.person not in out:
                    found.setdefault(party.person, party)
        return found

    def asked(self, stage: str, matter: Matter, at: datetime) -> tuple[Party, ...]:
        """Who answers a stage today. Never the raiser, or who was the raiser, whatever post they hold as well."""
        return self.parties(self.procedure.stage(stage).answered_by, matter, at, barred=matter.owners)

    def asked_to_agree(self, stage: str, matter: Matter, at: datetime) -> tuple[Party, ...]:
        """Who can agree to a stage's opening today; nobody agrees to their own challenge."""
        gate = self.procedure.stage(stage).gate
        return self.parties(gate.agreed_by, matter, at, barred=matter.owners) if gate is not None else ()

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
        """The person as one whose agreement is waited for: asked then, or holding the post now. Never a raiser."""
        proposal, matter = challenge.proposal, self.matter(challenge)
        if proposal is None or person in matter.owners:
            return None
        now = self.asked_to_agree(proposal.stage, matter, at)
        return next((party for party in (*proposal.asked, *now) if party.person == person), None)

    def satisfying(self, challenge: Challenge, at: datetime) -> tuple[Party, ...]:
        """Whose satisfaction counts at the present stage: the raiser, or the holders of the roles that the file names.

        Nobody who answers, or has answered, decides on the answer, and where nobody holds the roles it is the raiser.
        """
        request, matter = challenge.current, self.matter(challenge)
        roles = self.procedure.stage(request.stage).satisfied_by
        if not roles:
            return (challenge.raiser,)
        answering = (*request.asked, *(one.by for one in request.all_answers), *self.asked(request.stage, matter, at))
        without = [party for party in answering if party.person != challenge.raiser.person]
        return self.parties(roles, matter, at, without=without) or (challenge.raiser,)

    def may(self, challenge: Challenge, person: str, action: Action, at: datetime, *, named: bool = False) -> bool:
        """Whether the person may do this; `named`: where it depends on their post, it is known to be named for it."""
        return may(self.relations(challenge, person, at), action, named=named)

    def relation(self, challenge: Challenge, person: str, at: datetime) -> Relation:
        """The closest that the person is to the challenge today."""
        return self.relations(challenge, person, at)[0]

    def relations(self, challenge: Challenge, person: str, at: datetime) -> tuple[Relation, ...]:
        """Everything that the person is to the challenge today, the closest first."""
        if person in (CLOCK, OPERATOR):
            return ("clock" if person == CLOCK else "operator",)
        if person not in self.directory.people:
            return ("stranger",)
        return tuple(self._relations(challenge, person, at)) or ("bystander",)

    def _relations(self, challenge: Challenge, person: str, at: datetime) -> Iterator[Relation]:
        """In the order of the table's columns."""
        if person == challenge.raiser.person:
            yield "raiser"
        if self.agreeing(challenge, person, at) is not None:
            yield "agrees"
        if self.asked_now(challenge, person, at) is not None:
            yield "asked"
        if any(party.person == person for party in self.satisfying(challenge, at)):
            yield "decides"
        if any(answer.by.person == person for answer in challenge.current.all_answers):
            yield "answered"
        if person in challenge.former:
            yield "former"
        yield from self._beside(challenge, person, at)

    def _beside(self, challenge: Challenge, person: str, at: datetime) -> Iterator[Relation]:
        """What somebody is of whom nothing is asked."""
        matter, procedure = self.matter(challenge), self.procedure
        near = [role.id for role in procedure.roles if role.found == "at the raiser's unit"]
        if self.in_role(challenge, person, near, at) is not None:
            yield "manager"
        named = {role for child in matter.children for role, worker in child.workers.items() if worker == person}
        if named - procedure.raising_roles:
            yield "worker"
        roles = {party.role for party in challenge.parties}
        met = [role.id for role in procedure.roles if role.id in roles]
        if named or person in matter.aware or self.in_role(challenge, person, met, at) is not None:
            yield "party"
        reopening = procedure.reopening.by if procedure.reopening else ()
        if self.in_role(challenge, person, (*procedure.taken_over_by, *reopening), at) is not None:
            yield "successor"
        units = (challenge.unit, challenge.raiser_unit)
        if self.directory.oversees(person, frozenset(procedure.digest), *units, on=london_date(at)):
            yield "overseer"
