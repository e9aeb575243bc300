"""`GET /metrics`, for Prometheus: what this process has counted, and what stands in the database."""

from __future__ import annotations

import hmac
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import timedelta

from aiohttp import web

from bot.telemetry.logs import Log
from bot.telemetry.metrics import CONTENT_TYPE, CountLines, Metrics
from bot.usecases.backlog import Waiting
from bot.web.patience import Patient

log = Log("bot.web")
OPEN = ""
"""In the place of a token: whoever reaches the port may ask."""
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def count_in(application: web.Application, metrics: Metrics) -> None:
    """Count the application's answers, and the log's warnings and errors while it runs."""

    @web.middleware
    async def counted(request: web.Request, handler: Handler) -> web.StreamResponse:
        resource = request.match_info.route.resource
        route, status = resource.canonical if resource is not None else "other", 500
        try:
            response = await handler(request)
            status = response.status
            return response
        except web.HTTPException as answer:
            status = answer.status
            raise
        finally:
            metrics.requests.labels(route, str(status)).inc()

    async def lines(_: web.Application) -> AsyncIterator[None]:
        counting = CountLines(metrics)
        logging.getLogger().addHandler(counting)
        yield
        logging.getLogger().removeHandler(counting)

    application.middlewares.append(counted)
    application.cleanup_ctx.append(lines)


def add_metrics(
    application: web.Application,
    metrics: Metrics,
    waiting: Callable[[], Awaitable[Waiting]],
    ages: Callable[[], Mapping[str, timedelta]],
    *,
    token: str,
) -> None:
    """The route. `ages`: how long ago each round ended well. `token`: what the caller must bear; empty: nothing."""
    look_up = Patient(waiting)

    async def measured(request: web.Request) -> web.Response:
        if not _may_read(request, token):
            return web.Response(status=401, headers={"WWW-Authenticate": "Bearer"})
        for name, age in ages().items():
            metrics.round_age.labels(name).set(age.total_seconds())
        try:
            _put(metrics, await look_up())
        except Exception as fault:  # whatever the driver raises, or nothing in time
            log.fault("backlog_not_read", fault)
            metrics.database_is_down()
        return web.Response(body=metrics.text(), headers={"Content-Type": CONTENT_TYPE})

    application.router.add_get("/metrics", measured)


def _may_read(request: web.Request, token: str) -> bool:
    given = request.headers.get("Authorization", "").encode("utf-8", "surrogateescape")
    return not token or hmac.compare_digest(given, f"Bearer {token}".encode())


def _put(metrics: Metrics, waiting: Waiting) -> None:
    metrics.database_up.set(1)
    for state, many in waiting.rows.items():
        metrics.outbox_rows.labels(state).set(many)
    metrics.outbox_age.set(waiting.message.total_seconds())
    metrics.look_age.set(waiting.look.total_seconds())
    metrics.open_challenges.clear()
    for position, many in waiting.open_at.items():
        metrics.open_challenges.labels(str(position)).set(many)
