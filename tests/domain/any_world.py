"""The people, children and calendars around any procedure. Everyone is called after the post that they hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

from hypothesis import strategies as st

from bot.domain.people import Child, Directory, Person, Post
from bot.domain.working_time import Holiday, WorkingCalendar
from bot.procedures.calendar import load_calendar
from tests.domain.any_procedure import ARENAS, ROLES
from tests.domain.shown import Shown

STRANGER = "p-stranger"
UNITS = {"Council": None, "Team": "Council", "Office": "Council", "Far away": None}
PEOPLE = (*(f"p-{role}" for role in ROLES), *(f"p-{role}-2" for role in ROLES), STRANGER)
USUAL: Mapping[str, tuple[str, ...]] = {role: (f"p-{role}",) for role in ROLES}
"""Who holds each post."""
CHILDREN = {arena: f"C-{arena}" for arena in ARENAS}
SIBLING = "C-sister"


def holding(held: Mapping[str, tuple[str, ...]], *, moved: bool = False, gone: bool = False) -> Directory:
    """The directory with these holders. `moved`: the children belong to a unit far away; `gone`: there are none."""
    posts = [Post(person=person, role=role, unit="Council") for role, people in held.items() for person in people]
    workers = {role: people[0] for role, people in held.items() if people}
    children = (
        Child(
            reference=reference,
            name="Alex Brown",
            born=date(2009, 5, 4),
            arena=arena,
            unit="Far away" if moved else "Team",
            siblings=(SIBLING,),
            workers=workers,
        )
        for arena, reference in {**CHILDREN, "": SIBLING}.items()
    )
    return Directory(
        version=1,
        people={id: Person(id=id, name=id.removeprefix("p-").title(), email=f"{id}@any.example") for id in PEOPLE},
        units=UNITS,
        posts=tuple(posts),
        children={} if gone else {child.reference: child for child in children},
    )


AS_USUAL = holding(USUAL)


@st.composite
def any_directories(draw: st.DrawFn) -> Shown[Directory]:
    """Posts that are empty, held by two, by somebody new or by the raiser; children who have moved or are gone."""
    held = dict(USUAL)
    for role in draw(st.lists(st.sampled_from(ROLES), max_size=3, unique=True)):
        second = f"p-{role}-2"
        held[role] = draw(st.sampled_from(((), (second,), (f"p-{role}", second), (f"p-{ROLES[0]}",))))
    if draw(st.integers(0, 9)) == 9:
        held = dict.fromkeys(ROLES, ())
    where = draw(st.sampled_from(("", "", "", "moved", "gone")))
    others = {role: people for role, people in held.items() if people != USUAL[role]}
    return Shown(holding(held, moved=where == "moved", gone=where == "gone"), f"posts as usual but {others} {where}")


@cache
def the_calendar() -> WorkingCalendar:
    """That of England and Wales; what lies beyond the published years is taken to have no bank holidays."""
    known = load_calendar("england-and-wales")
    return replace(known, last=known.last + timedelta(days=366 * 12))


def with_holiday(calendar: WorkingCalendar, day: date) -> WorkingCalendar:
    """The calendar after another bank holiday was announced."""
    late = Holiday(day=day, title=f"Late holiday of {day}")
    return replace(calendar, holidays=(*calendar.holidays, late), version=f"{calendar.version}+{day:%m%d}")
