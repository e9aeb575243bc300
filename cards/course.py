"""What a challenge's course has besides its present stage: agreements, meetings, plans, pauses, several answers."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.challenge import Challenge, Proposal, Request
from bot.domain.procedure import Procedure, Stage
from cards import parts, words
from cards.kit import Action, Element, button, panel, quote, text
from cards.verbs import OPEN


def waiting_for_agreement(proposal: Proposal) -> str:
    """`Waiting for Irene Tate to agree by …`, or what came of it."""
    if proposal.given is not None:
        by, agreed, _ = proposal.given
        return f"✓ {words.said(by.name)} agrees" if agreed else f"Not agreed by {words.said(by.name)}"
    if proposal.overdue:
        return f"⚠ No agreement came{parts.by(proposal.due)}"
    who = words.listed((words.said(party.name) for party in proposal.asked), "or") or "somebody"
    return f"Waiting for {who} to agree{parts.by(proposal.due)}"


def proposed(challenge: Challenge, procedure: Procedure) -> Iterator[Element]:
    """The stage that is to be opened, for its raiser: what is waited for, and what can be done."""
    proposal = challenge.proposal
    if proposal is None or challenge.ended is not None:
        return
    stage = parts.stage_title(procedure, proposal.stage)
    said_above = not challenge.requests  # then the card's own heading says it
    lines = [] if said_above else [text(f"{stage}: {words.first_down(waiting_for_agreement(proposal))}", bold=True)]
    if proposal.given is not None and proposal.given[2]:
        lines.append(quote(proposal.given[2], label="They say:", gap="Small"))
    if proposal.open_to_raiser:
        lines.append(
            text(f"You may open {stage} all the same. It is your decision, and stays on the record.", gap="Small")
        )
    if lines:
        yield panel(*lines)


def paused(challenge: Challenge, procedure: Procedure) -> Iterator[Element]:
    """That clocks stand still, and which."""
    if challenge.paused is None or challenge.ended is not None:
        return
    pause = procedure.pause(challenge.paused.pause)
    title = words.said(pause.title if pause is not None else challenge.paused.pause)
    stopped = (
        words.listed("the time for all stages" if one == "the whole" else one for one in pause.stops) if pause else ""
    )
    until = f" until {words.moment(challenge.paused.until.due_at)}" if challenge.paused.until is not None else ""
    lines = [text(f"The clock stands still{until}: {title}", bold=True)]
    if stopped:
        lines.append(text(f"Stopped: {stopped}.", gap="Small"))
    if challenge.paused.reason:
        lines.append(quote(challenge.paused.reason, gap="Small"))
    if pause is not None and pause.signpost:
        lines.append(text(words.said(pause.signpost), gap="Small"))
    yield panel(*lines)


def beyond(challenge: Challenge, request: Request) -> Iterator[str]:
    """That the stage's own date falls after the end of the whole, where the procedure leaves it so: both dates."""
    due, total = request.due, challenge.total
    if challenge.ended is not None or not request.waits or due is None or total is None:
        return
    if due.due_at > total.due_at:
        whole = words.moment(total.due_at)
        yield f"⚠ All stages end by {whole}, before this stage's own date: please answer by then if you can."


def progress(request: Request, procedure: Procedure) -> Iterator[str]:
    """What has come of a stage so far, where that is more than one answer: in sentences."""
    if request.acknowledge_by is not None and request.acknowledged is None and request.waits:
        late = " It is late." if request.acknowledgement_overdue else ""
        yield f"To be acknowledged{parts.by(request.acknowledge_by)}.{late}"
    stage = parts.stage_of(procedure, request.stage)
    if request.meeting is not None:
        yield f"Meeting: {words.weekday(request.meeting.day)}, {words.said(request.meeting.where)}."
    elif unfixed(request, stage):
        yield "No meeting is fixed yet."
    if request.partly and request.waits:
        done = words.people((answer.by for answer in request.partly), procedure)
        still = words.people(request.still_asked, procedure, "or")
        yield f"Answered so far: {done}. Still asked: {still}."
    if request.plan is not None:
        again = (
            f" It is looked at again{parts.by(request.decide_by).replace(' by ', ' at ')}." if request.decide_by else ""
        )
        yield f"The answer is agreed as the plan.{again}"
    if request.satisfied:
        yield f"Satisfied so far: {words.people(request.satisfied, procedure)}."


def unfixed(request: Request, stage: Stage | None) -> bool:
    """Whether the first thing that is asked is a day for the stage's meeting."""
    return request.waits and request.meeting is None and stage is not None and stage.kind == "meeting"


def meeting_terms(request: Request, procedure: Procedure) -> Iterator[str]:
    """How the stage's meeting is held, by the file's own words."""
    stage = parts.stage_of(procedure, request.stage)
    if stage is None or stage.kind != "meeting" or stage.meeting is None or not request.waits:
        return
    meeting = stage.meeting

    def titles(roles: tuple[str, ...]) -> str:
        return words.listed(words.said(procedure.title_of(role)) for role in roles)

    if meeting.chaired_by:
        yield f"Chair: {titles(meeting.chaired_by)}."
    if meeting.invited:
        yield f"Invite: {titles(meeting.invited)}."
    if meeting.first_part_only:
        yield f"For the first part only: {titles(meeting.first_part_only)}."
    if meeting.minuted_by:
        yield f"Minutes: {words.said(meeting.minuted_by)}."
    yield from (f"To settle: {words.said(one)}" for one in meeting.asks)


def date_buttons(challenge: Challenge, request: Request, procedure: Procedure, role: str) -> Iterator[Action]:
    """What somebody in this role may do about the dates of an open challenge."""
    data = {"ref": challenge.reference, "n": request.number}
    stage = parts.stage_of(procedure, request.stage)
    if stage is not None and challenge.requests and request.waits:
        held = stage.kind == "meeting" or stage.meeting is not None
        convening = stage.meeting.convened_by if stage.meeting is not None else ()
        if held and role in (convening or stage.answered_by):
            title = "Fix the meeting" if request.meeting is None else "Move the meeting"
            yield button(title, OPEN, {"form": "meeting", **data}, main=unfixed(request, stage))
        if stage.limit is not None and role in stage.limit.set_by:
            yield button("Set another day", OPEN, {"form": "limit", **data})
    mine = [pause for pause in procedure.pauses if role in pause.by]
    if challenge.paused is not None and any(pause.id == challenge.paused.pause for pause in mine):
        yield button("Let the clock go on", OPEN, {"form": "resume", **data})
    elif challenge.paused is None and any(pause.stops for pause in mine):
        yield button("Pause the clock", OPEN, {"form": "pause", **data})
