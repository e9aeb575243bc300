"""What an authority's published procedure says, as data.

The dataclasses here *are* the language of a procedure file: a TOML table maps onto each of them, key by key.
`docs/procedures.md` explains every key to a policy officer; `faults` says what makes a procedure invalid.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Literal

Found = Literal["on the child", "at the child's unit", "at the raiser's unit"]
"""Where the directory looks for the holder of a role: a column on the child's row; the child's unit or the nearest
above that has one; the unit of the raiser's own post or the nearest above."""

Happening = Literal[
    "opened", "acknowledged", "answered", "overdue", "resolved", "closed", "exhausted", "issue added", "total overdue"
]
"""What people can be told of. `exhausted`: the raiser isn't satisfied and there's no further stage."""

Way = Literal["teams", "email"]


@dataclass(frozen=True, kw_only=True)
class Role:
    """A post that the procedure names."""

    id: str
    title: str
    found: Found
    raises: bool = False
    """Whether who holds it may raise a challenge."""


@dataclass(frozen=True, kw_only=True)
class Arena:
    """The legal setting of the child's plan."""

    id: str
    title: str
    raiser: str
    """What the raiser is called in this arena."""
    outside_body: str = ""
    """Who decides when the authority's own stages are through; empty where nobody does."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of issue, for the form and the reports."""

    id: str
    title: str
    arenas: tuple[str, ...] = ()
    """Empty: every arena."""


@dataclass(frozen=True, kw_only=True)
class Limit:
    """How long something may take."""

    count: int
    unit: Literal["working days"] = "working days"


@dataclass(frozen=True, kw_only=True)
class Reminders:
    """When people are reminded of a deadline; all numbers are working days."""

    before: tuple[int, ...] = ()
    on_the_day: bool = True
    after: tuple[int, ...] = (1,)
    then_every: int = 5
    """Once the list `after` is through, a reminder each so many working days, for ever."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One step of the procedure: who is asked, how long they have, who is told."""

    id: str
    title: str
    formal: bool
    answered_by: tuple[str, ...]
    """Role ids; the holders of all of them are asked, and the first answer settles."""
    limit: Limit
    purpose: str = ""
    """When the stage is used, in the procedure's words."""
    tell: Mapping[Happening, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Overall:
    """The limit on everything together. Counted from the first formal stage and never restarted."""

    limit: Limit
    reminders: Reminders


@dataclass(frozen=True, kw_only=True)
class WorkingHours:
    """The authority's working day, Europe/London. A matter that arrives after `closes` counts from the next one."""

    opens: time = time(9)
    closes: time = time(17)
    remind_at: time = time(9)


@dataclass(frozen=True, kw_only=True)
class Names:
    """The authority's own words for things."""

    challenge: str = "challenge"
    case_system: str = "case system"
    informal: str = "informal challenge"
    formal: str = "formal escalation"


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question of the form beyond the child, the issues and their impact, which every form asks."""

    id: str
    label: str
    kind: Literal["line", "text", "choice", "date"] = "text"
    required: bool = False
    formal_only: bool = False
    hint: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Telling:
    """Who is told at every stage of a tier, besides what each stage says for itself."""

    informal: Mapping[Happening, tuple[str, ...]] = field(default_factory=dict)
    formal: Mapping[Happening, tuple[str, ...]] = field(default_factory=dict)
    ways: tuple[Way, ...] = ("teams", "email")


@dataclass(frozen=True, kw_only=True)
class Assumed:
    """Something the published text leaves open, what was chosen, and why."""

    where: str
    chosen: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Procedure:
    """One authority's procedure in one version. Stages are in order, the lowest first."""

    id: str
    authority: str
    title: str
    version: str
    in_force: date
    source: str
    nation: str
    names: Names = field(default_factory=Names)
    hours: WorkingHours = field(default_factory=WorkingHours)
    arenas: tuple[Arena, ...]
    roles: tuple[Role, ...]
    kinds: tuple[Kind, ...]
    questions: tuple[Question, ...] = ()
    start: str
    """The stage at which a challenge usually starts; any other needs a reason."""
    stages: tuple[Stage, ...]
    overall: Overall
    reminders: Reminders
    decide_within: Limit
    """How long the raiser has to decide on an answer."""
    decision_reminders: Reminders
    telling: Telling = field(default_factory=Telling)
    digest: tuple[str, ...] = ()
    """Roles whose holders get the daily digest."""
    principles: tuple[str, ...] = ()
    assumed: tuple[Assumed, ...] = ()
    fingerprint: str = ""
    """SHA-256 of the file's text; set by the loader, and pinned by every challenge."""

    def role(self, id: str) -> Role:
        return next(role for role in self.roles if role.id == id)

    def title_of(self, role: str) -> str:
        """What a role is called; the id itself for a role that only an older version knew."""
        return next((known.title for known in self.roles if known.id == role), role)

    def arena(self, id: str) -> Arena:
        return next(arena for arena in self.arenas if arena.id == id)

    def stage(self, id: str) -> Stage:
        return next(stage for stage in self.stages if stage.id == id)

    def kind(self, id: str) -> Kind:
        return next(kind for kind in self.kinds if kind.id == id)

    def kinds_in(self, arena: str) -> tuple[Kind, ...]:
        return tuple(kind for kind in self.kinds if not kind.arenas or arena in kind.arenas)

    def after(self, stage: str) -> tuple[Stage, ...]:
        """The stages that can follow this one: all later ones, the next first."""
        ids = [known.id for known in self.stages]
        return self.stages[ids.index(stage) + 1 :]

    def told(self, stage: str, happening: Happening) -> tuple[str, ...]:
        """Role ids that the file names for this happening at this stage, each once, in the file's order."""
        here = self.stage(stage)
        tier = self.telling.formal if here.formal else self.telling.informal
        return tuple(dict.fromkeys((*here.tell.get(happening, ()), *tier.get(happening, ()))))

    @property
    def raising_roles(self) -> frozenset[str]:
        return frozenset(role.id for role in self.roles if role.raises)


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
