"""The card of whoever must agree before a stage opens: what is to be opened, why, and what they confirm."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.blank import agreement_form
from bot.domain.challenge import Challenge
from bot.domain.procedure import Procedure
from cards import parts, words
from cards.course import waiting_for_agreement
from cards.form import form_part
from cards.kit import Drawn, Element, drawn, facts, fitting, heading, reveal, row, text


def agreement_card(
    challenge: Challenge,
    procedure: Procedure,
    *,
    age: int | None,
    now: datetime,
    nonce: str,
    lead: str = "",
    good: bool = False,
) -> Drawn:
    """The agreement that is waited for, or what has come of it."""
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
    proposal = challenge.proposal
    waits = proposal is not None and proposal.given is None and challenge.ended is None
    stage = proposal.stage if proposal is not None else challenge.current.stage
    title = _title(challenge, procedure, now)
    known = parts.stage_of(procedure, stage)
    gate = known.gate if known is not None else None
    raiser = words.person(challenge.raiser, procedure)
    body = [
        *over,
        parts.head(challenge, procedure, stage),
        heading(title, top=True, look="attention" if title.startswith("⚠") else "", gap="Small"),
        *([text(f"{raiser} wants to open {parts.stage_title(procedure, stage)}.", gap="Small")] if waits else []),
        *(
            [text(f"By agreeing you confirm: {words.said(gate.confirms)}", gap="Small")]
            if waits and gate and gate.confirms
            else []
        ),
        *parts.ending(challenge, procedure, most=most),
        facts(parts.about(challenge, procedure, age), ("Raised by", raiser)),
        *([row(reveal("Agree, or say why not", _form(challenge, procedure, nonce, most), main=True))] if waits else []),
        *(parts.why_opened(proposal, most=most) if proposal is not None else ()),
        *parts.issues(challenge.issues, procedure, earlier=challenge.requests, most=most),
        parts.why_it_matters(challenge, procedure, most=most),
        *parts.shortened(parts.texts_of(challenge), most),
        row(*parts.record_buttons(challenge, procedure, acts=waits)),
    ]
    of_stage = proposal is None and challenge.ended is None  # then it begins with the stage's own title
    said = words.unsaid(title) if of_stage else words.first_down(words.unsaid(title)).lstrip("⚠✓ ")
    return drawn(body, f"{challenge.reference}: {said}")


def _form(challenge: Challenge, procedure: Procedure, nonce: str, most: int) -> list[Element]:
    number = challenge.proposal.number if challenge.proposal is not None else 0
    data = {"ref": challenge.reference, "n": number, "nonce": nonce}
    return list(form_part(agreement_form(procedure, challenge), data, most=most))


def _title(challenge: Challenge, procedure: Procedure, now: datetime) -> str:
    proposal = challenge.proposal
    if challenge.ended is not None:
        return words.first_up(challenge.ended.how)
    if proposal is None:
        return f"{parts.stage_title(procedure, challenge.current.stage)} has been opened"
    if proposal.given is not None:
        return waiting_for_agreement(proposal)
    if parts.is_late(proposal.due, now):
        return f"⚠ Your agreement is late: it was due{parts.by(proposal.due)}"
    return f"Do you agree? Please answer{parts.by(proposal.due)}"
