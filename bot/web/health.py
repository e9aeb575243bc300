"""Whether the bot is alive, and whether it is ready to be relied on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.web.patience import Patient

Troubles = Callable[[], Awaitable[list[str]]]
"""What stands in the way of being ready, in words; empty: nothing."""


def add_health(application: web.Application, troubles: Troubles) -> None:
    """`GET /healthz`: the process answers. `GET /readyz`: everything is as it must be and nothing waits, or 503."""
    look_up = Patient(troubles)

    async def alive(_: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def ready(_: web.Request) -> web.Response:
        try:
            found = await look_up()
        except TimeoutError:
            found = ["the database doesn't answer in time"]
        return web.json_response({"ready": not found, "troubles": found}, status=503 if found else 200)

    application.router.add_get("/healthz", alive)
    application.router.add_get("/readyz", ready)
