"""Bringing a database to the present schema, and saying whether it is there."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, select

from bot.domain.errors import Fault
from storage.tables import metadata, schema_floor

MIGRATIONS = Path(__file__).parent / "migrations"


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def upgrade(connection: Connection, to: str = "head") -> None:
    """Apply every migration that is missing, or those up to a revision. A newer database stays as it is."""
    found = revision(connection)
    if found is None or found in _known():
        command.upgrade(_config(connection), to)


def revision(connection: Connection) -> str | None:
    """The revision of the database; None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def head() -> str | None:
    """The revision that this version of the program needs."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def unfit(connection: Connection) -> str:
    """Why this version of the program can't work with the database, as a sentence with its remedy; empty: it can.

    It can with its own schema, and with a newer one of which it is said that a version like this one still can.
    """
    found, known = revision(connection), _known()
    if found == head():
        return ""
    if found is None:
        return "The database is empty. Run `app.py db upgrade` first."
    if found in known:
        return f"The database is at schema {found} and must be at {head()}. Run `app.py db upgrade` first."
    oldest = connection.execute(select(schema_floor.c.oldest)).scalar()
    if oldest in known:
        return ""
    return (
        f"The database is at schema {found}, which needs a newer version of the program than this one, "
        f"whose schema is {head()}. Start the newer version."
    )


def _known() -> set[str]:
    """Every revision that this version of the program has heard of."""
    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


RECORD = ("trail", "leaf", "node", "head")
"""What may be added to, and never changed."""
FIXED = ("schema_floor", "alembic_version")
"""What only a migration changes."""


def grant(connection: Connection, role: str) -> None:
    """Give a PostgreSQL role what the bot needs, and nothing that could change the record.

    Raises `Fault` on SQLite, which knows no roles.
    """
    if connection.dialect.name != "postgresql":
        raise Fault("SQLite knows no roles: whoever can read the file can change it. Its folder's rights protect it.")
    quoted = connection.dialect.identifier_preparer.quote
    for table in (*metadata.tables, *FIXED):
        acts = "SELECT, INSERT" if table in RECORD else "SELECT" if table in FIXED else "SELECT, INSERT, UPDATE, DELETE"
        connection.exec_driver_sql(f"REVOKE ALL ON {quoted(table)} FROM {quoted(role)}")
        connection.exec_driver_sql(f"GRANT {acts} ON {quoted(table)} TO {quoted(role)}")


def differences(connection: Connection) -> list[object]:
    """Where the migrated database isn't what `tables` describes; empty: nowhere."""
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))
