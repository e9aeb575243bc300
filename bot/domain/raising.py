"""How a challenge begins: who may raise it, about whom, at which stage, and what then happens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.domain.clocks import due
from bot.domain.commands import CLOCK, MOST_ISSUES, Raise, Sent
from bot.domain.dates import Course
from bot.domain.errors import (
    MayNotRaise,
    NotAChallenge,
    NotASibling,
    NotEnteredHere,
    NotKnown,
    NotYours,
    ReasonNeeded,
    StageRequired,
    TooManyIssues,
    WrongArena,
)
from bot.domain.events import Because, ChallengeRaised, ClocksPaused, Event
from bot.domain.facts import Facts, Matter
from bot.domain.opening import Before, Opening, check_opening, open_or_propose, open_stage
from bot.domain.people import Child, Party, Post
from bot.domain.procedure import Procedure, Stage
from bot.domain.words import Words


def raising(reference: str, sent: Sent, facts: Facts) -> list[Event]:
    """The events of a new challenge. Raises `Refused` where this person can't raise it, or not like this."""
    command = sent.command
    assert isinstance(command, Raise)
    child = facts.directory.children.get(command.child)
    if child is None:
        raise NotKnown(what=f"child “{command.child}”")
    by = command.raiser if sent.by == CLOCK else sent.by
    post, person = raising_post(by, sent.at, facts, command.arena), facts.directory.people[by]
    raiser = Party(person=person.id, name=person.name, role=post.role)
    _check_matter(command, child, facts)
    stage = facts.procedure.stage(command.stage)
    because = _because(command, facts.procedure)
    _check_entry(command, stage, because, raiser, facts)
    opening = _opening(command, because, facts.procedure)
    if because not in ("immediate risk", "rule"):
        check_opening(opening, raiser.role, sent.at, facts)
    siblings = tuple(facts.directory.children[one] for one in command.also)
    matter = Matter(children=(child, *siblings), raiser=raiser)
    raised = _raised(reference, command, child, raiser, post, facts)
    so_far = Before(course=Course(raised_at=sent.at, review_on=command.review_on))
    # Nobody's agreement stands between a child at risk, or a rule, and the stage.
    waits_for_nobody = because in ("immediate risk", "rule")
    opened = (
        [open_stage(opening, matter, sent.at, facts, so_far)]
        if waits_for_nobody
        else open_or_propose(opening, matter, sent.at, facts, so_far)
    )
    return [raised, *opened, *_paused(command, matter, sent.at, facts)]


def raising_post(person: str, at: datetime, facts: Facts, arena: str = "") -> Post:
    """The post that lets somebody raise challenges today. Raises `MayNotRaise` where they hold none."""
    roles = facts.procedure.raising_roles
    if arena:
        roles = frozenset(facts.procedure.arena(arena).raised_by) or roles
    post = facts.directory.post_in(person, roles, at)
    if post is not None:
        return post
    titles = sorted(facts.procedure.title_of(role) for role in roles)
    raise MayNotRaise(who=" or ".join(titles), operator=facts.operator)


def advised(command: Raise, procedure: Procedure) -> frozenset[str]:
    """The stages that the kinds of the issues, or their severity, advise."""
    severity = procedure.severity(command.severity)
    kinds = (procedure.kind(issue.kind).advises for issue in command.issues)
    return frozenset(stage for stages in (*kinds, severity.advises if severity else ()) for stage in stages)


def _required(command: Raise, procedure: Procedure) -> Iterator[tuple[str, str]]:
    """What has to start at which stage."""
    for issue in command.issues:
        kind = procedure.kind(issue.kind)
        if kind.requires:
            yield f"An issue of the kind “{kind.title}”", kind.requires
    severity = procedure.severity(command.severity)
    if severity is not None and severity.requires:
        yield f"A matter that is “{severity.title}”", severity.requires


def _check_matter(command: Raise, child: Child, facts: Facts) -> None:
    procedure = facts.procedure
    if command.arena != child.arena:
        raise WrongArena(
            child=child.reference,
            arena=procedure.arena(command.arena).title,
            possible=procedure.arena(child.arena).title,
        )
    if len(command.issues) > MOST_ISSUES:
        raise TooManyIssues(most=MOST_ISSUES)
    for issue in command.issues:
        kind = procedure.kind(issue.kind)
        if kind.treated != "as a challenge":
            raise NotAChallenge(kind=kind.title, signpost=kind.signpost)
    for sibling in command.also:
        if sibling not in child.siblings or sibling not in facts.directory.children:
            raise NotASibling(child=sibling, of=child.reference)


def _because(command: Raise, procedure: Procedure) -> Because:
    if command.trigger:
        return "rule"
    if command.immediate_risk:
        return "immediate risk"
    if command.stage == procedure.start:
        return "usual"
    required = {stage for _, stage in _required(command, procedure)}
    return "advised" if command.stage in advised(command, procedure) | required else "direct entry"


def _check_entry(command: Raise, stage: Stage, because: Because, raiser: Party, facts: Facts) -> None:
    procedure = facts.procedure
    if because == "immediate risk":
        route = procedure.immediate_risk
        if route is None or route.stage != stage.id:
            where = procedure.stage(route.stage).title if route else "no other stage than usual"
            raise StageRequired(what="A challenge because of an immediate risk", stage=where)
        return
    if because == "rule":
        return
    order = [known.id for known in procedure.stages]
    for what, required in _required(command, procedure):
        if order.index(stage.id) < order.index(required):
            raise StageRequired(what=what, stage=procedure.stage(required).title)
    if not stage.entered_directly and stage.id != procedure.start:
        possible = ", ".join(one.title for one in procedure.stages if one.entered_directly)
        raise NotEnteredHere(stage=stage.title, possible=possible)
    if stage.opened_by and raiser.role not in stage.opened_by:
        raise NotYours(who=" or ".join(procedure.title_of(role) for role in stage.opened_by))
    if because == "direct entry" and not command.reason:
        raise ReasonNeeded(what=f"starting at {stage.title}")


def _opening(command: Raise, because: Because, procedure: Procedure) -> Opening:
    risk = procedure.immediate_risk if because == "immediate risk" else None
    return Opening(
        stage=command.stage,
        because=because,
        reason=command.reason,
        ground=command.ground,
        answer_by=command.answer_by,
        limit=risk.limit if risk else None,
        tell=risk.tell if risk else (),
    )


def _raised(reference: str, command: Raise, child: Child, raiser: Party, post: Post, facts: Facts) -> ChallengeRaised:
    return ChallengeRaised(
        reference=reference,
        procedure=facts.procedure.fingerprint,
        child=child.reference,
        initials=child.initials,
        unit=child.unit,
        siblings=child.siblings,
        arena=command.arena,
        raiser=raiser,
        raiser_unit=post.unit,
        issues=command.issues,
        impact=command.impact,
        details=command.details,
        also=command.also,
        severity=command.severity,
        immediate_risk=command.immediate_risk,
        review_on=command.review_on,
        trigger=command.trigger,
    )


def _paused(command: Raise, matter: Matter, at: datetime, facts: Facts) -> Iterator[ClocksPaused]:
    """The pause whose question was answered with yes, where it stops anything."""
    for id in command.pauses:
        pause = facts.procedure.pause(id)
        if pause is not None and pause.stops:
            yield ClocksPaused(
                pause=id,
                reason=Words(""),
                until=due(facts.reckoning, pause.at_most, at) if pause.at_most is not None else None,
                told=facts.told(command.stage, "paused", matter, at, without=(matter.raiser,)),
            )
            return
