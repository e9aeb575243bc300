"""An export of one challenge proves itself, by a single file that needs Python alone."""

from __future__ import annotations

import ast
import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.domain.errors import Fault, NotKnown
from bot.usecases.export import export
from bot.usecases.seal import change_key
from storage import erasure, verifier
from storage.signing import TrailKeys, new_signer, public_line
from storage.verifier import check_export, read_heads
from tests.builders import day
from tests.proof.conftest import NAME, Record
from tests.storage.samples import broken


@pytest.fixture
def folder(record: Record, tmp_path: Path) -> Path:
    out = tmp_path / "export"
    export(record.scene.office, record.reference, out, record.kept())
    return out


def faults(folder: Path, record: Record) -> list[str]:
    return check_export(folder, record.keys.known, record.kept()).faults


@pytest.mark.requirement("CARD-03")
def test_an_export_is_whole_and_says_what_it_could_not_check(record: Record, folder: Path) -> None:
    result = check_export(folder, record.keys.known, record.kept())
    assert result.faults == []
    # Writing the export is itself an event, newer than the last head.
    assert result.unchecked == ["Whether the last 1 of its events are in the log: they came after its head."]
    assert f"under the signed head of {record.kept()[-1].size} entries of {NAME}" in result.summary
    only_here = check_export(folder)
    assert only_here.faults == []
    assert any("the key came with the export" in what for what in only_here.unchecked)


def test_the_verifier_runs_by_itself_without_the_program_or_any_package(record: Record, folder: Path) -> None:
    kept = folder / "kept.txt"
    kept.write_text("\n".join(record.file.read_text("utf-8").splitlines()), "utf-8")
    line = [
        sys.executable,
        "-I",
        "-S",
        "verify.py",
        ".",
        "--key",
        public_line(record.keys.signer.key),
        "--checkpoint",
        "kept.txt",
    ]
    done = subprocess.run(line, cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Everything fits" in done.stdout
    assert "Not checked. The signatures: for that, install the Python package `cryptography`." in done.stdout
    (folder / "events.jsonl").write_bytes((folder / "events.jsonl").read_bytes().replace(b"iro", b"irp", 1))
    done = subprocess.run(line, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "WRONG" in done.stderr
    assert "NOT what was recorded" in done.stdout


def test_the_verifier_imports_the_standard_library_alone_and_the_export_holds_that_very_file(folder: Path) -> None:
    source = Path(verifier.__file__).read_bytes()
    assert (folder / "verify.py").read_bytes() == source
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(source))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported - {"cryptography"} <= sys.stdlib_module_names
    ast.parse(source, feature_version=(3, 9))


def test_every_file_has_its_checksum_and_the_words_are_in_one_place(folder: Path) -> None:
    listed = {line[66:]: line[:64] for line in (folder / "SHA256SUMS").read_text().splitlines()}
    assert set(listed) == {file.name for file in folder.iterdir()} - {"SHA256SUMS"}
    for name, wanted in listed.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == wanted
    assert "No visit since 2 March" in (folder / "words.json").read_text("utf-8")
    assert "No visit since 2 March" not in (folder / "events.jsonl").read_text("utf-8")


def _lines(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Path], None]:
    def act(folder: Path) -> None:
        file = folder / "events.jsonl"
        file.write_bytes(b"\n".join(change(file.read_bytes().splitlines())) + b"\n")

    return act


def _json(name: str, change: Callable[[object], object]) -> Callable[[Path], None]:
    def act(folder: Path) -> None:
        file = folder / name
        value = json.loads(file.read_text("utf-8"))
        file.write_text(json.dumps(change(value) or value), "utf-8")

    return act


def _first_words(value: object) -> None:
    assert isinstance(value, dict)
    next(iter(value.values()))["text"] = "We agreed"


def _no_words(value: object) -> object:
    return {"none": {}}


def _said_to_be_erased(value: object) -> object:
    assert isinstance(value, dict)
    return {name: {"erased_on": "2026-04-09"} for name in value}


def _no_proof(value: object) -> None:
    assert isinstance(value, dict)
    del value["events"][1]


def _other_index(value: object) -> None:
    assert isinstance(value, dict)
    value["events"][0]["index"] += 1


def _no_consistency(value: object) -> None:
    assert isinstance(value, dict)
    value["consistency"] = []


def _writes(name: str, change: Callable[[str], str]) -> Callable[[Path], None]:
    def act(folder: Path) -> None:
        file = folder / name
        file.write_text(change(file.read_text("utf-8")), "utf-8")

    return act


NOT_ERASED = "missing without a record of their erasure"
CHANGES: dict[str, tuple[Callable[[Path], None], str]] = {
    "an event is changed": (
        _lines(lambda lines: [lines[0].replace(b"iro", b"irp", 1), *lines[1:]]),
        "doesn't continue what stands before it",
    ),
    "an event is cut out": (_lines(lambda lines: [*lines[:1], *lines[2:]]), "comes after event"),
    "the last event is cut off": (_lines(lambda lines: lines[:-2]), "is missing here"),
    "two events change places": (_lines(lambda lines: [lines[1], lines[0], *lines[2:]]), "comes after event"),
    "an event comes twice": (_lines(lambda lines: [lines[0], *lines]), "comes after event"),
    "a line is no event": (_lines(lambda lines: [b"{}", *lines]), "is no event"),
    "words are changed": (_json("words.json", _first_words), "aren't what was written"),
    "words are taken away": (_json("words.json", _no_words), NOT_ERASED),
    "words are said to be erased": (_json("words.json", _said_to_be_erased), NOT_ERASED),
    "a proof is taken away": (_json("proofs.json", _no_proof), "isn't in the log"),
    "a proof names another place": (_json("proofs.json", _other_index), "isn't what the log holds"),
    "the proofs of consistency are gone": (_json("proofs.json", _no_consistency), "has no proof from"),
    "the head is gone": (_writes("checkpoint.txt", lambda text: ""), "no signed head"),
    "the head is another": (
        _writes("checkpoint.txt", lambda text: text.replace("\n", "\n1", 1)),
        "the signature of the head",
    ),
    "a file is no JSON": (_writes("proofs.json", lambda text: "{"), "can't be read"),
    "a file is gone": (lambda folder: (folder / "words.json").unlink(), "can't be read"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_export_is_found(record: Record, folder: Path, change: str) -> None:
    act, said = CHANGES[change]
    act(folder)
    assert said in "\n".join(faults(folder, record))


def test_an_export_signed_by_a_stranger_is_refused(record: Record, folder: Path) -> None:
    assert "isn't signed by a known key" in "".join(check_export(folder, [new_signer(NAME).key]).faults)


def test_what_was_lawfully_erased_is_gone_from_the_export_and_the_proof_stays_whole(
    record: Record, tmp_path: Path
) -> None:
    with record.database.writing() as connection:
        digests = erasure.words_of(connection, record.stream)
        erased = erasure.Erasure(
            reference=record.reference, digests=tuple(digests), on=day("Fri 10 April 2026"), basis="retention"
        )
        erasure.erase(connection, erased, by="operator", at=record.scene.clock.now())
    assert digests
    record.seals()
    out = tmp_path / "after"
    export(record.scene.office, record.reference, out, record.kept())
    assert faults(out, record) == []
    assert "No visit" not in (out / "words.json").read_text("utf-8")
    assert record.findings() == broken(record.database) == []


def test_after_the_key_was_changed_old_heads_and_new_ones_are_good(record: Record, tmp_path: Path) -> None:
    new = TrailKeys(new_signer(NAME), record.keys.known)
    both = change_key(record.scene.office, new)
    assert len(read_heads(both.note)[0].signatures) == 2
    assert record.findings() == []
    out = tmp_path / "by-the-new-key"
    export(record.scene.office, record.reference, out)
    assert check_export(out, [new.signer.key]).faults == []
    assert check_export(out, record.keys.known).faults == []


def test_what_cannot_be_exported_is_refused_and_leaves_nothing(record: Record, tmp_path: Path) -> None:
    with pytest.raises(NotKnown):
        export(record.scene.office, "PC-2026-0999", tmp_path / "none")
    assert not (tmp_path / "none").exists()
    (tmp_path / "there").mkdir()
    with pytest.raises(Fault, match="is there already"):
        export(record.scene.office, record.reference, tmp_path / "there")
