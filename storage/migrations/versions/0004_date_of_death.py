"""How long a record is kept may depend on a child's death. Nothing that an older version reads is changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("child", sa.Column("died", sa.Date(), nullable=True))
