"""The database: one engine, its transactions, and the threads that run them."""

from __future__ import annotations

import asyncio
import contextvars
import fcntl
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.domain.errors import Fault, Outdated
from storage.cipher import WordKeys

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

    def __init__(self, url: str, word_keys: WordKeys | None = None) -> None:
        """`word_keys` seal what people wrote; without them it stands in clear, which is for tests alone."""
        self.url = make_url(url)
        if self.url.drivername in ("postgresql", "postgres"):
            self.url = self.url.set(drivername="postgresql+psycopg")
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.word_keys = word_keys
        engine = _sqlite(self.url) if self.is_sqlite else _postgres(self.url)
        self.engine = engine.execution_options(word_keys=word_keys)
        threads = 1 if self.is_sqlite else POSTGRES_THREADS
        self._lock: IO[str] | None = None
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="storage")
        self.on_error: Callable[[str], object] = lambda kind: None
        """Is told of every error by its kind, where somebody wants to count them."""
        event.listen(self.engine, "handle_error", self._note_error)

    def _note_error(self, context: Any) -> None:
        contended = _code(context.original_exception) in FIRST_COME
        error = context.sqlalchemy_exception or context.original_exception
        self.on_error("SomebodyWasFirst" if contended else type(error).__name__)

    def take_alone(self) -> None:
        """Keep a SQLite database for this process until it ends; nothing on PostgreSQL, which is for many.

        Raises `Fault` where another bot serves it: two would each believe to be the only one.
        """
        if not self.is_sqlite or not self.url.database:
            return
        lock = Path(f"{self.url.database}.lock").open("w")  # noqa: SIM115  (held until the end)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise Fault(
                f"Another bot works on {self.url.database}, and SQLite is for one. Stop it first; for several "
                "processes use PostgreSQL."
            ) from None
        self._lock = lock

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
            if _code(clash.orig) in FIRST_COME:
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
        """Run a piece of synchronous work in one of the storage threads, as part of whatever span is open."""
        loop, context = asyncio.get_running_loop(), contextvars.copy_context()
        return await loop.run_in_executor(self._threads, lambda: context.run(work, *args, **kwargs))

    def backup(self, file: Path) -> None:
        """Copy a SQLite database, as of one moment, while it is in use."""
        with self.reading() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("VACUUM INTO ?", (str(file),))

    def let_go(self) -> None:
        """Have the database give up, as far as it can, the room in which what was just erased stood."""
        statements = ["PRAGMA wal_checkpoint(TRUNCATE)"] if self.is_sqlite else ["VACUUM words", "VACUUM draft"]
        raw = self.engine.raw_connection()
        try:
            if not self.is_sqlite:
                raw.driver_connection.autocommit = True  # type: ignore[union-attr]
            for statement in statements:
                raw.cursor().execute(statement)
        finally:
            raw.invalidate()

    def close(self) -> None:
        self._threads.shutdown(wait=True)
        self.engine.dispose()
        if self._lock is not None:
            self._lock.close()


def _code(error: BaseException | None) -> str:
    return getattr(error, "sqlstate", "") or getattr(error, "sqlite_errorname", "") or ""


def _sqlite(url: Any) -> Engine:
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    # Parameters are hidden from errors, and so from the log: they hold names and what people wrote.
    engine = create_engine(url, connect_args={"timeout": 10}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late for an honest write lock
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
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
