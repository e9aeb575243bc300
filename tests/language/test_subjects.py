"""Subjects and arenas: whom a challenge is about, to which outside body it can go, brothers and sisters."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.raise_form import raise_form
from tests.builders import Story, an_answer, exhausted
from tests.language.town import SISTER, TUESDAY, a_town, raised, raising
from tests.procedures.small import a_procedure

WEDNESDAY, THURSDAY = "Wed 8 April 2026 10am", "Thu 9 April 2026 10am"
LEAVING = 'title = "Care leaver"\nraiser = "IRO"\nsubject = "young person"'


def offered(story: Story) -> str:
    """To whom the raiser can turn once no stage is left."""
    story.does("iro", raising("second"), TUESDAY)
    story.does("director", an_answer(), WEDNESDAY)
    story.does("iro", exhausted(), THURSDAY)
    return story.now.current.offered


@pytest.mark.parametrize(
    ("born", "body"),
    [(date(2008, 4, 10), "Cafcass Cymru"), (date(2008, 4, 9), "")],
    ids=["17 on that day", "18 on that day"],
)
def test_the_way_to_the_outside_body_closes_on_the_birthday_that_the_file_names(born: date, body: str) -> None:
    procedure = a_procedure(arena={"care": 'outside_body = "Cafcass Cymru"\noutside_until_age = 18'})
    assert offered(Story(a_town(procedure, born=born))) == body


def test_the_way_to_the_outside_body_closes_when_the_child_leaves_the_arena() -> None:
    procedure = a_procedure(arena={"leaving": LEAVING})
    story = Story(a_town(procedure))
    story.does("iro", raising("second"), TUESDAY)
    story.does("director", an_answer(), WEDNESDAY)
    story.facts = a_town(procedure, arena="leaving")
    story.does("iro", exhausted(), THURSDAY)
    assert story.now.current.offered == ""


def test_an_arena_without_an_outside_body_offers_none() -> None:
    assert offered(Story(a_town(a_procedure(without=("arenas.care.outside_body",))))) == ""


def test_a_challenge_is_raised_in_the_arena_of_the_childs_record() -> None:
    story = Story(a_town(a_procedure(arena={"leaving": LEAVING})))
    assert "Child in care" in story.refused("iro", replace(raising(), arena="leaving"), TUESDAY)


def test_the_forms_speak_of_the_subject_of_the_arena() -> None:
    procedure = a_procedure(arena={"leaving": LEAVING})
    labels = {
        field.label for section in raise_form(procedure, (), arena="leaving").sections for field in section.fields
    }
    assert "What is the impact on the young person?" in labels


def test_one_challenge_is_about_brothers_and_sisters_and_counts_each_child() -> None:
    story = Story(a_town(a_procedure()))
    story.does("iro", replace(raising(), also=(SISTER,)), TUESDAY)
    assert story.now.children == ("C-1", SISTER)
    assert story.now.reference == "PC-2026-0001"


def test_only_a_recorded_brother_or_sister_can_be_added() -> None:
    story = Story(a_town(a_procedure()))
    assert "not recorded as a brother or sister" in story.refused("iro", replace(raising(), also=("C-9",)), TUESDAY)


def test_a_challenge_about_one_child_leaves_the_sister_out() -> None:
    assert raised().now.children == ("C-1",)
