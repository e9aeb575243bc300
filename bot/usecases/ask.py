"""A form gone through as questions in text, for somebody whose phone can't show cards."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from bot.domain.commands import LookAtClock
from bot.domain.errors import FormIncomplete, Refused
from bot.domain.forms import Field, FormId
from bot.domain.rehearse import rehearse
from bot.usecases import fill, prepare
from bot.usecases.asking import (
    Asking,
    asking_for,
    asking_of,
    first_open,
    first_wrong,
    good_answer,
    in_order,
    no_such_child,
    read_answer,
)
from bot.usecases.keep import keep
from bot.usecases.see import ACTS, see
from bot.usecases.show import present
from bot.usecases.talk import Said, Talk, refusal, say
from cards.kit import Drawn
from cards.questions import answers, question, shown
from cards.words import said
from storage import desk
from storage.desk import Draft

STOP, SKIP, BACK, KEEP = "stop", "skip", "back", "keep"
ANYWAY = "say:"
"""What follows it is an answer, even where it reads like a command."""
REVIEW = "review"
"""Stands in place of the field that is asked for, when everything has been asked."""
MOST_IN_REVIEW, MOST_UNDER_PREVIEW = 600, 60
"""Characters of an answer: whole where nothing else shows it, its beginning under a preview."""
_NUMBER = re.compile(r"(?:change |edit |answer |number )?([0-9]{1,2})[.)]?", re.IGNORECASE)


def begin(talk: Talk, form: FormId, subject: str, entries: Mapping[str, str] | None = None) -> Said:
    """Ask the first question that is still open; what was typed before is kept."""
    if form != "raise" and (refused := _refusal(talk, form, subject)):
        return say(refused)
    with talk.office.database.reading() as connection:
        strange = form == "raise" and subject and subject not in talk.office.directory(connection).children
        here = "" if strange else subject
        kept = desk.draft_of(connection, talk.me.id, form, subject) or desk.draft_of(connection, talk.me.id, form, here)
    asking = asking_for(talk, form, here, prepare.with_line(kept.entries if kept else {}, entries or {}))
    if strange:
        return _ask(talk, asking, asking.fields[0], said(no_such_child(subject)))
    return _go_on(talk, asking, _going_on(kept))


def resume(talk: Talk, code: str) -> Said:
    """Go on with the questions of a draft, or, where all are answered, show everything again."""
    with talk.office.database.reading() as connection:
        draft = desk.draft_by_code(connection, talk.me.id, code)
    if draft is None:
        return fill.reopen(talk, code)
    return begin(talk, cast(FormId, draft.form), draft.subject)


def reply(talk: Talk, draft: Draft, text: str) -> Said:
    """Take a line as the answer to the question that was asked last."""
    word = text.strip().rstrip(".!").casefold()
    if word == STOP:
        return _stop(talk, draft)
    asking = asking_of(talk, draft)
    field = asking.field(draft.asking)
    if field is None:
        return _go_on(talk, asking)
    if draft.heard == talk.turn.message:  # Teams delivers a line twice when the answer to it was slow
        return _ask(talk, asking, field)
    if word == BACK:
        return _ask(talk, asking, asking.fields[max(0, asking.fields.index(field) - 1)])
    if word == SKIP and field.required:
        return _ask(talk, asking, field, "This one needs an answer.")
    if word == KEEP and good_answer(talk, asking, field):
        return _go_on(talk, asking)
    forced = text.strip()[: len(ANYWAY)].casefold() == ANYWAY
    try:
        value = "" if word == SKIP else read_answer(talk, field, text.strip()[len(ANYWAY) :] if forced else text)
    except FormIncomplete as wrong:
        return _ask(talk, asking, field, said(wrong.by_field[field.id]))
    asking = replace(asking, entries={**asking.entries, field.id: value})
    if field.id == "child" and value != asking.subject:
        return _about_child(talk, asking, value)
    understood = value and field.kind in ("choice", "date") and value != text.strip()
    return _go_on(talk, asking, f"{said(field.label)} {shown(field, value)}." if understood else "")


def at_review(talk: Talk, draft: Draft, text: str) -> Said | None:
    """A line after everything was asked: the number of an answer to change. None where it is something else."""
    word = text.strip().rstrip(".!").casefold()
    if word == STOP:
        return _stop(talk, draft)
    number = _NUMBER.fullmatch(word)
    if not number and word != BACK:
        return None
    asking = asking_of(talk, draft)
    place = int(number[1]) if number else len(asking.fields)
    if not 1 <= place <= len(asking.fields):
        return say(f"The answers have the numbers 1 to {len(asking.fields)}. Which one do you want to change?")
    return _ask(talk, asking, asking.fields[place - 1])


def confirm(talk: Talk, code: str) -> Said:
    """Do what a draft asks for; where an answer won't do any more, ask for that one."""
    with talk.office.database.reading() as connection:
        draft = desk.draft_by_code(connection, talk.me.id, code)
    if draft is not None:
        asking = asking_of(talk, draft)
        try:
            wrong = first_wrong(talk, asking, draft)
        except Refused:
            wrong = None  # said better by the act itself
        if wrong is not None:
            return _ask(talk, asking, *wrong)
    return fill.confirm(talk, code)


def open_question(talk: Talk) -> str:
    """The question that waits for this person's answer; empty where none does."""
    with talk.office.database.reading() as connection:
        draft = desk.draft_in_questions(connection, talk.me.id)
    if draft is None:
        return ""
    try:
        asking = asking_of(talk, draft)
    except Refused:
        return ""
    field = asking.field(draft.asking)
    return _question(talk, asking, field) if field else ""


def pause(talk: Talk, but: str = "") -> str:
    """Leave whatever is being asked, and say how to go on with it. `but`: the code of the draft that goes on."""
    with talk.office.database.reading() as connection:
        drafts = desk.drafts_of(connection, talk.me.id)
    paused = [draft for draft in drafts if draft.asking and draft.code != but]
    for draft in paused:
        keep(talk, cast(FormId, draft.form), draft.subject, draft.number, draft.entries)
    return " ".join(
        f"What you were typing{f' about {said(draft.subject)}' if draft.subject else ''} is kept: "
        f"`edit {draft.code}` goes on with it."
        for draft in paused
    )


def _refusal(talk: Talk, form: FormId, reference: str) -> Drawn | None:
    """What stands there now, where the form would be filled in for nothing. Raises `NotKnown`."""
    seen = see(talk, reference, ACTS[form])
    try:
        rehearse(form, seen.challenge, talk.sent(LookAtClock(), "rehearsal"), seen.facts)
    except Refused as refused:
        return present(talk, reference, number=seen.challenge.current.number, lead=refused.sentence)
    return None


def _stop(talk: Talk, draft: Draft) -> Said:
    keep(talk, cast(FormId, draft.form), draft.subject, draft.number, draft.entries)
    return say(f"Stopped. What you typed is kept: `edit {draft.code}` goes on, `no {draft.code}` forgets it.")


def _going_on(kept: Draft | None) -> str:
    if kept is None or not any(value for id, value in kept.entries.items() if id not in ("child", "arena")):
        return ""
    return f"Going on with what you typed before; `no {kept.code}` starts afresh."


def _about_child(talk: Talk, asking: Asking, child: str) -> Said:
    """Go on about this child, with what was kept about it before."""
    with talk.office.database.reading() as connection:
        kept = desk.draft_of(connection, talk.me.id, "raise", child)
    values = prepare.with_line(kept.entries if kept else {}, asking.entries)
    moved = asking_for(talk, "raise", child, values)
    keep(talk, "raise", child, 0, moved.entries)
    with talk.office.database.writing() as connection:
        desk.drop_draft(connection, talk.me.id, "raise", asking.subject)
    return _go_on(talk, moved, _going_on(kept))


def _go_on(talk: Talk, asking: Asking, lead: str = "") -> Said:
    """Ask the first question that has no good answer; where all have one, show them all before anything is done."""
    found = first_open(talk, asking)
    if found is None:
        return _review(talk, replace(asking, entries=in_order(talk, asking)), lead)
    field, fault = found
    return _ask(talk, asking, field, "\n\n".join(filter(None, (lead, fault))))


def _ask(talk: Talk, asking: Asking, field: Field, lead: str = "") -> Said:
    draft = keep(talk, asking.form, asking.subject, asking.number, asking.entries, asking=field.id)
    paused = pause(talk, but=draft.code)
    return say("\n\n".join(filter(None, (paused, lead, _question(talk, asking, field)))))


def _question(talk: Talk, asking: Asking, field: Field) -> str:
    good = {one.id: good_answer(talk, asking, one) for one in asking.fields if asking.entries.get(one.id)}
    return question(asking.shape, asking.fields, field, good)


def _review(talk: Talk, asking: Asking, lead: str) -> Said:
    """Everything before it is done: of a raising its preview, and the answers under their numbers."""
    form, subject, number = asking.form, asking.subject, asking.number
    draft = keep(talk, form, subject, number, asking.entries)
    try:
        if (wrong := first_wrong(talk, asking, draft)) is not None:
            return _ask(talk, asking, *wrong)
        preview = [prepare.review_raising(talk, subject, asking.entries)] if form == "raise" else []
    except Refused as refused:
        here = refusal(refused) if form == "raise" else present(talk, subject, number=number, lead=refused.sentence)
        return say(here, f"What you typed is kept: `edit {draft.code}` changes it, `no {draft.code}` forgets it.")
    keep(talk, form, subject, number, asking.entries, asking=REVIEW)
    paused = pause(talk, but=draft.code)
    most = MOST_UNDER_PREVIEW if preview else MOST_IN_REVIEW
    head = "Your answers:" if preview else f"**{said(asking.shape.title)}**"
    given = answers(asking.shape, asking.fields, asking.entries, most=most)
    return say(*preview, "\n\n".join(filter(None, (paused, lead, head, given, ways_on(draft)))))


def ways_on(draft: Draft) -> str:
    """What can be typed when everything has been asked."""
    return (
        f"Nothing has happened yet. Type `yes {draft.code}` to send it, `no {draft.code}` to forget it, "
        "or the number of an answer to change it."
    )
