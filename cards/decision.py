"""The raiser's card: where the challenge stands, the answer beside each issue, and what the raiser can do next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from bot.domain.blank import (
    OUTSIDE_CONTROL,
    close_form,
    escalate_form,
    exhaust_form,
    plan_form,
    resolve_form,
    wait_form,
)
from bot.domain.challenge import Challenge, Request
from bot.domain.commands import MOST_ISSUES
from bot.domain.forms import Form
from bot.domain.procedure import Procedure, Stage
from cards import course, parts, words
from cards.form import form_part
from cards.kit import Action, Drawn, Element, button, drawn, facts, fitting, heading, panel, quote, reveal, row, text
from cards.verbs import OPEN


def decision_card(
    challenge: Challenge,
    procedure: Procedure,
    *,
    age: int | None,
    now: datetime,
    nonce: str,
    lead: str = "",
    good: bool = False,
    raises: bool = True,
) -> Drawn:
    """The present state for the person who raised it, with every act that is open to them.

    `lead` stands over everything; `good` when it is good news. `nonce` is new for each card that is sent; each button
    makes its own of it. `raises`: whether it is for the raiser; else for somebody whose satisfaction counts as well.
    """
    over = parts.lead(lead, good=good)
    view = _View(challenge=challenge, procedure=procedure, age=age, now=now, nonce=nonce, raises=raises)
    return fitting(lambda most: _drawn(view, over, most))


@dataclass(frozen=True, kw_only=True)
class _View:
    """What is shown, to whom, when."""

    challenge: Challenge
    procedure: Procedure
    age: int | None
    now: datetime
    nonce: str
    raises: bool


def _drawn(view: _View, over: Sequence[Element], most: int) -> Drawn:
    challenge, procedure, now = view.challenge, view.procedure, view.now
    request = challenge.current
    title = _title(challenge, request, procedure, now)
    body = [
        *over,
        parts.head(challenge, procedure, request.stage),
        heading(title, top=True, look="attention" if title.startswith("⚠") else "", gap="Small"),
        *(text(line, gap="Small") for line in _state(challenge, request, procedure)),
        *course.proposed(challenge, procedure),
        *course.paused(challenge, procedure),
        *parts.ending(challenge, procedure, most=most),
        facts(*_facts(challenge, request, procedure, view.age, now)),
        *_outside_control(request, procedure, most),
        *parts.issues(challenge.issues, procedure, answered=request.answered, partly=request.partly, most=most),
        *parts.shortened(parts.texts_of(challenge), most),
        *_buttons(view, request),
    ]
    return drawn(body, f"{challenge.reference}: {_summary(challenge, request, now)}{_and_over(challenge, now)}")


def _outside_control(request: Request, procedure: Procedure, most: int) -> Iterator[Element]:
    """What was said of obstacles outside the authority's control, and what the procedure says of it (BED-08)."""
    said = [(given.by.name, one) for given in request.all_answers for one in given.details]
    for name, detail in said:
        label = f"{name}, {words.first_down(detail.label)}" if len(request.all_answers) > 1 else detail.label
        yield quote(detail.words, label=label, most=most, gap="Small")
    if procedure.outside_control and any(detail.label == OUTSIDE_CONTROL for _, detail in said):
        yield panel(text(words.said(procedure.outside_control)))


def _and_over(challenge: Challenge, now: datetime) -> str:
    total = challenge.total
    over = challenge.ended is None and total is not None and parts.late(total.due_at, now)
    return "; the time for all stages is over" if over else ""


def _title(challenge: Challenge, request: Request, procedure: Procedure, now: datetime) -> str:
    match challenge.state:
        case "waiting for an answer":
            if not request.asked:
                return "⚠ Nobody can be asked at present"
            if parts.is_late(request.due, now):
                return f"⚠ No answer came{parts.by(request.due)}"
            return f"Waiting for an answer{parts.by(request.due)}"
        case "waiting for agreement":
            return _agreement(challenge)
        case "waiting for a decision":
            by = _decide_by(request)
            return f"⚠ Your decision was due by {by}" if _decision_late(request, now) else f"Please decide by {by}"
        case "stages exhausted":
            return "All stages have been used"
        case "resolved" | "closed":
            assert challenge.ended is not None
            return f"{'✓ ' if challenge.state == 'resolved' else ''}{words.first_up(challenge.ended.how)}"
        case _:
            assert_never(challenge.state)


def _state(challenge: Challenge, request: Request, procedure: Procedure) -> Iterator[str]:
    if request.answered is not None and request.answered.silent:
        yield "No answer came in time. By the procedure that counts as acceptance of every issue."
    elif request.answered is not None:
        by, at = words.person(request.answered.by, procedure), words.moment(request.answered.at)
        yield f"{by} answered at {at}: {parts.verdicts(request.answered)}."
    elif request.acknowledged is not None:
        party, at_ = request.acknowledged
        yield f"✓ {words.person(party, procedure)} acknowledged it at {words.moment(at_)}."
    yield from course.beyond(challenge, request)
    yield from course.progress(request, procedure)
    if challenge.state == "waiting for an answer":
        if not request.asked:
            titles = words.listed((procedure.title_of(role) for role in _answering(procedure, request)), "or")
            yield (
                f"Nobody holds the post of {words.said(titles)}. The dates run all the same, and whoever takes up the "
                "post is asked. You can go on to a later stage now."
            )
        if request.wait_until is not None:
            yield f"You wait until {words.weekday(request.wait_until)}."
    if challenge.state == "stages exhausted":
        if request.offered:
            body = words.said(request.offered)
            yield f"You are not satisfied and there is no further stage. You can refer the matter to {body}."
        else:
            yield "You are not satisfied and there is no further stage, and nobody outside to refer to."
        yield "Add to the record what you do next, and close the challenge when it is done."


def _answering(procedure: Procedure, request: Request) -> tuple[str, ...]:
    stage = parts.stage_of(procedure, request.stage)
    return stage.answered_by if stage else ()


def _facts(
    challenge: Challenge, request: Request, procedure: Procedure, age: int | None, now: datetime
) -> Iterator[tuple[str, str]]:
    yield parts.about(challenge, procedure, age)
    if challenge.requests:
        yield "Asked", parts.asked_of(request, procedure)
    if challenge.state == "waiting for an answer" and not request.asked:
        yield "Answer due", parts.date_of(request.due)
    if challenge.ended is None:
        yield parts.all_stages(challenge, now)


def _agreement(challenge: Challenge) -> str:
    assert challenge.proposal is not None, "without a stage there is a proposal"
    return course.waiting_for_agreement(challenge.proposal)


def _buttons(view: _View, request: Request) -> Iterator[Element]:
    acts = list(_acts(view, request))
    if acts:
        yield row(*acts, gap="Large")
    opening = list(_opening(view, request)) if view.raises else []
    if opening:
        yield row(*opening)
    special = list(_special(view, request) if view.raises else _as_deciding(view, request))
    if special:
        yield row(*special)
    yield row(*parts.record_buttons(view.challenge, view.procedure, acts=bool(acts)))


def _acts(view: _View, request: Request) -> Iterator[Action]:
    """What answers the question that the card puts; nothing where it puts none."""
    challenge, procedure = view.challenge, view.procedure
    data = {"ref": challenge.reference, "n": request.number, "nonce": view.nonce}
    overdue = challenge.state == "waiting for an answer" and request.answer_overdue
    decides = challenge.state in ("waiting for a decision", "stages exhausted")
    if decides:
        form = form_part(resolve_form(procedure, challenge), data)
        yield reveal("I am satisfied", form, main=not request.exhausted)
    if not view.raises:
        return
    if challenge.state == "waiting for a decision" and request.answered is not None and request.plan is None:
        yield reveal("Agree to it as a plan", form_part(plan_form(challenge), data))
    if challenge.state == "waiting for a decision" or overdue:
        title = "Go on to a later stage" if overdue else "Not satisfied: go on"
        yield reveal(title, form_part(_onward(challenge, request, procedure), data), main=overdue)
    if overdue:
        yield reveal("Wait until a date", form_part(wait_form(challenge), data))
        yield reveal("It is resolved", form_part(resolve_form(procedure, challenge), data))
    if decides or overdue:
        title = "Withdraw" if overdue else "Close without going further"
        yield reveal(title, form_part(close_form(challenge), data))


def _onward(challenge: Challenge, request: Request, procedure: Procedure) -> Form:
    return escalate_form(procedure, challenge) if _later(procedure, request) else exhaust_form(procedure, challenge)


def _later(procedure: Procedure, request: Request) -> tuple[Stage, ...]:
    return procedure.after(request.stage) if parts.stage_of(procedure, request.stage) else ()


def _opening(view: _View, request: Request) -> Iterator[Action]:
    """Acts that are open at any moment, each in a card of its own."""
    challenge, procedure = view.challenge, view.procedure
    if challenge.ended is not None:
        return
    data = {"ref": challenge.reference, "n": request.number}
    waits = challenge.state in ("waiting for an answer", "waiting for agreement")
    if waits and not challenge.awaits_agreement and len(challenge.issues) < MOST_ISSUES:
        yield button("Add an issue", OPEN, {"form": "issue", **data})
    if waits and not request.answer_overdue:
        if title := _onward_title(challenge, request, procedure):
            yield button(title, OPEN, {"form": "escalate", **data})
        yield button("It is resolved", OPEN, {"form": "resolve", **data})
        yield button("Withdraw", OPEN, {"form": "close", **data})
    yield button("Add a note", OPEN, {"form": "note", **data})


def _onward_title(challenge: Challenge, request: Request, procedure: Procedure) -> str:
    """What the button is called that goes on; empty where nothing can be opened now."""
    proposal = challenge.proposal
    if proposal is not None:
        return f"Open {words.unsaid(parts.stage_title(procedure, proposal.stage))}" if proposal.open_to_raiser else ""
    return "Escalate now" if _later(procedure, request) else ""


def _special(view: _View, request: Request) -> Iterator[Action]:
    """Acts that only some procedures have, or that the raiser is free to do at this stage."""
    challenge, procedure = view.challenge, view.procedure
    data = {"ref": challenge.reference, "n": request.number}
    if challenge.ended is not None:
        if procedure.reopening is not None and challenge.raiser.role in procedure.reopening.by:
            yield button("Reopen", OPEN, {"form": "reopen", **data})
        return
    yield from course.date_buttons(challenge, request, procedure, challenge.raiser.role)


def _as_deciding(view: _View, request: Request) -> Iterator[Action]:
    """What whoever decides beside the raiser may do about the dates (NEL-07)."""
    challenge, procedure = view.challenge, view.procedure
    stage = parts.stage_of(procedure, request.stage)
    if challenge.ended is None and stage is not None:
        role = next((role for role in stage.satisfied_by if role != challenge.raiser.role), "")
        yield from course.date_buttons(challenge, request, procedure, role)


def _decide_by(request: Request) -> str:
    return words.moment(request.decide_by.due_at) if request.decide_by is not None else ""


def _decision_late(request: Request, now: datetime) -> bool:
    return parts.is_late(request.decide_by, now)


def _summary(challenge: Challenge, request: Request, now: datetime) -> str:
    match challenge.state:
        case "waiting for an answer":
            if not request.asked:
                return "nobody can be asked at present"
            if request.due is None:
                return "waiting for an answer"
            day = f"{words.clock(request.due.due_at)} on {words.in_words(request.due.due_on)}"
            late = parts.is_late(request.due, now)
            return f"no answer came by {day}" if late else f"waiting for an answer by {day}"
        case "waiting for agreement":
            return words.first_down(words.unsaid(_agreement(challenge))).lstrip("⚠✓ ")
        case "waiting for a decision":
            assert request.decide_by is not None
            at = request.decide_by.due_at
            return parts.pressing(at, now, "please decide by", "your decision was due by")
        case "stages exhausted":
            return "all stages have been used"
        case "resolved" | "closed":
            return challenge.ended.how if challenge.ended else ""
        case _:
            assert_never(challenge.state)
