"""What those do who own the next step: satisfied, a plan agreed, on to a later stage, waiting, closed, reopened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.domain.access import barred
from bot.domain.challenge import Challenge, Request
from bot.domain.checks import (
    as_deciding,
    as_named,
    as_raiser,
    current_request,
    everyone,
    not_after,
    not_before,
    told,
)
from bot.domain.clocks import due
from bot.domain.commands import (
    MOST_ISSUES,
    AddIssue,
    AgreePlan,
    Close,
    Escalate,
    Exhaust,
    Reopen,
    Resolve,
    Sent,
    TakeOver,
    Wait,
)
from bot.domain.errors import (
    AgreementAwaited,
    AlreadyAnswered,
    InConflict,
    MayNotRaise,
    NoSuchStage,
    NotAnswered,
    NothingToReopen,
    NothingWaits,
    NotKnown,
    ReasonNeeded,
    TooManyIssues,
)
from bot.domain.events import (
    Because,
    ChallengeClosed,
    ChallengeReopened,
    ChallengeResolved,
    Event,
    IssueAdded,
    OutcomeRevised,
    PlanAgreed,
    RaiserChanged,
    SatisfactionGiven,
    StageOpened,
    StagesExhausted,
    WaitAgreed,
)
from bot.domain.facts import Facts
from bot.domain.opening import Opening, before, check_opening, open_or_propose, open_stage, reopening
from bot.domain.people import Party, Person
from bot.domain.procedure import Stage
from bot.domain.raising import raising_post
from bot.domain.working_time import ONE_DAY, london_date

LONGEST_WAIT = 20
"""Working days that the raiser may wait for a late answer before looking at it again."""


def add_issue(challenge: Challenge, command: AddIssue, sent: Sent, facts: Facts) -> IssueAdded:
    as_raiser(challenge, sent, facts)
    request = challenge.current
    if request.answered is not None or request.partly:
        raise AlreadyAnswered(who=request.all_answers[0].by.name)
    if len(challenge.issues) >= MOST_ISSUES:
        raise TooManyIssues(most=MOST_ISSUES)
    reached = (*request.asked, *told(challenge, "issue added", sent, facts, *request.asked))
    return IssueAdded(issue=command.issue, told=reached)


def resolve(challenge: Challenge, command: Resolve, sent: Sent, facts: Facts) -> Event:
    """Satisfied. Where several must be together, the last of them ends it."""
    party = as_deciding(challenge, sent, facts)
    request = current_request(challenge, command.request, facts)
    others = (challenge.raiser,) if party.person != challenge.raiser.person else ()
    met = (party, *others, *request.asked)
    waited_for = _waited_for(challenge, party, sent, facts)
    if waited_for:
        waiting = {one.person: one for one in (*waited_for, *others)}.values()
        reached = (*waiting, *told(challenge, "resolved", sent, facts, *met, *waited_for))
        return SatisfactionGiven(number=request.number, by=party, how=command.how, told=reached)
    return ChallengeResolved(
        number=request.number,
        how=command.how,
        outcome_for_child=command.outcome_for_child,
        achieved=command.achieved,
        details=command.details,
        told=(*others, *request.asked, *told(challenge, "resolved", sent, facts, *met)),
    )


def _waited_for(challenge: Challenge, party: Party, sent: Sent, facts: Facts) -> tuple[Party, ...]:
    """Those besides the sender who must still be satisfied; of each role, one is enough."""
    if facts.procedure.stage(challenge.current.stage).satisfaction == "one":
        return ()
    said = {one.role for one in challenge.current.satisfied} | {party.role}
    waiting = (one for one in facts.satisfying(challenge, sent.at) if one.role not in said)
    return tuple(one for one in waiting if one.person != party.person)


def agree_plan(challenge: Challenge, command: AgreePlan, sent: Sent, facts: Facts) -> PlanAgreed:
    """The answer is agreed as the plan; until its day the raiser is not asked to decide (OMB-06)."""
    as_raiser(challenge, sent, facts)
    request = current_request(challenge, command.request, facts)
    stage = facts.procedure.stage(request.stage)
    if request.answered is None:
        raise NotAnswered(stage=stage.title)
    today, what = london_date(sent.at), "The day to look at it again"
    not_before(command.until, today + ONE_DAY, "until", what)
    if challenge.total is not None and not challenge.total_overdue:
        not_after(command.until, challenge.total.due_on, "until", what)
    not_after(command.until, facts.calendar.last, "until", what)
    without = (challenge.raiser, *request.asked)
    return PlanAgreed(
        number=request.number,
        words=command.words,
        decide_by=due(
            facts.reckoning, stage.decide_within or facts.procedure.decide_within, sent.at, set_on=command.until
        ),
        told=(*request.asked, *told(challenge, "plan agreed", sent, facts, *without)),
    )


def escalate(challenge: Challenge, command: Escalate, sent: Sent, facts: Facts) -> Iterator[Event]:
    """On to a later stage; or, where somebody's agreement was waited for in vain or refused, to the stage proposed."""
    request = current_request(challenge, command.request, facts)
    stage = _next_stage(challenge, command.to, facts)
    role = _opener(challenge, stage, sent, facts)
    if not command.reason:
        raise ReasonNeeded(what=f"going on to {stage.title}")
    proposal = challenge.proposal
    matter, so_far = facts.matter(challenge), before(challenge)
    if proposal is not None and proposal.stage == stage.id:
        if not proposal.open_to_raiser:
            raise AgreementAwaited(who=" or ".join(party.name for party in proposal.asked))
        insisted = replace(reopening(proposal), reason=command.reason)
        yield _released(open_stage(insisted, matter, sent.at, facts, so_far), request)
        return
    opening = Opening(
        stage=stage.id,
        because=_why_moved(request),
        reason=command.reason,
        ground=command.ground,
        answer_by=command.answer_by,
        details=command.details,
    )
    check_opening(opening, role, sent.at, facts)
    for issue, outcome in command.outcomes:
        if 1 <= issue <= len(challenge.issues) and outcome.text != challenge.issues[issue - 1].outcome.text:
            yield OutcomeRevised(issue=issue, outcome=outcome)
    for event in open_or_propose(opening, matter, sent.at, facts, so_far):
        yield _released(event, request) if isinstance(event, StageOpened) else event


def _next_stage(challenge: Challenge, to: str, facts: Facts) -> Stage:
    """The stage that can come next: any later one that may be reached, or the one that was proposed at the start."""
    if not challenge.requests:
        assert challenge.proposal is not None, "without a request there is a proposal"
        possible: tuple[Stage, ...] = (facts.procedure.stage(challenge.proposal.stage),)
    else:
        possible = facts.procedure.after(challenge.current.stage)
    found = next((stage for stage in possible if stage.id == to), None)
    if found is None:
        titles = ", ".join(stage.title for stage in possible) or "none, this was the last"
        raise NoSuchStage(stage=to, possible=titles)
    return found


def _opener(challenge: Challenge, stage: Stage, sent: Sent, facts: Facts) -> str:
    """The role in which the sender may open a stage: as the raiser, or as the file names somebody else for it."""
    if not stage.opened_by:
        as_raiser(challenge, sent, facts)
        return challenge.raiser.role
    return as_named(challenge, stage.opened_by, sent, facts).role


def _released(opened: StageOpened, request: Request) -> StageOpened:
    """Whoever was asked before and hasn't answered learns that it isn't asked any more."""
    met = {party.person for party in (*opened.asked, *opened.told)}
    released = () if request.answered else tuple(party for party in request.asked if party.person not in met)
    return replace(opened, told=(*opened.told, *released))


def _why_moved(request: Request) -> Because:
    if request.answered is not None:
        return "not satisfied"
    if request.report_by is not None:
        return "still not settled"
    return "no answer in time" if request.answer_overdue else "urgent"


def exhaust(challenge: Challenge, command: Exhaust, sent: Sent, facts: Facts) -> Iterator[Event]:
    as_raiser(challenge, sent, facts)
    request = current_request(challenge, command.request, facts)
    later = facts.procedure.after(request.stage)
    if later:
        raise NoSuchStage(stage="nothing further", possible=", ".join(stage.title for stage in later))
    if request.waits and not request.answer_overdue:
        raise NotAnswered(stage=facts.procedure.stage(request.stage).title)
    if not command.reason:
        raise ReasonNeeded(what="not being satisfied")
    if not request.exhausted:
        yield StagesExhausted(
            number=request.number,
            reason=command.reason,
            offered=facts.outside_body(challenge, sent.at),
            told=told(challenge, "exhausted", sent, facts, challenge.raiser),
        )


def wait(challenge: Challenge, command: Wait, sent: Sent, facts: Facts) -> WaitAgreed:
    as_raiser(challenge, sent, facts)
    request = current_request(challenge, command.request, facts)
    if request.answered is not None or not request.answer_overdue:
        raise NothingWaits(reference=challenge.reference, why="the answer isn't overdue")
    if not command.reason:
        raise ReasonNeeded(what="waiting")
    today, what = london_date(sent.at), "The day to wait until"
    not_before(command.until, today + ONE_DAY, "until", what)
    not_after(command.until, facts.calendar.add(today, LONGEST_WAIT), "until", what)
    return WaitAgreed(number=request.number, until=command.until, reason=command.reason)


def close(challenge: Challenge, command: Close, sent: Sent, facts: Facts) -> ChallengeClosed:
    as_raiser(challenge, sent, facts)
    if not command.reason:
        raise ReasonNeeded(what="closing a challenge without an outcome")
    answered = challenge.current.answered is not None
    met = everyone(challenge)
    return ChallengeClosed(
        how="not taken further" if answered else "withdrawn",
        reason=command.reason,
        told=(*met, *told(challenge, "closed", sent, facts, challenge.raiser, *met)),
    )


def reopen(challenge: Challenge, command: Reopen, sent: Sent, facts: Facts) -> Iterator[Event]:
    """An ended challenge goes on at a stage. The limit on everything is never restarted."""
    terms = facts.procedure.reopening
    if terms is None:
        raise NothingToReopen(reference=challenge.reference, why="the procedure has no way to; raise a new one")
    if challenge.ended is None:
        raise NothingToReopen(reference=challenge.reference, why="it hasn't ended")
    party = as_named(challenge, terms.by, sent, facts)
    if terms.within is not None and sent.at > due(facts.reckoning, terms.within, challenge.ended.at).due_at:
        raise NothingToReopen(reference=challenge.reference, why="the time for that has passed; raise a new one")
    if not command.reason:
        raise ReasonNeeded(what="taking it up again")
    stages = {stage.id: stage for stage in facts.procedure.stages}
    if command.stage not in stages:
        raise NoSuchStage(stage=command.stage, possible=", ".join(stage.title for stage in stages.values()))
    met = tuple(one for one in (challenge.raiser, *everyone(challenge)) if one.person != sent.by)
    yield ChallengeReopened(
        by=party, reason=command.reason, told=(*met, *told(challenge, "reopened", sent, facts, party, *met))
    )
    opening = Opening(stage=command.stage, because="reopened", reason=command.reason)
    yield open_stage(opening, facts.matter(challenge), sent.at, facts, before(challenge))


def take_over(challenge: Challenge, command: TakeOver, sent: Sent, facts: Facts) -> RaiserChanged:
    """The raiser's place goes to the child's own reviewing officer of today or, by whom the file names, to another.

    Whoever takes it must hold a post that raises; whoever hands it on need not.
    """
    to = _successor(command, sent, facts)
    post = raising_post(to.id, sent.at, facts, challenge.arena)
    recorded = facts.child_of(challenge).workers.get(post.role) == sent.by == to.id
    named = facts.in_role(challenge, sent.by, facts.procedure.taken_over_by, sent.at) is not None
    if to.id == challenge.raiser.person or not (recorded or named):
        raise MayNotRaise(
            who=f"whoever the child's record names as {facts.procedure.title_of(post.role)}", operator=facts.operator
        )
    _check_conflict(challenge, to, sent, facts)
    if not command.reason:
        raise ReasonNeeded(what="taking over a challenge")
    party = Party(person=to.id, name=to.name, role=post.role)
    concerned = (challenge.raiser, party, *challenge.current.asked)
    met = tuple({one.person: one for one in concerned if one.person != sent.by}.values())
    reached = told(challenge, "taken over", sent, facts, party, *met)
    return RaiserChanged(to=party, unit=post.unit, reason=command.reason, told=(*met, *reached))


def _check_conflict(challenge: Challenge, to: Person, sent: Sent, facts: Facts) -> None:
    """Whoever is or was asked for an answer decides on none here, and whoever is asked now chooses nobody who does."""
    was_asked = any(request.asks(to.id) for request in challenge.requests)
    if was_asked or barred(facts.relations(challenge, to.id, sent.at), "hand on"):
        raise InConflict(who=to.name, reference=challenge.reference)
    if barred(facts.relations(challenge, sent.by, sent.at), "hand on"):
        raise InConflict(who=facts.directory.people[sent.by].name, reference=challenge.reference)


def _successor(command: TakeOver, sent: Sent, facts: Facts) -> Person:
    """Who takes the place: the sender, or the one person whom the directory knows by that name or e-mail."""
    if not command.to:
        return facts.directory.people[sent.by]
    wanted = command.to.strip().casefold()
    found = [one for one in facts.directory.people.values() if wanted in (one.name.casefold(), one.email.casefold())]
    if len(found) != 1:
        raise NotKnown(what="one person with the name or e-mail you gave")
    return found[0]
