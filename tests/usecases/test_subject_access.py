"""Everything that is held about one child, with what names others marked, and the reading of it on the record."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from bot.domain.commands import AddNote, Raise
from bot.domain.errors import NotKnown
from bot.domain.evidence import RecordRead
from bot.domain.people import Child
from bot.domain.words import Words
from bot.usecases.administer import import_directory
from bot.usecases.erase import erase_one
from bot.usecases.subject_access import Everything, Held, collect
from bot.web.held import page
from storage import desk, evidence
from storage.database import Database
from storage.desk import Draft
from tests.builders import IRO, MANAGER, a_child, a_directory, a_raise, an_answer, an_issue, closing
from tests.usecases.scene import Scene

ALEX, BO, CY = "MOS-10423", "MOS-10424", "MOS-10425"


def child(reference: str, name: str, *siblings: str) -> Child:
    return replace(a_child(reference), name=name, siblings=siblings)


@pytest.fixture
def family(database: Database) -> Scene:
    """Alex has a brother, Bo Brown-Weaver; Cy is nobody's."""
    known = (child(ALEX, "Alex Brown", BO), child(BO, "Bo Brown-Weaver", ALEX), child(CY, "Cy Stone"))
    return Scene(database, a_directory(*known))


def of_all(scene: Scene) -> dict[str, str]:
    """One challenge about Alex, one about both, one about Bo alone, one about Cy; by name."""
    both = replace(a_raise("stage-1", "Too urgent"), also=(BO,))
    assert isinstance(both, Raise)
    about_alex = a_raise("stage-1", "Too urgent", issues=(an_issue("Weaver has hit Alex <b>hard</b>, says Tom Marsh"),))
    return {
        "alex": scene.does(IRO, about_alex).challenge.reference,
        "both": scene.does(IRO, both).challenge.reference,
        "bo": scene.raises("stage-1", BO),
        "cy": scene.raises("stage-1", CY),
    }


def held(everything: Everything, reference: str) -> Held:
    (found,) = (one for one in everything.challenges if one.reference == reference)
    return found


def texts(one: Held) -> list[str]:
    return [text.text for line in one.history for text in line.texts]


@pytest.mark.requirement("NEL-18")
def test_every_challenge_is_there_in_which_the_child_is_a_subject_or_a_sibling(family: Scene) -> None:
    references = of_all(family)
    found = collect(family.office, ALEX)
    assert {one.reference: one.relation for one in found.challenges} == {
        references["alex"]: "it is about the child",
        references["both"]: "it is about the child and others",
        references["bo"]: "it is about a brother or sister",
    }
    assert held(found, references["both"]).others == (BO,)
    assert found.row["Name"] == "Alex Brown"
    assert found.row["social-worker"] == "Sam Walker"
    assert {one.reference for one in collect(family.office, CY).challenges} == {references["cy"]}


def test_it_says_what_was_written_by_whom_and_when_who_was_told_and_who_read_it(family: Scene) -> None:
    reference = family.raises("stage-1")
    family.delivers_all()
    family.at("Wed 8 April 2026 11am")
    family.does(MANAGER, an_answer(), reference)
    with family.database.writing() as connection:
        read = RecordRead(by=MANAGER, relation="asked", what="the record")
        evidence.note_read(connection, reference, read, family.clock.now())
    one = held(collect(family.office, ALEX), reference)
    imogen, tom = "Imogen Reed (Independent Chair/IRO)", "Tom Marsh (Team Manager)"
    assert [line.by for line in one.history] == [imogen, imogen, tom]
    assert {"No visit since 2 March", "Alex feels forgotten", "A visit is booked"} <= set(texts(one))
    assert [text.label for text in one.history[0].texts] == ["Text", "Outcome", "Impact"]
    assert ("Tom Marsh", "was told (asked) by teams: delivered") in [(line.by, line.what) for line in one.record]
    assert ("Tom Marsh", "read it: the record") in [(line.by, line.what) for line in one.record]


def test_that_it_was_made_stands_beside_each_challenge_and_in_what_is_made(family: Scene) -> None:
    references = of_all(family)
    found = collect(family.office, ALEX)
    assert held(found, references["alex"]).record[-1].what == "read it: subject access"
    for name, times in (("alex", 1), ("both", 1), ("bo", 1), ("cy", 0)):
        with family.database.reading() as connection:
            events = [event for _, event in evidence.happened(connection, references[name])]
        assert [(event.by, event.what) for event in events if isinstance(event, RecordRead)] == [
            ("operator", "subject access")
        ] * times


def test_what_names_a_brother_or_sister_or_staff_is_marked_and_the_childs_own_name_is_not(family: Scene) -> None:
    reference = of_all(family)["alex"]
    one = held(collect(family.office, ALEX), reference)
    (issue,) = (text for line in one.history for text in line.texts if text.label == "Text")
    assert issue.names == ("Weaver", "Tom", "Marsh")


def test_what_was_typed_and_not_sent_is_held_too(family: Scene) -> None:
    reference = family.raises("stage-1")
    with family.database.writing() as connection:
        for code, subject in (("ABCD", reference), ("EFGH", ALEX), ("IJKL", CY)):
            desk.save_draft(
                connection,
                Draft(
                    code=code, person=IRO, form="note", subject=subject, number=1, entries={"words": code},
                    saved_at=family.clock.now(),
                ),
            )  # fmt: skip
    assert [line.texts[0].text for line in collect(family.office, ALEX).drafts] == ["ABCD", "EFGH"]


def test_what_was_erased_is_said_to_be(family: Scene) -> None:
    reference = family.raises("stage-1")
    family.does(IRO, closing(), reference)
    erase_one(family.office, reference, "A decision of 7 April 2026")
    one = held(collect(family.office, ALEX), reference)
    assert set(texts(one)) == {"[erased on 7 April 2026]"}
    assert "erased 5 texts: A decision of 7 April 2026" in [line.what for line in one.record]


def test_a_child_who_has_gone_from_the_directory_is_found_by_the_record_and_a_stranger_is_not(scene: Scene) -> None:
    reference = scene.raises("stage-1")
    with scene.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM child")
    import_directory(scene.office, a_directory(a_child(CY)))
    found = collect(scene.office, ALEX)
    assert (found.row, [one.reference for one in found.challenges]) == ({}, [reference])
    for stranger in ("MOS-99999", "MOS-1042", "%", "", "iro"):
        with pytest.raises(NotKnown):
            collect(scene.office, stranger)


class Outline(HTMLParser):
    """What a screen reader goes by."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_says_it_all_under_headings_in_order_and_lets_nothing_that_was_written_act(family: Scene) -> None:
    references = of_all(family)
    everything = collect(family.office, ALEX)
    html = page(everything)
    outline = Outline(html)
    headings = [int(tag[1]) for tag in outline.tags if tag in ("h1", "h2", "h3")]
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(headings))
    assert ("lang", "en-GB") in outline.attributes
    assert outline.tags.count("caption") == outline.tags.count("table") == 4
    assert "<b>hard" not in html
    assert "Alex <b>hard</b>" in outline.text
    for mark in ("Weaver", "Tom", "Marsh"):
        assert f"<mark>{mark}</mark>" in html
    assert "<mark>Alex" not in html
    for one in everything.challenges:
        assert all(text in outline.text for text in texts(one))
    assert html.count('class="others"') == 2
    assert f'<section id="{references["bo"]}" class="others">' in html
    assert "http" not in html
    assert date(2016, 5, 4).isoformat() in outline.text


def test_a_note_is_there_with_its_words(family: Scene) -> None:
    reference = family.raises("stage-1")
    family.does(IRO, AddNote(kind="note", words=Words("She telephoned")), reference)
    assert "She telephoned" in texts(held(collect(family.office, ALEX), reference))
