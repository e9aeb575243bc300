"""How a stage is opened: whose agreement it needs, who is asked, who is told, by when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.challenge import Challenge, Proposal
from bot.domain.clocks import due
from bot.domain.commands import Detail
from bot.domain.dates import Course, course_of, dates_of
from bot.domain.errors import DateNotPossible, ReasonNeeded
from bot.domain.events import Because, StageOpened, StageProposed
from bot.domain.facts import Facts, Matter
from bot.domain.people import Party
from bot.domain.procedure import Happening, Stage
from bot.domain.terms import Limit
from bot.domain.words import Words
from bot.domain.working_time import in_words, london_date


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What somebody asks for who wants a stage opened."""

    stage: str
    because: Because
    reason: Words
    ground: str = ""
    answer_by: date | None = None
    details: tuple[Detail, ...] = ()
    limit: Limit | None = None
    """In place of the stage's own."""
    tell: tuple[str, ...] = ()
    """Roles told besides those of the stage."""


@dataclass(frozen=True, kw_only=True)
class Before:
    """What there was before the stage."""

    course: Course
    number: int = 0
    """Of the last stage request."""
    proposals: int = 0
    agreed: frozenset[str] = frozenset()


def before(challenge: Challenge) -> Before:
    return Before(
        course=course_of(challenge),
        number=challenge.requests[-1].number if challenge.requests else 0,
        proposals=challenge.proposals,
        agreed=challenge.agreed,
    )


def open_or_propose(
    opening: Opening, matter: Matter, at: datetime, facts: Facts, so_far: Before
) -> list[StageOpened | StageProposed]:
    """Open a stage or, where somebody must agree first, propose it. Where nobody can agree, it opens all the same."""
    stage = facts.procedure.stage(opening.stage)
    if not _needs_agreement(stage, so_far):
        return [open_stage(opening, matter, at, facts, so_far)]
    proposed = _propose(opening, stage, matter, at, facts, so_far)
    return [proposed] if proposed.asked else [proposed, open_stage(opening, matter, at, facts, so_far)]


def _needs_agreement(stage: Stage, so_far: Before) -> bool:
    gate = stage.gate
    return gate is not None and stage.id not in so_far.agreed and not (gate.once and so_far.agreed)


def _propose(
    opening: Opening, stage: Stage, matter: Matter, at: datetime, facts: Facts, so_far: Before
) -> StageProposed:
    gate = stage.gate
    assert gate is not None, "only a stage with a gate is proposed"
    asked = facts.asked_to_agree(stage.id, matter, at)
    return StageProposed(
        proposal=so_far.proposals + 1,
        stage=stage.id,
        because=opening.because,
        reason=opening.reason,
        ground=opening.ground,
        answer_by=opening.answer_by,
        details=opening.details,
        asked=asked,
        told=facts.told(stage.id, "agreement asked", matter, at, without=(matter.raiser, *asked)),
        due=due(facts.reckoning, gate.within, at) if gate.within is not None else None,
    )


def open_stage(opening: Opening, matter: Matter, at: datetime, facts: Facts, so_far: Before) -> StageOpened:
    """The stage as it opens at this moment. A report asks nobody: whoever gets it is told."""
    stage = facts.procedure.stage(opening.stage)
    holders = facts.asked(stage.id, matter, at)
    asked = () if stage.kind == "report" else holders
    # A day that has passed while somebody's agreement was waited for binds nobody: the stage's own limit does.
    ahead = opening.answer_by is not None and opening.answer_by >= london_date(at)
    set_on = opening.answer_by if ahead else None
    dates = dates_of(stage, at, so_far.course, facts, limit=opening.limit, set_on=set_on)
    told = (*(holders if stage.kind == "report" else ()), *_told(opening, matter, at, facts, so_far, holders))
    return StageOpened(
        number=so_far.number + 1,
        stage=stage.id,
        because=opening.because,
        reason=opening.reason,
        ground=opening.ground,
        details=opening.details,
        asked=asked,
        told=told,
        due=dates.due,
        total=dates.total if so_far.course.total is None else None,
        acknowledge_by=dates.acknowledge_by if asked else None,
        decide_by=dates.decide_by,
    )


def _told(
    opening: Opening, matter: Matter, at: datetime, facts: Facts, so_far: Before, without: tuple[Party, ...]
) -> tuple[Party, ...]:
    """Whom the file names for the opening itself, and for the raising or the moving up that it is part of."""
    as_well: Happening = "escalated" if so_far.number else "raised"
    found = list(facts.told(opening.stage, "opened", matter, at, without))
    found += facts.told(opening.stage, as_well, matter, at, (*without, *found))
    found += facts.parties(opening.tell, matter, at, (*without, *found))
    return tuple(found)


def reopening(proposal: Proposal) -> Opening:
    """What was proposed, to be opened now."""
    return Opening(
        stage=proposal.stage,
        because=proposal.because,
        reason=proposal.reason,
        ground=proposal.ground,
        answer_by=proposal.answer_by,
        details=proposal.details,
    )


def check_opening(opening: Opening, role: str, at: datetime, facts: Facts) -> None:
    """Raise `Refused` where the ground is missing, or the day set for the answer isn't one that may be set."""
    stage = facts.procedure.stage(opening.stage)
    if stage.grounds and opening.ground not in stage.grounds:
        raise ReasonNeeded(what=f"opening {stage.title}: choose one of its grounds; that")
    if opening.answer_by is not None:
        check_set_day(stage, opening.answer_by, role, at, facts)
    elif stage.limit is not None and stage.limit.must_be_set and role in stage.limit.set_by:
        raise DateNotPossible(
            field="answer-by", what=f"The day for the answer at {stage.title}", rule="named", given="none"
        )


def earliest_day(limit: Limit, at: datetime, facts: Facts) -> date:
    """The first day that may be set in place of a limit."""
    if limit.at_least <= 1:
        return london_date(at)
    return due(facts.reckoning, Limit(count=limit.at_least, unit=limit.unit), at).due_on


def check_set_day(stage: Stage, day: date, role: str, at: datetime, facts: Facts, field: str = "answer-by") -> None:
    """Raise `DateNotPossible` where this role may not set this day for the stage's answer."""
    limit = stage.limit
    what = f"The day for the answer at {stage.title}"
    if limit is None or role not in limit.set_by:
        who = " or ".join(facts.procedure.title_of(one) for one in (limit.set_by if limit else ())) or "nobody"
        raise DateNotPossible(
            field=field, what=what, rule=f"left to the procedure; only {who} may set it", given=in_words(day)
        )
    earliest = earliest_day(limit, at, facts)
    latest = due(facts.reckoning, Limit(count=limit.at_most, unit=limit.unit), at).due_on if limit.at_most else None
    if day < earliest:
        raise DateNotPossible(field=field, what=what, rule=f"{in_words(earliest)} or later", given=in_words(day))
    if latest is not None and day > latest:
        raise DateNotPossible(field=field, what=what, rule=f"{in_words(latest)} or sooner", given=in_words(day))
    facts.calendar.why_not(day)  # beyond the calendar's horizon it says so
