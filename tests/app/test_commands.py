"""The commands that operators type: what they say, and that they never answer with a traceback."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

import app
from bot.demo.people import DATA, PROCEDURE

FILES = [
    f"--{name}={DATA / file}"
    for name, file in {"units": "units.csv", "people": f"{PROCEDURE}/people.csv", "children": "children.csv"}.items()
]


class Desk:
    """An operator's shell in a folder of its own."""

    def __init__(self, folder: Path, captured: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._captured = captured

    def types(self, *line: str) -> str:
        """A command that succeeds; what it says."""
        assert app.main(list(line)) == 0, self._captured.readouterr().err
        return self._captured.readouterr().out

    def refused(self, *line: str) -> str:
        """A command that fails; what it says on standard error."""
        assert app.main(list(line)) == 1
        said = self._captured.readouterr().err
        assert "Traceback" not in said
        return said


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'record.db'}")
    monkeypatch.setenv("PROCEDURE", "lincolnshire")
    monkeypatch.setenv("OPERATOR_EMAIL", "operator@council.example")
    assert app.main(["trail", "new-key", "--name", "trail.council.example", "--out", "trail.key"]) == 0
    assert app.main(["words", "new-key", "--out", "words.key"]) == 0
    monkeypatch.setenv("TRAIL_KEY_FILE", str(tmp_path / "trail.key"))
    monkeypatch.setenv("WORDS_KEY_FILE", str(tmp_path / "words.key"))
    capsys.readouterr()
    return Desk(tmp_path, capsys)


def test_a_new_database_is_made_and_a_second_upgrade_is_harmless(desk: Desk) -> None:
    assert "made new" in desk.types("db", "upgrade")
    assert "already" in desk.types("db", "upgrade")


@pytest.mark.parametrize(
    "line",
    [
        ("db", "rebuild-index"),
        ("db", "backup", "copy.db"),
        ("trail", "verify"),
        ("digest",),
        ("people", "import", *FILES),
    ],
)
def test_before_there_is_a_database_every_command_says_how_to_make_one(desk: Desk, line: tuple[str, ...]) -> None:
    assert "app.py db upgrade" in desk.refused(*line)
    assert not (desk.folder / "record.db").exists()


def test_the_directory_is_checked_then_imported_and_the_digest_can_be_read(desk: Desk) -> None:
    desk.types("db", "upgrade")
    assert "Nothing is wrong" in desk.types("people", "import", *FILES, "--dry-run")
    assert "60 children" in desk.types("people", "import", *FILES)
    said = desk.types("digest", "--now", "2026-10-05T08:30")
    assert "== Marcus Thornaby" in said
    assert "Monday 5 October 2026" in said


def test_a_missing_file_and_a_faulty_one_are_named_and_change_nothing(desk: Desk) -> None:
    desk.types("db", "upgrade")
    assert "nowhere.csv" in desk.refused("people", "import", FILES[0], FILES[1], "--children=nowhere.csv")
    faulty = desk.folder / "children.csv"
    faulty.write_text((DATA / "children.csv").read_text("utf-8").replace("\nMOS-10424,", "\nMOS-10423,"), "utf-8")
    assert "children.csv line" in desk.refused("people", "import", FILES[0], FILES[1], f"--children={faulty}")
    assert desk.types("digest", "--now", "2026-10-05T08:30") == ""


def test_the_trail_is_verified_and_a_change_is_found(desk: Desk) -> None:
    desk.types("db", "upgrade")
    desk.types("people", "import", *FILES)
    said = desk.types("trail", "verify")
    assert "1 event in 1 stream checked: every hash is right, and every word fits." in said
    assert "Not checked: the log: no head was signed yet." in said
    assert "There is no challenge PC-2026-0099." in desk.refused("trail", "verify", "PC-2026-0099")
    with sqlite3.connect(desk.folder / "record.db") as database:
        database.execute("DROP TRIGGER trail_no_update")
        database.execute("UPDATE trail SET body = replace(body, '60', '61')")
    database.close()
    assert "authority, event 1: isn't what was written" in desk.refused("trail", "verify")


def test_a_backup_is_a_whole_database_and_never_overwrites(desk: Desk) -> None:
    desk.types("db", "upgrade")
    desk.types("people", "import", *FILES)
    desk.types("db", "backup", "copy.db")
    assert "is there already" in desk.refused("db", "backup", "copy.db")
    assert "There is no folder" in desk.refused("db", "backup", "nowhere/copy.db")
    copy = sqlite3.connect(desk.folder / "copy.db")
    assert copy.execute("SELECT count(*) FROM child").fetchone() == (60,)
    copy.close()


def test_a_procedure_is_checked_with_its_faults_and_its_doubts(desk: Desk) -> None:
    assert "can be used" in desk.types("procedure", "check", "lincolnshire")
    faulty = desk.folder / "ours.toml"
    faulty.write_text("title = 'Ours'\nstagez = []\n", "utf-8")
    said = desk.refused("procedure", "check", str(faulty))
    assert "stagez" in said
    assert "stages" in said


@pytest.mark.requirement("OXF-20")
def test_a_procedure_is_explained_under_headings_and_within_100_columns(desk: Desk) -> None:
    said = desk.types("procedure", "explain", "lincolnshire")
    assert "\nThe overall time limit\n======================\n- Everything together takes at most 20 working" in said
    assert "\nStage 1\n-------\n- A formal stage" in said
    assert max(map(len, said.splitlines())) <= 100
    assert "nowhere.toml can't be used" in desk.refused("procedure", "explain", "nowhere.toml")


@pytest.mark.requirement("OXF-20")
def test_a_procedure_is_drawn_into_a_file_and_told_in_lines(desk: Desk) -> None:
    said = desk.types("procedure", "draw", "lincolnshire", "--out", "chart.svg")
    assert said.startswith("1. A Positive Challenge is raised.")
    assert "The flow chart was written to chart.svg." in said
    assert said.split("\n")[0] in (desk.folder / "chart.svg").read_text("utf-8")
    assert "nowhere" in desk.refused("procedure", "draw", "lincolnshire", "--out", "nowhere/chart.svg")


def test_serving_without_settings_names_them_all(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PROCEDURE")
    said = desk.refused("serve")
    for name in ("MicrosoftAppId", "MicrosoftAppPassword", "MicrosoftAppTenantId", "PROCEDURE", "SMTP_URL"):
        assert f"{name} is missing." in said


def test_a_database_server_that_does_not_answer_is_said(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:1/none")
    assert "can't be reached" in desk.refused("db", "upgrade")
