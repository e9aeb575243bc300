"""What makes a procedure unusable, and what is usable but doubtful."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.procedure import Procedure, WorkingHours


@dataclass(frozen=True)
class Trouble:
    """One thing wrong, or doubtful, in a procedure: where, and what to do about it."""

    where: str
    what: str


MOST_WORKING_DAYS = 260
"""About a year: bank holidays are never known much further ahead."""


def faults(procedure: Procedure) -> Iterator[Trouble]:
    """Everything that makes the procedure unusable, all at once."""
    yield from _ids(procedure)
    yield from _undefined_roles(procedure)
    yield from _undefined_arenas(procedure)
    yield from _hours(procedure.hours)
    yield from _numbers(procedure)
    stages = [stage.id for stage in procedure.stages]
    if procedure.start not in stages:
        yield Trouble("start", f"no stage is called “{procedure.start}”; there are: {', '.join(stages)}")
    if not procedure.raising_roles:
        yield Trouble("roles", "nobody may raise a challenge; give at least one role `raises = true`")
    if not procedure.telling.ways:
        yield Trouble("telling.ways", "names no way to tell anybody; name at least one")
    for question in procedure.questions:
        if (question.kind == "choice") != bool(question.choices):
            yield Trouble(
                f"questions.{question.id}.choices", "a question has choices if its kind is “choice”, and only then"
            )


def doubts(procedure: Procedure) -> Iterator[Trouble]:
    """What is legal but doubtful, and whatever the file itself marks as assumed."""
    total = sum(stage.limit.count for stage in procedure.stages if stage.formal)
    if total >= procedure.overall.limit.count:
        yield Trouble(
            "stages",
            f"the formal stages take {total} working days together and the whole only "
            f"{procedure.overall.limit.count}: no time is left to decide between them",
        )
    for arena in procedure.arenas:
        if not arena.outside_body:
            yield Trouble(f"arenas.{arena.id}", "after the last stage there is nobody outside to refer to")
    for assumed in procedure.assumed:
        yield Trouble(assumed.where, f"assumed “{assumed.chosen}”: {assumed.why}")


def _ids(procedure: Procedure) -> Iterator[Trouble]:
    groups: dict[str, list[str]] = {
        "roles": [role.id for role in procedure.roles],
        "arenas": [arena.id for arena in procedure.arenas],
        "kinds": [kind.id for kind in procedure.kinds],
        "stages": [stage.id for stage in procedure.stages],
        "questions": [question.id for question in procedure.questions],
    }
    for where, ids in groups.items():
        if not ids and where != "questions":
            yield Trouble(where, "there is none; a procedure needs at least one")
        if not all(map(str.strip, ids)):
            yield Trouble(where, "an id is empty; give each its own")
        for id in sorted({id for id in ids if ids.count(id) > 1}):
            yield Trouble(where, f"“{id}” is there twice; give each its own id")


def _hours(hours: WorkingHours) -> Iterator[Trouble]:
    if hours.closes <= hours.opens:
        yield Trouble("hours", "the working day must close after it opens")
    elif not hours.opens <= hours.remind_at < hours.closes:
        yield Trouble(
            "hours.remind_at", "reminders go out within working hours; choose an hour between opens and closes"
        )


def _numbers(procedure: Procedure) -> Iterator[Trouble]:
    for where, days in _days(procedure):
        if not 1 <= days <= MOST_WORKING_DAYS:
            yield Trouble(where, f"must be from 1 to {MOST_WORKING_DAYS} working days, not {days}")


def _days(procedure: Procedure) -> Iterator[tuple[str, int]]:
    """Everything that is counted in working days."""
    for stage in procedure.stages:
        yield f"stages.{stage.id}.limit", stage.limit.count
    yield "overall.limit", procedure.overall.limit.count
    yield "decide_within", procedure.decide_within.count
    reminded = {
        "overall.reminders": procedure.overall.reminders,
        "reminders": procedure.reminders,
        "decision_reminders": procedure.decision_reminders,
    }
    for where, reminders in reminded.items():
        yield from ((f"{where}.before", days) for days in reminders.before)
        yield from ((f"{where}.after", days) for days in reminders.after)
        yield f"{where}.then_every", reminders.then_every


def _undefined_arenas(procedure: Procedure) -> Iterator[Trouble]:
    known = [arena.id for arena in procedure.arenas]
    for kind in procedure.kinds:
        for arena in kind.arenas:
            if arena not in known:
                yield Trouble(f"kinds.{kind.id}.arenas", f"no arena is called “{arena}”; there are: {', '.join(known)}")
    for arena in known:
        if not procedure.kinds_in(arena):
            yield Trouble(f"arenas.{arena}", "no kind of issue can be chosen in this arena; add one")


def _undefined_roles(procedure: Procedure) -> Iterator[Trouble]:
    known = [role.id for role in procedure.roles]
    used: list[tuple[str, tuple[str, ...]]] = [("digest", procedure.digest)]
    for stage in procedure.stages:
        used.append((f"stages.{stage.id}.answered_by", stage.answered_by))
        if not stage.answered_by:
            yield Trouble(f"stages.{stage.id}.answered_by", "names nobody who answers")
        used.extend((f"stages.{stage.id}.tell.{what}", roles) for what, roles in stage.tell.items())
    for tier, tell in (("informal", procedure.telling.informal), ("formal", procedure.telling.formal)):
        used.extend((f"telling.{tier}.{what}", roles) for what, roles in tell.items())
    for where, roles in used:
        for role in roles:
            if role not in known:
                yield Trouble(where, f"no role is called “{role}”; there are: {', '.join(known)}")
