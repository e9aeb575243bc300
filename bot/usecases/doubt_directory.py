"""What is legal in a directory but doubtful: above all, where nobody would be asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from bot.domain.people import Child, Directory
from bot.domain.procedure import Procedure, Role
from bot.domain.validity import Trouble

_SHOWN = 5


def doubts(directory: Directory, procedure: Procedure, on: date) -> Iterator[Trouble]:
    """Each doubt once, as things stand on this day. None of them stops an import or a challenge."""
    tops = [unit for unit, parent in directory.units.items() if parent is None]
    if len(tops) > 1:
        yield Trouble("units.csv", f"there are {len(tops)} units without a parent, and one is usual: {_some(tops)}")
    yield from _nobody_to_ask(directory, procedure, on)
    yield from _nobody_above_the_raisers(directory, procedure, on)
    yield from _nobody_to_raise(directory, procedure)
    yield from _without_the_post(directory, procedure, on)
    yield from _one_sided_siblings(directory)


def _nobody_to_ask(directory: Directory, procedure: Procedure, on: date) -> Iterator[Trouble]:
    by_unit: dict[str, list[Child]] = defaultdict(list)
    for child in directory.children.values():
        by_unit[child.unit].append(child)
    for stage in procedure.stages:
        roles = [procedure.role(id) for id in stage.answered_by]
        if any(role.found == "at the raiser's unit" for role in roles):
            continue  # depends on who raises; see below
        titles = " or ".join(role.title for role in roles)
        there = [role for role in roles if role.found == "at the child's unit"]
        on_child = [role for role in roles if role.found == "on the child"]
        for unit, children in by_unit.items():
            if any(directory.nearest(role.id, unit, on) for role in there):
                continue
            alone = [child.reference for child in children if not _has_worker(child, on_child)]
            if alone:
                what = f"nobody will be asked at {stage.title} for {_count(alone)} of {unit}, having no {titles}"
                yield Trouble("children.csv" if on_child else "people.csv", f"{what}: {_some(alone)}")


def _nobody_above_the_raisers(directory: Directory, procedure: Procedure, on: date) -> Iterator[Trouble]:
    units = {post.unit for post in directory.posts if post.role in procedure.raising_roles and post.held_on(on)}
    for role in procedure.roles:
        if role.found != "at the raiser's unit":
            continue
        for unit in sorted(units):
            if not directory.nearest(role.id, unit, on):
                yield Trouble("people.csv", f"nobody holds {role.title} at or above {unit}, where raisers have posts")


def _nobody_to_raise(directory: Directory, procedure: Procedure) -> Iterator[Trouble]:
    raising = [role for role in procedure.roles if role.raises]
    if any(role.found != "on the child" for role in raising):
        return
    alone = [child.reference for child in directory.children.values() if not _has_worker(child, raising)]
    if alone:
        titles = " or ".join(role.title for role in raising)
        yield Trouble("children.csv", f"{_count(alone)} without {titles}, so nobody can raise for them: {_some(alone)}")


def _without_the_post(directory: Directory, procedure: Procedure, on: date) -> Iterator[Trouble]:
    held = {(post.person, post.role) for post in directory.posts if post.held_on(on)}
    wrong: dict[tuple[str, str], list[str]] = defaultdict(list)
    for child in directory.children.values():
        for role, person in child.workers.items():
            if (person, role) not in held:
                wrong[person, role].append(child.reference)
    for (person, role), references in wrong.items():
        who = f"{directory.people[person].name} is {procedure.title_of(role)} of {_count(references)}"
        yield Trouble("children.csv", f"{who} without holding that post on {on:%d/%m/%Y}: {_some(references)}")


def _one_sided_siblings(directory: Directory) -> Iterator[Trouble]:
    for child in directory.children.values():
        for sibling in child.siblings:
            if child.reference not in directory.children[sibling].siblings:
                yield Trouble("children.csv", f"{child.reference} names {sibling} as a sibling, and not the reverse")


def _has_worker(child: Child, roles: Sequence[Role]) -> bool:
    return any(child.workers.get(role.id) for role in roles)


def _count(references: Sequence[str]) -> str:
    return "1 child" if len(references) == 1 else f"{len(references)} children"


def _some(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
