"""Working state: drafts, addresses, habits, and the texts of the procedures."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import Outdated
from storage import desk
from storage.database import Database
from storage.desk import Draft
from tests.builders import IRO, MANAGER
from tests.storage.samples import NOW, at_once, everything

DRAFT = Draft(
    code="ABCDE",
    person=MANAGER,
    form="answer",
    subject="PC-2026-0001",
    number=1,
    entries={"words-1": "“Naïve?”\n👩‍👧 'x' \x00", "verdict-1": "accepted"},
    saved_at=NOW,
)
ADDRESS = {
    "person": MANAGER,
    "account": "29:tm",
    "tenant": "t",
    "service_url": "https://smba.example/uk/",
    "conversation": "a:1",
    "bot": "28:bot",
}


def save(database: Database, *drafts: Draft) -> None:
    for draft in drafts:
        with database.writing() as connection:
            desk.save_draft(connection, draft)


def drafts(database: Database) -> set[str]:
    return {row[0] for row in everything(database, "draft")["draft"]}


def test_a_draft_comes_back_as_it_was_typed(database: Database) -> None:
    save(database, DRAFT)
    with database.reading() as connection:
        assert desk.draft_of(connection, MANAGER, "answer", "PC-2026-0001") == DRAFT
        assert desk.draft_by_code(connection, MANAGER, "abcde") == DRAFT
        assert desk.draft_of(connection, MANAGER, "answer", "PC-2026-0002") is None
        assert desk.draft_of(connection, MANAGER, "note", "PC-2026-0001") is None


def test_a_draft_belongs_to_who_typed_it(database: Database) -> None:
    save(database, DRAFT)
    with database.reading() as connection:
        assert desk.draft_by_code(connection, IRO, "ABCDE") is None
        assert desk.draft_of(connection, IRO, "answer", "PC-2026-0001") is None


def test_there_is_one_draft_for_each_person_form_and_subject_and_the_newest_stands(database: Database) -> None:
    newer = replace(DRAFT, code="FGHJK", entries={"words-1": "Later"}, saved_at=NOW + timedelta(minutes=1))
    others = (
        replace(DRAFT, code="22222", person=IRO),
        replace(DRAFT, code="33333", form="note"),
        replace(DRAFT, code="44444", subject="PC-2026-0002"),
    )
    save(database, DRAFT, *others, newer)
    assert drafts(database) == {"FGHJK", "22222", "33333", "44444"}
    with database.reading() as connection:
        assert desk.draft_of(connection, MANAGER, "answer", "PC-2026-0001") == newer


def test_a_draft_may_move_to_another_subject_under_its_code(database: Database) -> None:
    save(database, replace(DRAFT, form="raise", subject=""), replace(DRAFT, form="raise", subject="MOS-10423"))
    assert drafts(database) == {"ABCDE"}
    with database.reading() as connection:
        found = desk.draft_by_code(connection, MANAGER, "ABCDE")
    assert found is not None
    assert found.subject == "MOS-10423"


def test_nobodys_draft_is_lost_because_somebody_else_drew_the_same_code(database: Database) -> None:
    save(database, DRAFT)
    with pytest.raises(Outdated):
        save(database, replace(DRAFT, person=IRO))
    with database.reading() as connection:
        assert desk.draft_by_code(connection, MANAGER, "ABCDE") == DRAFT


def test_a_draft_saved_by_many_at_once_is_one_draft(database: Database) -> None:
    works = [lambda code=code: save(database, replace(DRAFT, code=code)) for code in ("A2222", "B2222", "C2222")]
    at_once(*works)
    assert len(drafts(database)) == 1


def test_the_form_that_somebody_goes_through_in_text_is_the_one_begun_last(database: Database) -> None:
    earlier = replace(DRAFT, code="22222", form="note", asking="words")
    now = replace(DRAFT, code="33333", form="wait", asking="until", saved_at=NOW + timedelta(minutes=1))
    save(database, DRAFT, now, earlier, replace(now, code="44444", person=IRO, saved_at=NOW + timedelta(hours=1)))
    with database.reading() as connection:
        assert desk.draft_in_questions(connection, MANAGER) == now
        assert desk.draft_in_questions(connection, "p-nobody") is None


def test_a_draft_goes_when_it_has_led_to_something(database: Database) -> None:
    save(database, DRAFT, replace(DRAFT, code="22222", form="note"))
    with database.writing() as connection:
        desk.drop_draft(connection, MANAGER, "answer", "PC-2026-0001")
        desk.drop_draft(connection, IRO, "note", "PC-2026-0001")
    assert drafts(database) == {"22222"}


def test_drafts_nobody_came_back_to_are_forgotten(database: Database) -> None:
    old = replace(DRAFT, saved_at=NOW - timedelta(days=30, seconds=1))
    kept = replace(DRAFT, code="22222", form="note", saved_at=NOW - timedelta(days=30))
    save(database, old, kept)
    with database.writing() as connection:
        assert desk.drop_drafts_before(connection, NOW - timedelta(days=30)) == 1
    assert drafts(database) == {"22222"}


def test_the_last_address_of_a_person_stands(database: Database) -> None:
    moved = {**ADDRESS, "conversation": "a:2"}
    for address, moment in ((ADDRESS, NOW), (moved, NOW + timedelta(days=1))):
        with database.writing() as connection:
            desk.keep_address(connection, address, moment)
    with database.writing() as connection:
        assert desk.address_of(connection, MANAGER) == moved
        assert desk.address_of(connection, IRO) is None
        assert desk.seen_since(connection, MANAGER, NOW + timedelta(days=1))
        assert not desk.seen_since(connection, MANAGER, NOW + timedelta(days=2))
        desk.drop_address(connection, MANAGER)
        assert desk.address_of(connection, MANAGER) is None


def test_an_address_kept_by_many_at_once_is_one_address(database: Database) -> None:
    def keep() -> None:
        with database.writing() as connection:
            desk.keep_address(connection, ADDRESS, NOW)

    assert list(at_once(*[keep] * 8)) == [None] * 8
    assert len(everything(database, "address")["address"]) == 1


def test_a_habit_is_kept_and_can_be_changed(database: Database) -> None:
    with database.writing() as connection:
        assert not desk.prefers_plain(connection, MANAGER)
        desk.keep_habit(connection, MANAGER, plain=True)
        assert desk.prefers_plain(connection, MANAGER)
        assert not desk.prefers_plain(connection, IRO)
        desk.keep_habit(connection, MANAGER, plain=False)
        assert not desk.prefers_plain(connection, MANAGER)


def test_a_procedure_is_kept_once_under_its_fingerprint(database: Database) -> None:
    with database.writing() as connection:
        assert desk.keep_procedure(connection, "f1", "anyshire", "one", NOW)
        assert not desk.keep_procedure(connection, "f1", "anyshire", "another", NOW)
        assert desk.keep_procedure(connection, "f2", "anyshire", "two", NOW)
        assert desk.procedure_text(connection, "f1") == "one"
        assert desk.procedure_text(connection, "f2") == "two"
        assert desk.procedure_text(connection, "f3") is None
