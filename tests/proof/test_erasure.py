"""What has been kept long enough goes, lawfully and on the record; what must stay stays, and every proof is whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.domain.errors import Fault, NotKnown
from bot.domain.evidence import WordsErased
from bot.procedures.load import read
from bot.usecases.administer import import_directory
from bot.usecases.converse import converse
from bot.usecases.erase import (
    CarriedOut,
    carry_out,
    erase_again,
    erase_one,
    hold,
    may_be_erased,
    plan_retention,
    release,
)
from bot.usecases.export import export
from bot.usecases.ports import Turn, Typed
from cards.plain import as_text
from storage import desk, evidence, tables
from storage.database import Database
from storage.desk import Draft
from storage.verifier import check_export
from tests.builders import IRO, a_child, a_directory, closing
from tests.proof.conftest import Record
from tests.storage.samples import everything

LAST_DAY, DUE = date(2091, 5, 4), date(2091, 5, 5)
"""The child's 75th birthday, and the day after it."""
SAID = ("No visit since 2 March", "Alex feels forgotten", "A visit is booked", "The answer leaves it open")


@pytest.fixture
def ended(record: Record, tmp_path: Path) -> Record:
    """The first challenge has ended, the other is open."""
    record.scene.office = replace(record.scene.office, erasures=tmp_path / "kept" / "erasures.jsonl")
    record.scene.does(IRO, closing(), record.reference)
    record.scene.delivers_all()
    record.seals()
    return record


def shown(record: Record, command: str = "show") -> str:
    """What somebody reads who types a command about the challenge."""
    clock, line = record.scene.clock, Typed(text=f"{command} {record.reference}")
    turn = Turn(person=IRO, message=command, at=clock.now(), personal=True, address=None, ask=line)
    return "\n".join(
        as_text(dict(one.card)) if one.card else one.text for one in converse(record.scene.office, turn).shown
    )


def words(database: Database, stream: str) -> list[str | None]:
    with database.reading() as connection:
        return list(connection.execute(select(tables.words.c.text).where(tables.words.c.stream == stream)).scalars())


@pytest.mark.requirement("NEL-18")
def test_what_is_due_is_listed_by_reference_rule_and_day_and_only_then_erased(ended: Record, tmp_path: Path) -> None:
    office = ended.scene.office
    assert plan_retention(office, LAST_DAY).due == ()
    plan = plan_retention(office, DUE)
    assert [(due.reference, due.rule, due.until) for due in plan.due] == [(ended.reference, "case-record", LAST_DAY)]
    assert all(said in shown(ended) for said in SAID)
    carry_out(office, plan)
    assert set(words(ended.database, ended.stream)) == {None}
    assert None not in words(ended.database, f"challenge:{ended.other}")
    text = shown(ended)
    assert "[erased on 9 April 2026]" in text
    assert not [said for said in SAID if said in text]
    assert "Stage 1" in shown(ended, "why")
    assert plan_retention(office, DUE).due == ()
    ended.seals()
    assert ended.findings() == []
    export(office, ended.reference, tmp_path / "out", ended.kept())
    assert check_export(tmp_path / "out", ended.keys.known, ended.kept()).faults == []


def test_an_erasure_stands_on_the_record_with_its_rule_and_says_nothing_of_the_child(ended: Record) -> None:
    carry_out(ended.scene.office, plan_retention(ended.scene.office, DUE))
    with ended.database.reading() as connection:
        event = evidence.happened(connection, ended.reference)[-1][1]
        row = connection.execute(
            select(tables.trail).where(tables.trail.c.type == "WordsErased", tables.trail.c.via == "console")
        ).one()
    assert isinstance(event, WordsErased)
    assert event.basis.startswith("the retention rule “case-record” of the procedure: Care Planning, Placement")
    assert row.by == "operator"
    assert not [part for part in ("2016", "2091", "Alex", "MOS-") if part in row.body]


def test_an_open_challenge_is_never_touched_whatever_the_day(ended: Record) -> None:
    office = ended.scene.office
    assert ended.other not in [due.reference for due in plan_retention(office, date(2300, 1, 1)).due]
    with pytest.raises(Fault, match="is open"):
        erase_one(office, ended.other, "The parents asked")
    with pytest.raises(Fault, match="is open"):
        may_be_erased(office, ended.other)
    assert None not in words(ended.database, f"challenge:{ended.other}")


def test_what_is_reopened_after_it_was_listed_is_not_erased(ended: Record) -> None:
    plan = plan_retention(ended.scene.office, DUE)
    listed = replace(plan, due=(replace(plan.due[0], reference=ended.other),))
    done = carry_out(ended.scene.office, listed)
    assert done == CarriedOut(
        erased=0, left=(f"{ended.other} is open, and nothing of an open challenge is erased.",), children=0
    )
    assert None not in words(ended.database, f"challenge:{ended.other}")


def test_a_hold_keeps_a_challenge_until_it_is_released(ended: Record) -> None:
    office, reference = ended.scene.office, ended.reference
    hold(office, reference, "Complaint 7 of 2026")
    plan = plan_retention(office, DUE)
    assert (plan.due, plan.held) == ((), (reference,))
    with pytest.raises(Fault, match="held from erasure: Complaint 7 of 2026"):
        erase_one(office, reference, "A decision")
    with pytest.raises(Fault, match="held already"):
        hold(office, reference, "Another")
    release(office, reference, "It was answered")
    with pytest.raises(Fault, match="not held"):
        release(office, reference, "Again")
    assert [due.reference for due in plan_retention(office, DUE).due] == [reference]
    hold(office, reference, "A court has asked for it")
    assert plan_retention(office, DUE).held == (reference,)
    assert ended.findings() == []


def test_a_hold_needs_a_challenge_and_a_reason(ended: Record) -> None:
    with pytest.raises(NotKnown):
        hold(ended.scene.office, "PC-2026-0099", "Complaint")
    for reason in ("", " ", "x" * 201):
        with pytest.raises(Fault, match="Say why"):
            hold(ended.scene.office, ended.reference, reason)
        with pytest.raises(Fault, match="Say why"):
            erase_one(ended.scene.office, ended.reference, reason)


def test_without_a_rule_or_a_date_of_birth_nothing_goes_and_that_is_said(ended: Record) -> None:
    office = ended.scene.office
    text = office.loaded.text
    without = text[: text.index("[[retention]]")] + text[text.index("[[reports]]") :]
    without = without.replace('where = "retention.case-record"', 'where = "records"')
    nothing = plan_retention(replace(office, loaded=read(without)), date(2300, 1, 1))
    assert (nothing.due, nothing.no_rule) == ((), (ended.reference,))
    import_directory(office, a_directory(replace(a_child(), born=None)))
    unknown = plan_retention(office, date(2300, 1, 1))
    assert (unknown.due, unknown.no_date) == ((), (ended.reference,))


def test_what_was_typed_about_it_and_not_sent_goes_too(ended: Record) -> None:
    with ended.database.writing() as connection:
        for subject in (ended.reference, ended.other):
            desk.save_draft(
                connection,
                Draft(
                    code=subject[-4:], person=IRO, form="note", subject=subject, number=1, entries={"words": "Typed"},
                    saved_at=ended.scene.clock.now(),
                ),
            )  # fmt: skip
    erase_one(ended.scene.office, ended.reference, "A decision of 9 April 2026")
    assert [row[3] for row in everything(ended.database, "draft")["draft"]] == [ended.other]


def test_a_child_leaves_the_directory_when_grown_up_and_nothing_written_is_left(ended: Record) -> None:
    office = ended.scene.office
    ended.scene.does(IRO, closing(), ended.other)

    def known() -> set[str]:
        with ended.database.reading() as connection:
            return set(office.directory(connection).children)

    erase_one(office, ended.other, "A decision")
    assert carry_out(office, replace(plan_retention(office, date(2026, 4, 9)), due=())).children == 0
    plan = plan_retention(office, DUE)
    hold(office, ended.reference, "A court has asked for it")
    assert carry_out(office, plan_retention(office, DUE)).children == 0, "words of a challenge about the child are held"
    release(office, ended.reference, "It is over")
    assert carry_out(office, plan) == CarriedOut(erased=1, left=(), children=1)
    assert known() == {"MOS-20001"}
    assert "[erased on 9 April 2026]" in shown(ended)


@pytest.mark.requirement("NEL-18")
def test_words_that_come_back_with_an_old_backup_are_erased_again(ended: Record) -> None:
    office, before = ended.scene.office, everything(ended.database, "words")["words"]
    carry_out(office, plan_retention(office, DUE))
    assert erase_again(office) == []
    columns = tables.words.c.keys()
    with ended.database.writing() as connection:  # as a copy from before would have it
        connection.execute(tables.words.delete())
        connection.execute(tables.words.insert(), [dict(zip(columns, row, strict=True)) for row in before])
    assert erase_again(office) == [ended.reference]
    assert erase_again(office) == []
    assert set(words(ended.database, ended.stream)) == {None}
    assert None not in words(ended.database, f"challenge:{ended.other}")
    assert ended.findings() == []
    assert office.erasures is not None
    noted = office.erasures.read_text("utf-8")
    assert ended.reference in noted
    assert not [said for said in ("Alex", "MOS-", *SAID) if said in noted]


def test_a_damaged_note_of_erasures_is_said(ended: Record) -> None:
    assert ended.scene.office.erasures is not None
    ended.scene.office.erasures.write_text('{"reference": "PC-2026-0001"}\n', "utf-8")
    with pytest.raises(Fault, match=r"erasures\.jsonl can't be read: KeyError"):
        erase_again(ended.scene.office)
