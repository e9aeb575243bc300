"""Sealing everything that people wrote with the present key, after a new one was added."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, or_, select, update

from bot.domain.errors import Fault
from storage import tables
from storage.cipher import WordKeys, keys_of, opened, opened_text, shut, shut_text

BATCH = 500
_WORDS, _DRAFT = tables.words.c, tables.draft.c
_RESEAL = (
    update(tables.words)
    .where(_WORDS.digest == bindparam("my_digest"), _WORDS.erased_on.is_(None))
    .values({name: bindparam(name) for name in ("salt", "text", "key", "sealed")})
)
_REWRITE = update(tables.draft).where(_DRAFT.code == bindparam("my_code")).values(entries=bindparam("entries"))


def reseal_words(connection: Connection) -> int:
    """Seal a batch of what isn't sealed with the present key. Returns how many; 0 at the end."""
    keys = _keys(connection)
    there = or_(_WORDS.sealed.is_not(None), _WORDS.text.is_not(None))
    wanted = select(tables.words).where(_WORDS.key != keys.present, there).limit(BATCH).with_for_update()
    rows = [_shut(keys, row) for row in connection.execute(wanted).mappings()]
    if rows:
        connection.execute(_RESEAL, rows)
    return len(rows)


def _shut(keys: WordKeys, row: Any) -> dict[str, Any]:
    said = opened(keys, row)
    assert said is not None, "the statement leaves out what was erased"
    columns = shut(keys, said)
    return {"my_digest": columns.pop("digest"), **columns}


def reseal_drafts(connection: Connection) -> int:
    """Seal what was typed and not sent yet with the present key. Returns how many were not."""
    keys = _keys(connection)
    rows = connection.execute(select(_DRAFT.code, _DRAFT.entries).with_for_update()).all()
    changed = [
        {"my_code": code, "entries": shut_text(keys, opened_text(keys, entries, code), code)}
        for code, entries in rows
        if not entries.startswith(f"{keys.present}:")
    ]
    if changed:
        connection.execute(_REWRITE, changed)
    return len(changed)


def used_keys(connection: Connection) -> set[str]:
    """The names of the keys with which something is sealed."""
    words = set(connection.execute(select(_WORDS.key).where(_WORDS.sealed.is_not(None)).distinct()).scalars())
    return words | {entries.partition(":")[0] for entries in connection.execute(select(_DRAFT.entries)).scalars()}


def _keys(connection: Connection) -> WordKeys:
    keys = keys_of(connection)
    if keys is None:
        raise Fault("There is no key to seal with: set WORDS_KEY_FILE.")
    return keys
