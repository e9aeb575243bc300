"""A form on its way through the questions in text: what is asked of this person, what was given, whether it will do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from bot.domain.decide import decide
from bot.domain.errors import DateNotPossible, FormIncomplete
from bot.domain.filled import command
from bot.domain.forms import Field, Form, FormId, Section, check
from bot.domain.working_time import london_date
from bot.usecases import fill, prepare
from bot.usecases.see import ACTS, see
from bot.usecases.talk import Talk
from cards.words import said
from storage.desk import Draft


@dataclass(frozen=True, kw_only=True)
class Asking:
    """The form of a draft as it is now."""

    form: FormId
    subject: str
    number: int
    """Of the stage request, where the form answers one."""
    entries: Mapping[str, str]
    shape: Form
    fields: tuple[Field, ...]
    """Those that this person is asked."""

    def field(self, id: str) -> Field | None:
        return next((field for field in self.fields if field.id == id), None)


def asking_of(talk: Talk, draft: Draft) -> Asking:
    """Raises `Refused` where the person may no longer see, or do, this."""
    return asking_for(talk, cast(FormId, draft.form), draft.subject, draft.entries, number=draft.number)


def asking_for(
    talk: Talk, form: FormId, subject: str, entries: Mapping[str, str], *, number: int | None = None
) -> Asking:
    """The form with these entries, for the present stage request unless another is named.

    Nobody is asked for the arena of a child: their record says it.
    """
    if form == "raise":
        with talk.office.database.reading() as connection:
            child = talk.office.directory(connection).children.get(subject)
            entries = {**entries, **({"child": child.reference, "arena": child.arena} if child else {})}
            shape, present = prepare.raising_form(talk, connection, entries), 0
    else:
        seen = see(talk, subject, ACTS[form])
        shape, present = fill.shown_form(talk, form, seen), fill.number_for(form, seen.challenge)
    fields = tuple(field for field in shape.fields if (form, field.id) != ("raise", "arena"))
    number = present if number is None else number
    return Asking(form=form, subject=subject, number=number, entries=entries, shape=shape, fields=fields)


def read_answer(talk: Talk, field: Field, text: str) -> str:
    """The checked value of one answer, empty for nothing. Raises `FormIncomplete` with a sentence for this field."""
    if field.id == "child":
        with talk.office.database.reading() as connection:
            children = talk.office.directory(connection).children
        typed = text.strip(" .,;\"'\n").upper()
        if typed in children:
            return typed
    alone = Form(id="note", title="", lead="", button="", sections=(Section(fields=(field,)),))
    try:
        value = check(alone, {field.id: text}, london_date(talk.turn.at)).get(field.id, "")
    except FormIncomplete:
        if field.id != "child" or not typed:
            raise
        raise FormIncomplete({field.id: no_such_child(typed)}) from None
    if field.id == "child" and value not in children:
        raise FormIncomplete({field.id: no_such_child(typed)})
    return value


def no_such_child(reference: str) -> str:
    return f"No child has the reference {reference[:40]}. Check it."


def good_answer(talk: Talk, asking: Asking, field: Field) -> str:
    """The answer that stands there already; empty where there is none or it won't do."""
    try:
        return read_answer(talk, field, asking.entries.get(field.id, ""))
    except FormIncomplete:
        return ""


def first_open(talk: Talk, asking: Asking) -> tuple[Field, str] | None:
    """The first question without a good answer, with what is wrong where there is one that won't do."""
    for field in asking.fields:
        given = asking.entries.get(field.id, "").strip()
        if not given and (field.required or field.id not in asking.entries):
            return field, ""
        try:
            read_answer(talk, field, given)
        except FormIncomplete as wrong:
            return field, said(wrong.by_field[field.id])
    return None


def in_order(talk: Talk, asking: Asking) -> dict[str, str]:
    """The entries with every good answer as its checked value."""
    good = {field.id: good_answer(talk, asking, field) for field in asking.fields if field.id in asking.entries}
    return {**asking.entries, **{id: value for id, value in good.items() if value}}


def first_wrong(talk: Talk, asking: Asking, draft: Draft) -> tuple[Field, str] | None:
    """The first answer that its form, or the procedure, won't take, with why. Raises any other `Refused`."""
    try:
        _try_out(talk, asking, draft)
    except FormIncomplete as wrong:
        faults = wrong.by_field
    except DateNotPossible as wrong:
        faults = {wrong.field: wrong.sentence}
    else:
        return None
    field = next((field for field in asking.fields if field.id in faults), None)
    return (field, said(faults[field.id])) if field else None


def _try_out(talk: Talk, asking: Asking, draft: Draft) -> None:
    """Find out whether it could be done, without doing it. Raises `Refused`."""
    if asking.form == "raise":
        with talk.office.database.reading() as connection:
            prepare.checked_raising(talk, talk.office.facts(connection), asking.shape, draft)
        return
    seen = see(talk, asking.subject, ACTS[asking.form])
    challenge, facts = seen.challenge, seen.facts
    good = check(asking.shape, asking.entries, london_date(talk.turn.at))
    asked_for = command(asking.form, good, asking.number, facts.procedure, challenge.arena)
    decide(challenge, talk.sent(asked_for, "trial"), facts)
