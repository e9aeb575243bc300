"""Heads are C2SP checkpoints, signed by a key in a file; what isn't signed by a known key is nothing."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from bot.domain.errors import Fault
from storage.signing import TrailKeys, new_signer, public_line, read_keys, signed_head, write_keys
from storage.verifier import Faulty, check_signature, leaf_hash, read_heads, read_key

ROOT = leaf_hash(b"root")
NAME = "trail.council.example"
SUMDB = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
"""The public key of a well-known log, as its own tools print it."""


def test_a_head_has_the_form_of_a_checkpoint() -> None:
    signer = new_signer(NAME)
    note = signed_head(42, ROOT, [signer])
    lines = note.split("\n")
    assert lines[:4] == [NAME, "42", base64.b64encode(ROOT).decode(), ""]
    assert lines[4].startswith(f"— {NAME} ")
    assert lines[5:] == [""]
    (head,) = read_heads(note)
    assert (head.origin, head.size, head.root) == (NAME, 42, ROOT)
    assert check_signature(head, [signer.key])
    assert check_signature(head, [read_key(public_line(signer.key))])


def test_a_public_key_of_another_implementation_is_read_and_its_id_agrees() -> None:
    key = read_key(SUMDB)
    assert (key.name, key.id.hex()) == ("sum.golang.org", "033de0ae")
    assert public_line(key) == SUMDB


def test_a_head_signed_by_two_keys_is_good_by_either() -> None:
    old, new = new_signer(NAME), new_signer(NAME)
    (head,) = read_heads(signed_head(7, ROOT, [old, new]))
    assert check_signature(head, [old.key])
    assert check_signature(head, [new.key])


def test_several_heads_in_one_file_are_read_one_by_one_however_they_were_pasted() -> None:
    signer = new_signer(NAME)
    notes = [signed_head(size, ROOT, [signer]) for size in (1, 5, 9)]
    for text in ("\n".join(notes), "".join(notes), "\n\n".join(notes).replace("\n", "\r\n")):
        assert [head.size for head in read_heads(text)] == [1, 5, 9]
        assert all(check_signature(head, [signer.key]) for head in read_heads(text))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("\n42\n", "\n43\n", "the signature of the head of 43 entries is wrong"),
        (NAME, "trail.elsewhere.example", "isn't signed by a known key"),
        ("\n42\n", "\n042\n", "isn't of the form"),
        ("\n42\n", "\nmany\n", "isn't of the form"),
        ("\n42\n", "\n-1\n", "isn't of the form"),
    ],
)
def test_a_changed_head_is_refused(before: str, after: str, said: str) -> None:
    signer = new_signer(NAME)
    note = signed_head(42, ROOT, [signer]).replace(before, after)
    with pytest.raises(Faulty, match=said):
        check_signature(read_heads(note)[0], [signer.key])


def test_a_head_without_signature_and_one_of_a_stranger_are_refused() -> None:
    note = signed_head(42, ROOT, [new_signer(NAME)])
    with pytest.raises(Faulty, match="without its signature"):
        read_heads(note.split("\n\n")[0])
    with pytest.raises(Faulty, match="known key"):
        check_signature(read_heads(note)[0], [new_signer(NAME).key])


def test_a_key_file_is_for_its_owner_alone_and_comes_back_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "trail.key"
    keys = TrailKeys(new_signer(NAME), (new_signer(NAME).key,))
    write_keys(file, keys)
    assert file.stat().st_mode & 0o777 == 0o600
    found = read_keys(file)
    assert found.known == keys.known
    assert (
        read_heads(signed_head(1, ROOT, [found.signer]))[0].signatures
        == read_heads(signed_head(1, ROOT, [keys.signer]))[0].signatures
    )  # Ed25519 signs the same the same
    assert "PRIVATE" not in repr(found)


@pytest.mark.parametrize("text", ["", "rubbish", "PRIVATE+KEY+a+b", "PRIVATE+KEY+a+b+notbase64!", "a\nb\nc"])
def test_a_faulty_key_file_is_refused_without_quoting_it(tmp_path: Path, text: str) -> None:
    file = tmp_path / "trail.key"
    file.write_text(text)
    with pytest.raises(Fault, match="can't be read") as caught:
        read_keys(file)
    assert not text or text not in str(caught.value)


@pytest.mark.parametrize("name", ["", "with space", "with+plus", "line\nbreak"])
def test_a_name_that_no_note_can_carry_is_refused(name: str) -> None:
    with pytest.raises(Fault, match="can't be the name of a log"):
        new_signer(name)


@pytest.mark.parametrize(
    "change", [lambda line: line[:-4], lambda line: line.replace("+", "-"), lambda line: line + "AA=="]
)
def test_a_damaged_public_key_is_refused(change: object) -> None:
    assert callable(change)
    with pytest.raises(Faulty, match="key"):
        read_key(change(public_line(new_signer(NAME).key)))
