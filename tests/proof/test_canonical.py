"""The quick way to write an event down is the same as the slow one, whatever stands in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from storage import tables
from storage.codec import canonical
from storage.trail import canonical_event

NAMES = [str(column.name) for column in tables.trail.columns]
MOMENT = datetime(2026, 4, 7, 9, 0, tzinfo=UTC)
TEXT = st.text(max_size=12) | st.text('abc-_.:/ "\\\n\x00é€', max_size=12)


class Row:
    """A row by name and as a mapping, as SQLAlchemy has it."""

    def __init__(self, **values: Any) -> None:
        self._mapping = values
        self.__dict__.update(values)


@given(
    texts=st.lists(TEXT, min_size=7, max_size=7),
    happened=st.integers(0, 10**9),
    later=st.sampled_from([0, 1, 10**6, 12345678]),
    body=st.dictionaries(st.text("abc", max_size=3), TEXT | st.integers(0, 9), max_size=3),
)
def test_both_ways_give_the_same_bytes(texts: list[str], happened: int, later: int, body: dict[str, Any]) -> None:
    at = MOMENT + timedelta(microseconds=happened)
    row: dict[str, Any] = {
        **dict(zip(("stream", "type", "by", "role", "via", "command", "message"), texts, strict=True)),
        "position": 3, "version": 1, "happened_at": at, "recorded_at": at + timedelta(microseconds=later),
        "body": canonical(body).decode(), "previous": "0" * 64, "hash": "f" * 64,
    }  # fmt: skip
    assert row.keys() == set(NAMES)
    hashed = {name: value for name, value in row.items() if name != "hash"}
    assert canonical_event(Row(**row)) == canonical({**hashed, "body": orjson.Fragment(row["body"].encode())})
