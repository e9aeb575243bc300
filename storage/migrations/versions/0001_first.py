"""The first schema: the trail with its guards, the words, the index, the outbox, and working state."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.guard import forbid_change
from storage.tables import Moment

revision = "0001"
down_revision = None

APPEND_ONLY = {"trail": ("stream", "position"), "delivery": ("key", "attempt")}
"""The tables of the record, with their keys."""


def upgrade() -> None:
    op.create_table(
        "address",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("service_url", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("bot", sa.Text(), nullable=False),
        sa.Column("seen_at", Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_address")),
    )
    op.create_table(
        "challenge",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("child", sa.Text(), nullable=False),
        sa.Column("initials", sa.Text(), nullable=False),
        sa.Column("arena", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("raiser", sa.Text(), nullable=False),
        sa.Column("raiser_unit", sa.Text(), nullable=False),
        sa.Column("procedure", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("asked_roles", sa.Text(), nullable=False),
        sa.Column("raised_at", Moment(timezone=True), nullable=False),
        sa.Column("due_at", Moment(timezone=True), nullable=True),
        sa.Column("total_due_at", Moment(timezone=True), nullable=True),
        sa.Column("ended_at", Moment(timezone=True), nullable=True),
        sa.Column("how_ended", sa.Text(), nullable=True),
        sa.Column("wakes_at", Moment(timezone=True), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_challenge")),
    )
    op.create_index(op.f("ix_challenge_child"), "challenge", ["child"], unique=False)
    op.create_index(op.f("ix_challenge_raiser"), "challenge", ["raiser"], unique=False)
    op.create_index("ix_challenge_state", "challenge", ["state", "due_at"], unique=False)
    op.create_index("ix_challenge_wakes_at", "challenge", ["wakes_at"], unique=False)
    op.create_table(
        "child",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("born", sa.Date(), nullable=True),
        sa.Column("arena", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("siblings", sa.Text(), nullable=False),
        sa.Column("workers", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_child")),
    )
    op.create_table(
        "counter",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counter")),
    )
    op.create_table(
        "delivery",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", "attempt", name=op.f("pk_delivery")),
    )
    op.create_table(
        "done",
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("command", name=op.f("pk_done")),
    )
    op.create_table(
        "draft",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Text(), nullable=False),
        sa.Column("asking", sa.Text(), nullable=False),
        sa.Column("heard", sa.Text(), nullable=False),
        sa.Column("saved_at", Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_draft")),
        sa.UniqueConstraint("person", "form", "subject", name=op.f("uq_draft_person_form_subject")),
    )
    op.create_index(op.f("ix_draft_saved_at"), "draft", ["saved_at"], unique=False)
    op.create_table(
        "habit",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("plain", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_habit")),
    )
    op.create_table(
        "outbox",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", Moment(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.Text(), nullable=False),
        sa.Column("lease_until", Moment(timezone=True), nullable=True),
        sa.Column("settled_at", Moment(timezone=True), nullable=True),
        sa.Column("sent_as", sa.Text(), nullable=False),
        sa.Column("doubtful", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_outbox")),
    )
    op.create_index("ix_outbox_cards", "outbox", ["reference", "person", "way"], unique=False)
    op.create_index(op.f("ix_outbox_reference"), "outbox", ["reference"], unique=False)
    op.create_index("ix_outbox_state", "outbox", ["state", "due_at"], unique=False)
    op.create_table(
        "party",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("reference", "person", "role", name=op.f("pk_party")),
    )
    op.create_index("ix_party_person", "party", ["person"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_table(
        "post",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("person", "role", "unit", name=op.f("pk_post")),
    )
    op.create_table(
        "procedure",
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("kept_at", Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_procedure")),
    )
    op.create_table(
        "trail",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("happened_at", Moment(timezone=True), nullable=False),
        sa.Column("recorded_at", Moment(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("stream", "position", name=op.f("pk_trail")),
    )
    op.create_table(
        "unit",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_unit")),
    )
    op.create_table(
        "waiting",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("due_at", Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("reference", "person", name=op.f("pk_waiting")),
    )
    op.create_index("ix_waiting_person", "waiting", ["person", "due_at"], unique=False)
    op.create_table(
        "words",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("erased_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_words")),
    )
    op.create_index(op.f("ix_words_stream"), "words", ["stream"], unique=False)

    for table, keys in APPEND_ONLY.items():
        forbid_change(table, keys)
