"""A challenge may be about several children, what waits may have no date, and rules look at how long a plan lasts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.tables import Moment

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "about",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("child", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("reference", "child", name=op.f("pk_about")),
    )
    op.create_index("ix_about_child", "about", ["child"], unique=False)
    op.execute("INSERT INTO about (reference, child) SELECT reference, child FROM challenge")
    with op.batch_alter_table("waiting") as waiting:
        waiting.alter_column("due_at", existing_type=Moment(timezone=True), nullable=True)
    op.add_column("child", sa.Column("plan_since", sa.Date(), nullable=True))
    op.add_column("child", sa.Column("reviews_held", sa.Integer(), nullable=True))
