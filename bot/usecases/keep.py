"""Keeping what somebody has typed until it is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.domain.forms import FormId
from bot.usecases.talk import Talk, new_code
from storage import desk
from storage.database import Connection
from storage.desk import Draft


def keep(talk: Talk, form: FormId, subject: str, number: int, entries: Mapping[str, str], asking: str = "") -> Draft:
    """Keep what was typed, under the code it has or a new one."""

    def save(connection: Connection) -> Draft:
        before = desk.draft_of(connection, talk.me.id, form, subject)
        draft = Draft(
            code=before.code if before else new_code(),
            person=talk.me.id,
            form=form,
            subject=subject,
            number=number,
            entries=dict(entries),
            asking=asking,
            heard=talk.turn.message,
            saved_at=talk.turn.at,
        )
        desk.save_draft(connection, draft)
        return draft

    return talk.office.database.change(save)


def forget(talk: Talk, form: FormId, subject: str) -> Callable[[Connection], None]:
    """What is done needs no draft any more; that is one with the doing."""
    return lambda connection: desk.drop_draft(connection, talk.me.id, form, subject)
