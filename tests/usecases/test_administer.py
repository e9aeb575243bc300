"""What concerns the authority as a whole: its directory, its procedure, its index, and whether all is well."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from bot.domain.people import Post
from bot.procedures.load import read
from bot.usecases.administer import import_directory, keep_procedure, rebuild_index, troubles
from bot.usecases.handle import handle
from storage import desk, schema, trail
from storage.audit import broken_chains
from storage.database import Database
from storage.directory import directory_version
from tests.builders import IRO, MANAGER, SERVICE, a_child, a_directory, a_post, at, ids, on_to
from tests.storage.samples import everything
from tests.usecases.scene import Scene, changed


def of_the_authority(scene: Scene) -> list[tuple[str, dict[str, Any]]]:
    rows = everything(scene.database, "trail")["trail"]
    mine = sorted((row for row in rows if row[0] == trail.AUTHORITY), key=lambda row: row[1])
    return [(row[2], orjson.loads(row[11])) for row in mine]


@pytest.mark.requirement("CARD-03")
def test_an_import_is_recorded_with_what_it_brought(scene: Scene) -> None:
    kept, _, imported = of_the_authority(scene)
    assert kept[0] == "ProcedureKept"
    assert imported == (
        "DirectoryImported", {"version": 1, "units": 6, "people": 10, "posts": 10, "children": 2},
    )  # fmt: skip
    import_directory(scene.office, a_directory(without=(MANAGER,)))
    assert of_the_authority(scene)[-1][1]["posts"] == 9
    with scene.database.reading() as connection:
        assert directory_version(connection) == 2
        assert not list(broken_chains(connection, trail.AUTHORITY))


def test_an_import_is_known_at_once(scene: Scene) -> None:
    scene.raises("stage-1")
    import_directory(
        scene.office, a_directory(without=(MANAGER,), besides=(a_post(SERVICE, "team-manager", "Boston Team 1"),))
    )
    assert ids(scene.now(scene.raises("stage-1")).current.asked) == {SERVICE}


def test_an_import_that_fails_changes_nothing_and_is_not_recorded(scene: Scene) -> None:
    before = everything(scene.database)
    usual = a_directory()
    with pytest.raises(Exception, match=r"(?i)unique"):
        import_directory(scene.office, replace(usual, posts=(*usual.posts, usual.posts[0])))
    assert everything(scene.database) == before


@pytest.mark.requirement("NEL-18")
def test_who_has_left_stays_in_the_record_and_a_child_that_has_gone_stays_readable(scene: Scene) -> None:
    reference = scene.raises("stage-1")
    people = {id: person for id, person in a_directory().people.items() if id != IRO}
    others = replace(a_directory(a_child("MOS-77777"), without=(IRO, MANAGER)), people=people)
    import_directory(scene.office, others)
    with scene.database.reading() as connection:
        challenge, history = scene.office.record(connection, reference)
        known = scene.office.directory(connection)
    assert challenge.raiser.name == "Imogen Reed"
    assert [party.name for party in challenge.current.asked] == ["Tom Marsh"]
    assert known.people[IRO].name == "Imogen Reed"
    assert "MOS-10423" in known.children
    assert len(history) == 2


def test_a_procedure_is_kept_and_recorded_once_for_each_text(scene: Scene) -> None:
    keep_procedure(scene.office)
    keep_procedure(scene.under(changed(scene.office.loaded, 'version = "2019-06"', 'version = "2026-04"')))
    keep_procedure(scene.office)
    kept = [body for kind, body in of_the_authority(scene) if kind == "ProcedureKept"]
    assert [body["version"] for body in kept] == ["2019-06", "2026-04"]
    assert kept[0]["fingerprint"] == scene.office.procedure.fingerprint
    with scene.database.reading() as connection:
        for body in kept:
            text = desk.procedure_text(connection, body["fingerprint"])
            assert text is not None
            assert read(text).procedure.fingerprint == body["fingerprint"]


def test_a_challenge_that_runs_keeps_the_text_under_which_it_was_raised(scene: Scene) -> None:
    reference = scene.raises("stage-1")
    other = changed(scene.office.loaded, "limit = { count = 20 }", "limit = { count = 30 }")
    later = scene.under(changed(other, 'title = "Stage 2"', 'title = "The second step"'))
    keep_procedure(later)
    handled = handle(later, scene.sent(IRO, on_to("stage-2")), reference)
    with scene.database.reading() as connection:
        facts = later.facts(connection, handled.challenge.procedure)
        today = later.facts(connection)
    assert facts.procedure.stage("stage-2").title == "Stage 2"
    assert today.procedure.stage("stage-2").title == "The second step"
    assert handled.challenge.total is not None
    assert handled.challenge.total.due_at == at("Wed 6 May 2026 5pm")
    assert rebuild_index(later) == 1


def test_rebuilding_the_index_counts_the_challenges(scene: Scene) -> None:
    assert rebuild_index(scene.office) == 0
    for _ in range(3):
        scene.raises()
    before = everything(scene.database)
    assert rebuild_index(scene.office) == 3
    assert everything(scene.database) == before


def test_a_rebuilding_that_fails_leaves_the_index_as_it_was(scene: Scene) -> None:
    scene.raises()
    with scene.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM words")
    before = everything(scene.database)
    with pytest.raises(Exception, match="missing without a record of their erasure"):
        rebuild_index(scene.office)
    assert everything(scene.database) == before


def test_a_database_that_is_ready_is_no_trouble(scene: Scene) -> None:
    assert troubles(scene.office) == []


def test_a_database_without_the_present_schema_is_a_trouble_with_its_remedy(own_database: Database) -> None:
    scene = Scene(own_database)
    with own_database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    (trouble,) = troubles(scene.office)
    assert trouble == f"The database is at schema 0001 and must be at {schema.head()}. Run `app.py db upgrade` first."


def test_a_database_that_cannot_be_reached_is_a_trouble_that_names_no_address(scene: Scene, tmp_path: Path) -> None:
    unreachable = Database(f"sqlite:///{tmp_path}")
    (trouble,) = troubles(replace(scene.office, database=unreachable))
    unreachable.close()
    assert trouble == "the database can't be reached (OperationalError)"


def test_a_post_may_be_held_for_a_time(scene: Scene) -> None:
    until = Post(person=SERVICE, role="team-manager", unit="Boston Team 1", until=at("Wed 8 April 2026 9am").date())
    import_directory(scene.office, a_directory(without=(MANAGER,), besides=(until,)))
    assert ids(scene.now(scene.raises("stage-1")).current.asked) == {SERVICE}
    scene.at("Thu 9 April 2026 9am")
    assert scene.now(scene.raises("stage-1")).current.asked == ()
