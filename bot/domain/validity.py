"""What makes a procedure unusable, and what is usable but doubtful."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.procedure import Limit, Procedure


@dataclass(frozen=True)
class Trouble:
    """One thing wrong, or doubtful, in a procedure: where, and what to do about it."""

    where: str
    what: str


def faults(procedure: Procedure) -> Iterator[Trouble]:
    """Everything that makes the procedure unusable, all at once."""
    yield from _doubles(procedure)
    yield from _undefined_roles(procedure)
    stages = {stage.id for stage in procedure.stages}
    arenas = {arena.id for arena in procedure.arenas}
    if procedure.start not in stages:
        yield Trouble("start", f"no stage is called “{procedure.start}”; there are: {', '.join(sorted(stages))}")
    if not procedure.raising_roles:
        yield Trouble("roles", "nobody may raise a challenge; give at least one role `raises = true`")
    if procedure.hours.closes <= procedure.hours.opens:
        yield Trouble("hours", "the working day must close after it opens")
    for kind in procedure.kinds:
        for arena in kind.arenas:
            if arena not in arenas:
                yield Trouble(f"kinds.{kind.id}.arenas", f"no arena is called “{arena}”")
    for arena in sorted(arenas):
        if not procedure.kinds_in(arena):
            yield Trouble(f"arenas.{arena}", "no kind of issue can be chosen in this arena; add one")
    for where, limit in _limits(procedure):
        if limit.count < 1:
            yield Trouble(where, "a limit is at least 1 working day")


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


def _limits(procedure: Procedure) -> Iterator[tuple[str, Limit]]:
    yield "overall.limit", procedure.overall.limit
    yield "decide_within", procedure.decide_within
    for stage in procedure.stages:
        yield f"stages.{stage.id}.limit", stage.limit


def _doubles(procedure: Procedure) -> Iterator[Trouble]:
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
        for id in sorted({id for id in ids if ids.count(id) > 1}):
            yield Trouble(where, f"“{id}” is there twice; give each its own id")


def _undefined_roles(procedure: Procedure) -> Iterator[Trouble]:
    known = {role.id for role in procedure.roles}
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
                yield Trouble(where, f"no role is called “{role}”; there are: {', '.join(sorted(known))}")
