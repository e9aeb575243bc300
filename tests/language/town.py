"""A made-up authority with one person per role, to see what its procedure makes happen.

Everybody's id is the id of their role: the manager is "manager". `another("iro")` is a second one of the kind.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Unpack

from bot.domain.commands import CLOCK, Escalate, LookAtClock, Raise
from bot.domain.events import Event, Recorded
from bot.domain.facts import Facts
from bot.domain.people import Child, Directory, Person, Post
from bot.domain.procedure import Procedure
from bot.domain.words import Words
from bot.domain.working_time import Deadline
from bot.procedures.calendar import load_calendar
from tests.builders import Story, a_raise, said
from tests.procedures.small import Changes, a_procedure

CHILD, SISTER = "C-1", "C-2"
TUESDAY = "Tue 7 April 2026 10am"
UNITS = {"Anyshire": None, "Team": "Anyshire", "Reviewing": "Anyshire"}


def another(role: str) -> str:
    return f"{role}-2"


def a_town(
    procedure: Procedure,
    *,
    vacant: tuple[str, ...] = (),
    known_on: date | None = None,
    sister_with: dict[str, str] | None = None,
    born: date = date(2016, 5, 4),
    arena: str = "care",
) -> Facts:
    """The procedure with everybody in post but those whose roles are vacant; the sister may have workers of her own."""
    filled = [role for role in procedure.roles if role.id not in vacant]
    people = [*(role.id for role in filled), *(another(role.id) for role in procedure.roles)]
    posts = [
        Post(person=role.id, role=role.id, unit="Reviewing" if role.found == "at the raiser's unit" else "Team")
        for role in filled
    ]
    posts = [replace(post, unit="Reviewing") if procedure.role(post.role).raises else post for post in posts]
    posts += [Post(person=another(role.id), role=role.id, unit="Reviewing") for role in procedure.roles if role.raises]
    workers = {role.id: role.id for role in filled if role.found == "on the child"}
    child = Child(
        reference=CHILD, name="Alex Brown", born=born, arena=arena, unit="Team", siblings=(SISTER,), workers=workers
    )
    sister = replace(child, reference=SISTER, siblings=(CHILD,), workers={**workers, **(sister_with or {})})
    return Facts(
        procedure=procedure,
        calendar=load_calendar(procedure.nation, procedure.closures, known_on=known_on),
        directory=Directory(
            version=1,
            people={id: Person(id=id, name=id.title(), email=f"{id}@anyshire.example") for id in people},
            units=UNITS,
            posts=tuple(posts),
            children={child.reference: child, sister.reference: sister},
        ),
    )


def a_story(**changes: Unpack[Changes]) -> Story:
    """A story under the small procedure with these changes, before anything has happened."""
    return Story(a_town(a_procedure(**changes)))


def raising(stage: str = "talk", reason: str = "It can't wait") -> Raise:
    """A challenge about the child of this town; a reason is given wherever it starts."""
    return a_raise(stage, reason, child=CHILD, arena="care")


def raised(at: str = "first", when: str = TUESDAY, **changes: Unpack[Changes]) -> Story:
    """A story in which the reviewing officer has raised a challenge at this stage."""
    story = a_story(**changes)
    story.does("iro", raising(at), when)
    return story


def going_on(to: str, request: int = 1, answer_by: date | None = None) -> Escalate:
    return Escalate(request=request, to=to, reason=Words("It is still open"), answer_by=answer_by)


def looked_at(story: Story, when: str) -> list[Event]:
    """What the clock finds at this moment."""
    return story.does(CLOCK, LookAtClock(), when)


def on(deadline: Deadline | None) -> str:
    """When something is due, in words; empty for never."""
    return said(deadline.due_at) if deadline is not None else ""


def due(story: Story) -> str:
    return on(story.now.current.due)


def names(happened: list[Event] | list[Recorded]) -> list[str]:
    return [type(one.event if isinstance(one, Recorded) else one).__name__ for one in happened]
