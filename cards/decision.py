"""The raiser's card: where the challenge stands, the answer beside each issue, and what the raiser can do next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import assert_never

from bot.domain.blank import close_form, escalate_form, exhaust_form, resolve_form, wait_form
from bot.domain.challenge import Challenge, Request
from bot.domain.commands import MOST_ISSUES
from bot.domain.forms import Form
from bot.domain.procedure import Procedure, Stage
from cards import parts, words
from cards.form import form_part
from cards.kit import Action, Drawn, Element, button, drawn, facts, fitting, heading, reveal, row, text
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
) -> Drawn:
    """The present state for the person who raised it, with every act that is open to them.

    `lead` stands over everything; `good` when it is good news. `nonce` is new for each card that is sent; each button
    makes its own of it.
    """
    over = parts.lead(lead, good=good)
    return fitting(lambda most: _drawn(challenge, procedure, age, now, nonce, over, most))


def _drawn(
    challenge: Challenge,
    procedure: Procedure,
    age: int | None,
    now: datetime,
    nonce: str,
    over: Sequence[Element],
    most: int,
) -> Drawn:
    request = challenge.current
    title = _title(challenge, request, procedure, now)
    body = [
        *over,
        parts.head(challenge, procedure, request.stage),
        heading(title, top=True, look="attention" if title.startswith("⚠") else "", gap="Small"),
        *(text(line, gap="Small") for line in _state(challenge, request, procedure)),
        *parts.ending(challenge, most=most),
        facts(*_facts(challenge, request, procedure, age, now)),
        *parts.issues(challenge.issues, procedure, answered=request.answered, most=most),
        *parts.shortened(parts.texts_of(challenge), most),
        *_buttons(challenge, request, procedure, nonce),
    ]
    return drawn(body, f"{challenge.reference}: {_summary(challenge, request, now)}{_and_over(challenge, now)}")


def _and_over(challenge: Challenge, now: datetime) -> str:
    total = challenge.total
    over = challenge.ended is None and total is not None and parts.late(total.due_at, now)
    return "; the time for all stages is over" if over else ""


def _title(challenge: Challenge, request: Request, procedure: Procedure, now: datetime) -> str:
    match challenge.state:
        case "waiting for an answer":
            if not request.asked:
                return "⚠ Nobody can be asked at present"
            if parts.late(request.due.due_at, now):
                return f"⚠ No answer came by {words.moment(request.due.due_at)}"
            return f"Waiting for an answer by {words.moment(request.due.due_at)}"
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
    if request.answered is not None:
        by, at = words.person(request.answered.by, procedure), words.moment(request.answered.at)
        yield f"{by} answered at {at}: {parts.verdicts(request.answered)}."
    elif request.acknowledged is not None:
        party, at_ = request.acknowledged
        yield f"✓ {words.person(party, procedure)} acknowledged it at {words.moment(at_)}."
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
        body = parts.outside_body(procedure, challenge.arena)
        if body:
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
    yield "Child", parts.child_of(challenge, age)
    yield "Asked", parts.asked_of(request, procedure)
    if challenge.state == "waiting for an answer" and not request.asked:
        yield "Answer due", words.moment(request.due.due_at)
    if challenge.ended is None:
        yield parts.all_stages(challenge, now)


def _buttons(challenge: Challenge, request: Request, procedure: Procedure, nonce: str) -> Iterator[Element]:
    acts = list(_acts(challenge, request, procedure, nonce))
    if acts:
        yield row(*acts, gap="Large")
    opening = list(_opening(challenge, request, procedure))
    if opening:
        yield row(*opening)
    yield row(*parts.record_buttons(challenge))


def _acts(challenge: Challenge, request: Request, procedure: Procedure, nonce: str) -> Iterator[Action]:
    """What answers the question that the card puts; nothing where it puts none."""
    data = {"ref": challenge.reference, "n": request.number, "nonce": nonce}
    overdue = challenge.state == "waiting for an answer" and request.answer_overdue
    decides = challenge.state in ("waiting for a decision", "stages exhausted")
    if decides:
        yield reveal("I am satisfied", form_part(resolve_form(challenge), data), main=not request.exhausted)
    if challenge.state == "waiting for a decision" or overdue:
        title = "Go on to a later stage" if overdue else "Not satisfied: go on"
        yield reveal(title, form_part(_onward(challenge, request, procedure), data), main=overdue)
    if overdue:
        yield reveal("Wait until a date", form_part(wait_form(challenge), data))
        yield reveal("It is resolved", form_part(resolve_form(challenge), data))
    if decides or overdue:
        title = "Withdraw" if overdue else "Close without going further"
        yield reveal(title, form_part(close_form(challenge), data))


def _onward(challenge: Challenge, request: Request, procedure: Procedure) -> Form:
    return escalate_form(procedure, challenge) if _later(procedure, request) else exhaust_form(procedure, challenge)


def _later(procedure: Procedure, request: Request) -> tuple[Stage, ...]:
    return procedure.after(request.stage) if parts.stage_of(procedure, request.stage) else ()


def _opening(challenge: Challenge, request: Request, procedure: Procedure) -> Iterator[Action]:
    """Acts that are open at any moment, each in a card of its own."""
    if challenge.ended is not None:
        return
    data = {"ref": challenge.reference, "n": request.number}
    waits = challenge.state == "waiting for an answer"
    if waits and len(challenge.issues) < MOST_ISSUES:
        yield button("Add an issue", OPEN, {"form": "issue", **data})
    if waits and not request.answer_overdue:
        if _later(procedure, request):
            yield button("Escalate now", OPEN, {"form": "escalate", **data})
        yield button("It is resolved", OPEN, {"form": "resolve", **data})
        yield button("Withdraw", OPEN, {"form": "close", **data})
    yield button("Add a note", OPEN, {"form": "note", **data})


def _decide_by(request: Request) -> str:
    return words.moment(request.answered.decide_by.due_at) if request.answered else ""


def _decision_late(request: Request, now: datetime) -> bool:
    return request.answered is not None and parts.late(request.answered.decide_by.due_at, now)


def _summary(challenge: Challenge, request: Request, now: datetime) -> str:
    match challenge.state:
        case "waiting for an answer":
            if not request.asked:
                return "nobody can be asked at present"
            day = f"{words.clock(request.due.due_at)} on {words.in_words(request.due.due_on)}"
            late = parts.late(request.due.due_at, now)
            return f"no answer came by {day}" if late else f"waiting for an answer by {day}"
        case "waiting for a decision":
            assert request.answered is not None
            at = request.answered.decide_by.due_at
            return parts.pressing(at, now, "please decide by", "your decision was due by")
        case "stages exhausted":
            return "all stages have been used"
        case "resolved" | "closed":
            return challenge.ended.how if challenge.ended else ""
        case _:
            assert_never(challenge.state)
