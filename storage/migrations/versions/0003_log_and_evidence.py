"""The record proves itself: a log over all events, evidence as events, words sealed; rounds shared by processes."""

from __future__ import annotations

import hashlib
from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.codec import canonical
from storage.migrations.guard import forbid_change
from storage.tables import Moment

revision = "0003"
down_revision = "0002"

FIRST = "0" * 64
UNIQUE = {
    "leaf": (("index",), ("stream", "position")),
    "node": (("level", "index"),),
    "head": (("size", "at"),),
}


def upgrade() -> None:
    op.create_table(
        "unlogged",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("stream", "position", name=op.f("pk_unlogged")),
    )
    op.create_table(
        "leaf",
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("index", name=op.f("pk_leaf")),
        sa.UniqueConstraint("stream", "position", name=op.f("uq_leaf_stream_position")),
    )
    op.create_table(
        "node",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("level", "index", name=op.f("pk_node")),
    )
    op.create_table(
        "head",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("size", "at", name=op.f("pk_head")),
    )
    op.create_table(
        "last_round",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("began_at", Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_last_round")),
    )
    op.create_table(
        "schema_floor",
        sa.Column("oldest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("oldest", name=op.f("pk_schema_floor")),
    )
    op.execute("INSERT INTO schema_floor (oldest) VALUES ('0003')")
    op.add_column("words", sa.Column("key", sa.Text(), nullable=False, server_default=""))
    op.add_column("words", sa.Column("sealed", sa.LargeBinary(), nullable=True))
    op.create_index("ix_words_key", "words", ["key"], unique=False)
    _evidence_becomes_events()
    op.drop_table("delivery")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION delivery_is_append_only()")
    op.execute("INSERT INTO unlogged (stream, position, hash) SELECT stream, position, hash FROM trail")
    for table, keys in UNIQUE.items():
        forbid_change(table, *keys)


def _evidence_becomes_events() -> None:
    """Each attempt to tell somebody becomes an event in the stream of evidence beside its challenge."""
    connection = op.get_bind()
    attempts = connection.execute(
        sa.text(
            "SELECT o.*, d.attempt AS nth, d.at, d.outcome, d.detail FROM delivery d JOIN outbox o ON o.key = d.key "
            "ORDER BY d.at, d.key, d.attempt"
        ).columns(at=Moment())
    ).mappings()
    columns = [*(sa.column(name) for name in _COLUMNS), *(sa.column(name, Moment()) for name in _MOMENTS)]
    trail = sa.table("trail", *columns)
    last: dict[str, tuple[int, str]] = {}
    for row in attempts.all():
        stream = f"evidence:{row['reference']}"
        position, previous = last.get(stream, (0, FIRST))
        event = _event(row, stream, position + 1, previous)
        last[stream] = (position + 1, event["hash"])
        connection.execute(trail.insert().values(event))


_COLUMNS = (
    "stream", "position", "type", "version", "by", "role", "via", "command", "message", "body", "previous", "hash",
)  # fmt: skip
_MOMENTS = ("happened_at", "recorded_at")


def _event(row: Any, stream: str, position: int, previous: str) -> dict[str, Any]:
    body = {
        "position": row["position"],
        "kind": row["kind"],
        "number": row["number"],
        "to": row["person"],
        "role": row["role"],
        "way": row["way"],
        "attempt": row["nth"],
        "outcome": row["outcome"],
        "doubtful": bool(row["doubtful"]),
        "sent_as": row["sent_as"] if row["outcome"] == "delivered" else "",
        "detail": row["detail"],
    }
    event = {
        "stream": stream,
        "position": position,
        "type": "Told",
        "version": 1,
        "by": "clock",
        "role": "",
        "via": "clock",
        "command": f"told/{row['key']}/{row['nth']}",
        "message": "",
        "happened_at": row["at"],
        "recorded_at": row["at"],
        "previous": previous,
        "body": body,
    }
    hash_ = hashlib.sha256(canonical(event)).hexdigest()
    return {**event, "body": canonical(body).decode(), "hash": hash_}
