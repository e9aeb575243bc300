"""The database: one engine, its transactions, and the threads that run them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.domain.errors import Fault, Outdated

__all__ = ["Connection", "Database", "Unreachable"]

P = ParamSpec("P")
T = TypeVar("T")

POSTGRES_THREADS = 8
"""Synchronous SQLAlchemy in a few threads was the fastest way on PostgreSQL; one writer thread on SQLite."""

ATTEMPTS = 20
"""How often a step is done again because somebody else was first. Of many at once, each time one gets through."""


FIRST_COME = {
    "23505",  # PostgreSQL: unique violation
    "40001",  # serialization failure
    "40P01",  # deadlock detected
    "SQLITE_CONSTRAINT_PRIMARYKEY",
    "SQLITE_CONSTRAINT_UNIQUE",
    "SQLITE_CONSTRAINT_TRIGGER",  # a row of the record that is there already
}
"""What a database says when somebody else was first."""


class Unreachable(Fault):
    """The database server doesn't answer, or doesn't let us in."""


class Database:
    """SQLite for one machine, PostgreSQL for many replicas; the same statements run on both.

    Everything here is synchronous. Asynchronous callers hand whole pieces of work to `run`, which keeps them off the
    event loop: on SQLite one thread, so that nobody waits for a lock; on PostgreSQL a few.
    """

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        if self.url.drivername in ("postgresql", "postgres"):
            self.url = self.url.set(drivername="postgresql+psycopg")
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite(self.url) if self.is_sqlite else _postgres(self.url)
        threads = 1 if self.is_sqlite else POSTGRES_THREADS
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="storage")

    def exists(self) -> bool:
        """Whether there is a database to work with. Raises `Unreachable` where its server doesn't answer."""
        if self.is_sqlite:
            return bool(self.url.database) and Path(self.url.database or "").is_file()
        try:
            with self.engine.connect():
                return True
        except OperationalError as failure:
            raise Unreachable(f"The database can't be reached: {str(failure.orig).splitlines()[0]}") from failure

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction, committed at the end or not at all.

        Raises `Outdated` where somebody else was first to the same place; the caller does the whole step again.
        """
        try:
            with self.engine.begin() as connection:
                yield connection
        except (IntegrityError, OperationalError) as clash:
            code = getattr(clash.orig, "sqlstate", "") or getattr(clash.orig, "sqlite_errorname", "")
            if code in FIRST_COME:
                raise Outdated(str(clash.orig)) from clash
            raise

    def change(self, work: Callable[[Connection], T]) -> T:
        """Do a whole step in one transaction, and do it again where somebody else was first to the same place.

        Raises `Outdated` when that happens again and again.
        """
        for _ in range(ATTEMPTS - 1):
            with suppress(Outdated), self.writing() as connection:
                return work(connection)
        with self.writing() as connection:
            return work(connection)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view, nothing written."""
        options = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with self.engine.connect().execution_options(reading=True, **options) as connection:
            yield connection

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a piece of synchronous work in one of the storage threads."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: work(*args, **kwargs))

    def backup(self, file: Path) -> None:
        """Copy a SQLite database, as of one moment, while it is in use."""
        with self.reading() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("VACUUM INTO ?", (str(file),))

    def close(self) -> None:
        self._threads.shutdown(wait=True)
        self.engine.dispose()


def _sqlite(url: Any) -> Engine:
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    # Parameters are hidden from errors, and so from the log: they hold names and what people wrote.
    engine = create_engine(url, connect_args={"timeout": 10}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late for an honest write lock
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _postgres(url: Any) -> Engine:
    engine = create_engine(url, pool_size=POSTGRES_THREADS, max_overflow=2, pool_pre_ping=True, hide_parameters=True)

    @event.listens_for(engine, "handle_error")
    def on_error(context: Any) -> None:
        for error in (context.original_exception, context.sqlalchemy_exception):
            if error is not None and error.args:  # the lines after the first quote the row
                error.args = (str(error.args[0]).partition("\n")[0],)

    return engine
