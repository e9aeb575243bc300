"""The card of a stage request, for the person asked: what is asked, about whom, by whom, by when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import assert_never

from bot.domain.blank import answer_form
from bot.domain.challenge import Challenge, Request
from bot.domain.procedure import Procedure
from bot.domain.stages import Step
from cards import course, parts, words
from cards.form import form_part
from cards.kit import Action, Drawn, Element, button, drawn, facts, fitting, heading, panel, reveal, row, text
from cards.verbs import ACK


def request_card(
    challenge: Challenge,
    number: int,
    procedure: Procedure,
    *,
    age: int | None,
    now: datetime,
    nonce: str,
    lead: str = "",
    good: bool = False,
) -> Drawn:
    """One stage request as it stands now, whatever it was when the card was first sent.

    `lead` stands over everything: "Reminder: this is due tomorrow"; `good` when it is good news. `nonce` is new for
    each card that is sent; each button makes its own of it. Raises `LookupError` for a request that the challenge
    doesn't have.
    """
    request = challenge.request(number)
    if request is None:
        raise LookupError(f"{challenge.reference} has no request {number}")
    over = parts.lead(lead, good=good)
    return fitting(lambda most: _drawn(challenge, request, procedure, age, now, nonce, over, most))


def _drawn(
    challenge: Challenge,
    request: Request,
    procedure: Procedure,
    age: int | None,
    now: datetime,
    nonce: str,
    over: Sequence[Element],
    most: int,
) -> Drawn:
    title, look = _title(challenge, request, procedure, now)
    waits = parts.standing(challenge, request) == "waiting"
    role = next(iter(request.asked), None)
    dated = list(course.date_buttons(challenge, request, procedure, role.role)) if waits and role is not None else []
    acts = list(_acts(challenge, request, procedure, nonce, most)) if waits else []
    first_the_day = course.unfixed(request, parts.stage_of(procedure, request.stage))
    rows = (dated, acts) if first_the_day else (acts, dated)
    meeting = list(course.meeting_terms(request, procedure))
    earlier = tuple(one for one in challenge.requests if one.number < request.number)
    body = [
        *over,
        parts.head(challenge, procedure, request.stage),
        heading(title, top=True, look="attention" if look == "late" else "", gap="Small"),
        *_state(challenge, request, procedure),
        *parts.ending(challenge, procedure, most=most),
        facts(*_facts(challenge, request, procedure, age, now)),
        *(row(*buttons) for buttons in rows if buttons),
        *([panel(*(text(line, gap="Small") for line in meeting))] if meeting else []),
        *parts.why_opened(request, most=most),
        *parts.issues(
            challenge.issues, procedure, answered=request.answered, partly=request.partly, earlier=earlier, most=most
        ),
        parts.why_it_matters(challenge, procedure, most=most),
        *parts.shortened(parts.texts_of(challenge), most),
        row(*parts.record_buttons(challenge, procedure, acts=waits)),
    ]
    return drawn(body, f"{challenge.reference}: {_summary(challenge, request, procedure, now)}")


def _title(challenge: Challenge, request: Request, procedure: Procedure, now: datetime) -> tuple[str, str]:
    by = parts.by(request.due)
    standing = parts.standing(challenge, request)
    match standing:
        case "waiting":
            if parts.is_late(request.due, now):
                return f"⚠ Your answer is late: it was due{by}", "late"
            return f"{_asks(challenge, request, procedure)}{by}", ""
        case "answered" | "exhausted":
            return "✓ Answered", ""
        case "moved on":
            return f"Moved on to {parts.stage_title(procedure, challenge.current.stage)}", ""
        case "ended":
            assert challenge.ended is not None
            return f"{'✓ ' if challenge.ended.how == 'resolved' else ''}{words.first_up(challenge.ended.how)}", ""
        case _:
            assert_never(standing)


_ASKS: dict[Step, str] = {
    "answer": "Please answer",
    "conversation": "Please confirm what was agreed",
    "meeting": "Please hold the meeting and record its outcome",
    "plan": "Please propose a plan",
    "report": "For your information",
}


def _asks(challenge: Challenge, request: Request, procedure: Procedure) -> str:
    """What the stage asks for, by what kind of stage it is."""
    stage = parts.stage_of(procedure, request.stage)
    return _ASKS[stage.kind if stage is not None else "answer"]


_ANSWERS: dict[Step, str] = {
    "answer": "Answer",
    "conversation": "Confirm what was agreed",
    "meeting": "Record the outcome",
    "plan": "Propose a plan",
    "report": "Answer",
}
"""What the button is called that does what the stage asks for."""


def _state(challenge: Challenge, request: Request, procedure: Procedure) -> Iterator[Element]:
    standing = parts.standing(challenge, request)
    if request.answered is not None:
        by, at = words.person(request.answered.by, procedure), words.moment(request.answered.at)
        silent = "No answer came in time. By the procedure that counts as acceptance of every issue."
        yield text(silent if request.answered.silent else f"Answered by {by} at {at}. Thank you.")
        if standing == "answered":
            decides = (
                f"{words.said(challenge.raiser.name)} decides by {words.moment(request.answered.decide_by.due_at)}."
            )
            yield text(decides, gap="Small")
    elif request.acknowledged is not None:
        party, at_ = request.acknowledged
        yield text(f"✓ Acknowledged by {words.person(party, procedure)} at {words.moment(at_)}")
    yield from (text(line, gap="Small") for line in course.beyond(challenge, request))
    yield from (text(line, gap="Small") for line in course.progress(request, procedure))
    yield from course.paused(challenge, procedure)
    if standing == "waiting":
        issues, each = words.count(len(challenge.issues), "issue"), "it" if len(challenge.issues) == 1 else "each"
        stage = parts.stage_of(procedure, request.stage)
        meets = stage is not None and stage.kind == "meeting"
        yield text(f"{issues} to settle." if meets else f"{issues}: accept or challenge {each}.", gap="Small")
    if standing == "exhausted":
        yield text(f"{words.said(challenge.raiser.name)} is not satisfied, and this was the last stage.")
    if standing in ("moved on", "ended"):
        yield text("Nothing more is asked of you here.")


def _facts(
    challenge: Challenge, request: Request, procedure: Procedure, age: int | None, now: datetime
) -> Iterator[tuple[str, str]]:
    yield parts.about(challenge, procedure, age)
    yield "Raised by", words.person(challenge.raiser, procedure)
    yield "Asked", parts.asked_of(request, procedure)
    if request.answered is not None or challenge.ended is not None:
        yield "Was due", words.moment(request.due.due_at) if request.due is not None else ""
    elif request.due is not None and request.due.own_due_at is not None:
        yield "Due", parts.date_of(request.due)
    if challenge.ended is None:
        yield parts.all_stages(challenge, now)


def _acts(challenge: Challenge, request: Request, procedure: Procedure, nonce: str, most: int) -> Iterator[Action]:
    data = {"ref": challenge.reference, "n": request.number, "nonce": nonce}
    stage = parts.stage_of(procedure, request.stage)
    title, form = _ANSWERS[stage.kind if stage is not None else "answer"], answer_form(procedure, challenge)
    yield reveal(title, form_part(form, data, most=most), main=not course.unfixed(request, stage))
    if request.acknowledged is None:
        yield button("Acknowledge", ACK, {**data, "nonce": f"{nonce}.ack"})


def _summary(challenge: Challenge, request: Request, procedure: Procedure, now: datetime) -> str:
    standing = parts.standing(challenge, request)
    match standing:
        case "waiting":
            asks = words.first_down(_asks(challenge, request, procedure))
            if request.due is None:
                return asks
            return parts.pressing(request.due.due_at, now, f"{asks} by", "your answer was due by")
        case "answered" | "exhausted":
            return "answered"
        case "moved on":
            return f"moved on to {words.unsaid(parts.stage_title(procedure, challenge.current.stage))}"
        case "ended":
            return challenge.ended.how if challenge.ended else ""
        case _:
            assert_never(standing)
