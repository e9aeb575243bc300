"""A few due rows among many to come: the outbox, against APScheduler's own store, in the same database."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from statistics import median
from threading import Event
from time import perf_counter
from typing import Any

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import insert

from bot.domain.notices import Notice
from storage import outbox, schema, tables
from storage.database import Connection, Database
from storage.outbox import Settled
from tests.benchmarks.authority import NOW
from tests.benchmarks.conftest import Empty
from tests.benchmarks.report import FULL, Finding, Report

ROWS, DUE = (100_000, 1_000) if FULL else (300, 30)
LARGE = 1_000_000 if FULL else 600
BATCH = 200
TARGETS = {"SQLite": 100.0, "PostgreSQL": 30.0}

_effects: list[int] = []
_all_done = Event()


def effect() -> None:
    """What a due job of APScheduler does."""
    _effects.append(1)
    if len(_effects) == DUE:
        _all_done.set()


def test_due_among_many(empty: Empty, report: Report) -> None:
    database = Database(empty.url)
    with database.writing() as connection:
        schema.upgrade(connection)
        _fill(connection, range(ROWS), due=DUE)
    mine = _through_the_outbox(database)
    small = _empty_sweep(database)
    with database.writing() as connection:
        _fill(connection, range(ROWS, LARGE), due=0)
    large = _empty_sweep(database)
    database.close()
    theirs = _through_apscheduler(empty.url)
    report.add(Finding(part=f"{DUE:,} due among {ROWS:,}, {empty.kind}", what="claimed, done and settled",
                       figures={"ours a second": DUE / mine, "APScheduler a second": DUE / theirs},
                       times=theirs / mine, target=TARGETS[empty.kind]))  # fmt: skip
    report.add(Finding(part=f"looking where nothing is due, {empty.kind}", what=f"{LARGE:,} rows against {ROWS:,}",
                       figures={"large ms": 1000 * large, "small ms": 1000 * small},
                       times=small / large, target=0.5))  # fmt: skip


def _fill(connection: Connection, numbers: Iterable[int], due: int) -> None:
    """The first rows are due; the others will be, some day."""
    rows = [
        outbox._row(
            Notice(challenge=f"PC-2026-{number}", position=1, kind="asked", number=1, to=f"p-{number % 300}", role="r",
                   way="teams", held=False),
            NOW - timedelta(minutes=1) if number < due else NOW + timedelta(days=1, seconds=number),
        )
        for number in numbers
    ]  # fmt: skip
    for start in range(0, len(rows), 10_000):
        connection.execute(insert(tables.outbox), rows[start : start + 10_000])


def _through_the_outbox(database: Database) -> float:
    """Claim a batch, do nothing, settle it in one transaction; seconds until nothing is due."""
    began, done = perf_counter(), 0
    while True:
        with database.writing() as connection:
            claimed = outbox.claim(connection, "benchmark", NOW, BATCH)
        if not claimed:
            break
        with database.writing() as connection:
            results = [Settled(claimed=one, outcome="delivered", sent_as="m") for one in claimed]
            assert len(outbox.settle(connection, results, "benchmark", NOW)) == len(claimed)
        done += len(claimed)
    assert done == DUE
    return perf_counter() - began


def _empty_sweep(database: Database) -> float:
    def look() -> None:
        with database.writing() as connection:
            assert outbox.claim(connection, "benchmark", NOW, BATCH) == []

    return _median_time(look, 50 if FULL else 3)


def _median_time(work: Callable[[], None], times: int) -> float:
    found = []
    for _ in range(times):
        began = perf_counter()
        work()
        found.append(perf_counter() - began)
    return median(found)


def _through_apscheduler(url: str) -> float:
    """Seconds until its scheduler has done everything that was due."""
    _effects.clear()
    _all_done.clear()
    store = SQLAlchemyJobStore(url=Database(url).url.render_as_string(hide_password=False))
    now = datetime.now(UTC)
    scheduler = BackgroundScheduler(jobstores={"default": store}, timezone="UTC")
    scheduler.start(paused=True)
    first = scheduler.add_job(effect, "date", run_date=now + timedelta(days=1), id="first", misfire_grace_time=None)
    _fill_store(store, first, now)
    began = perf_counter()
    scheduler.resume()
    assert _all_done.wait(600)
    seconds = perf_counter() - began
    scheduler.shutdown()
    store.engine.dispose()
    return seconds


def _fill_store(store: SQLAlchemyJobStore, like: Any, now: datetime) -> None:
    """Copies of one job, put in all at once: one by one would take minutes."""
    state = like.__getstate__()
    rows = []
    for number in range(ROWS):
        at = now - timedelta(minutes=1) if number < DUE else now + timedelta(days=1, seconds=number)
        mine = {**state, "id": f"job-{number}", "next_run_time": at}
        rows.append({"id": mine["id"], "next_run_time": at.timestamp(), "job_state": pickle.dumps(mine)})
    with store.engine.begin() as connection:
        for start in range(0, len(rows), 10_000):
            connection.execute(insert(store.jobs_t), rows[start : start + 10_000])
