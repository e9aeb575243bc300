"""What an authority's published procedure says, as data.

The dataclasses here, in `terms`, `stages` and `beside` *are* the language of a procedure file: a TOML table maps onto
each of them, key by key. `docs/procedure-keys.md` explains every key to a policy officer; `validity` says what makes a
procedure invalid.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from bot.domain.beside import (
    Change,
    Concern,
    Duty,
    GoodPractice,
    ImmediateRisk,
    LegalAdvice,
    Records,
    Referral,
    Reopening,
    Report,
    Retention,
    ReviewActions,
    Trigger,
)
from bot.domain.stages import Happening, Noise, Stage, Telling, TellRule, Tier, Way
from bot.domain.terms import Limit, Overall, Pause, Reminders, WorkingHours
from bot.domain.working_time import Holiday, Nation

__all__ = ["Happening", "Limit", "Noise", "Overall", "Reminders", "Stage", "Telling", "Way", "WorkingHours"]

Found = Literal["on the child", "at the child's unit", "at the raiser's unit"]
"""Where the directory looks for the holder of a role: a column on the child's row; the child's unit or the nearest
above that has one; the unit of the raiser's own post or the nearest above."""

Act = Literal["raise", "escalate", "answer", "resolve"]
"""The acts whose forms a procedure may extend with its own questions."""


@dataclass(frozen=True, kw_only=True)
class Role:
    """A post that the procedure names."""

    id: str
    title: str
    found: Found
    raises: bool = False
    """Whether who holds it may raise a challenge."""
    reports_to: str = ""
    """The role of their own senior."""
    deputy: str = ""
    """The role that stands in while nobody holds this one, such as the manager on the rota of that day."""


@dataclass(frozen=True, kw_only=True)
class Arena:
    """The legal setting of the child's plan, or another subject that reviews are about."""

    id: str
    title: str
    raiser: str
    """What the raiser is called in this arena."""
    subject: str = "child"
    """Whom it is about: child, young person, foster carer."""
    raised_by: tuple[str, ...] = ()
    """Roles that may raise here; empty: every role that raises."""
    outside_body: str = ""
    """Who decides when the authority's own stages are through; empty where nobody does."""
    outside_until_age: int = 0
    """The age at which that way closes; 0: no age closes it. Leaving the arena closes it as well."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of issue, for the form and the reports."""

    id: str
    title: str
    group: str = ""
    """The heading under which it is listed."""
    arenas: tuple[str, ...] = ()
    """Empty: every arena."""
    roles: tuple[str, ...] = ()
    """Raising roles to whom it is offered; empty: to all."""
    advises: tuple[str, ...] = ()
    """Stages at which an issue of this kind is advised to start; a start there needs no reason (OXF-09)."""
    requires: str = ""
    """The stage at which an issue of this kind has to start."""
    treated: Literal["as a challenge", "counted only", "elsewhere"] = "as a challenge"
    """Counted for a theme and not escalated one by one (OXF-10), or no matter for this procedure at all."""
    signpost: str = ""
    """Where else it goes, where it isn't treated as a challenge."""


@dataclass(frozen=True, kw_only=True)
class Severity:
    """How serious an issue is, where the procedure tells degrees apart."""

    id: str
    title: str
    advises: tuple[str, ...] = ()
    requires: str = ""


@dataclass(frozen=True, kw_only=True)
class Names:
    """The authority's own words for things."""

    challenge: str = "challenge"
    case_system: str = "case system"
    informal: str = "informal challenge"
    formal: str = "formal escalation"
    form: str = "form"


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question of a form beyond what every form asks."""

    id: str
    label: str
    kind: Literal["line", "text", "choice", "date"] = "text"
    required: bool = False
    formal_only: bool = False
    """Only where the stage is a formal one."""
    hint: str = ""
    choices: tuple[str, ...] = ()
    at: Act = "raise"
    stages: tuple[str, ...] = ()
    """Only at these stages; empty: at all."""
    arenas: tuple[str, ...] = ()


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
    severities: tuple[Severity, ...] = ()
    questions: tuple[Question, ...] = ()
    start: str
    """The stage at which a challenge usually starts; any other needs a reason, unless the kind of issue advises it."""
    stages: tuple[Stage, ...]
    overall: Overall | None = None
    pauses: tuple[Pause, ...] = ()
    reminders: Reminders
    decide_within: Limit
    """How long the raiser has to decide on an answer."""
    decision_reminders: Reminders
    immediate_risk: ImmediateRisk | None = None
    triggers: tuple[Trigger, ...] = ()
    reopening: Reopening | None = None
    taken_over_by: tuple[str, ...] = ()
    """Roles that may take over, or hand on, a challenge whose raiser has left; the child's own raiser always may."""
    outside_control: str = ""
    """What the raiser does when told that an obstacle lies outside the authority's control; asked at each answer."""
    telling: Telling = field(default_factory=Telling)
    digest: tuple[str, ...] = ()
    """Roles whose holders get the daily digest."""
    principles: tuple[str, ...] = ()
    referral: Referral | None = None
    legal_advice: LegalAdvice | None = None
    concerns: tuple[Concern, ...] = ()
    review_actions: ReviewActions | None = None
    good_practice: GoodPractice | None = None
    changes: tuple[Change, ...] = ()
    duties: tuple[Duty, ...] = ()
    records: Records = field(default_factory=Records)
    retention: tuple[Retention, ...] = ()
    reports: tuple[Report, ...] = ()
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

    def pause(self, id: str) -> Pause | None:
        return next((pause for pause in self.pauses if pause.id == id), None)

    def severity(self, id: str) -> Severity | None:
        return next((severity for severity in self.severities if severity.id == id), None)

    def after(self, stage: str) -> tuple[Stage, ...]:
        """The stages that can follow this one, the next first: all later ones up to one that can't be passed over."""
        ids = [known.id for known in self.stages]
        later = self.stages[ids.index(stage) + 1 :]
        barrier = next((place for place, known in enumerate(later) if not known.passed_over), len(later))
        return later[: barrier + 1]

    def asked(self, act: Act, stage: str = "", arena: str = "") -> tuple[Question, ...]:
        """The procedure's own questions at an act; with the stage or arena still open, those of all."""
        formal = not stage or self.stage(stage).formal
        return tuple(
            question
            for question in self.questions
            if question.at == act
            and (not question.stages or not stage or stage in question.stages)
            and (not question.arenas or not arena or arena in question.arenas)
            and (formal or not question.formal_only)
        )

    def rules(self, stage: str, happening: Happening) -> tuple[TellRule, ...]:
        """Who is told of a happening at a stage, as rules: those of the stage, of its tier, then the special ones."""
        here = self.stage(stage)
        tier: Tier = "formal" if here.formal else "informal"
        plain = (
            here.tell.get(happening, ()),
            getattr(self.telling, tier).get(happening, ()),
            self._seniors(here, happening),
        )
        special = (
            rule
            for rule in self.telling.rules
            if happening in rule.when and rule.tier in (None, tier) and (not rule.stages or stage in rule.stages)
        )
        return (*(TellRule(when=(happening,), roles=roles) for roles in plain if roles), *special)

    def told(self, stage: str, happening: Happening) -> tuple[str, ...]:
        """Role ids that the file names for this happening at this stage, each once, in the file's order."""
        return tuple(dict.fromkeys(role for rule in self.rules(stage, happening) for role in rule.roles))

    def _seniors(self, stage: Stage, happening: Happening) -> tuple[str, ...]:
        if happening not in self.telling.seniors:
            return ()
        return tuple(senior for role in stage.answered_by if (senior := self.role(role).reports_to))

    @property
    def raising_roles(self) -> frozenset[str]:
        return frozenset(role.id for role in self.roles if role.raises)
