"""Filling in forms: opening them, saying what is wrong, and doing what they ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from bot.domain import blank
from bot.domain.challenge import Challenge
from bot.domain.commands import LookAtClock
from bot.domain.errors import DateNotPossible, FormIncomplete, Refused
from bot.domain.filled import command
from bot.domain.forms import Form, FormId, check
from bot.domain.procedure import Procedure
from bot.domain.rehearse import rehearse
from bot.domain.working_time import london_date
from bot.usecases.handle import handle
from bot.usecases.keep import forget, keep
from bot.usecases.note_read import note_read
from bot.usecases.prepare import open_raising, raise_it, review_raising
from bot.usecases.see import ACTS, Seen, see
from bot.usecases.show import present, present_after
from bot.usecases.talk import Said, Talk, new_nonce, say
from cards.form import form_card
from cards.kit import Drawn
from cards.preview import discarded_card
from cards.words import said
from storage import desk, trail
from storage.database import Connection


def form_for(form: FormId, challenge: Challenge, procedure: Procedure) -> Form:
    """The form of an act on a challenge as it stands."""
    if form == "raise":
        raise AssertionError("a raising has no challenge yet")
    return _FORMS[form](procedure, challenge)


def number_for(form: FormId, challenge: Challenge) -> int:
    """What a form is about within its challenge: the stage request or, for an agreement, the proposal."""
    return challenge.proposals if form == "agree" else challenge.current.number


def _alone(make: Callable[[Challenge], Form]) -> Callable[[Procedure, Challenge], Form]:
    return lambda _, challenge: make(challenge)


_FORMS: dict[FormId, Callable[[Procedure, Challenge], Form]] = {
    "answer": blank.answer_form,
    "resolve": blank.resolve_form,
    "plan": _alone(blank.plan_form),
    "escalate": blank.escalate_form,
    "exhaust": blank.exhaust_form,
    "wait": _alone(blank.wait_form),
    "close": _alone(blank.close_form),
    "note": _alone(blank.note_form),
    "issue": blank.issue_form,
    "agree": blank.agreement_form,
    "meeting": _alone(blank.meeting_form),
    "limit": _alone(blank.limit_form),
    "pause": blank.pause_form,
    "resume": _alone(blank.resume_form),
    "reopen": blank.reopen_form,
    "take": _alone(blank.take_form),
}


def open_form(talk: Talk, form: FormId, reference: str, entries: Mapping[str, str] | None = None) -> Drawn:
    """A form as a card of its own, with what was typed before and never sent."""
    with talk.office.database.reading() as connection:
        if form == "raise":
            return open_raising(talk, connection, reference, entries or {})
        kept = desk.draft_of(connection, talk.me.id, form, reference)
    seen = see(talk, reference, ACTS[form])
    challenge, facts = seen.challenge, seen.facts
    number = number_for(form, challenge)
    try:
        rehearse(form, challenge, talk.sent(LookAtClock(), "rehearsal"), facts)
    except Refused as refused:
        return present(talk, reference, number=number, lead=refused.sentence)
    values = {**(kept.entries if kept else {}), **(entries or {})}
    data = {"ref": reference, "n": number, "nonce": new_nonce()}
    return form_card(shown_form(talk, form, seen), values=values, data=data)


def shown_form(talk: Talk, form: FormId, seen: Seen) -> Form:
    """The form to be shown; where it quotes the record, that is a reading of it."""
    shape = form_for(form, seen.challenge, seen.facts.procedure)
    if shape.quotes:
        note_read(talk, seen, f"the form {form}")
    return shape


def submit(talk: Talk, form: FormId, subject: str, number: int, entries: Mapping[str, str], nonce: str) -> Said:
    """A form's own button: checked, then done, or, for a raising, shown for confirmation. Kept unless it is done."""
    if form == "raise":
        return say(review_raising(talk, subject, entries), replaces=True)
    try:
        return _carry_out(talk, form, subject, number, entries, nonce)
    except Exception:
        keep(talk, form, subject, number, entries)
        raise


def _carry_out(talk: Talk, form: FormId, subject: str, number: int, entries: Mapping[str, str], id: str) -> Said:
    seen = see(talk, subject, ACTS[form])
    challenge, facts = seen.challenge, seen.facts
    shape = form_for(form, challenge, facts.procedure)
    try:
        good = check(shape, entries, london_date(talk.turn.at))
        sent = talk.sent(command(form, good, number, facts.procedure, challenge.arena), id)
        handled = handle(talk.office, sent, subject, seen=challenge, also=forget(talk, form, subject))
    except (FormIncomplete, DateNotPossible) as wrong:
        keep(talk, form, subject, number, entries)
        faults = wrong.by_field if isinstance(wrong, FormIncomplete) else {wrong.field: wrong.sentence}
        data = {"ref": subject, "n": number, "nonce": new_nonce()}
        return say(form_card(shown_form(talk, form, seen), values=entries, faults=faults, data=data), replaces=True)
    except Refused as refused:
        keep(talk, form, subject, number, entries)
        return say(present(talk, subject, number=number, lead=refused.sentence), replaces=True)
    lead = "" if handled.events or handled.repeated else "Nothing had to change."
    if form == "note":
        lead = "Added to the record."
    return say(present_after(talk, handled, lead=lead), replaces=True)


def confirm(talk: Talk, code: str) -> Said:
    """Do what a draft asks for; a second confirmation shows what the first one did."""
    with talk.office.database.reading() as connection:
        draft = desk.draft_by_code(connection, talk.me.id, code)
        done = None if draft else was_confirmed(talk, connection, code)
    if done is not None:
        return say(present(talk, done), replaces=True)
    if draft is None:
        return say(_nothing_under(code))
    if draft.form != "raise":
        form = cast(FormId, draft.form)
        return _carry_out(talk, form, draft.subject, draft.number, draft.entries, f"draft/{draft.code}")
    return raise_it(talk, draft)


def _nothing_under(code: str) -> str:
    return f"There is nothing under the code {said(code.upper()[:8])} that waits for you. Type `tray` or `help`."


def was_confirmed(talk: Talk, connection: Connection, code: str) -> str | None:
    """The challenge to which a confirmed draft has led."""
    stream = trail.was_done(connection, f"draft/{code.upper()}/{talk.me.id}")
    return stream.removeprefix("challenge:") if stream else None


def reopen(talk: Talk, code: str) -> Said:
    """The form of a draft again, with everything that was typed."""
    with talk.office.database.reading() as connection:
        draft = desk.draft_by_code(connection, talk.me.id, code)
    if draft is None:
        return say(_nothing_under(code))
    return say(open_form(talk, cast(FormId, draft.form), draft.subject), replaces=True)


def discard(talk: Talk, code: str) -> Said:
    """Forget a draft."""
    with talk.office.database.writing() as connection:
        draft = desk.draft_by_code(connection, talk.me.id, code)
        if draft is not None:
            desk.drop_draft(connection, talk.me.id, draft.form, draft.subject)
    if draft is None:
        return say("There was nothing to discard.")
    return say(discarded_card(), replaces=True)
