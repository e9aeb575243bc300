"""The stages of a procedure, as its file states them: who is asked, who must agree, what moves a challenge on.

Each dataclass is a table of the procedure language, key by key; `docs/procedure-keys.md` explains them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.domain.terms import Limit, Reminders

Step = Literal["answer", "conversation", "meeting", "plan", "report"]
"""What a stage is: a written answer; a conversation that whoever was spoken to confirms; a meeting (or panel) whose
outcome is recorded; a plan that both sides agree; a report upward that nobody has to answer."""

Needed = Literal["one", "each"]
"""Of several roles: the first settles it, or each of them is needed."""

Happening = Literal[
    "raised",
    "opened",
    "escalated",
    "acknowledged",
    "answered",
    "overdue",
    "agreement asked",
    "agreement given",
    "plan agreed",
    "meeting fixed",
    "limit set",
    "paused",
    "resumed",
    "resolved",
    "closed",
    "reopened",
    "taken over",
    "exhausted",
    "issue added",
    "total overdue",
]
"""What people can be told of. `opened`: any stage; `escalated`: a stage after the first one as well. `closed`:
withdrawn or not taken further. `exhausted`: the raiser isn't satisfied and there's no further stage."""

Way = Literal["teams", "email"]

Noise = Literal["acknowledged", "answered", "closed", "digest", "issue added", "opened", "reminder", "resolved"]
"""What an authority may want to have in Teams alone."""

Tier = Literal["informal", "formal"]


@dataclass(frozen=True, kw_only=True)
class Gate:
    """Somebody's agreement before a stage opens. It records agreement or disagreement and never silences the raiser:
    after a disagreement, or silence, the raiser may open the stage all the same with a reason (BED-03, OMB-10)."""

    agreed_by: tuple[str, ...]
    confirms: str = ""
    """What they confirm by agreeing, in the procedure's words."""
    within: Limit | None = None
    once: bool = True
    """Whether one agreement serves for every later stage with a gate."""
    on_silence: Literal["offered", "opened"] = "offered"
    """What silence within the limit leads to: the raiser may open the stage, or it opens by itself."""


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """How a stage's meeting is held (BED-06, NEL-11). Whoever answers the stage convenes and records it by default."""

    convened_by: tuple[str, ...] = ()
    chaired_by: tuple[str, ...] = ()
    invited: tuple[str, ...] = ()
    first_part_only: tuple[str, ...] = ()
    minuted_by: str = ""
    """Who takes the minutes, in words, as it may be nobody whom the directory knows."""
    held_within: Limit | None = None
    minutes_within: Limit | None = None
    asks: tuple[str, ...] = ()
    """What the meeting has to settle, such as what would prevent the next level."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One step of the procedure: who is asked, how long they have, who is told."""

    id: str
    title: str
    formal: bool
    kind: Step = "answer"
    answered_by: tuple[str, ...]
    """Role ids; the holders of all of them are asked. Of a report: who gets it."""
    answers_needed: Needed = "one"
    """Whether the first answer settles, or each of the roles must answer."""
    limit: Limit | None = None
    """Left out: none of its own; the answer is due by the end of the whole, where that runs."""
    acknowledge_within: Limit | None = None
    decide_within: Limit | None = None
    """How long the raiser has to decide on the answer; left out: as the procedure says for all stages."""
    reminders: Reminders | None = None
    purpose: str = ""
    """When the stage is used, in the procedure's words."""
    grounds: tuple[str, ...] = ()
    """What may open it; whoever opens it chooses one (OXF-21)."""
    caution: str = ""
    """What to think of before choosing it, such as that it is rarely used (OXF-04)."""
    form: str = ""
    """What the form of this stage is called; empty: as for all."""
    opened_by: tuple[str, ...] = ()
    """Roles that may open it; empty: whoever raised the challenge."""
    gate: Gate | None = None
    satisfied_by: tuple[str, ...] = ()
    """Roles whose satisfaction ends it; empty: whoever raised the challenge."""
    satisfaction: Needed = "each"
    meeting: Meeting | None = None
    entered_directly: bool = True
    """Whether a challenge may start here."""
    passed_over: bool = True
    """Whether a challenge may move past it without its having been opened."""
    revises_outcomes: bool = False
    """Whether the outcomes sought can be put anew when it is opened; each version is kept (OXF-03)."""
    on_silence: Literal["offered", "next stage", "accepted"] = "offered"
    """What no answer in time leads to: the next step is offered to its owner; the next stage opens by itself; the
    silence counts as acceptance."""
    on_no_decision: Literal["offered", "resolved"] = "offered"
    """What no decision in time leads to: reminders; or the raiser's silence counts as satisfaction."""
    tell: Mapping[Happening, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class TellRule:
    """Who is told of what, with how and on which condition, where a plain list of roles doesn't say enough."""

    when: tuple[Happening, ...]
    roles: tuple[str, ...]
    stages: tuple[str, ...] = ()
    """Empty: every stage of the tier."""
    tier: Tier | None = None
    """Left out: both tiers."""
    ways: tuple[Way, ...] = ()
    """Empty: as for everything."""
    heading: str = ""
    """A fixed heading of the message and subject of the e-mail (OXF-01)."""
    unless_aware: bool = False
    """Only those who were never told of this challenge before (OXF-04)."""


@dataclass(frozen=True, kw_only=True)
class Telling:
    """Who is told at every stage of a tier, besides what each stage says for itself."""

    informal: Mapping[Happening, tuple[str, ...]] = field(default_factory=dict)
    formal: Mapping[Happening, tuple[str, ...]] = field(default_factory=dict)
    rules: tuple[TellRule, ...] = ()
    seniors: tuple[Happening, ...] = ()
    """Happenings of which the senior of everyone who is asked is told: the role named by `reports_to` (NEL-10)."""
    heading: str = ""
    """A fixed heading of every message about a challenge, unless a rule has its own."""
    ways: tuple[Way, ...] = ("teams", "email")
    """Each of them is used. Another way is tried only where all of these have failed."""
    teams_only: tuple[Noise, ...] = ()
    """What goes by Teams alone, because an e-mail besides would be noise."""

    def ways_for(self, what: str) -> tuple[Way, ...]:
        return ("teams",) if what in self.teams_only else self.ways
