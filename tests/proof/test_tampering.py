"""Whoever has every right on the database, but not the key, is caught, whatever they change."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.domain.commands import AddNote
from tests.builders import IRO, words
from tests.proof.conftest import NAME, Record
from tests.proof.meddler import Meddler

Tampering = Callable[[Meddler, Record], None]


def an_answer_is_turned_round(meddler: Meddler, record: Record) -> None:
    answered = next(
        place for place, name in enumerate(record.scene.happened(record.reference), 1) if name == "StageAnswered"
    )
    meddler.edits(record.stream, answered, lambda body: {**body, "number": 2})


def and_its_hash_too(meddler: Meddler, record: Record) -> None:
    an_answer_is_turned_round(meddler, record)
    meddler.rehashes(record.stream)


def and_the_log_too(meddler: Meddler, record: Record) -> None:
    and_its_hash_too(meddler, record)
    meddler.rewrites_the_log()


def and_the_heads_are_forgotten(meddler: Meddler, record: Record) -> None:
    and_the_log_too(meddler, record)
    meddler.forgets_the_heads()


def and_a_head_is_signed_with_another_key(meddler: Meddler, record: Record) -> None:
    and_the_log_too(meddler, record)
    meddler.signs_with_a_key_of_its_own(NAME)


def who_did_it_is_changed(meddler: Meddler, record: Record) -> None:
    assert meddler.types('UPDATE trail SET "by" = :by WHERE stream = :s AND position = 3', by="p-sm", s=record.stream)
    meddler.rehashes(record.stream)


def when_it_happened_is_changed(meddler: Meddler, record: Record) -> None:
    meddler.types(
        "UPDATE trail SET happened_at = recorded_at, recorded_at = happened_at, message = 'x' WHERE stream = :s",
        s=record.stream,
    )


def the_last_event_is_cut_off(meddler: Meddler, record: Record) -> None:
    meddler.types(
        "DELETE FROM trail WHERE stream = :s AND position = (SELECT max(position) FROM trail WHERE stream = :s)",
        s=record.stream,
    )


def the_record_is_cut_together_with_the_log(meddler: Meddler, record: Record) -> None:
    the_last_event_is_cut_off(meddler, record)
    meddler.rewrites_the_log()
    meddler.types("DELETE FROM head WHERE size > (SELECT count(*) FROM leaf)")


def a_whole_challenge_is_taken_out(meddler: Meddler, record: Record) -> None:
    meddler.types("DELETE FROM trail WHERE stream LIKE :s", s=f"%:{record.other}")
    meddler.rewrites_the_log()
    meddler.forgets_the_heads()


def an_event_is_taken_out_of_the_middle(meddler: Meddler, record: Record) -> None:
    meddler.types("DELETE FROM trail WHERE stream = :s AND position = 2", s=record.stream)
    meddler.rehashes(record.stream)
    meddler.rewrites_the_log()


def an_event_is_slipped_into_the_past(meddler: Meddler, record: Record) -> None:
    columns = 'type, version, "by", role, via, command, message, happened_at, recorded_at, body, previous, hash'
    meddler.types("UPDATE trail SET position = position + 100 WHERE stream = :s AND position > 2", s=record.stream)
    meddler.types(
        f"INSERT INTO trail (stream, position, {columns}) SELECT stream, 3, {columns} FROM trail "
        "WHERE stream = :s AND position = 2",
        s=record.stream,
    )
    meddler.rehashes(record.stream)
    meddler.rewrites_the_log()


def an_event_is_added_that_says_it_is_old(meddler: Meddler, record: Record) -> None:
    columns = 'type, version, "by", role, via, command, message, happened_at, recorded_at, body, previous, hash'
    meddler.types(
        f"INSERT INTO trail (stream, position, {columns}) SELECT stream, 99, {columns} FROM trail "
        "WHERE stream = :s AND position = 1",
        s=record.stream,
    )
    meddler.rehashes(record.stream)
    meddler.rewrites_the_log()


def two_events_change_places(meddler: Meddler, record: Record) -> None:
    meddler.types("UPDATE trail SET position = 1002 WHERE stream = :s AND position = 2", s=record.stream)
    meddler.types("UPDATE trail SET position = 2 WHERE stream = :s AND position = 3", s=record.stream)
    meddler.types("UPDATE trail SET position = 3 WHERE stream = :s AND position = 1002", s=record.stream)
    meddler.rehashes(record.stream)
    meddler.rewrites_the_log()


def two_entries_of_the_log_change_places(meddler: Meddler, record: Record) -> None:
    meddler.rewrites_the_log(lambda rows: [rows[1], rows[0], *rows[2:]])


def an_event_is_moved_to_another_challenge(meddler: Meddler, record: Record) -> None:
    meddler.types(
        "UPDATE trail SET stream = :t, position = 50 WHERE stream = :s AND position = 2",
        s=record.stream,
        t=f"challenge:{record.other}",
    )
    meddler.rehashes(record.stream)
    meddler.rehashes(f"challenge:{record.other}")
    meddler.rewrites_the_log()


def who_was_told_is_changed(meddler: Meddler, record: Record) -> None:
    meddler.edits(f"evidence:{record.reference}", 1, lambda body: {**body, "outcome": "failed"})
    meddler.rehashes(f"evidence:{record.reference}")


def evidence_is_cut_off_with_the_log(meddler: Meddler, record: Record) -> None:
    meddler.types("DELETE FROM trail WHERE stream = :s", s=f"evidence:{record.reference}")
    meddler.rewrites_the_log()
    meddler.forgets_the_heads()


def words_are_changed(meddler: Meddler, record: Record) -> None:
    assert meddler.types("UPDATE words SET text = 'We agreed on the phone' WHERE stream = :s", s=record.stream)


def words_are_taken_away(meddler: Meddler, record: Record) -> None:
    assert meddler.types("DELETE FROM words WHERE stream = :s", s=record.stream)


def words_are_said_to_be_erased(meddler: Meddler, record: Record) -> None:
    assert meddler.types(
        "UPDATE words SET text = NULL, salt = NULL, erased_on = '2026-04-08' WHERE stream = :s", s=record.stream
    )


def an_entry_of_the_log_is_changed(meddler: Meddler, record: Record) -> None:
    meddler.types('UPDATE leaf SET hash = :h WHERE "index" = 2', h="0" * 64)


def an_entry_of_the_log_is_taken_out(meddler: Meddler, record: Record) -> None:
    meddler.types('DELETE FROM leaf WHERE "index" = 2')


def an_event_is_kept_from_the_log(meddler: Meddler, record: Record) -> None:
    record.scene.does(IRO, AddNote(kind="note", words=words("After the seal")), record.reference)
    assert meddler.types("DELETE FROM unlogged") == 1


def a_head_is_changed(meddler: Meddler, record: Record) -> None:
    meddler.types("UPDATE head SET note = replace(note, 'A', 'B')")


def the_procedure_is_changed(meddler: Meddler, record: Record) -> None:
    assert meddler.types("UPDATE procedure SET text = replace(text, '5', '9')")


TAMPERINGS: dict[Tampering, str] = {
    an_answer_is_turned_round: "isn't what was written",
    and_its_hash_too: "is another than the log holds",
    and_the_log_too: "aren't those that were signed",
    and_the_heads_are_forgotten: "aren't those that were signed",
    and_a_head_is_signed_with_another_key: "isn't signed by a known key",
    who_did_it_is_changed: "is another than the log holds",
    when_it_happened_is_changed: "isn't what was written",
    the_last_event_is_cut_off: "stands in the log and is missing from the record",
    the_record_is_cut_together_with_the_log: "the log was cut",
    a_whole_challenge_is_taken_out: "aren't those that were signed",
    an_event_is_taken_out_of_the_middle: "aren't those that were signed",
    an_event_is_slipped_into_the_past: "aren't those that were signed",
    an_event_is_added_that_says_it_is_old: "was put in later than it says",
    two_events_change_places: "aren't those that were signed",
    two_entries_of_the_log_change_places: "aren't those that were signed",
    an_event_is_moved_to_another_challenge: "aren't those that were signed",
    who_was_told_is_changed: "is another than the log holds",
    evidence_is_cut_off_with_the_log: "the log was cut",
    words_are_changed: "aren't what was written",
    words_are_taken_away: "are missing without a record of their erasure",
    words_are_said_to_be_erased: "are missing without a record of their erasure",
    an_entry_of_the_log_is_changed: "is another than the log holds",
    an_entry_of_the_log_is_taken_out: "isn't in the log, nor waiting for it",
    an_event_is_kept_from_the_log: "isn't in the log, nor waiting for it",
    a_head_is_changed: "isn't signed by a known key|isn't of the form|signature|aren't those",
    the_procedure_is_changed: "its text isn't the one that was kept",
}


@pytest.mark.requirement("CARD-03")
@pytest.mark.parametrize("tampering", TAMPERINGS, ids=lambda tampering: tampering.__name__)
def test_every_tampering_is_found_and_named(record: Record, meddler: Meddler, tampering: Tampering) -> None:
    assert record.findings() == []
    tampering(meddler, record)
    found = "\n".join(record.findings())
    assert any(wanted in found for wanted in TAMPERINGS[tampering].split("|")), found


def test_an_untouched_record_stays_whole_while_work_goes_on(record: Record) -> None:
    record.scene.does(IRO, AddNote(kind="note", words=words("One more")), record.reference)
    assert record.findings() == []
    record.seals()
    assert record.findings() == []


def test_a_change_after_a_head_is_placed_between_that_head_and_the_next(record: Record, meddler: Meddler) -> None:
    sizes = [head.size for head in record.kept()]
    assert sizes == sorted(set(sizes))
    meddler.types("DELETE FROM trail WHERE stream = :s AND type = 'StageAnswered'", s=record.stream)
    meddler.rehashes(record.stream)
    meddler.rewrites_the_log()
    first = next(found for found in record.findings() if "aren't those" in found)
    assert first == f"the log: entries {sizes[1] + 1} to {sizes[2]} aren't those that were signed"


def test_without_a_head_from_outside_a_rewrite_of_everything_goes_unseen(record: Record, meddler: Meddler) -> None:
    """What the program says in its report, and why heads are kept elsewhere."""
    and_the_heads_are_forgotten(meddler, record)
    assert record.findings(with_kept=False) == []
