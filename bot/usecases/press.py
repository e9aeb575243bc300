"""What a button does. A button names what it answers; one that is out of date brings the present card back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import cast, get_args

from bot.domain.commands import Acknowledge
from bot.domain.errors import Refused
from bot.domain.forms import LINE, FormId
from bot.usecases import fill, prepare, show
from bot.usecases.handle import handle
from bot.usecases.interpret import read_reference
from bot.usecases.ports import Pressed
from bot.usecases.see import see
from bot.usecases.talk import Said, Talk, say
from cards import verbs
from cards.procedure import procedure_card
from storage import desk

STRANGE = "That button isn't one that this bot knows. Type `tray` for what waits for you, or `help`."
_FIELD = re.compile(r"[\w-]{1,64}")
_NONCE = re.compile(r"[\w.-]{1,64}", re.ASCII)
"""As cards of ours carry it. Others would be keys that are too long, or those of other acts, such as `draft/K7M2Q`."""


def press(talk: Talk, pressed: Pressed) -> Said:
    """Carry out one press. Raises `Refused` where the person can't do, or see, this."""
    data = {key: str(value) for key, value in pressed.data.items()}
    reference = read_reference(data.get("ref", ""))
    match pressed.verb:
        case verbs.ACK:
            return _acknowledge(talk, reference, _number(data), _nonce(data))
        case verbs.SUBMIT | verbs.MORE:
            return _submit(talk, pressed.verb, data)
        case verbs.OPEN:
            return _open(talk, data, reference)
        case verbs.SHOW:
            return show.show(talk, reference, page=max(1, _number(data, "page")))
        case verbs.WHY:
            return show.why(talk, reference)
        case verbs.TRAY:
            return show.tray(talk)
        case verbs.CONFIRM:
            return fill.confirm(talk, data.get("code", ""))
        case verbs.CHANGE:
            return fill.reopen(talk, data.get("code", ""))
        case verbs.DISCARD:
            return fill.discard(talk, data.get("code", ""))
        case verbs.PROCEDURE:
            page = max(1, _number(data, "page"))
            return say(procedure_card(talk.office.procedure, page=page, url=talk.office.public_url))
        case verbs.HELP:
            return say(show.help_me(talk))
        case _:
            return say(STRANGE)


def _number(data: Mapping[str, str], key: str = "n") -> int:
    text = data.get(key, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _nonce(data: Mapping[str, str]) -> str:
    nonce = data.get("nonce", "")
    return nonce if _NONCE.fullmatch(nonce) else ""


def _child(data: Mapping[str, str]) -> str:
    """What a raising is about, as far as its button knows: a child's reference, whatever it looks like."""
    return data.get("ref", "")[:LINE]


def _acknowledge(talk: Talk, reference: str, number: int, nonce: str) -> Said:
    see(talk, reference, "acknowledge")
    try:
        sent = talk.sent(Acknowledge(request=number), nonce or f"ack/{talk.turn.message}")
        handled = handle(talk.office, sent, reference)
    except Refused as refused:
        return say(show.present(talk, reference, number=number, lead=refused.sentence), replaces=True)
    return say(show.present_after(talk, handled), replaces=True)


def _open(talk: Talk, data: Mapping[str, str], reference: str) -> Said:
    form = data.get("form", "")
    if form in ("decision", "answer") and reference:
        return say(show.present(talk, reference))
    if form not in get_args(FormId):
        return say(STRANGE)
    return say(fill.open_form(talk, cast(FormId, form), _child(data) if form == "raise" else reference))


def _submit(talk: Talk, verb: str, data: Mapping[str, str]) -> Said:
    form = data.get("form", "")
    if form not in get_args(FormId):
        return say(STRANGE)
    known = cast(FormId, form)
    subject = _child(data) if known == "raise" else read_reference(data.get("ref", ""))
    entries = _entries(talk, known, subject, data)
    if verb == verbs.MORE:
        return say(prepare.more_issues(talk, subject, entries), replaces=True)
    return fill.submit(talk, known, subject, _number(data), entries, _nonce(data) or talk.turn.message)


def _entries(talk: Talk, form: FormId, subject: str, data: Mapping[str, str]) -> dict[str, str]:
    """What stands in the form's inputs, and the long texts that the card left out because they are kept here."""
    prefix = f"{form}."
    fields = {key.removeprefix(prefix): value for key, value in data.items() if key.startswith(prefix)}
    entries = {id: value for id, value in fields.items() if _FIELD.fullmatch(id)}
    left_out = data.get("kept", "").split()
    if left_out:
        with talk.office.database.reading() as connection:
            draft = desk.draft_of(connection, talk.me.id, form, subject)
        if draft is not None:
            entries = {**{id: draft.entries[id] for id in left_out if id in draft.entries}, **entries}
    return entries
