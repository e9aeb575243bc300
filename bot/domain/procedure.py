"""What an authority's published procedure says, as data.

The dataclasses here *are* the language of a procedure file: a TOML table maps onto each of them, key by key.
`docs/procedures.md` explains every key to a policy officer; `validity` says what makes a procedure invalid.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Literal

from bot.domain.working_time import Holiday, Nation

Found = Literal["on the child", "at the child's unit", "at the raiser's unit"]
"""Where the directory looks for the holder of a role: a column on the child's row; the child's unit or the nearest
above that has one; the unit of the raiser's own post or the nearest above."""

Happening = Literal[
    "opened", "acknowledged", "answered", "overdue", "resolved", "closed", "exhausted", "issue added", "total overdue"
]
"""What people can be told of. `exhausted`: the raiser isn't satisfied and there's no further stage."""

Way = Literal["teams", "email"]

Noise = Literal["acknowledged", "answered", "closed", "digest", "issue added", "opened", "reminder", "resolved"]
"""What an authority may want to have in Teams alone."""


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
    """Each of them is used. Another way is tried only where all of these have failed."""
    teams_only: tuple[Noise, ...] = ()
    """What goes by Teams alone, because an e-mail besides would be noise."""

    def ways_for(self, what: str) -> tuple[Way, ...]:
        return ("teams",) if what in self.teams_only else self.ways


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
    nation: Nation
    names: Names = field(default_factory=Names)
    closures: tuple[Holiday, ...] = ()
    """Days on which only this authority is closed, beside the bank holidays of its nation."""
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
