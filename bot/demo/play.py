"""The demo: a made-up authority on SQLite, a window for each of six people, and a clock that can be moved."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO

from bot.demo.client import ClientWindows, Window
from bot.demo.clock import LONGEST, DemoClock, read_span
from bot.demo.people import AUDITOR, OPERATOR, PROCEDURE, SENDER, made_up_directory, on_stage, roles_nobody_holds
from bot.domain.errors import Fault
from bot.domain.working_time import london_date
from bot.jobs import Rounds
from bot.mail.folder import FolderChannel
from bot.procedures.load import load
from bot.usecases.administer import import_directory, keep_procedure
from bot.usecases.interpret import interpret
from bot.usecases.office import Office, Seal
from bot.usecases.ports import Address, Converse, Reply, Shown, Turn, Typed
from cards.words import listed, moment
from storage import desk, schema
from storage.cipher import WordKeys, add_key
from storage.database import Database
from storage.directory import directory_version
from storage.signing import TrailKeys, new_signer, read_keys, write_keys

TENANT = "3fa85f64-5717-4562-b3fc-2c963f66afa6"
BOT = "28:demo"
HOUR = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Options:
    """How the demo is wanted."""

    port: int = 3978
    client: bool = True
    """Whether to start the local client's windows."""
    data: Path = Path("var")
    """Every procedure has a folder of its own in it."""
    procedure: str = PROCEDURE


@dataclass(frozen=True, kw_only=True)
class Stage:
    """The demo's authority, set up and ready to be played."""

    office: Office
    clock: DemoClock
    mail: FolderChannel
    folder: Path
    """Where everything of it is kept."""
    tenant: str

    def around(self, answer: Converse, rounds: Rounds) -> Converse:
        """The use cases, with one more command in front of them: `clock +3 days`."""

        async def answer_or_move(turn: Turn) -> Reply:
            if isinstance(turn.ask, Typed):
                meant = interpret(turn.ask.text)
                if meant.word == "clock":
                    return await self._move(meant.rest, rounds)
            return await answer(turn)

        return answer_or_move

    async def _move(self, text: str, rounds: Rounds) -> Reply:
        """Let time pass hour by hour, with a sweep and all deliveries at each step."""
        span = read_span(text)
        now = moment(self.clock.now())
        if span is None:
            ways = "`clock +3 days`, `clock +2 hours` or `clock +1 week`"
            return _told(f"It is {now}. Type {ways} to let time pass, at most {LONGEST.days} days at once.")
        while span > timedelta():
            step = min(HOUR, span)
            self.clock.move(step)
            span -= step
            await rounds.sweep()
            await rounds.deliver()
        return _told(f"Time has passed. It is {moment(self.clock.now())} now.")


def _told(text: str) -> Reply:
    return Reply(shown=(Shown(text=text, summary="The demo's clock"),))


def demo_office(options: Options) -> Stage:
    """The authority, with its directory imported when it is new."""
    loaded = load(options.procedure)
    folder = options.data / re.sub(r"[^\w-]+", "-", loaded.procedure.id)
    folder.mkdir(parents=True, exist_ok=True)
    _take_alone(folder)
    clock = DemoClock(folder / "clock.json")
    seal, words = _keys(folder)
    database = Database(f"sqlite:///{folder / 'demo.db'}", words)
    url = f"http://127.0.0.1:{options.port}"
    office = Office(
        database=database,
        clock=clock,
        loaded=loaded,
        operator_email=OPERATOR,
        auditor_email=AUDITOR,
        seal=seal,
        erasures=folder / "erasures.jsonl",
        public_url=url,
    )
    with database.writing() as connection:
        schema.upgrade(connection)
        is_new = directory_version(connection) == 0
    keep_procedure(office)
    if is_new:
        import_directory(office, made_up_directory(office.procedure))
    mail = FolderChannel(folder / "outbox", SENDER, now=clock.now)
    return Stage(office=office, clock=clock, mail=mail, folder=folder, tenant=TENANT)


def _keys(folder: Path) -> tuple[Seal, WordKeys]:
    """The demo's own keys, made when it is new."""
    trail_key, words_key = folder / "trail.key", folder / "words.key"
    if not trail_key.exists():
        write_keys(trail_key, TrailKeys(new_signer("demo.example/trail")))
    if not words_key.exists():
        add_key(words_key)
    return Seal(keys=read_keys(trail_key), kept_in=folder / "trail-heads.txt"), WordKeys(words_key)


def _take_alone(folder: Path) -> None:
    """Keep the folder for this process, until it ends. Raises `Fault` where another demo has it."""
    lock = (folder / "demo.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise Fault(f"Another demo runs on {folder}. End it first, or name another folder with --data.") from None
    _locks.append(lock)


_locks: list[IO[str]] = []
"""Open files, which hold their locks until the process ends."""


async def play(stage: Stage, options: Options, until_stopped: Callable[[], Awaitable[None]]) -> None:
    """Open the windows, say who is who and what to type first, and go on until stopped."""
    url = f"http://127.0.0.1:{options.port}/api/messages"
    with contextlib.ExitStack() as closing:
        windows = None
        if options.client:
            client = ClientWindows(
                url, list(_windows(stage.office)), tenant=TENANT, bot_id=BOT, folder=stage.folder.resolve() / "client"
            )
            windows = await asyncio.to_thread(closing.enter_context, client)
            _introduce(stage.office, windows)
        print("\n".join(_programme(stage, url, windows)), flush=True)
        await until_stopped()


def _windows(office: Office) -> Iterator[Window]:
    with office.database.reading() as connection:
        people = {person.email: person for person in office.directory(connection).people.values()}
    for one in on_stage(office.procedure):
        person = people[one.email]
        yield Window(key=one.key, name=person.name, object_id=person.id, email=person.email)


def _introduce(office: Office, windows: ClientWindows) -> None:
    """Each window can be reached from the start, as if its person had said hello."""
    with office.database.writing() as connection:
        for window in windows.windows.values():
            address = Address(
                person=window.object_id,
                account=window.account,
                tenant=TENANT,
                bot=BOT,
                service_url=windows.service_url(window.key),
                conversation=window.conversation,
            )
            desk.keep_address(connection, asdict(address), office.now() - timedelta(days=1))


def _programme(stage: Stage, url: str, windows: ClientWindows | None) -> Iterator[str]:
    procedure = stage.office.procedure
    yield f"\n{procedure.title}\nThe demo authority is made up. It is {moment(stage.clock.now())}.\n"
    yield from _vacancies(stage.office)
    if windows is not None:
        yield "Open these addresses, each in a tab of its own, before you start; it shows only what comes later:\n"
        for one in on_stage(procedure):
            window = windows.windows[one.key]
            yield f"  {windows.url(one.key)}  {window.name}\n      {one.why}\n      Type: {one.line}\n"
    else:
        yield f"The bot listens at {url}."
    yield f"E-mail to everybody lies in {stage.folder / 'outbox'}/. Type “clock +3 days” anywhere to let time pass."
    yield "Ctrl+C ends the demo; what was done is kept for the next time."


def _vacancies(office: Office) -> Iterator[str]:
    """Which posts nobody holds, where the procedure is one of somebody's own."""
    with office.database.reading() as connection:
        directory = office.directory(connection)
    vacant = roles_nobody_holds(office.procedure, directory, london_date(office.now()))
    if vacant:
        yield f"In the made-up authority nobody is: {listed(vacant, 'or')}. Nobody is asked or told as that.\n"
