"""What has waited too long is found in the database, whichever process should have done it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.procedure import Procedure
from bot.usecases.backlog import TOO_LATE, Waiting, unready, waiting
from storage import outbox
from storage.database import Database
from storage.directory import DirectoryShelf
from storage.outbox import LEASE
from tests.builders import MANAGER, an_answer
from tests.usecases.scene import Scene

ASKED = f"/asked/{MANAGER}/teams"
MINUTE = timedelta(minutes=1)


def only(scene: Scene, part: str) -> None:
    """Leave these messages alone in the outbox."""
    with scene.database.writing() as connection:
        connection.exec_driver_sql(f"DELETE FROM outbox WHERE key NOT LIKE '%%{part}'")


def position(procedure: Procedure, stage: str) -> int:
    return [one.id for one in procedure.stages].index(stage) + 1


def test_where_nothing_has_happened_nothing_waits(scene: Scene) -> None:
    nothing = {"waiting": 0, "sending": 0, "failed": 0}
    assert waiting(scene.office) == Waiting(rows=nothing, message=timedelta(), look=timedelta(), open_at={})
    assert unready(scene.office) == []


def test_a_message_waits_from_when_it_is_due_until_it_has_gone_out(scene: Scene) -> None:
    scene.raises("stage-1")
    assert waiting(scene.office).message == timedelta()
    scene.clock.moment += TOO_LATE - MINUTE
    assert unready(scene.office) == []
    scene.clock.moment += 2 * MINUTE
    assert waiting(scene.office).message == TOO_LATE + MINUTE
    assert unready(scene.office) == ["a message has been due for 11 minutes and nobody has sent it"]
    scene.clock.moment += timedelta(hours=5)
    assert unready(scene.office) == ["a message has been due for 5 hours and nobody has sent it"]
    scene.delivers_all()
    assert waiting(scene.office).message == timedelta()
    assert unready(scene.office) == []


def test_what_is_to_be_tried_again_later_does_not_wait_till_then(scene: Scene) -> None:
    scene.raises("stage-1")
    scene.delivers(channels={})
    assert waiting(scene.office).rows == {"waiting": 9, "sending": 0, "failed": 0}
    assert waiting(scene.office).message == timedelta()


def test_what_a_dead_process_holds_waits_from_when_its_lease_has_run_out(scene: Scene) -> None:
    scene.raises("stage-1")
    only(scene, ASKED)
    with scene.database.writing() as connection:
        outbox.claim(connection, "dead", scene.clock.now(), 50)
    scene.clock.moment += LEASE - MINUTE
    assert waiting(scene.office).message == timedelta()
    scene.clock.moment += 3 * MINUTE
    assert (waiting(scene.office).message, waiting(scene.office).rows["sending"]) == (2 * MINUTE, 1)


def test_what_is_held_till_working_hours_waits_from_their_start(scene: Scene) -> None:
    scene.raises("stage-1")
    scene.delivers_all()
    scene.at("Thu 9 April 2026 4:59pm")
    scene.raises("stage-1", child="MOS-20001", arena="child-protection")
    with scene.database.writing() as connection:
        connection.exec_driver_sql("UPDATE outbox SET held = (state = 'waiting')")
    scene.at("Thu 9 April 2026 8pm")
    assert waiting(scene.office).message == timedelta()
    scene.at("Fri 10 April 2026 9:04am")
    assert waiting(scene.office).message == 4 * MINUTE
    scene.at("Sun 2 January 2028 10am")
    assert waiting(scene.office).message == timedelta()
    scene.at("Tue 2 January 2029 10am")  # beyond the calendar nothing that is held goes out
    assert waiting(scene.office).message == timedelta()


def test_a_challenge_waits_from_when_the_clock_should_have_looked_at_it(scene: Scene) -> None:
    scene.raises("stage-1")
    scene.delivers_all()
    scene.at("Fri 10 April 2026 8:59am")
    assert waiting(scene.office).look == timedelta()
    scene.at("Fri 10 April 2026 9:30am")
    assert waiting(scene.office).look == 30 * MINUTE
    assert unready(scene.office) == ["a challenge should have been looked at 30 minutes ago"]
    scene.sweeps()
    assert waiting(scene.office).look == timedelta()


def test_open_challenges_are_counted_by_the_position_of_their_stage(scene: Scene) -> None:
    procedure = scene.office.procedure
    scene.raises("informal")
    reference = scene.raises("stage-1")
    scene.raises("stage-1", child="MOS-20001", arena="child-protection")
    scene.does(MANAGER, an_answer(), reference)
    found = waiting(scene.office).open_at
    assert found == {position(procedure, "informal"): 1, position(procedure, "stage-1"): 2}
    with scene.database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE challenge SET ended_at = raised_at WHERE reference = '{reference}'")
        connection.exec_driver_sql("UPDATE challenge SET procedure = 'lost' WHERE stage = 'informal'")
    assert waiting(scene.office).open_at == {0: 1, position(procedure, "stage-1"): 1}


def test_a_backlog_that_cannot_be_read_is_a_trouble_and_not_a_crash(own_database: Database) -> None:
    scene = Scene(own_database)
    with own_database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE post RENAME TO gone")
    (trouble,) = unready(replace(scene.office, shelf=DirectoryShelf()))
    assert trouble.startswith("what waits in the database can't be read (")


def test_a_schema_that_is_not_ours_is_named_before_anything_is_counted(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.schema.unfit", lambda _: "the schema is another")
    scene.raises("stage-1")
    scene.clock.moment += TOO_LATE
    assert unready(scene.office) == ["the schema is another"]
