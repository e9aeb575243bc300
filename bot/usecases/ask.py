"""A form gone through as questions in text, for somebody whose phone can't show cards."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from bot.domain.errors import FormIncomplete
from bot.domain.forms import Field, Form, FormId, Section, check
from bot.domain.working_time import london_date
from bot.usecases import fill
from bot.usecases.show import visible
from bot.usecases.talk import Said, Talk, say
from cards.words import said
from storage import desk
from storage.database import Connection
from storage.desk import Draft

STOP, SKIP, BACK = "stop", "skip", "back"


def begin(talk: Talk, form: FormId, subject: str, entries: dict[str, str] | None = None) -> Said:
    """Ask the first question that is still open; what was typed before is kept."""
    with talk.office.database.reading() as connection:
        before = desk.draft_of(connection, talk.me.id, form, subject)
        known = {**(before.entries if before else {}), **(entries or {})}
        shape, number = _form(talk, connection, form, subject, known)
    return _ask_next(talk, form, subject, number, known, shape)


def reply(talk: Talk, draft: Draft, text: str) -> Said:
    """Take a line as the answer to the question that was asked last."""
    form = cast(FormId, draft.form)
    word = text.strip().casefold()
    if word == STOP:
        fill.keep(talk, form, draft.subject, draft.number, draft.entries)
        return say(f"Stopped. What you typed is kept: `edit {draft.code}` goes on, `no {draft.code}` forgets it.")
    entries = dict(draft.entries)
    with talk.office.database.reading() as connection:
        shape, number = _form(talk, connection, form, draft.subject, entries)
    field = next(field for field in shape.fields if field.id == draft.asking)
    if word == BACK:
        ids = [one.id for one in shape.fields]
        return _put(talk, draft, shape, shape.fields[max(0, ids.index(field.id) - 1)])
    if word == SKIP and field.required:
        return say(f"This one needs an answer. {_question(shape, field)}")
    if word != SKIP:
        try:
            check(
                Form(id=form, title="", lead="", button="", sections=(_only(shape, field),)),
                {field.id: text},
                london_date(talk.turn.at),
            )
        except FormIncomplete as wrong:
            return say(f"{wrong.by_field[field.id]}\n\n{_question(shape, field)}")
    entries[field.id] = "" if word == SKIP else text.strip()
    subject = draft.subject
    if form == "raise" and field.id == "child":
        entries["child"] = subject = entries["child"].upper()
        with talk.office.database.writing() as connection:
            desk.drop_draft(connection, talk.me.id, form, draft.subject)
    return _ask_next(talk, form, subject, number, entries, shape)


def _only(shape: Form, field: Field) -> Section:
    section = next(section for section in shape.sections if field in section.fields)
    return replace(section, fields=(field,))


def _form(talk: Talk, connection: Connection, form: FormId, subject: str, entries: dict[str, str]) -> tuple[Form, int]:
    if form == "raise":
        return fill.raising_form(talk, connection, entries), 0
    challenge, _, facts, _ = visible(talk.office, connection, subject, talk.me.id, talk.turn.at)
    return fill.form_for(form, challenge, facts.procedure), challenge.current.number


def _ask_next(talk: Talk, form: FormId, subject: str, number: int, entries: dict[str, str], shape: Form) -> Said:
    if form == "raise":
        entries = _with_arena(talk, entries)
    open_ = next((field for field in shape.fields if field.id not in entries), None)
    draft = fill.keep(talk, form, subject, number, entries, asking=open_.id if open_ else "")
    if open_ is not None:
        return say(_question(shape, open_))
    if form == "raise":
        return say(fill.review_raising(talk, subject, entries))
    given = [f"- {field.label} {said(entries[field.id])}" for field in shape.fields if entries.get(field.id)]
    return say(
        "\n".join(
            [
                f"**{shape.title}**",
                *given,
                "",
                f"Nothing has happened yet. Type `yes {draft.code}` to send it, `no {draft.code}` to forget it.",
            ]
        )
    )


def _with_arena(talk: Talk, entries: dict[str, str]) -> dict[str, str]:
    """Nobody is asked for the arena of a child whose record says it."""
    with talk.office.database.reading() as connection:
        child = talk.office.directory(connection).children.get(entries.get("child", ""))
    return {"arena": child.arena, **entries} if child else entries


def _put(talk: Talk, draft: Draft, shape: Form, field: Field) -> Said:
    entries = {id: value for id, value in draft.entries.items() if id != field.id}
    fill.keep(talk, cast(FormId, draft.form), draft.subject, draft.number, entries, asking=field.id)
    return say(_question(shape, field))


def _question(shape: Form, field: Field) -> str:
    """One question with where it stands, what can be chosen, and how to go on."""
    section = next(section for section in shape.sections if field in section.fields)
    number = [one.id for one in shape.fields].index(field.id) + 1
    head = f"**{shape.title}** ({number} of {len(shape.fields)})"
    about = [f"{section.title}: {said(section.lead)}".strip(": ")] if section.title or section.lead else []
    choices = [f"{place}. {choice.title}" for place, choice in enumerate(field.choices, start=1)]
    hint = [f"({field.hint})"] if field.hint else []
    usual = [f"Usually: {_title(field, field.value)}"] if field.value else []
    ways = "`back` · `stop`" if field.required else "`skip` · `back` · `stop`"
    return "\n\n".join(
        [head, *about, f"**{field.label}**", *hint, *(["\n".join(choices)] if choices else []), *usual, ways]
    )


def _title(field: Field, value: str) -> str:
    return next((choice.title for choice in field.choices if choice.value == value), value)
