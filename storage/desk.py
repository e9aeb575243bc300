"""Working state, outside the record: drafts, addresses, habits, and the texts of the procedures."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from storage import tables, upsert
from storage.cipher import keys_of, opened_text, shut_text


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What somebody has typed into a form and not sent yet."""

    code: str
    person: str
    form: str
    subject: str
    """The child or the challenge that it is about; empty while nobody has said."""
    number: int
    """Of the stage request, where the form answers one."""
    entries: Mapping[str, str]
    asking: str = ""
    """The field that is asked for next, when the form is gone through in text."""
    heard: str = ""
    """The channel's id of the message that brought the last of it: one that comes again says nothing new."""
    saved_at: datetime


_THIS_FORM = (
    (tables.draft.c.person == bindparam("person"))
    & (tables.draft.c.form == bindparam("form"))
    & (tables.draft.c.subject == bindparam("subject"))
)
_OF_FORM = select(tables.draft).where(_THIS_FORM)
_DROP = delete(tables.draft).where(_THIS_FORM)
_BY_CODE = select(tables.draft).where(
    tables.draft.c.code == bindparam("code"), tables.draft.c.person == bindparam("person")
)
_ADDRESS = select(tables.address).where(tables.address.c.person == bindparam("person"))
_PLAIN = select(tables.habit.c.plain).where(tables.habit.c.person == bindparam("person"))


def save_draft(connection: Connection, draft: Draft) -> None:
    """One draft for each person, form and subject: the newest stands. `Outdated` where the code is somebody else's."""
    table = tables.draft
    same = (table.c.form == draft.form) & (table.c.subject == draft.subject) | (table.c.code == draft.code)
    connection.execute(delete(table).where(table.c.person == draft.person, same))
    connection.execute(
        insert(table),
        {
            "code": draft.code,
            "person": draft.person,
            "form": draft.form,
            "subject": draft.subject,
            "number": draft.number,
            "entries": shut_text(keys_of(connection), json.dumps(dict(draft.entries)), draft.code),
            "asking": draft.asking,
            "heard": draft.heard,
            "saved_at": draft.saved_at,
        },
    )


def _draft(connection: Connection, row: Any) -> Draft:
    return Draft(
        code=row.code,
        person=row.person,
        form=row.form,
        subject=row.subject,
        number=row.number,
        entries=json.loads(opened_text(keys_of(connection), row.entries, row.code)),
        asking=row.asking,
        heard=row.heard,
        saved_at=row.saved_at,
    )


def draft_by_code(connection: Connection, person: str, code: str) -> Draft | None:
    """Somebody's own draft, by its code in any case."""
    row = connection.execute(_BY_CODE, {"code": code.upper(), "person": person}).one_or_none()
    return _draft(connection, row) if row else None


def draft_of(connection: Connection, person: str, form: str, subject: str) -> Draft | None:
    row = connection.execute(_OF_FORM, {"person": person, "form": form, "subject": subject}).one_or_none()
    return _draft(connection, row) if row else None


def drafts_of(connection: Connection, person: str) -> list[Draft]:
    """Everything that somebody has typed and not sent yet, the newest first."""
    table = tables.draft
    newest = select(table).where(table.c.person == person).order_by(table.c.saved_at.desc(), table.c.code)
    return [_draft(connection, row) for row in connection.execute(newest)]


def drafts_about(connection: Connection, subjects: Sequence[str]) -> list[Draft]:
    """What anybody has typed about these children or challenges and not sent yet, the oldest first."""
    table = tables.draft
    about = select(table).where(table.c.subject.in_(subjects)).order_by(table.c.saved_at, table.c.code)
    return [_draft(connection, row) for row in connection.execute(about)]


def draft_in_questions(connection: Connection, person: str) -> Draft | None:
    """The form that somebody is going through in text just now."""
    table = tables.draft
    row = connection.execute(
        select(table).where(table.c.person == person, table.c.asking != "").order_by(table.c.saved_at.desc())
    ).first()
    return _draft(connection, row) if row else None


def drop_draft(connection: Connection, person: str, form: str, subject: str) -> None:
    connection.execute(_DROP, {"person": person, "form": form, "subject": subject})


def drop_drafts_before(connection: Connection, moment: datetime) -> int:
    """Forget what was typed and never sent. Returns how many drafts went."""
    return connection.execute(delete(tables.draft).where(tables.draft.c.saved_at < moment)).rowcount


def keep_address(connection: Connection, address: Mapping[str, str], seen_at: datetime) -> None:
    """Where a person is reached from now on; `address` has the columns of the table."""
    upsert.put(connection, tables.address, {**address, "seen_at": seen_at})


def address_of(connection: Connection, person: str) -> dict[str, str] | None:
    row = connection.execute(_ADDRESS, {"person": person}).mappings().one_or_none()
    return {key: value for key, value in row.items() if key != "seen_at"} if row else None


def reached_since(connection: Connection, address: Mapping[str, str], moment: datetime) -> bool:
    """Whether this very address has been noted since a moment."""
    row = connection.execute(_ADDRESS, {"person": address["person"]}).mappings().one_or_none()
    return row is not None and row["seen_at"] >= moment and row == {**address, "seen_at": row["seen_at"]}


def seen_since(connection: Connection, person: str, moment: datetime) -> bool:
    """Whether anything has come from a person since a moment."""
    table = tables.address.c
    seen_at = connection.execute(select(table.seen_at).where(table.person == person)).scalar()
    return seen_at is not None and seen_at >= moment


def drop_address(connection: Connection, person: str) -> None:
    connection.execute(delete(tables.address).where(tables.address.c.person == person))


def prefers_plain(connection: Connection, person: str) -> bool:
    """Whether a person wants text in place of cards."""
    return bool(connection.execute(_PLAIN, {"person": person}).scalar())


def keep_habit(connection: Connection, person: str, *, plain: bool) -> None:
    upsert.put(connection, tables.habit, {"person": person, "plain": plain})


def keep_procedure(connection: Connection, fingerprint: str, id: str, text: str, at: datetime) -> bool:
    """Keep the text of a procedure under its fingerprint; False where it is kept already."""
    row = {"fingerprint": fingerprint, "id": id, "text": text, "kept_at": at}
    new = upsert.insert_into(connection.dialect.name, tables.procedure).values(row).on_conflict_do_nothing()
    return connection.execute(new.returning(tables.procedure.c.fingerprint)).scalar() is not None


def procedure_text(connection: Connection, fingerprint: str) -> str | None:
    """The exact text under which a challenge was raised."""
    table = tables.procedure.c
    return connection.execute(select(table.text).where(table.fingerprint == fingerprint)).scalar()
