"""The index says where every challenge stands, whose turn it is, and who may know of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

import pytest

from bot.domain.reminders import wakes_at
from storage import index
from storage.database import Connection, Database
from storage.index import Standing
from tests.builders import (
    IRO,
    IRO_MANAGER,
    MANAGER,
    OTHER_IRO,
    SERVICE,
    STRANGER,
    SUPERVISOR,
    WORKER,
    Story,
    a_child,
    a_directory,
    a_raise,
    an_answer,
    at,
    facts,
    on_to,
    satisfied,
)
from tests.storage.samples import at_once

LINCOLN = a_child("MOS-30001", unit="Lincoln Team 2")


def put(connection: Connection, *stories: Story) -> None:
    for story in stories:
        index.put(connection, story.now, wakes_at(story.now, story.facts))


def a_story(reference: str, raised: str, stage: str = "stage-1", child: str = "MOS-10423") -> Story:
    story = Story(facts(a_directory(a_child(), a_child("MOS-10424"), LINCOLN)), reference)
    story.does(IRO, a_raise(stage, "" if stage == "informal" else "Too urgent", child=child), raised)
    return story


def turns(connection: Connection, person: str) -> list[tuple[str, str]]:
    return [(turn.standing.reference, turn.what) for turn in index.tray(connection, person)]


@pytest.mark.requirement("NEL-19")
def woken(connection: Connection, now: datetime, most: int) -> list[str]:
    """What would be taken up, which then isn't."""
    with connection.begin_nested() as trial:
        found = index.wake(connection, now, most, timedelta(minutes=2))
        trial.rollback()
    return found


def test_a_tray_holds_what_waits_for_a_person_soonest_deadline_first(database: Database) -> None:
    with database.writing() as connection:
        put(
            connection,
            a_story("PC-2026-0001", "Thu 9 April 2026 10am"),
            a_story("PC-2026-0002", "Tue 7 April 2026 10am"),
            a_story("PC-2026-0003", "Wed 8 April 2026 10am"),
            a_story("PC-2026-0004", "Wed 8 April 2026 11am"),
            a_story("PC-2026-0005", "Tue 7 April 2026 10am", "informal"),
        )
        tray = index.tray(connection, MANAGER)
        assert [turn.standing.reference for turn in tray] == [f"PC-2026-000{number}" for number in (2, 3, 4, 1)]
        dues = [turn.due_at for turn in tray if turn.due_at is not None]
        assert dues == sorted(dues)
        assert dues[0] == at("Tue 14 April 2026 5pm")
        assert turns(connection, WORKER) == [("PC-2026-0005", "answer")]
        assert turns(connection, SUPERVISOR) == [("PC-2026-0005", "answer")]
        assert turns(connection, IRO) == turns(connection, SERVICE) == []


@pytest.mark.requirement("NEL-19")
def test_a_turn_passes_from_the_person_asked_to_the_raiser_and_back(database: Database) -> None:
    story = a_story("PC-2026-0001", "Tue 7 April 2026 10am")
    with database.writing() as connection:
        put(connection, story)
        assert turns(connection, MANAGER) == [("PC-2026-0001", "answer")]
        story.does(MANAGER, an_answer(), "Wed 8 April 2026 10am")
        put(connection, story)
        assert turns(connection, MANAGER) == []
        assert turns(connection, IRO) == [("PC-2026-0001", "decision")]
        assert index.tray(connection, IRO)[0].due_at == at("Fri 10 April 2026 5pm")
        story.does(IRO, on_to("stage-2"), "Thu 9 April 2026 10am")
        put(connection, story)
        assert turns(connection, IRO) == []
        assert turns(connection, SERVICE) == [("PC-2026-0001", "answer")]
        story.does(SERVICE, an_answer(2), "Fri 10 April 2026 10am")
        story.does(IRO, satisfied(2), "Fri 10 April 2026 11am")
        put(connection, story)
        assert [turns(connection, person) for person in (IRO, MANAGER, SERVICE)] == [[], [], []]


def test_silence_puts_a_decision_into_the_raisers_tray_and_leaves_the_question_where_it_is(database: Database) -> None:
    story = a_story("PC-2026-0001", "Tue 7 April 2026 10am")
    story.passes("Wed 15 April 2026 9am", since="Tue 14 April 2026 9am")
    with database.writing() as connection:
        put(connection, story)
        assert turns(connection, MANAGER) == [("PC-2026-0001", "answer")]
        assert turns(connection, IRO) == [("PC-2026-0001", "decision")]


def test_what_nobody_can_be_asked_waits_in_the_raisers_tray(database: Database) -> None:
    story = Story(facts(a_directory(without=(MANAGER,))))
    story.does(IRO, a_raise("stage-1", "Too urgent"), "Tue 7 April 2026 10am")
    with database.writing() as connection:
        put(connection, story)
        assert turns(connection, IRO) == [("PC-2026-0001", "decision")]


def test_a_standing_says_where_a_challenge_stands(database: Database) -> None:
    story = a_story("PC-2026-0001", "Tue 7 April 2026 10am")
    with database.writing() as connection:
        put(connection, story)
        ((found, party),) = index.find(connection, MANAGER, "", ())
    assert party
    assert found == Standing(
        reference="PC-2026-0001",
        child="MOS-10423",
        initials="AB",
        arena="child-in-care",
        unit="Boston Team 1",
        raiser=IRO,
        raiser_unit="Safeguarding and Review",
        procedure=story.facts.procedure.fingerprint,
        state="waiting for an answer",
        stage="stage-1",
        number=1,
        asked_roles=("team-manager",),
        raised_at=at("Tue 7 April 2026 10am"),
        due_at=at("Tue 14 April 2026 5pm"),
        total_due_at=at("Wed 6 May 2026 5pm"),
        ended_at=None,
        how_ended=None,
    )


def test_a_standing_that_has_ended_says_how_and_when_and_is_due_no_more(database: Database) -> None:
    story = a_story("PC-2026-0001", "Tue 7 April 2026 10am")
    story.does(MANAGER, an_answer(), "Wed 8 April 2026 10am")
    story.does(IRO, satisfied(), "Thu 9 April 2026 10am")
    with database.writing() as connection:
        put(connection, story)
        ((found, _),) = index.find(connection, MANAGER, "", ())
        assert woken(connection, at("Thu 1 April 2027 10am"), 10) == []
    assert (found.state, found.how_ended) == ("resolved", "resolved")
    assert (found.ended_at, found.due_at) == (at("Thu 9 April 2026 10am"), None)


# Who may know of what


def found_by(connection: Connection, person: str, words: str = "", *units: str) -> list[str]:
    return [one.reference for one, _ in index.find(connection, person, words, units)]


@pytest.mark.requirement("NEL-18")
def test_only_who_is_party_or_oversees_finds_a_challenge(database: Database) -> None:
    with database.writing() as connection:
        put(connection, a_story("PC-2026-0001", "Tue 7 April 2026 10am"))
        for person in (IRO, MANAGER, WORKER, SUPERVISOR, IRO_MANAGER):
            assert found_by(connection, person) == ["PC-2026-0001"]
        for person in (OTHER_IRO, STRANGER, SERVICE, "nobody"):
            assert found_by(connection, person) == []
        assert found_by(connection, SERVICE, "", "Boston", "Boston Team 1") == ["PC-2026-0001"]
        assert found_by(connection, SERVICE, "", "Safeguarding and Review") == ["PC-2026-0001"]
        assert found_by(connection, STRANGER, "", "Lincoln", "Lincoln Team 2") == []
        assert found_by(connection, STRANGER, "PC-2026-0001") == []


@pytest.mark.parametrize("words", ["0001", "pc-2026", "BOSTON", "stage-1", "waiting answer", "team 1 0001", ""])
def test_words_in_any_case_narrow_down_what_is_found(database: Database, words: str) -> None:
    with database.writing() as connection:
        put(connection, a_story("PC-2026-0001", "Tue 7 April 2026 10am"))
        assert found_by(connection, MANAGER, words) == ["PC-2026-0001"]
        assert found_by(connection, MANAGER, f"{words} elsewhere") == []


@pytest.mark.parametrize("words", ["%", "_", "PC%0001", "PC_2026", "\\", "/", "'", '"', "--", "\\%"])
def test_signs_of_a_pattern_stand_for_themselves(database: Database, words: str) -> None:
    with database.writing() as connection:
        put(connection, a_story("PC-2026-0001", "Tue 7 April 2026 10am"))
        assert found_by(connection, MANAGER, words) == []


@pytest.mark.requirement("NEL-18")
def test_who_only_oversees_can_neither_find_nor_test_a_challenge_by_its_child(database: Database) -> None:
    with database.writing() as connection:
        put(connection, a_story("PC-2026-0001", "Tue 7 April 2026 10am"))
        assert found_by(connection, MANAGER, "MOS-10423") == ["PC-2026-0001"]
        assert found_by(connection, SERVICE, "MOS-10423", "Boston Team 1") == []
        assert index.find(connection, SERVICE, "PC-2026", ("Boston Team 1",))[0][1] is False


def test_the_newest_are_found_first_and_not_too_many(database: Database) -> None:
    with database.writing() as connection:
        for number in range(1, 7):
            put(connection, a_story(f"PC-2026-{number:04d}", f"Tue 7 April 2026 1{number % 2}am"))
        found = [one.reference for one, _ in index.find(connection, IRO, "", (), most=4)]
    assert found == ["PC-2026-0005", "PC-2026-0003", "PC-2026-0001", "PC-2026-0006"]


def test_the_open_challenges_about_a_child_and_its_siblings_are_told_the_oldest_first(database: Database) -> None:
    ended = a_story("PC-2026-0004", "Tue 7 April 2026 1pm")
    ended.does(MANAGER, an_answer(), "Wed 8 April 2026 10am")
    ended.does(IRO, satisfied(), "Wed 8 April 2026 11am")
    with database.writing() as connection:
        put(
            connection,
            a_story("PC-2026-0001", "Wed 8 April 2026 10am"),
            a_story("PC-2026-0002", "Tue 7 April 2026 10am", child="MOS-10424"),
            a_story("PC-2026-0003", "Tue 7 April 2026 11am", child=LINCOLN.reference),
            ended,
        )
        assert index.open_about(connection, ["MOS-10423", "MOS-10424"]) == ["PC-2026-0002", "PC-2026-0001"]
        assert index.open_about(connection, ["MOS-99999"]) == index.open_about(connection, []) == []
        assert index.count(connection) == 4


# The clock


def test_challenges_wake_when_their_next_moment_has_come_the_longest_due_first(database: Database) -> None:
    first = a_story("PC-2026-0002", "Tue 7 April 2026 10am")
    second = a_story("PC-2026-0001", "Wed 8 April 2026 10am")
    with database.writing() as connection:
        put(connection, second, first)
        wakes = at("Fri 10 April 2026 9am")  # two working days before Tuesday the 14th
        assert woken(connection, wakes.replace(hour=0), 10) == []
        assert woken(connection, wakes, 10) == ["PC-2026-0002"]
        assert woken(connection, at("Mon 13 April 2026 9am"), 10) == ["PC-2026-0002", "PC-2026-0001"]
        assert woken(connection, at("Mon 13 April 2026 9am"), 1) == ["PC-2026-0002"]


def test_of_two_who_look_at_the_clock_each_takes_up_other_challenges_until_the_lease_is_over(
    own_database: Database,
) -> None:
    with own_database.writing() as connection:
        put(connection, *(a_story(f"PC-2026-{number:04}", "Tue 7 April 2026 10am") for number in range(1, 9)))
    late, lease = at("Thu 30 April 2026 10am"), timedelta(minutes=2)

    def work() -> list[str]:
        with own_database.writing() as connection:
            return index.wake(connection, late, 4, lease)

    taken = at_once(work, work)
    assert sorted(one for some in taken for one in cast(list[str], some)) == [
        f"PC-2026-{number:04}" for number in range(1, 9)
    ]
    with own_database.writing() as connection:
        assert index.wake(connection, late + lease - timedelta(seconds=1), 10, lease) == []
        assert index.behind(connection, late + lease - timedelta(seconds=1)) is None
        assert index.behind(connection, late + lease) == late + lease
        assert len(index.wake(connection, late + lease, 10, lease)) == 8


def test_a_challenge_is_left_alone_only_as_long_as_it_has_not_changed(database: Database) -> None:
    story = a_story("PC-2026-0001", "Tue 7 April 2026 10am")
    late: datetime = at("Thu 30 April 2026 10am")
    with database.writing() as connection:
        put(connection, story)
        index.sleep(connection, "PC-2026-0001", 1, at("Fri 1 May 2026 10am"))
        assert woken(connection, late, 10) == ["PC-2026-0001"]
        index.sleep(connection, "PC-2026-0001", story.now.position, at("Fri 1 May 2026 10am"))
        assert woken(connection, late, 10) == []
        assert index.position_of(connection, "PC-2026-0001") == story.now.position
        assert index.position_of(connection, "PC-2026-0009") is None


@pytest.mark.requirement("CARD-06")
def test_an_area_is_what_is_open_in_it_and_what_has_ended_since(database: Database) -> None:
    since = at("Wed 8 April 2026 8:30am")
    before, after = a_story("PC-2026-0003", "Tue 7 April 2026 10am"), a_story("PC-2026-0004", "Tue 7 April 2026 10am")
    for story, ended in ((before, "Wed 8 April 2026 8am"), (after, "Wed 8 April 2026 9am")):
        story.does(MANAGER, an_answer(), "Tue 7 April 2026 11am")
        story.does(IRO, satisfied(), ended)
    with database.writing() as connection:
        put(
            connection,
            a_story("PC-2026-0001", "Wed 8 April 2026 10am"),
            a_story("PC-2026-0002", "Tue 7 April 2026 10am"),
            a_story("PC-2026-0005", "Tue 7 April 2026 10am", child=LINCOLN.reference),
            before,
            after,
        )
        boston = {one.reference for one in index.area(connection, ["Boston", "Boston Team 1"], since)}
        raised_there = {one.reference for one in index.area(connection, ["Safeguarding and Review"], since)}
        nowhere = index.area(connection, [], since)
    assert boston == {"PC-2026-0001", "PC-2026-0002", "PC-2026-0004"}
    assert raised_there == {"PC-2026-0001", "PC-2026-0002", "PC-2026-0004", "PC-2026-0005"}
    assert nowhere == []


def test_clearing_the_index_forgets_it_whole(database: Database) -> None:
    with database.writing() as connection:
        put(connection, a_story("PC-2026-0001", "Tue 7 April 2026 10am"))
        index.clear(connection)
        assert index.count(connection) == 0
        assert turns(connection, MANAGER) == []
        assert found_by(connection, MANAGER) == []
