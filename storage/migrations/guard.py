"""What the database itself refuses."""

from __future__ import annotations

from collections.abc import Sequence

from alembic import op


def forbid_change(table: str, *unique: Sequence[str]) -> None:
    """The database itself refuses to change or remove a row of the record. `unique`: what names one row."""
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        one = " OR ".join(" AND ".join(f'"{key}" = NEW."{key}"' for key in keys) for keys in unique)
        # INSERT OR REPLACE would remove a row without asking the trigger on DELETE.
        same = " ".join(("SELECT 1 FROM", table, "WHERE", one))
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN EXISTS ({same}) "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_append_only()"
    )
