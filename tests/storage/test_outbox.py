"""What must be sent is claimed by one worker, settled once, and leaves evidence of every attempt."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.evidence import Outcome
from bot.domain.notices import OPERATOR, Kind, Notice
from bot.domain.procedure import Way
from storage import outbox, tables
from storage.database import Database
from storage.evidence import attempts
from storage.outbox import LEASE, Claimed, Settled
from tests.builders import IRO, MANAGER, SERVICE, at
from tests.storage.samples import NOW, REFERENCE, at_once, everything, evidence

LATER = NOW + timedelta(minutes=1)


def a_notice(
    to: str = MANAGER,
    kind: Kind = "asked",
    way: Way = "teams",
    *,
    position: int = 2,
    number: int = 1,
    held: bool = False,
    challenge: str = REFERENCE,
) -> Notice:
    return Notice(challenge=challenge, position=position, kind=kind, number=number, to=to, role="r", way=way, held=held)


def put_in(database: Database, *notices: Notice, due: datetime = NOW) -> None:
    with database.writing() as connection:
        outbox.enqueue(connection, [(notice, due) for notice in notices])


def claim(
    database: Database, worker: str = "w1", now: datetime = NOW, most: int = 50, held: bool = True
) -> list[Claimed]:
    with database.writing() as connection:
        return outbox.claim(connection, worker, now, most, held=held)


def settle(
    database: Database,
    claimed: Claimed,
    outcome: Outcome = "delivered",
    *,
    worker: str = "w1",
    now: datetime = NOW,
    sent_as: str = "",
    again_at: datetime | None = None,
) -> bool:
    result = Settled(claimed=claimed, outcome=outcome, sent_as=sent_as, detail="because", again_at=again_at)
    return bool(database.change(lambda connection: outbox.settle(connection, [result], worker, now)))


def row(database: Database, notice: Notice) -> tuple[str, int, str, bool]:
    """State, attempts, the channel's id, whether in doubt."""
    with database.reading() as connection:
        table = tables.outbox
        found = connection.execute(table.select().where(table.c.key == notice.key)).one()
        return found.state, found.attempts, found.sent_as, found.doubtful


def keys(database: Database) -> set[str]:
    return {found[0] for found in everything(database, "outbox")["outbox"]}


def test_a_key_is_accepted_once(database: Database) -> None:
    put_in(database, a_notice(), a_notice(way="email"))
    (claimed, _) = claim(database)
    settle(database, claimed, sent_as="m1")
    put_in(database, a_notice(), a_notice(way="email"), a_notice(IRO), due=LATER)
    assert len(keys(database)) == 3
    assert row(database, claimed.notice) == ("delivered", 1, "m1", False)


def test_a_key_put_in_by_many_at_once_is_accepted_once(database: Database) -> None:
    results = at_once(*[lambda: put_in(database, a_notice(), a_notice(way="email"))] * 8)
    assert list(results) == [None] * 8
    assert len(keys(database)) == 2


def test_nothing_to_put_in_is_no_mistake(database: Database) -> None:
    put_in(database)
    assert keys(database) == set()


def test_only_what_is_due_is_claimed_the_longest_due_first(database: Database) -> None:
    put_in(database, a_notice(position=3), due=NOW)
    put_in(database, a_notice(position=9), due=NOW - timedelta(hours=1))
    put_in(database, a_notice(position=2), due=NOW)
    put_in(database, a_notice(position=4), due=LATER)
    assert [one.notice.position for one in claim(database, most=2)] == [9, 2]
    assert [one.notice.position for one in claim(database)] == [3]
    assert claim(database) == []
    assert [one.notice.position for one in claim(database, now=LATER)] == [4]


def test_what_is_held_can_be_left_for_working_hours(database: Database) -> None:
    put_in(database, a_notice(), a_notice(kind="reminder", held=True))
    assert [one.notice.kind for one in claim(database, held=False)] == ["asked"]
    assert claim(database, now=NOW + LEASE - timedelta(seconds=1), held=False) == []
    assert [one.notice.kind for one in claim(database)] == ["reminder"]


def test_a_claim_brings_back_the_whole_notice(database: Database) -> None:
    notice = a_notice(SERVICE, "reminder", "email", position=7, number=3, held=True)
    put_in(database, notice)
    assert claim(database) == [Claimed(notice=notice, attempts=1, doubtful=False, due_at=NOW)]


def test_no_two_workers_ever_hold_the_same_row(database: Database) -> None:
    put_in(database, *(a_notice(position=position) for position in range(120)))

    def work(worker: str) -> list[str]:
        mine: list[str] = []
        while taken := claim(database, worker, most=7):
            for one in taken:
                assert settle(database, one, worker=worker)
                mine.append(one.notice.key)
        return mine

    results = at_once(*(lambda name=name: work(name) for name in ("w1", "w2", "w3", "w4")))
    held = [key for result in results if isinstance(result, list) for key in result]
    assert [result for result in results if isinstance(result, Exception)] == []
    assert len(held) == len(set(held)) == 120
    with database.reading() as connection:
        assert outbox.counts(connection) == {"delivered": 120}
    assert len(evidence(database)) == 120


def test_a_claim_on_postgresql_does_not_wait_for_another_worker(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has one writer")
    put_in(database, *(a_notice(position=position) for position in range(4)))
    with database.writing() as connection:
        first = outbox.claim(connection, "w1", NOW, 2)
        second = claim(database, "w2", most=4)
    assert len(first) == len(second) == 2
    assert not {one.notice.key for one in first} & {one.notice.key for one in second}


def test_a_row_whose_worker_has_died_is_taken_up_when_its_lease_is_over_and_flagged(database: Database) -> None:
    put_in(database, a_notice())
    claim(database, "dead")
    assert claim(database, "w2", NOW + LEASE - timedelta(seconds=1)) == []
    (again,) = claim(database, "w2", NOW + LEASE)
    assert (again.attempts, again.doubtful) == (2, True)
    assert settle(database, again, worker="w2", sent_as="m2")
    assert row(database, again.notice) == ("delivered", 2, "m2", True)


def test_only_who_holds_a_row_settles_it(database: Database) -> None:
    put_in(database, a_notice())
    (lost,) = claim(database, "slow")
    (held,) = claim(database, "w2", NOW + LEASE)
    assert not settle(database, lost, worker="slow", sent_as="late")
    assert evidence(database) == []
    assert settle(database, held, worker="w2", sent_as="m")
    assert not settle(database, held, worker="w2", sent_as="twice")
    assert row(database, held.notice) == ("delivered", 2, "m", True)
    assert [attempt for _, attempt, _ in evidence(database)] == [2]


def test_a_worker_that_has_claimed_a_row_twice_settles_only_the_second_claim(database: Database) -> None:
    put_in(database, a_notice())
    (first,) = claim(database)
    (second,) = claim(database, now=NOW + LEASE)
    assert not settle(database, first)
    assert settle(database, second)


def test_an_attempt_that_failed_for_now_waits_for_its_moment(database: Database) -> None:
    put_in(database, a_notice())
    (claimed,) = claim(database)
    settle(database, claimed, "again", again_at=LATER)
    assert claim(database) == []
    with database.reading() as connection:
        assert outbox.next_due(connection) == LATER
    (again,) = claim(database, now=LATER)
    assert (again.attempts, again.doubtful) == (2, False)
    settle(database, again, now=LATER)
    assert [outcome for _, _, outcome in evidence(database)] == ["again", "delivered"]


def test_an_unknown_outcome_is_flagged_for_good(database: Database) -> None:
    put_in(database, a_notice())
    (claimed,) = claim(database)
    settle(database, claimed, "unknown", again_at=LATER)
    (again,) = claim(database, now=LATER)
    assert again.doubtful
    settle(database, again, now=LATER)
    assert row(database, again.notice) == ("delivered", 2, "", True)


@pytest.mark.requirement("CARD-03")
def test_every_attempt_leaves_evidence_with_its_outcome(database: Database) -> None:
    outcomes: tuple[Outcome, ...] = ("delivered", "stale", "failed", "again", "unknown")
    for position, outcome in enumerate(outcomes):
        put_in(database, a_notice(position=position, kind="redraw"))
        (claimed,) = claim(database)
        settle(database, claimed, outcome, again_at=NOW + timedelta(days=1))
    with database.reading() as connection:
        found = {told.outcome: (told.attempt, at, told.detail) for at, told in attempts(connection, REFERENCE)}
        assert found == dict.fromkeys(outcomes, (1, NOW, "because"))
        assert outbox.counts(connection) == {"delivered": 1, "stale": 1, "failed": 1, "waiting": 2}


# When nothing works


def fail(database: Database, *wanted: Notice) -> None:
    for one in claim(database):
        if one.notice in wanted:
            settle(database, one, "failed")


def test_nobody_else_is_told_while_another_way_may_still_work(database: Database) -> None:
    teams, email = a_notice(), a_notice(way="email")
    put_in(database, teams, email)
    fail(database, teams)
    assert keys(database) == {teams.key, email.key}


def test_the_operator_is_told_once_when_every_way_has_failed(database: Database) -> None:
    teams, email = a_notice(), a_notice(way="email")
    put_in(database, teams, email)
    fail(database, teams, email)
    (told,) = keys(database) - {teams.key, email.key}
    assert told == f"{REFERENCE}/2/undelivered/{OPERATOR.person}/email"
    (claimed,) = claim(database)
    assert claimed.notice == replace(
        email, kind="undelivered", to=OPERATOR.person, role=MANAGER, way="email", held=False
    )


def test_where_no_listed_way_has_worked_an_e_mail_is_the_last(database: Database) -> None:
    teams = a_notice(kind="acknowledged")
    put_in(database, teams)
    fail(database, teams)
    by_mail = replace(teams, way="email")
    assert keys(database) == {teams.key, by_mail.key}
    fail(database, by_mail)
    assert [one.notice.kind for one in claim(database)] == ["undelivered"]


def test_nobody_is_told_that_the_operator_cannot_be_told(database: Database) -> None:
    told = a_notice(OPERATOR.person, "vacant", "email")
    put_in(database, told)
    fail(database, told)
    assert keys(database) == {told.key}


def test_a_card_that_cannot_be_brought_up_to_date_is_no_message_that_was_lost(database: Database) -> None:
    redraw = a_notice(kind="redraw")
    put_in(database, redraw)
    fail(database, redraw)
    assert keys(database) == {redraw.key}


def test_of_two_ways_that_fail_at_the_same_moment_the_operator_still_hears(database: Database) -> None:
    for position in range(12):
        put_in(database, a_notice(position=position), a_notice(position=position, way="email"))
        teams, email = claim(database, most=2)
        results = at_once(lambda: settle(database, teams, "failed"), lambda: settle(database, email, "failed"))  # noqa: B023
        assert list(results) == [True, True]
        (told,) = claim(database, most=2)
        assert told.notice.kind == "undelivered"


# Cards that lie in chats


def test_the_cards_of_a_person_are_those_that_arrived_in_their_chat(database: Database) -> None:
    arrived = [
        a_notice(position=2),
        a_notice(position=5, kind="reminder", number=2),
        a_notice(position=6, kind="opened"),
        a_notice(position=7, way="email"),
        a_notice(IRO, position=8),
        a_notice(challenge="PC-2026-0002"),
    ]
    put_in(database, *arrived)
    for one in claim(database):
        settle(database, one, sent_as=f"m{one.notice.position}")
    put_in(database, a_notice(position=9))
    with database.reading() as connection:
        assert outbox.cards_of(connection, REFERENCE, MANAGER, ("asked", "reminder")) == [(1, "m2"), (2, "m5")]
        assert outbox.cards_of(connection, REFERENCE, MANAGER, ("opened",)) == [(1, "m6")]
        assert outbox.cards_of(connection, REFERENCE, SERVICE, ("asked",)) == []


def test_the_last_digest_of_a_person_is_the_last_that_arrived_before_a_day(database: Database) -> None:
    days = ["2026-04-01", "2026-04-02", "2026-04-07"]
    for day in days:
        put_in(database, a_notice(kind="digest", challenge=f"digest/{day}"))
        (claimed,) = claim(database)
        settle(database, claimed, "stale" if day == "2026-04-02" else "delivered")
    with database.reading() as connection:
        told = [
            outbox.last_told(connection, "digest", who, f"digest/{day}")
            for who, day in ((MANAGER, "2026-04-08"), (MANAGER, "2026-04-07"), (MANAGER, "2026-04-01"), (IRO, days[2]))
        ]
    assert told == ["digest/2026-04-07", "digest/2026-04-01", None, None]


def test_moments_are_told_apart_over_a_clock_change(database: Database) -> None:
    before, after = at("Sat 28 March 2026 9am"), at("Mon 30 March 2026 9am")
    assert after - before == timedelta(hours=47)
    put_in(database, a_notice(position=1), due=before)
    put_in(database, a_notice(position=2), due=after)
    assert [one.notice.position for one in claim(database, now=after - timedelta(seconds=1))] == [1]
    assert [one.notice.position for one in claim(database, now=after)] == [2]
