"""People, the posts they hold, the children they work for, and who holds what today."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from bot.domain.working_time import london_date

if TYPE_CHECKING:
    from bot.domain.procedure import Role


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody the authority's directory knows."""

    id: str
    """Entra object id."""
    name: str
    email: str


@dataclass(frozen=True, kw_only=True)
class Post:
    """One role, held by one person at one unit, for a time."""

    person: str
    role: str
    unit: str
    since: date | None = None
    until: date | None = None
    """Last day in the post."""

    def held_on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, kw_only=True)
class Child:
    """A child, as far as a challenge needs to know."""

    reference: str
    """The number in the authority's case system."""
    name: str
    born: date | None
    died: date | None = None
    arena: str
    unit: str
    siblings: tuple[str, ...] = ()
    workers: Mapping[str, str]
    """Role id → person id, for the roles that the procedure looks up on the child."""
    plan_since: date | None = None
    """Since when the child has had the plan of this arena."""
    reviews_held: int | None = None
    """How many reviews or conferences of it there have been."""

    @property
    def initials(self) -> str:
        return "".join(part[0] for part in self.name.split() if part)

    def months_on_plan(self, day: date) -> int | None:
        """Whole months since the plan began, or None where that isn't recorded."""
        since = self.plan_since
        if since is None:
            return None
        return 12 * (day.year - since.year) + day.month - since.month - (day.day < since.day)

    def age_on(self, day: date) -> int | None:
        """Whole years, or None where the date of birth isn't recorded."""
        if self.born is None:
            return None
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month, self.born.day))


@dataclass(frozen=True, kw_only=True)
class Party:
    """A person in the role in which they take part in a challenge."""

    person: str
    name: str
    role: str


@dataclass(frozen=True, kw_only=True)
class Directory:
    """Who is who, as imported: one tree of units, posts, children."""

    version: int
    people: Mapping[str, Person]
    units: Mapping[str, str | None]
    """Unit → its parent."""
    posts: tuple[Post, ...]
    children: Mapping[str, Child]

    @cached_property
    def _posts_of(self) -> Mapping[str, tuple[Post, ...]]:
        found: dict[str, list[Post]] = {}
        for post in self.posts:
            found.setdefault(post.person, []).append(post)
        return {person: tuple(posts) for person, posts in found.items()}

    @cached_property
    def _posts_at(self) -> Mapping[tuple[str, str], tuple[Post, ...]]:
        found: dict[tuple[str, str], list[Post]] = {}
        for post in self.posts:
            found.setdefault((post.role, post.unit), []).append(post)
        return {place: tuple(posts) for place, posts in found.items()}

    @cached_property
    def _children_of(self) -> Mapping[tuple[str, str], tuple[Child, ...]]:
        found: dict[tuple[str, str], list[Child]] = {}
        for child in self.children.values():
            for role, person in child.workers.items():
                found.setdefault((role, person), []).append(child)
        return {work: tuple(children) for work, children in found.items()}

    def post_in(self, person: str, roles: frozenset[str], at: datetime) -> Post | None:
        """The person's first post today in one of these roles."""
        return next((post for post in self.posts_of(person, london_date(at)) if post.role in roles), None)

    def children_of(self, person: str, roles: Iterable[str]) -> tuple[Child, ...]:
        """The children for whom a person is recorded in one of these roles."""
        found = (child for role in sorted(roles) for child in self._children_of.get((role, person), ()))
        return tuple({child.reference: child for child in found}.values())

    def posts_of(self, person: str, on: date) -> tuple[Post, ...]:
        return tuple(post for post in self._posts_of.get(person, ()) if post.held_on(on))

    def above(self, unit: str) -> Iterator[str]:
        """The unit, then its parent, up to the top. A loop in the tree ends it."""
        seen: set[str] = set()
        here: str | None = unit
        while here is not None and here not in seen:
            yield here
            seen.add(here)
            here = self.units.get(here)

    def nearest(self, role: str, unit: str, on: date, barred: frozenset[str] = frozenset()) -> tuple[Person, ...]:
        """Everyone who holds the role at the unit or, if nobody there does but who is barred, at the nearest above."""
        for here in self.above(unit):
            posts = (post for post in self._posts_at.get((role, here), ()) if post.person not in barred)
            found = [post.person for post in posts if post.held_on(on)]
            if found:
                return tuple(self.people[person] for person in dict.fromkeys(found))
        return ()

    def holders(
        self, role: Role, *, child: Child, raiser: str, on: date, barred: frozenset[str] = frozenset()
    ) -> tuple[Person, ...]:
        """Who holds the role today for this child and this raiser, and isn't barred from it. Empty where nobody does.

        A raiser who has left is looked up where they were.
        """
        if role.found == "on the child":
            worker = self.people.get(child.workers.get(role.id, ""))
            return (worker,) if worker is not None and worker.id not in barred else ()
        if role.found == "at the child's unit":
            return self.nearest(role.id, child.unit, on, barred)
        units = [post.unit for post in self.posts_of(raiser, on) or self._posts_of.get(raiser, ())]
        found = [person for unit in units for person in self.nearest(role.id, unit, on, barred)]
        return tuple({person.id: person for person in found}.values())

    def oversees(self, person: str, roles: frozenset[str], *units: str, on: date) -> bool:
        """Whether the person holds one of the roles at, or above, one of the units."""
        places = {here for unit in units for here in self.above(unit)}
        return any(post.role in roles and post.unit in places for post in self.posts_of(person, on))
