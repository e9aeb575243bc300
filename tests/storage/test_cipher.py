"""What people wrote is sealed by a key outside the database, and keys can be changed while everybody works."""

from __future__ import annotations

import base64
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.domain.errors import Fault
from storage import schema, tables
from storage.audit import broken_chains
from storage.cipher import NoKey, WordKeys, add_key, drop_keys, name_of, opened, shut
from storage.codec import Said
from storage.database import Database
from storage.desk import Draft, draft_by_code, save_draft
from storage.erasure import Erasure, erase, words_of
from storage.resealing import BATCH, reseal_drafts, reseal_words, used_keys
from storage.verifier import digest
from tests.builders import IRO
from tests.storage.samples import EACH, NOW, REFERENCE, STREAM, a_note, append, everything, history
from tests.storage.test_codec import words_in

SECRET = "Alex told me that nobody came"
LATER = time.time() + 3600
SALT = bytes(16)
SAID = Said(digest=digest(SALT, SECRET), salt=SALT, text=SECRET)


@pytest.fixture
def keys(tmp_path: Path) -> WordKeys:
    add_key(tmp_path / "words.key")
    return WordKeys(tmp_path / "words.key")


@pytest.fixture
def sealed(database: Database, keys: WordKeys) -> Iterator[Database]:
    """A database whose words are sealed."""
    found = Database(database.url.render_as_string(hide_password=False), keys)
    yield found
    found.close()


def a_draft(code: str = "ABCD", text: str = SECRET) -> Draft:
    return Draft(code=code, person=IRO, form="note", subject=code, number=1, entries={"words": text}, saved_at=NOW)


def keep(database: Database, draft: Draft) -> None:
    with database.writing() as connection:
        save_draft(connection, draft)


def read_draft(database: Database, code: str = "ABCD") -> str:
    with database.reading() as connection:
        draft = draft_by_code(connection, IRO, code)
    assert draft is not None
    return draft.entries["words"]


def reseal(database: Database) -> int:
    found = 0
    while some := database.change(reseal_words):
        found += some
    return found + database.change(reseal_drafts)


def test_what_is_sealed_opens_again_and_looks_different_each_time(keys: WordKeys) -> None:
    one, two = shut(keys, SAID), shut(keys, SAID)
    assert opened(keys, one) == opened(keys, two) == SAID
    assert one["sealed"] != two["sealed"]
    assert (one["salt"], one["text"]) == (None, None)
    assert SECRET.encode() not in one["sealed"]
    assert SALT not in one["sealed"], "with the salt a short text could be guessed from its digest"


def _other_key(row: dict[str, object], keys: WordKeys) -> None:
    lines = [base64.b64encode(secrets.token_bytes(32)).decode() for _ in range(2)]
    keys.file.write_text("\n".join(lines), "ascii")


def _damaged(row: dict[str, object], _: WordKeys) -> None:
    sealed = row["sealed"]
    assert isinstance(sealed, bytes)
    row["sealed"] = sealed[:-1] + bytes([sealed[-1] ^ 1])


def _cut(row: dict[str, object], _: WordKeys) -> None:
    row["sealed"] = b"\0" * 20


def _moved(row: dict[str, object], _: WordKeys) -> None:
    row["digest"] = "0" * 64


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (_other_key, "isn't in"),
        (_damaged, "damaged, or put in another's place"),
        (_cut, "damaged, or put in another's place"),
        (_moved, "damaged, or put in another's place"),
    ],
)
def test_what_was_tampered_with_does_not_open(
    keys: WordKeys, spoil: Callable[[dict[str, object], WordKeys], None], why: str
) -> None:
    row = shut(keys, SAID)
    spoil(row, keys)
    with pytest.raises(NoKey, match=why) as refused:
        opened(WordKeys(keys.file), row)
    assert SECRET not in str(refused.value)


def test_without_any_key_sealed_words_and_drafts_do_not_open(sealed: Database) -> None:
    append(sealed, *EACH)
    keep(sealed, a_draft())
    bare = Database(sealed.url.render_as_string(hide_password=False))
    try:
        with pytest.raises(NoKey, match="no key was given"):
            history(bare)
        with pytest.raises(NoKey, match="no key was given"):
            read_draft(bare)
    finally:
        bare.close()


@pytest.mark.parametrize("text", ["", "no base64!", base64.b64encode(b"short").decode()])
def test_a_file_without_a_good_key_is_refused_and_not_quoted(tmp_path: Path, text: str) -> None:
    file = tmp_path / "bad.key"
    file.write_text(text, "ascii")
    with pytest.raises(Fault, match=r"bad\.key") as refused:
        WordKeys(file)
    assert not text or text not in str(refused.value)


def test_of_several_keys_the_last_seals_and_all_open(keys: WordKeys) -> None:
    old = shut(keys, SAID)
    new = add_key(keys.file)
    assert shut(keys, SAID)["key"] == new, "a process that runs takes it up"
    both = WordKeys(keys.file)
    assert (both.present, both.names[-1]) == (new, new)
    assert shut(both, SAID)["key"] == new
    assert opened(both, old) == SAID
    with pytest.raises(Fault, match="less than 10 minutes ago"):
        drop_keys(keys.file, {old["key"]}, time.time())
    drop_keys(keys.file, {old["key"]}, LATER)
    with pytest.raises(NoKey):
        opened(WordKeys(keys.file), old)
    assert keys.file.stat().st_mode & 0o077 == 0, "others can read it"


def test_the_name_of_a_key_says_nothing_about_it() -> None:
    key = secrets.token_bytes(32)
    assert len(name_of(key)) == 8
    assert name_of(key) not in (key.hex(), base64.b64encode(key).decode())


def test_everything_is_sealed_anew_and_the_old_key_is_not_needed_any_more(sealed: Database, keys: WordKeys) -> None:
    append(sealed, *EACH)
    keep(sealed, a_draft())
    before, old = [one.event for one in history(sealed)], keys.present
    new = add_key(keys.file)
    changed = Database(sealed.url.render_as_string(hide_password=False), WordKeys(keys.file))
    try:
        assert reseal(changed) == len(everything(sealed, "words")["words"]) + 1
        assert reseal(changed) == 0
        with changed.reading() as connection:
            assert used_keys(connection) == {new}
        drop_keys(keys.file, {old}, LATER)
    finally:
        changed.close()
    fresh = Database(sealed.url.render_as_string(hide_password=False), WordKeys(keys.file))
    try:
        assert [one.event for one in history(fresh)] == before == list(EACH)
        assert read_draft(fresh) == SECRET
        with fresh.reading() as connection:
            assert list(broken_chains(connection)) == []
    finally:
        fresh.close()


def test_words_from_before_there_was_a_key_are_sealed_too(database: Database, keys: WordKeys) -> None:
    append(database, *EACH)
    keep(database, a_draft())
    with_keys = Database(database.url.render_as_string(hide_password=False), keys)
    try:
        assert [one.event for one in history(with_keys)] == list(EACH)
        assert reseal(with_keys) > 1
        assert {row[3] for row in everything(with_keys, "words")["words"]} == {None}, "some text stands in clear"
        assert [one.event for one in history(with_keys)] == list(EACH)
        assert read_draft(with_keys) == SECRET
    finally:
        with_keys.close()


def test_erased_words_are_not_sealed_back_to_life(sealed: Database, keys: WordKeys) -> None:
    append(sealed, *EACH)
    with sealed.writing() as connection:
        digests = tuple(words_of(connection, STREAM))
        one = Erasure(reference=REFERENCE, digests=digests, on=NOW.date(), basis="A decision")
        erase(connection, one, by="operator", at=NOW)
    add_key(keys.file)
    changed = Database(sealed.url.render_as_string(hide_password=False), WordKeys(keys.file))
    try:
        assert reseal(changed) == 0
    finally:
        changed.close()
    assert {row[2:6] for row in everything(sealed, "words")["words"]} == {(None, None, "", None)}


@pytest.mark.requirement("CARD-03")
def test_the_key_is_changed_while_another_process_writes_with_the_old_one(sealed: Database, keys: WordKeys) -> None:
    """The other takes up the new key as soon as it is in the file, and what was on its way is found by a second run."""
    url = sealed.url.render_as_string(hide_password=False)
    other = Database(url, WordKeys(keys.file))
    append(sealed, *EACH)
    old, new = keys.present, add_key(keys.file)
    changed = Database(url, WordKeys(keys.file))
    started, stop = threading.Event(), threading.Event()
    written = [len(EACH)]

    def writes() -> None:
        while not stop.is_set() and written[0] < 4 * BATCH:
            append(other, a_note(f"Note {written[0]}"), after=written[0], command=f"n{written[0]}")
            written[0] += 1
            started.set()

    writer = threading.Thread(target=writes)
    writer.start()
    try:
        assert started.wait(30)
        reseal(changed)
        assert [one.event for one in history(other)][: len(EACH)] == list(EACH), "it reads what the new key sealed"
    finally:
        stop.set()
        writer.join(30)
    reseal(changed)
    with changed.reading() as connection:
        assert used_keys(connection) == {new}
        assert list(broken_chains(connection)) == []
    assert [one.event for one in history(other)][: len(EACH)] == list(EACH)
    assert len(history(changed)) == written[0]
    assert old != new
    other.close()
    changed.close()


def test_nothing_that_was_written_can_be_found_in_the_file_of_the_database(tmp_path: Path, keys: WordKeys) -> None:
    texts = _texts()
    assert len(texts) > 20
    bytes_ = _written(tmp_path / "sealed.db", keys)
    assert not [text for text in texts if text.encode() in bytes_]
    in_clear = _written(tmp_path / "clear.db", None)
    assert all(text.encode() in in_clear for text in texts), "the search would find nothing"


def test_nothing_that_was_written_is_in_a_dump(sealed: Database) -> None:
    append(sealed, *EACH)
    keep(sealed, a_draft())
    dump = repr(everything(sealed))
    assert not [text for text in _texts() if text in dump]


def test_what_was_erased_leaves_the_file_of_the_database(tmp_path: Path) -> None:
    """Even in clear: freed room is overwritten, and the write-ahead log is emptied."""
    _written(tmp_path / "clear.db", None)
    database = Database(f"sqlite:///{tmp_path / 'clear.db'}")
    with database.writing() as connection:
        connection.execute(tables.words.update().values(salt=None, text=None, erased_on=NOW.date()))
        connection.execute(tables.draft.delete())
    database.let_go()
    found = b"".join(file.read_bytes() for file in tmp_path.glob("clear.db*"))
    assert not [text for text in _texts() if text.encode() in found]
    database.close()
    assert sqlite3.connect(tmp_path / "clear.db").execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_letting_go_works_on_both_databases_and_leaves_them_usable(database: Database) -> None:
    append(database, *EACH)
    database.let_go()
    append(database, a_note(), after=len(EACH))
    assert len(history(database)) == len(EACH) + 1


def _texts() -> list[str]:
    """Everything that people wrote in the samples, and in a draft."""
    found = {words.text for event in EACH for words in words_in(event)}
    return [SECRET, *(text for text in found if len(text) > 5 and text.isascii())]


def _written(file: Path, keys: WordKeys | None) -> bytes:
    """The bytes of a database with one of each event and a draft."""
    database = Database(f"sqlite:///{file}", keys)
    with database.writing() as connection:
        schema.upgrade(connection)
    append(database, *EACH)
    keep(database, a_draft())
    found = b"".join(one.read_bytes() for one in file.parent.glob(f"{file.name}*"))
    database.close()
    return found
