"""The commands about how long things are kept, typed in a shell: what they say, and what they leave behind."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from contextlib import closing as and_close

import pytest

import app
from bot.demo.people import CHILD, DATA
from bot.domain.commands import Command, Raise, Sent
from bot.domain.errors import Fault
from bot.settings import read_basis
from bot.usecases.handle import handle
from bot.usecases.office import Office
from bot.usecases.seal import seal
from storage.verifier import check_export
from tests.app.test_commands import FILES, Desk, desk
from tests.builders import a_raise, closing

__all__ = ["desk"]
SAID = "No visit since 2 March"


@pytest.fixture
def kept(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A shell beside a database with two challenges, of which PC-2026-0001 has ended, as of the machine's own clock."""
    monkeypatch.setenv("ERASURES_FILE", str(desk.folder / "kept" / "erasures.jsonl"))
    monkeypatch.setenv("TRAIL_HEADS_FILE", str(desk.folder / "kept" / "heads.txt"))
    desk.types("db", "upgrade")
    desk.types("people", "import", *FILES)
    _does(a_raise("stage-1", "Too urgent", child=CHILD), a_raise("stage-1", "Too urgent", child=CHILD), closing())
    return desk


def _does(*commands: Command) -> None:
    """What the child's own reviewing officer does; what isn't a raising is done to the first challenge."""
    office = app.office_of(read_basis(dict(os.environ)))
    with office.database.reading() as connection:
        raiser = office.directory(connection).children[CHILD].workers["iro"]
    first: str | None = None
    for number, command in enumerate(commands):
        sent = Sent(command=command, id=f"c{number}", by=raiser, at=office.now(), via="teams")
        about = None if isinstance(command, Raise) else first
        reference = handle(office, sent, about).challenge.reference
        first = first or reference
    seal(office)
    office.database.close()


def reference(desk: Desk, number: int = 1) -> str:
    return sorted(_references(desk))[number - 1]


def _references(desk: Desk) -> list[str]:
    return [str(row[0]) for row in _sql(desk, "SELECT reference FROM challenge")]


def _sql(desk: Desk, statement: str) -> list[tuple[object, ...]]:
    with and_close(sqlite3.connect(desk.folder / "record.db")) as database:
        rows = database.execute(statement).fetchall()
        database.commit()
    return rows


@pytest.mark.requirement("NEL-18")
def test_retention_lists_first_and_erases_only_when_told_to(kept: Desk) -> None:
    one, other = reference(kept), reference(kept, 2)
    assert kept.types("retention").startswith("Nothing is due on ")
    listed = kept.types("retention", "--on", "2091-05-05")
    assert listed == (
        f"{one}  case-record  kept until 4 May 2091\n"
        "1 challenge due on 5 May 2091. Nothing was changed. Add --yes to do it.\n"
    )
    assert "leave --on out" in kept.refused("retention", "--on", "2091-05-05", "--yes")
    assert "every word fits" in kept.types("trail", "verify")
    assert "No visit" in _export(kept, one, "before")
    assert "is open" in kept.refused("words", "erase", other, "--basis", "The parents asked", "--yes")


def test_what_is_due_today_is_erased_and_that_is_said(kept: Desk) -> None:
    one, children = reference(kept), kept.folder / "children.csv"
    children.write_text(
        (DATA / "children.csv").read_text("utf-8").replace(f"{CHILD},Alfie Brindle,2016", f"{CHILD},A B,1940")
    )
    kept.types("people", "import", *FILES[:2], f"--children={children}")
    assert f"{one}  case-record  kept until 4 May 2015" in kept.types("retention")
    said = kept.types("retention", "--yes")
    assert said.endswith("What was written in 1 challenge was erased; that stands on the record.\n")
    assert "Nothing is due on " in kept.types("retention", "--yes")
    assert "every word fits" in kept.types("trail", "verify")


def test_what_was_written_in_one_challenge_is_erased_on_request(kept: Desk) -> None:
    one = reference(kept)
    said = kept.types("words", "erase", one, "--basis", "Decision 7 of 2026")
    assert said == f"5 texts of {one} would be erased, for ever. Nothing was changed. Add --yes to do it.\n"
    assert "No visit" in _export(kept, one, "before")
    assert "that stands on the record" in kept.types("words", "erase", one, "--basis", "Decision 7 of 2026", "--yes")
    assert "No visit" not in _export(kept, one, "after")
    assert "every word fits" in kept.types("trail", "verify")
    assert "Nothing that was erased has come back." in kept.types("words", "erase-again")


def _export(desk: Desk, reference: str, name: str) -> str:
    """The words in an export that proves itself."""
    desk.types("trail", "export", reference, "--out", name)
    assert check_export(desk.folder / name).faults == []
    return (desk.folder / name / "words.json").read_text("utf-8")


def test_a_hold_is_placed_and_released(kept: Desk) -> None:
    one = reference(kept)
    assert "until the hold is released" in kept.types("retention", "hold", one, "--reason", "Complaint 7")
    assert f"Due, and held from erasure: {one}" in kept.types("retention", "--on", "2091-05-05")
    assert "held from erasure: Complaint 7" in kept.refused("words", "erase", one, "--basis", "Decision", "--yes")
    assert "held no longer" in kept.types("retention", "release", one, "--reason", "It was answered")
    assert "1 challenge due" in kept.types("retention", "--on", "2091-05-05")


@pytest.mark.requirement("NEL-18")
def test_a_restored_backup_does_not_bring_back_what_was_erased_since(
    kept: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = reference(kept)
    kept.types("db", "backup", "copy.db")
    kept.types("words", "erase", one, "--basis", "Decision 7 of 2026", "--yes")
    assert "holds a record already" in kept.refused("db", "restore", "copy.db")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{kept.folder / 'new' / 'record.db'}")
    said = kept.types("db", "restore", "copy.db")
    assert f"Erased again, as it had been erased since the copy was taken: {one}." in said
    assert "every word fits" in kept.types("trail", "verify")
    assert "5 texts" not in kept.types("words", "erase", one, "--basis", "Decision 7 of 2026")
    assert "There is no file" in kept.refused("db", "restore", "nowhere.db")


def test_subject_access_writes_a_folder_for_the_officer_that_others_cannot_read(kept: Desk) -> None:
    said = kept.types("subject-access", CHILD, "--out", "held")
    assert "2 challenges and what else is held" in said
    folder = kept.folder / "held"
    assert {file.name for file in folder.iterdir()} == {"README.txt", "held.html", "held.json"}
    assert folder.stat().st_mode & 0o077 == 0
    cover = (folder / "README.txt").read_text("utf-8")
    assert "It does not go out." in cover
    assert "stands on the record of 2 challenges" in cover
    assert SAID in (folder / "held.html").read_text("utf-8")
    data = json.loads((folder / "held.json").read_text("utf-8"))
    assert [one["reference"] for one in data["challenges"]] == sorted(_references(kept))
    assert SAID in json.dumps(data)
    assert "is there already" in kept.refused("subject-access", CHILD, "--out", "held")
    assert "no child" in kept.refused("subject-access", "MOS-99999", "--out", "nobody")
    assert not (kept.folder / "nobody").exists()


def test_the_key_of_the_words_is_changed(kept: Desk) -> None:
    one = reference(kept)
    assert "seals from now on" in kept.types("words", "new-key", "--out", "words.key")
    assert "9 texts and 0 drafts were sealed anew" in kept.types("words", "reseal")
    assert "less than 10 minutes ago" in kept.refused("words", "reseal", "--drop-old")
    an_hour_ago = time.time() - 3600
    os.utime(kept.folder / "words.key", (an_hour_ago, an_hour_ago))
    assert "Thrown away, as nothing is sealed with them" in kept.types("words", "reseal", "--drop-old")
    assert len((kept.folder / "words.key").read_text("ascii").split()) == 1
    assert "No visit" in _export(kept, one, "after")


def test_a_newer_database_is_left_as_it_is(kept: Desk) -> None:
    _sql(kept, "UPDATE alembic_version SET version_num = '9999'")
    assert "already, which is newer than this version of the program" in kept.types("db", "upgrade")
    assert "every word fits" in kept.types("trail", "verify")
    _sql(kept, "UPDATE schema_floor SET oldest = '9999'")
    assert "Start the newer version." in kept.refused("trail", "verify")


def test_a_bot_that_starts_on_an_old_copy_erases_again_before_it_answers_anybody(
    kept: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = reference(kept)
    kept.types("db", "backup", "copy.db")
    kept.types("words", "erase", one, "--basis", "Decision 7 of 2026", "--yes")
    (kept.folder / "copy.db").replace(kept.folder / "record.db")
    assert kept.types("words", "erase", one, "--basis", "x").startswith("5 texts")

    def stop(office: Office, *_: object, **__: object) -> None:
        office.database.close()
        raise Fault("Stopped before anybody is answered.")

    monkeypatch.setattr(app, "assemble", stop)
    for name, value in {
        "MicrosoftAppId": "7f1e0c52-5d0a-4f8e-9f0a-3f6c1f1f0a01",
        "MicrosoftAppTenantId": "7f1e0c52-5d0a-4f8e-9f0a-3f6c1f1f0a02",
        "MicrosoftAppPassword": "secret",
        "SMTP_URL": "smtp://relay.council.example",
    }.items():
        monkeypatch.setenv(name, value)
    assert "Stopped before" in kept.refused("serve")
    assert kept.types("words", "erase", one, "--basis", "x").startswith("0 texts")
