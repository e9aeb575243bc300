"""The card of a stage request, for the person asked: what is asked, about whom, by whom, by when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import assert_never

from bot.domain.blank import answer_form
from bot.domain.challenge import Challenge, Request
from bot.domain.forms import Form
from bot.domain.procedure import Procedure
from cards import parts, words
from cards.form import form_part
from cards.kit import Action, Drawn, Element, button, drawn, facts, fitting, heading, panel, quote, reveal, row, text
from cards.verbs import ACK

REMINDED_OF = 120
"""Characters of an issue that stand over its answer, as the whole issue stands further up in the same card."""


def request_card(
    challenge: Challenge,
    number: int,
    procedure: Procedure,
    *,
    age: int | None,
    now: datetime,
    nonce: str,
    lead: str = "",
) -> Drawn:
    """One stage request as it stands now, whatever it was when the card was first sent.

    `lead` stands over everything: "Reminder: this is due tomorrow". `nonce` is new for each card that is sent; each
    button makes its own of it. Raises `LookupError` for a request that the challenge doesn't have.
    """
    request = challenge.request(number)
    if request is None:
        raise LookupError(f"{challenge.reference} has no request {number}")
    return fitting(lambda most: _drawn(challenge, request, procedure, age, now, nonce, lead, most))


def _drawn(
    challenge: Challenge,
    request: Request,
    procedure: Procedure,
    age: int | None,
    now: datetime,
    nonce: str,
    lead: str,
    most: int,
) -> Drawn:
    title, look = _title(challenge, request, procedure, now)
    body = [
        *([panel(text(words.said(lead), bold=True), look="warning")] if lead else []),
        parts.head(challenge, procedure, request.stage),
        heading(title, top=True, look="attention" if look == "late" else "", gap="Small"),
        *_state(challenge, request, procedure),
        *parts.ending(challenge, most=most),
        facts(*_facts(challenge, request, procedure, age)),
        *([quote(request.reason, label="Why this stage:", most=most)] if request.reason else []),
        *parts.issues(challenge.issues, procedure, answered=request.answered, most=most),
        parts.why_it_matters(challenge.impact, challenge.details, most=most),
        *parts.shortened(parts.texts_of(challenge), most),
        *_buttons(challenge, request, nonce, most),
    ]
    return drawn(body, f"{challenge.reference}: {_summary(challenge, request, procedure, now)}")


def _title(challenge: Challenge, request: Request, procedure: Procedure, now: datetime) -> tuple[str, str]:
    by = words.moment(request.due.due_at)
    standing = parts.standing(challenge, request)
    match standing:
        case "waiting":
            if parts.late(request.due.due_at, now):
                return f"⚠ Your answer is late: it was due by {by}", "late"
            return f"Your answer is asked by {by}", ""
        case "answered" | "exhausted":
            return "✓ Answered", ""
        case "moved on":
            return f"Moved on to {parts.stage_title(procedure, challenge.current.stage)}", ""
        case "ended":
            assert challenge.ended is not None
            return f"{'✓ ' if challenge.ended.how == 'resolved' else ''}{words.first_up(challenge.ended.how)}", ""
        case _:
            assert_never(standing)


def _state(challenge: Challenge, request: Request, procedure: Procedure) -> Iterator[Element]:
    standing = parts.standing(challenge, request)
    if request.answered is not None:
        by, at = words.person(request.answered.by, procedure), words.moment(request.answered.at)
        yield text(f"Answered by {by} at {at}. Thank you.")
        if standing == "answered":
            decides = (
                f"{words.said(challenge.raiser.name)} decides by {words.moment(request.answered.decide_by.due_at)}."
            )
            yield text(decides, gap="Small")
    elif request.acknowledged is not None:
        party, at_ = request.acknowledged
        yield text(f"✓ Acknowledged by {words.person(party, procedure)} at {words.moment(at_)}")
    if standing == "exhausted":
        yield text(f"{words.said(challenge.raiser.name)} is not satisfied, and this was the last stage.")
    if standing in ("moved on", "ended"):
        yield text("Nothing more is asked of you here.")


def _facts(challenge: Challenge, request: Request, procedure: Procedure, age: int | None) -> Iterator[tuple[str, str]]:
    yield "Child", parts.child_of(challenge, age)
    yield "Raised by", words.person(challenge.raiser, procedure)
    yield "Asked", parts.asked_of(request, procedure)
    if request.answered is not None or challenge.ended is not None:
        yield "Was due", words.moment(request.due.due_at)
    if challenge.total is not None and challenge.ended is None:
        yield "All stages", f"End by {words.moment(challenge.total.due_at)} ({challenge.total.limit} working days)"


def _buttons(challenge: Challenge, request: Request, nonce: str, most: int) -> Iterator[Element]:
    if parts.standing(challenge, request) == "waiting":
        yield row(*_acts(challenge, request, nonce, most), gap="Large")
    yield row(*parts.record_buttons(challenge))


def _acts(challenge: Challenge, request: Request, nonce: str, most: int) -> Iterator[Action]:
    data = {"ref": challenge.reference, "n": request.number, "nonce": nonce}
    form: Form = answer_form(challenge)
    yield reveal("Answer", form_part(form, data, most=min(most, REMINDED_OF)), main=True)
    if request.acknowledged is None:
        yield button("Acknowledge", ACK, {**data, "nonce": f"{nonce}.ack"})


def _summary(challenge: Challenge, request: Request, procedure: Procedure, now: datetime) -> str:
    at = request.due.due_at
    standing = parts.standing(challenge, request)
    match standing:
        case "waiting":
            day = f"{words.clock(at)} on {words.in_words(request.due.due_on)}"
            late = parts.late(at, now)
            return f"your answer was due by {day}" if late else f"your answer is asked by {day}"
        case "answered" | "exhausted":
            return "answered"
        case "moved on":
            return f"moved on to {words.unsaid(parts.stage_title(procedure, challenge.current.stage))}"
        case "ended":
            return challenge.ended.how if challenge.ended else ""
        case _:
            assert_never(standing)
