"""How a challenge begins and how a stage is opened: who is asked, who is told, by when."""

from __future__ import annotations

from datetime import datetime

from bot.domain.commands import MOST_ISSUES, Raise, Sent
from bot.domain.errors import MayNotRaise, NotKnown, ReasonNeeded, TooManyIssues, WrongArena
from bot.domain.events import Because, ChallengeRaised, Event, StageOpened
from bot.domain.facts import Facts
from bot.domain.people import Child, Party, Post
from bot.domain.words import Words
from bot.domain.working_time import deadline, london_date


def raising(reference: str, sent: Sent, facts: Facts) -> list[Event]:
    """The events of a new challenge. Raises `Refused` where this person can't raise it, or not like this."""
    command = sent.command
    assert isinstance(command, Raise)
    procedure = facts.procedure
    child = facts.directory.children.get(command.child)
    if child is None:
        raise NotKnown(what=f"child “{command.child}”")
    post, person = raising_post(sent.by, sent.at, facts), facts.directory.people[sent.by]
    raiser = Party(person=person.id, name=person.name, role=post.role)
    if command.arena != child.arena:
        raise WrongArena(
            child=child.reference,
            arena=procedure.arena(command.arena).title,
            possible=procedure.arena(child.arena).title,
        )
    if len(command.issues) > MOST_ISSUES:
        raise TooManyIssues(most=MOST_ISSUES)
    if command.stage != procedure.start and not command.reason:
        raise ReasonNeeded(what=f"starting at {procedure.stage(command.stage).title}")
    raised = ChallengeRaised(
        reference=reference,
        procedure=procedure.fingerprint,
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
    )
    because: Because = "usual" if command.stage == procedure.start else "direct entry"
    opened = open_stage(1, command.stage, because, command.reason, child, raiser, sent.at, facts, formal_before=False)
    return [raised, opened]


def raising_post(person: str, at: datetime, facts: Facts) -> Post:
    """The post that lets somebody raise challenges today. Raises `MayNotRaise` where they hold none."""
    for post in facts.directory.posts_of(person, london_date(at)):
        if post.role in facts.procedure.raising_roles:
            return post
    titles = sorted(facts.procedure.title_of(role) for role in facts.procedure.raising_roles)
    raise MayNotRaise(who=" or ".join(titles), operator=facts.operator)


def open_stage(
    number: int,
    stage: str,
    because: Because,
    reason: Words,
    child: Child,
    raiser: Party,
    at: datetime,
    facts: Facts,
    *,
    formal_before: bool,
) -> StageOpened:
    named = facts.procedure.stage(stage)
    asked = facts.asked(stage, child, raiser, at)
    overall = facts.procedure.overall.limit.count
    starts_total = named.formal and not formal_before
    return StageOpened(
        number=number,
        stage=stage,
        because=because,
        reason=reason,
        asked=asked,
        told=facts.told(stage, "opened", child, raiser, at, without=asked),
        due=deadline(facts.calendar, facts.hours, at, named.limit.count),
        total=deadline(facts.calendar, facts.hours, at, overall) if starts_total else None,
    )
