"""What stands beside the stages of a procedure, as its file states it: routes, records, reports.

Each dataclass is a table of the procedure language, key by key; `docs/procedure-keys.md` explains them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.domain.terms import Limit


@dataclass(frozen=True, kw_only=True)
class ImmediateRisk:
    """The way for a child who may be at risk right now: beside the stages, never instead of safeguarding action."""

    question: str
    """Asked when a challenge is raised."""
    signpost: str
    """What to do first, in the procedure's words."""
    stage: str
    """Where such a challenge starts."""
    limit: Limit | None = None
    """In place of the stage's own."""
    tell: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Trigger:
    """A challenge that a rule raises in the name of the child's reviewing officer, with no person behind it."""

    id: str
    title: str
    arena: str
    when: Literal["reviews held", "months on plan"]
    at_least: int
    stage: str
    kind: str
    issue: str
    outcome: str
    impact: str


@dataclass(frozen=True, kw_only=True)
class Reopening:
    """Who may take up an ended challenge again, and for how long."""

    by: tuple[str, ...]
    within: Limit | None = None


@dataclass(frozen=True, kw_only=True)
class Referral:
    """The referral to the arena's outside body: what comes before it and which steps are tracked (LIN-16 to LIN-20)."""

    officer: str
    """Role of the nominated officer, who must have been told before a referral is recorded as made."""
    consulted: tuple[str, ...] = ()
    """Roles with whom it is considered."""
    asked_at_each_stage: bool = False
    """Whether every formal stage asks the raiser to consider a concurrent referral (NEL-22)."""
    questions: tuple[str, ...] = ()
    """What is recorded when it is considered. An answer may warn; it never blocks (OXF-18)."""
    steps: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LegalAdvice:
    """Independent legal advice for the raiser, invisible to the operational side (NEL-13, BED-07)."""

    supported_by: tuple[str, ...] = ()
    when: str = ""
    steps: tuple[str, ...] = ()
    briefed: tuple[str, ...] = ()
    notified: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Concern:
    """A concern that does not go through the stages: about a chair, an officer or a partner agency."""

    id: str
    title: str
    raised_by: tuple[str, ...] = ()
    """Empty: whoever raises challenges."""
    heard_by: tuple[str, ...] = ()
    """In this order."""
    signpost: str = ""
    kept_as: str = ""
    """How it is recorded, in the procedure's words."""


@dataclass(frozen=True, kw_only=True)
class ReviewActions:
    """Actions set at a review, whose dates may lead to a challenge (NEL-02, NEL-03)."""

    title: str
    confirmed_with: tuple[str, ...] = ()
    discussed_with: tuple[str, ...] = ()
    """With whom the raiser discusses an action that is late: a new date, or formal."""
    asks: tuple[str, ...] = ()
    """What else is recorded after each review, such as its strengths and deficits (BED-02)."""
    signpost: str = ""


@dataclass(frozen=True, kw_only=True)
class GoodPractice:
    """Praise, recorded and reported beside the concerns (LIN-22)."""

    shared_with: tuple[str, ...] = ()
    signpost: str = ""


@dataclass(frozen=True, kw_only=True)
class Change:
    """A kind of significant change of which the reviewing officer is told (BED-12)."""

    id: str
    title: str
    review_first: bool = False
    """Whether it must not happen before a review."""
    signpost: str = ""
    """What else it calls for, such as the review of another plan (BED-19)."""


@dataclass(frozen=True, kw_only=True)
class Records:
    """What goes onto the child's file, when, and how long everything is kept."""

    case_note_at_raising: str = ""
    """Heading of the case note at escalation; empty: none is asked for."""
    case_note_at_end: str = ""
    headings: tuple[str, ...] = ()
    """What a case note says, point by point."""
    no_pasted_mail: bool = False
    file_copy: str = ""
    """What is put onto the child's file, in the procedure's words."""
    on_file_within: Limit | None = None
    retention: str = ""
    """What the text itself says of how long everything is kept."""


RetentionStart = Literal["the end", "birth", "the eighteenth birthday"]
"""From what the time is counted for which something is kept: the challenge's end, or the child's birth or majority."""


@dataclass(frozen=True, kw_only=True)
class Retention:
    """How long what people wrote in a challenge is kept. After that it is due to be erased."""

    id: str
    years: int
    source: str
    """Which law, or which schedule of the authority, says so."""
    counted_from: RetentionStart = "the end"
    arenas: tuple[str, ...] = ()
    """Empty: every arena that no other rule names."""
    years_after_death: int = 0
    """Counted from the death of a child who dies before the age of 18, in place of the other; 0: no difference."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """A report that the procedure asks for."""

    id: str
    title: str
    every: Literal["month", "quarter", "six months", "year"]
    readers: str
    names_children: bool = True
    contents: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Duty:
    """What somebody has to do during an escalation, of which they are reminded (BED-13)."""

    roles: tuple[str, ...]
    text: str
    stages: tuple[str, ...] = ()
    """Empty: every formal stage."""
