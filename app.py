"""Wiring only: settings → storage → channels → routes → jobs; and the door to the commands in `bot/cli.py`."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from aiohttp import web

from bot import cli
from bot.console import Doors
from bot.demo.play import Options, demo_office, play
from bot.domain.errors import Fault
from bot.jobs import Rounds
from bot.mail.smtp import SmtpChannel
from bot.procedures.calendar import CALENDARS
from bot.procedures.load import load
from bot.settings import Basis, Settings
from bot.teams import Registration, Teams, by_certificate, by_managed_identity, by_secret, open_demo_door, open_door
from bot.telemetry.logs import Log, configure
from bot.usecases.administer import keep_procedure
from bot.usecases.backlog import unready, waiting
from bot.usecases.converse import converse
from bot.usecases.erase import erase_again
from bot.usecases.observe import observed
from bot.usecases.office import Office, Seal
from bot.usecases.ports import Channel, Converse, Reply, Turn
from bot.usecases.watch_calendar import watch_calendar
from bot.web.health import add_health
from bot.web.metrics import OPEN, add_metrics, count_in
from bot.web.procedure import add_procedure
from bot.web.server_log import keep_words_out_of_the_server_log
from storage.cipher import WordKeys
from storage.database import Database
from storage.signing import read_keys

log = Log("app")


class RealClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Running:
    """A whole bot, put together: what it answers with, and what it does by itself."""

    application: web.Application
    rounds: Rounds
    teams: Teams


def assemble(
    office: Office,
    open_teams: Callable[[Converse], Teams],
    mail: Channel,
    *,
    around: Callable[[Converse, Rounds], Converse] = lambda answer, _: answer,
    metrics_token: str | None = None,
) -> Running:
    """Join the parts. `around` may stand between Teams and the use cases; the demo's clock does.

    `metrics_token`: what a caller of `/metrics` must bear; empty: nothing; None: the route isn't offered.
    """
    channels: dict[str, Channel] = {"email": mail}
    rounds = Rounds(office, channels)

    async def answer(turn: Turn) -> Reply:
        reply = await office.database.run(converse, office, turn)
        rounds.deliver_soon()
        return reply

    teams = open_teams(around(observed(office, answer), rounds))
    channels["teams"] = teams.channel
    keep_words_out_of_the_server_log()
    application = web.Application()
    teams.add_to(application)
    office.database.on_error = office.metrics.database_failed
    count_in(application, office.metrics)
    add_health(application, lambda: _troubles(office, rounds))
    if metrics_token is not None:
        look_up = functools.partial(office.database.run, waiting, office)
        add_metrics(application, office.metrics, look_up, rounds.ages, token=metrics_token)
    add_procedure(application, lambda: office.procedure)
    return Running(application=application, rounds=rounds, teams=teams)


async def _troubles(office: Office, rounds: Rounds) -> list[str]:
    found = await office.database.run(unready, office)
    return [*found, *rounds.stalled()]


@contextlib.asynccontextmanager
async def listening(running: Running, host: str, port: int) -> AsyncIterator[None]:
    """Answer and tick between entering and leaving."""
    runner = web.AppRunner(running.application, access_log=None, handle_signals=False)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as taken:
        await runner.cleanup()
        raise Fault(
            f"Port {port} of {host} can't be used: {taken.strerror}. Choose another with PORT or --port."
        ) from None
    running.rounds.start()
    try:
        yield
    finally:
        await running.rounds.stop()
        await runner.cleanup()


async def until_stopped() -> None:
    """Wait for the signal to end."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stopped.set)
    await stopped.wait()


def office_of(basis: Basis) -> Office:
    """The authority that the settings describe."""
    return Office(
        database=Database(basis.database_url, WordKeys(basis.words_key)),
        clock=RealClock(),
        loaded=load(basis.procedure),
        operator_email=basis.operator_email,
        digest_at=basis.digest_at,
        calendars=basis.calendars or CALENDARS,
        public_url=basis.public_url,
        auditor_email=basis.auditor_email,
        seal=Seal(keys=read_keys(basis.trail_key), kept_in=basis.heads_file),
        erasures=basis.erasures_file,
    )


def serve(settings: Settings) -> None:
    """The bot as the settings say, until it is stopped. Refuses to start on a database that isn't ready."""
    office = office_of(settings.basis)
    office.database.take_alone()
    keep_procedure(office)
    erase_again(office)
    watch_calendar(office, office.now())
    registration = Registration(app_id=settings.app_id, tenant=settings.tenant, acquire=_acquire(settings))
    running = assemble(
        office,
        lambda answer: open_door(registration, converse=answer, clock=office.clock),
        SmtpChannel(settings.smtp_url, settings.sender),
        metrics_token=settings.metrics_token or None,
    )

    async def run() -> None:
        async with listening(running, settings.host, settings.port):
            log.info("listening", port=settings.port)
            await until_stopped()
        office.database.close()

    asyncio.run(run())


def _acquire(settings: Settings) -> Callable[[], Mapping[str, object]]:
    if settings.app_type == "UserAssignedMSI":
        return by_managed_identity(settings.app_id)
    if settings.certificate is not None:
        return by_certificate(settings.app_id, settings.tenant, settings.certificate.read_text("ascii"))
    return by_secret(settings.app_id, settings.tenant, settings.app_password)


def demo(options: Options) -> None:
    """The demo on loopback, until it is stopped."""
    stage = demo_office(options)
    running = assemble(
        stage.office,
        lambda answer: open_demo_door(tenant=stage.tenant, converse=answer, clock=stage.office.clock),
        stage.mail,
        around=stage.around,
        metrics_token=OPEN,  # only this machine reaches the demo
    )

    async def run() -> None:
        async with listening(running, "127.0.0.1", options.port):
            await play(stage, options, until_stopped)
        stage.office.database.close()

    asyncio.run(run())


def main(arguments: list[str]) -> int:
    """Run one command. Returns 0, or 1 after saying on standard error what went wrong."""
    configure(as_json=arguments[:1] == ["serve"] and not sys.stderr.isatty())
    try:
        return cli.run(arguments, Doors(serve=serve, demo=demo, office=office_of))
    except Exception as problem:
        log.fault("command_failed", problem)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
