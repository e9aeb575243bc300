"""Every table, with what it is for. Migrations must lead to exactly this; a test compares them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept in UTC on both databases. A naive one is a mistake and is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _column(name: str, kind: Any = Text, **more: Any) -> Column[Any]:
    return Column(name, kind, nullable=more.pop("nullable", False), **more)


# The record. Append only: the database itself refuses UPDATE and DELETE.
trail = Table(
    "trail",
    metadata,
    _column("stream", primary_key=True),  # challenge:PC-2026-0001 · person:<object id> · authority
    _column("position", Integer, primary_key=True, autoincrement=False),
    _column("type"),
    _column("version", Integer),
    _column("by"),
    _column("role"),
    _column("via"),
    _column("command"),
    _column("message"),
    _column("happened_at", Moment),
    _column("recorded_at", Moment),
    _column("body"),  # canonical JSON; free text as salted digests
    _column("previous"),  # hash of the event before, in the same stream
    _column("hash"),
)

# Events that aren't in the log yet.
unlogged = Table(
    "unlogged",
    metadata,
    _column("stream", primary_key=True),
    _column("position", Integer, primary_key=True, autoincrement=False),
    _column("hash"),
)

# The log: one Merkle tree over the hashes of all events. Append only.
leaf = Table(
    "leaf",
    metadata,
    _column("index", BigInteger, primary_key=True, autoincrement=False),
    _column("stream"),
    _column("position", Integer),
    _column("hash"),
    UniqueConstraint("stream", "position"),
)

# Hashes of its complete subtrees of 256, 65,536 … events. Append only.
node = Table(
    "node",
    metadata,
    _column("level", Integer, primary_key=True, autoincrement=False),
    _column("index", BigInteger, primary_key=True, autoincrement=False),
    _column("hash"),
)

# Its signed heads; the same are kept outside the database. Append only.
head = Table(
    "head",
    metadata,
    _column("size", BigInteger, primary_key=True, autoincrement=False),
    _column("at", Moment, primary_key=True),
    _column("note"),
)

# What people wrote, by the digest that stands in the trail. Erasure takes the words and leaves the record whole.
words = Table(
    "words",
    metadata,
    _column("digest", primary_key=True),
    _column("stream", index=True),
    _column("salt", LargeBinary, nullable=True),  # in clear only where there is no key
    _column("text", nullable=True),
    _column("key", server_default=""),  # which key sealed it
    _column("sealed", LargeBinary, nullable=True),  # salt and text
    _column("erased_on", Date, nullable=True),
    Index("ix_words_key", "key"),
)

# Which commands were carried out: the same act delivered twice has one effect.
done = Table(
    "done",
    metadata,
    _column("command", primary_key=True),
    _column("stream"),
    _column("at", Moment),
)

# The index: where each challenge stands. Derived from the trail and rebuilt from it by one command.
challenge = Table(
    "challenge",
    metadata,
    _column("reference", primary_key=True),
    _column("child", index=True),
    _column("initials"),
    _column("arena"),
    _column("unit"),
    _column("raiser", index=True),
    _column("raiser_unit"),
    _column("procedure"),
    _column("state"),
    _column("stage"),
    _column("number", Integer),
    _column("asked_roles"),
    _column("raised_at", Moment),
    _column("due_at", Moment, nullable=True),  # of what is waited for now
    _column("total_due_at", Moment, nullable=True),
    _column("ended_at", Moment, nullable=True),
    _column("how_ended", nullable=True),
    _column("wakes_at", Moment, nullable=True),  # when the clock next has something to say
    _column("position", Integer),
    Index("ix_challenge_wakes_at", "wakes_at"),
    Index("ix_challenge_state", "state", "due_at"),
)

# Whose turn it is: what stands in everybody's tray.
waiting = Table(
    "waiting",
    metadata,
    _column("reference", primary_key=True),
    _column("person", primary_key=True),
    _column("what"),  # answer · decision · agreement
    _column("number", Integer),
    _column("due_at", Moment, nullable=True),
    Index("ix_waiting_person", "person", "due_at"),
)

# Every child whom a challenge is about: a challenge may be about brothers and sisters together.
about = Table(
    "about",
    metadata,
    _column("reference", primary_key=True),
    _column("child", primary_key=True),
    Index("ix_about_child", "child"),
)

# Who was ever asked or told.
party = Table(
    "party",
    metadata,
    _column("reference", primary_key=True),
    _column("person", primary_key=True),
    _column("role", primary_key=True),
    Index("ix_party_person", "person"),
)

# What must be sent: ids only, no words. The key is accepted once.
outbox = Table(
    "outbox",
    metadata,
    _column("key", primary_key=True),
    _column("reference", index=True),
    _column("position", Integer),
    _column("kind"),
    _column("number", Integer),
    _column("person"),
    _column("role"),
    _column("way"),
    _column("held", Boolean),
    _column("state"),  # waiting · sending · delivered · stale · failed
    _column("due_at", Moment),
    _column("attempts", Integer),
    _column("claimed_by"),
    _column("lease_until", Moment, nullable=True),
    _column("settled_at", Moment, nullable=True),
    _column("sent_as"),  # the channel's id of the message
    _column("doubtful", Boolean),  # whether an earlier attempt had an unknown outcome
    Index("ix_outbox_state", "state", "due_at"),
    Index("ix_outbox_cards", "reference", "person", "way"),
)

# Working state: where people are reached, what they have typed, who they are.
address = Table(
    "address",
    metadata,
    _column("person", primary_key=True),
    _column("account"),
    _column("tenant"),
    _column("service_url"),
    _column("conversation"),
    _column("bot"),
    _column("seen_at", Moment),
)

habit = Table(
    "habit",
    metadata,
    _column("person", primary_key=True),
    _column("plain", Boolean),  # wants text in place of cards
)

draft = Table(
    "draft",
    metadata,
    _column("code", primary_key=True),
    _column("person"),
    _column("form"),
    _column("subject"),
    _column("number", Integer),
    _column("entries"),  # JSON of what was typed, by field, sealed where there is a key
    _column("asking"),  # the field asked for in text; empty for a card
    _column("heard"),  # the channel's id of the message that brought the last of it
    _column("saved_at", Moment, index=True),
    UniqueConstraint("person", "form", "subject"),
)

counter = Table("counter", metadata, _column("name", primary_key=True), _column("value", Integer))

procedure = Table(
    "procedure",
    metadata,
    _column("fingerprint", primary_key=True),
    _column("id"),
    _column("text"),
    _column("kept_at", Moment),
)

# When each kind of round last began, whichever process did it.
last_round = Table("last_round", metadata, _column("name", primary_key=True), _column("began_at", Moment))

# The oldest version of the program that can still work with this schema, for upgrades while it runs.
schema_floor = Table("schema_floor", metadata, _column("oldest", primary_key=True))

unit = Table("unit", metadata, _column("name", primary_key=True), _column("parent", nullable=True))

person = Table("person", metadata, _column("id", primary_key=True), _column("name"), _column("email"))

post = Table(
    "post",
    metadata,
    _column("person", primary_key=True),
    _column("role", primary_key=True),
    _column("unit", primary_key=True),
    _column("since", Date, nullable=True),
    _column("until", Date, nullable=True),
)

child = Table(
    "child",
    metadata,
    _column("reference", primary_key=True),
    _column("name"),
    _column("born", Date, nullable=True),
    _column("arena"),
    _column("unit"),
    _column("siblings"),  # JSON list
    _column("workers"),  # JSON object: role → person
    _column("plan_since", Date, nullable=True),
    _column("reviews_held", Integer, nullable=True),
    _column("died", Date, nullable=True),
)
