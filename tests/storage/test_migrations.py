"""From every earlier schema, with work in flight, nothing is lost and everything goes on.

The files in `old` are whole databases, table by table, as the program wrote them when these were its schemas: an
answered challenge that has gone on to the next stage, one that is answered and waits for its decision, one that waits
for its answer; messages delivered, waiting, and claimed by a process that died; a draft; words in clear.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData

from bot.usecases.administer import rebuild_index
from bot.usecases.office import Seal
from bot.usecases.seal import seal
from storage import audit, desk, schema
from storage.cipher import WordKeys, add_key
from storage.database import Database
from storage.resealing import reseal_drafts, reseal_words
from storage.signing import TrailKeys, new_signer
from storage.tables import metadata
from tests.builders import IRO, an_answer, satisfied
from tests.storage.samples import everything, evidence
from tests.usecases.scene import Scene

OLD = Path(__file__).parent / "old"
Rows = dict[str, list[dict[str, Any]]]
INDEX = ("challenge", "waiting", "about", "party")
GOES_ON = ("words", "done", "challenge", "outbox", "address", "draft", "procedure", "unit", "person", "post", "child")
"""Tables whose rows are afterwards what they were, with new columns empty."""


def _value(value: Any) -> Any:
    if isinstance(value, dict):
        ((kind, text),) = value.items()
        return {"at": datetime.fromisoformat, "on": date.fromisoformat, "bytes": bytes.fromhex}[kind](text)
    return value


def rows_of(revision: str) -> Rows:
    tables = json.loads((OLD / f"{revision}.json").read_text("utf-8"))
    return {name: [{key: _value(one) for key, one in row.items()} for row in rows] for name, rows in tables.items()}


@pytest.fixture(params=["0001", "0002", "0003"])
def old(request: pytest.FixtureRequest) -> Rows:
    return rows_of(request.param)


@pytest.fixture(params=["sqlite", "postgresql"])
def upgraded(request: pytest.FixtureRequest, tmp_path: Path, old: Rows) -> Iterator[Database]:
    """The old database after `db upgrade`."""
    sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'old.db'}" if sqlite else request.getfixturevalue("postgres_url")
    add_key(tmp_path / "words.key")
    database = Database(url, WordKeys(tmp_path / "words.key"))
    with database.writing() as connection:
        schema.upgrade(connection, request.node.callspec.params["old"])
        tables = MetaData()
        tables.reflect(connection)
        for name, rows in old.items():
            connection.execute(tables.tables[name].insert(), [_row(row, naive=sqlite) for row in rows])
    with database.writing() as connection:
        schema.upgrade(connection)
    yield database
    database.close()


def _row(row: dict[str, Any], *, naive: bool) -> dict[str, Any]:
    """SQLite keeps a moment as UTC without saying so."""
    return {
        key: value.astimezone(UTC).replace(tzinfo=None) if naive and isinstance(value, datetime) else value
        for key, value in row.items()
    }


def resume(database: Database, tmp_path: Path) -> Scene:
    """The authority goes on the next morning, with the present version."""
    scene = Scene(database)
    keys = TrailKeys(new_signer("trail.council.example"))
    scene.office = replace(scene.office, seal=Seal(keys=keys, kept_in=tmp_path / "heads.txt"))
    scene.at("Fri 10 April 2026 10am")
    return scene


def found(database: Database, name: str) -> list[dict[str, Any]]:
    table = metadata.tables[name]
    with database.reading() as connection:
        return [dict(row) for row in connection.execute(table.select()).mappings()]


@pytest.mark.requirement("CARD-03")
def test_every_row_is_afterwards_what_it_was(upgraded: Database, old: Rows) -> None:
    with upgraded.reading() as connection:
        assert schema.differences(connection) == []
    for name in GOES_ON:
        now = found(upgraded, name)
        assert len(now) == len(old.get(name, [])), name
        for row in old.get(name, []):
            assert any(row.items() <= one.items() for one in now), (name, row)
    trail = found(upgraded, "trail")
    assert [one for one in old["trail"] if one not in trail] == []


@pytest.mark.requirement("CARD-02")
def test_every_attempt_to_tell_somebody_is_evidence_on_the_record(upgraded: Database, old: Rows) -> None:
    before = sorted((row["key"], row["attempt"], row["outcome"]) for row in old.get("delivery", _told(old)))
    assert before
    assert evidence(upgraded) == before
    assert len(found(upgraded, "trail")) == len(old["trail"]) + len(old.get("delivery", []))


def _told(old: Rows) -> list[dict[str, Any]]:
    """The attempts, where they are events already."""
    attempts = []
    for row in old["trail"]:
        if row["type"] == "Told":
            body = json.loads(row["body"])
            reference = row["stream"].partition(":")[2]
            key = f"{reference}/{body['position']}/{body['kind']}/{body['to']}/{body['way']}"
            attempts.append({"key": key, "attempt": body["attempt"], "outcome": body["outcome"]})
    return attempts


@pytest.mark.requirement("CARD-03")
def test_the_record_proves_itself_after_its_first_sealing(upgraded: Database, tmp_path: Path) -> None:
    scene = resume(upgraded, tmp_path)
    seal(scene.office)
    with upgraded.reading() as connection:
        assert audit.everything(connection, [], []) == []
    assert found(upgraded, "unlogged") == []


def test_the_index_is_what_the_record_says(upgraded: Database, tmp_path: Path) -> None:
    scene = resume(upgraded, tmp_path)
    scene.sweeps()
    before = everything(upgraded, *INDEX)
    assert rebuild_index(scene.office) == 3
    assert everything(upgraded, *INDEX) == before


@pytest.mark.requirement("CARD-02")
def test_what_was_on_its_way_goes_out_once_and_what_was_in_doubt_is_flagged(
    upgraded: Database, old: Rows, tmp_path: Path
) -> None:
    scene = resume(upgraded, tmp_path)
    due = {row["key"]: row["state"] for row in old["outbox"] if row["state"] in ("waiting", "sending")}
    assert set(due.values()) == {"waiting", "sending"}
    scene.delivers_all()
    arrived = [message.key for message in (*scene.teams.sent, *scene.mail.sent)]
    assert len(arrived) == len(set(arrived))
    assert all(key.startswith(tuple(due)) for key in arrived), "an edit says which card as well"
    rows = {row["key"]: row for row in scene.rows()}
    assert {rows[key]["state"] for key in due} <= {"delivered", "stale"}
    (died,) = (key for key, state in due.items() if state == "sending")
    assert rows[died]["state"] == "delivered"
    assert [told[1:] for told in scene.evidence(died)] == [(2, "delivered")]
    with upgraded.reading() as connection:
        assert any(row["key"] == died and row["doubtful"] for row in scene.rows())
        assert audit.everything(connection, [], []) == []


@pytest.mark.requirement("NEL-18")
def test_words_that_stood_in_clear_are_read_and_can_be_sealed(upgraded: Database, old: Rows, tmp_path: Path) -> None:
    texts = {row["text"] for row in old["words"]}
    while upgraded.change(reseal_words):
        pass
    assert upgraded.change(reseal_drafts) == 1
    rest = repr(everything(upgraded, "words", "draft"))
    assert not [text for text in texts if text in rest]
    with upgraded.reading() as connection:
        draft = desk.draft_by_code(connection, IRO, "ABCD")
        assert audit.everything(connection, [], []) == []
    assert draft is not None
    assert draft.entries == {"how": "Typed and not sent"}


def test_challenges_go_on_under_the_text_under_which_they_were_raised(upgraded: Database, tmp_path: Path) -> None:
    scene = resume(upgraded, tmp_path)
    on_stage_2, answered, waiting = (f"PC-2026-000{number}" for number in (1, 2, 3))
    asked = scene.now(on_stage_2).current.asked[0].person
    scene.does(asked, an_answer(2), on_stage_2, "new-1")
    scene.does(IRO, satisfied(), answered, "new-2")
    scene.does(scene.now(waiting).current.asked[0].person, an_answer(), waiting, "new-3")
    assert scene.now(answered).state == "resolved"
    assert scene.now(on_stage_2).state == scene.now(waiting).state == "waiting for a decision"
    scene.delivers_all()
    scene.at("Tue 14 April 2026 10am")
    assert scene.sweeps().faulty == 0
