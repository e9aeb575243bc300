"""Bugs that are planted into the program, one at a time, to see that the tests of faults would find them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

from sqlalchemy import bindparam, select

from bot.domain.notices import Notice
from bot.usecases import deliver as delivering
from storage import evidence, index, outbox, tables, trail
from storage.database import Connection, Database
from storage.outbox import Claimed, Settled
from tests.faults.world import MortalDatabase

Bug = Callable[[], AbstractContextManager[Any]]
_TABLE = tables.outbox.c


def acknowledged_before_it_is_sent() -> AbstractContextManager[Any]:
    """A row counts as delivered as soon as it is claimed."""
    claim = outbox.claim

    def too_soon(connection: Connection, worker: str, now: datetime, most: int, **more: Any) -> list[Claimed]:
        claimed = claim(connection, worker, now, most, **more)
        outbox.settle(connection, [Settled(claimed=one, outcome="delivered") for one in claimed], worker, now)
        return claimed

    return mock.patch.object(outbox, "claim", too_soon)


def a_lease_that_never_ends() -> AbstractContextManager[Any]:
    """What a dead replica had in its hands stays there."""
    return mock.patch.object(outbox, "LEASE", timedelta(days=3650))


def nobody_asks_whose_row_it_is() -> AbstractContextManager[Any]:
    """Whoever comes late settles what is another's by now."""
    anybodys = (
        select(_TABLE.key, bindparam("worker").label("worker"))
        .where(_TABLE.key.in_(bindparam("keys", expanding=True)))
        .with_for_update()
    )

    def settle(connection: Connection, results: Sequence[Settled], worker: str, now: datetime) -> list[Settled]:
        keys = [result.claimed.notice.key for result in results]
        connection.execute(anybodys, {"keys": keys, "worker": worker})
        connection.execute(outbox._SETTLE, [outbox._settled_row(result, now) for result in results])
        told = [(result.claimed.notice.challenge, outbox._told(result)) for result in results]
        evidence.add(connection, told, at=now)
        return list(results)

    return mock.patch.object(outbox, "settle", settle)


def messages_are_put_in_after_the_commit() -> AbstractContextManager[Any]:
    """Who dies right after the commit has told nobody."""
    return _enqueue_outside(before=False)


def messages_are_put_in_before_the_commit_and_outside_of_it() -> AbstractContextManager[Any]:
    """Who dies before the commit has told of what never happened."""
    return _enqueue_outside(before=True)


@contextmanager
def _enqueue_outside(*, before: bool) -> Iterator[None]:
    kept: list[Sequence[tuple[Notice, datetime]]] = []
    enqueue, writing = outbox.enqueue, MortalDatabase.writing

    def aside(_: Connection, notices: Sequence[tuple[Notice, datetime]]) -> None:
        kept.append(notices)

    def put_in(database: Database) -> None:
        some = list(kept)
        kept.clear()
        for notices in some:
            with Database.writing(database) as connection:
                enqueue(connection, notices)

    @contextmanager
    def apart(self: MortalDatabase) -> Iterator[Connection]:
        kept.clear()
        try:
            with writing(self) as connection:
                yield connection
        except BaseException:
            if before:
                put_in(self)
            raise
        put_in(self)

    with mock.patch.object(outbox, "enqueue", aside), mock.patch.object(MortalDatabase, "writing", apart):
        yield


def a_second_copy_without_a_flag() -> AbstractContextManager[Any]:
    """What is sent again after an unknown outcome looks as if it were the first."""
    claim = outbox.claim

    def without(*args: Any, **more: Any) -> list[Claimed]:
        return [replace(one, doubtful=False) for one in claim(*args, **more)]

    return mock.patch.object(outbox, "claim", without)


def no_answer_taken_for_an_answer() -> AbstractContextManager[Any]:
    """An unknown outcome counts as delivered."""
    failed = delivering._failed

    def delivered(now: datetime, claimed: Claimed, failure: Any) -> Any:
        result = failed(now, claimed, failure)
        if result.settled.outcome == "unknown":
            return replace(result, settled=Settled(claimed=claimed, outcome="delivered"))
        return result

    return mock.patch.object(delivering, "_failed", delivered)


def an_act_is_not_remembered() -> AbstractContextManager[Any]:
    """What is delivered twice is done twice."""
    return mock.patch.object(trail, "was_done", return_value=None)


def put_to_sleep_before_it_was_looked_at() -> AbstractContextManager[Any]:
    """Who dies with a challenge in their hands takes its deadline with them."""
    wake = index.wake

    def forgets(connection: Connection, now: datetime, most: int, lease: timedelta) -> list[str]:
        return wake(connection, now, most, timedelta(days=3650))

    return mock.patch.object(index, "wake", forgets)


def no_evidence() -> AbstractContextManager[Any]:
    """Nobody can say later what was tried."""
    return mock.patch.object(evidence, "add")


def nobody_hears_that_every_way_failed() -> AbstractContextManager[Any]:
    """A message that reached nobody is given up in silence."""
    return mock.patch.object(outbox, "fall_back")


def settled_and_proved_in_two_steps() -> AbstractContextManager[Any]:
    """Who dies in between has told somebody without leaving evidence of it."""
    settle = delivering._settle

    def in_two(office: Any, worker: str, results: Any) -> None:
        with mock.patch.object(evidence, "add"):
            settle(office, worker, results)
        told = [(result.settled.claimed.notice.challenge, outbox._told(result.settled)) for result in results]
        office.database.change(lambda connection: evidence.add(connection, told, at=office.now()))

    return mock.patch.object(delivering, "_settle", in_two)


BUGS: tuple[Bug, ...] = (
    acknowledged_before_it_is_sent,
    a_lease_that_never_ends,
    nobody_asks_whose_row_it_is,
    messages_are_put_in_after_the_commit,
    messages_are_put_in_before_the_commit_and_outside_of_it,
    a_second_copy_without_a_flag,
    no_answer_taken_for_an_answer,
    an_act_is_not_remembered,
    put_to_sleep_before_it_was_looked_at,
    no_evidence,
    nobody_hears_that_every_way_failed,
    settled_and_proved_in_two_steps,
)
