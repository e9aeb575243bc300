"""Forms: what is asked, whether what came back will do, and the sentence where it won't."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.blank import (
    answer_form,
    close_form,
    escalate_form,
    exhaust_form,
    issue_form,
    note_form,
    resolve_form,
    wait_form,
)
from bot.domain.errors import FormIncomplete
from bot.domain.forms import LINE, TEXT, Choice, Field, Form, Section, check, read_date
from bot.domain.raise_form import raise_form
from tests.builders import a_challenge, a_child, an_issue, day, lincolnshire

TODAY = day("Tue 7 April 2026")
COLOURS = (Choice("r", "Red"), Choice("g", "Green"), Choice("gr", "Grey"))
ONE_OF_EACH = Form(
    id="note",
    title="",
    lead="",
    button="",
    sections=(
        Section(
            fields=(
                Field(id="line", label="Who will do it?", kind="line", required=True),
                Field(id="text", label="Why?", kind="text"),
                Field(id="choice", label="Which colour?", kind="choice", choices=COLOURS),
                Field(id="date", label="By when?", kind="date"),
            )
        ),
    ),
)


def checked(**values: str) -> dict[str, str]:
    return check(ONE_OF_EACH, {"line": "Sam", **values}, TODAY)


def faults(form: Form, values: Mapping[str, str]) -> dict[str, str]:
    with pytest.raises(FormIncomplete) as refused:
        check(form, values, TODAY)
    return refused.value.by_field


def test_a_required_answer_is_asked_for_by_the_name_of_its_field() -> None:
    assert faults(ONE_OF_EACH, {"line": "  \n"}) == {"line": "Who will do it: please answer this."}


def test_everything_that_is_wrong_is_named_at_once() -> None:
    found = faults(ONE_OF_EACH, {"text": "x" * 601, "choice": "Blue", "date": "soon"})
    assert found == {
        "line": "Who will do it: please answer this.",
        "text": "Why: 601 characters; at most 600 fit. Shorten it or add a note.",
        "choice": "Which colour: “Blue” isn't one of: Red, Green, Grey.",
        "date": "By when: “soon” isn't a date this can read. Write it like 12 June 2026.",
    }


def test_the_refusal_says_all_of_it_in_one_sentence_after_the_other() -> None:
    with pytest.raises(FormIncomplete) as refused:
        check(ONE_OF_EACH, {"date": "soon"}, TODAY)
    assert refused.value.sentence == (
        "Some answers need another look: Who will do it: please answer this. "
        "By when: “soon” isn't a date this can read. Write it like 12 June 2026."
    )


def test_what_is_left_empty_is_left_out() -> None:
    assert checked(text=" ", choice="", date="") == {"line": "Sam"}


def test_space_around_an_answer_is_dropped() -> None:
    assert checked(text=" because \n") == {"line": "Sam", "text": "because"}


@pytest.mark.parametrize(("field", "most"), [("line", LINE), ("text", TEXT)])
def test_the_longest_answer_fits_and_one_character_more_does_not(field: str, most: int) -> None:
    assert checked(**{field: "x" * most})[field] == "x" * most
    assert f"at most {most} fit" in faults(ONE_OF_EACH, {"line": "Sam", field: "x" * (most + 1)})[field]


def test_a_form_may_hold_values_that_nobody_asked_for() -> None:
    assert checked(other="x") == {"line": "Sam"}


@pytest.mark.parametrize("typed", ["g", "2", "Green", "GREEN", "gree"])
def test_a_choice_is_read_by_value_by_number_by_title_and_by_how_the_title_begins(typed: str) -> None:
    assert checked(choice=typed)["choice"] == "g"


ANSWERS = answer_form(lincolnshire(), a_challenge("stage-1").now)
HOW = next(field for field in raise_form(lincolnshire(), ()).fields if field.id == "q-conversation-how")


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("accept", "accepted"),
        ("Accepted.", "accepted"),
        ("I accept", "accepted"),
        ("accept it", "accepted"),
        ("yes", "accepted"),
        ("Yes, I accept it.", "accepted"),
        ("challenge", "challenged"),
        ("CHALLENGED", "challenged"),
        ("no", "challenged"),
        ("2.", "challenged"),
        ("2)", "challenged"),
    ],
)
def test_a_choice_is_read_by_the_words_that_only_its_title_has(typed: str, value: str) -> None:
    assert check(ANSWERS, {"verdict-1": typed, "words-1": "So"}, TODAY)["verdict-1"] == value


@pytest.mark.parametrize("typed", ["it", "I don't accept it", "not accepted", "maybe", "accept or challenge", "?"])
def test_what_could_be_either_or_denies_a_title_is_asked_again(typed: str) -> None:
    assert "verdict-1" in faults(ANSWERS, {"verdict-1": typed, "words-1": "So"})


@pytest.mark.parametrize(
    ("typed", "title"),
    [("telephone", "By telephone"), ("email", "By e-mail"), ("Teams", "On Teams"), ("person", "In person")],
)
def test_the_word_that_matters_is_enough(typed: str, title: str) -> None:
    form = Form(id="note", title="", lead="", button="", sections=(Section(fields=(HOW,)),))
    assert check(form, {HOW.id: typed}, TODAY) == {HOW.id: title}


@pytest.mark.parametrize("typed", ["gre", "0", "4", "Greens"])
def test_a_choice_that_is_not_clear_is_asked_again(typed: str) -> None:
    found = faults(ONE_OF_EACH, {"line": "Sam", "choice": typed})
    assert found == {"choice": f"Which colour: “{typed}” isn't one of: Red, Green, Grey."}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("2026-06-12", "Fri 12 June 2026"),
        ("12/06/2026", "Fri 12 June 2026"),
        ("12/6/2026", "Fri 12 June 2026"),
        ("12.6.2026", "Fri 12 June 2026"),
        ("12 June 2026", "Fri 12 June 2026"),
        ("  12   JUNE,  2026 ", "Fri 12 June 2026"),
        ("12 jun 2026", "Fri 12 June 2026"),
        ("12 June", "Fri 12 June 2026"),
        ("7 April", "Tue 7 April 2026"),
        ("6 April", "Tue 6 April 2027"),
        ("1 jan", "Fri 1 January 2027"),
        ("today", "Tue 7 April 2026"),
        ("Tomorrow", "Wed 8 April 2026"),
        ("Fri 12 June 2026", "Fri 12 June 2026"),
        ("Friday 12 June", "Fri 12 June 2026"),
        ("29 February 2028", "Tue 29 February 2028"),
        ("12th June", "Fri 12 June 2026"),
        ("by 12 June.", "Fri 12 June 2026"),
        ("Friday", "Fri 10 April 2026"),
        ("on fri", "Fri 10 April 2026"),
        ("this Friday", "Fri 10 April 2026"),
        ("Monday", "Mon 13 April 2026"),
        ("Tuesday", "Tue 14 April 2026"),
        ("next Friday", "Fri 17 April 2026"),
        ("Next Monday", "Mon 13 April 2026"),
    ],
)
def test_a_date_is_read_as_people_write_it(typed: str, expected: str) -> None:
    assert read_date(typed, TODAY) == day(expected)


@pytest.mark.parametrize(
    "typed",
    [
        "31 June",
        "29 February 2026",
        "soon",
        "06/13/2026",
        "12/6/26",
        "Mon 12 June 2026",
        "",
        "2026",
        "0",
        "next",
        "fr",
        "next week",
        "next 12 June",
        "next next Friday",
    ],
)
def test_what_is_no_date_is_asked_again(typed: str) -> None:
    with pytest.raises(ValueError, match="isn't a date this can read") as refused:
        read_date(typed, TODAY)
    assert str(refused.value).startswith(f"“{typed}”")


@settings(deadline=None)
@given(st.text(), st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 1, 1)))
def test_whatever_is_typed_for_a_date_it_is_a_date_or_a_sentence(typed: str, today: date) -> None:
    try:
        read_date(typed, today)
    except ValueError as refused:
        assert "isn't a date this can read" in str(refused)  # noqa: PT017


@settings(deadline=None)
@given(st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 1, 1)))
def test_every_date_as_it_is_shown_can_be_typed(shown: date) -> None:
    for typed in (f"{shown:%a} {shown.day} {shown:%B %Y}", shown.isoformat(), f"{shown:%d/%m/%Y}"):
        assert read_date(typed, TODAY) == shown


@pytest.mark.requirement("BED-17")
def test_the_impact_on_the_child_must_be_stated() -> None:
    assert faults(raise_form(lincolnshire(), ()), {})["impact"] == (
        "What is the impact on the child: please answer this."
    )


def test_what_must_be_answered_to_raise_a_challenge() -> None:
    required = [field.id for field in raise_form(lincolnshire(), ()).fields if field.required]
    assert required == ["child", "issue-1", "outcome-1", "kind-1", "impact", "q-conversation-how", "stage"]


def test_the_usual_start_stands_in_the_form() -> None:
    (stage,) = (field for field in raise_form(lincolnshire(), ()).fields if field.id == "stage")
    assert stage.value == "informal"
    assert [choice.title for choice in stage.choices] == [
        "Informal Positive Challenge",
        "Stage 1",
        "Stage 2",
        "Stage 3",
    ]


def test_a_caseload_is_offered_as_a_list_and_without_one_the_reference_is_typed() -> None:
    assert raise_form(lincolnshire(), ()).fields[0].kind == "line"
    listed = raise_form(lincolnshire(), (a_child(), a_child("MOS-20001"))).fields[0]
    assert [choice.title for choice in listed.choices] == ["MOS-10423", "MOS-20001"]


@pytest.mark.parametrize(("wanted", "room"), [(0, 0), (1, 1), (3, 3), (5, 5), (9, 5)])
def test_there_is_room_for_as_many_issues_as_are_wanted_and_five_at_most(wanted: int, room: int) -> None:
    fields = raise_form(lincolnshire(), (), issues=wanted).fields
    assert sum(field.id.startswith("issue-") for field in fields) == room


def test_the_answer_form_asks_of_each_issue() -> None:
    form = answer_form(lincolnshire(), a_challenge("stage-1", issues=(an_issue("No visit"), an_issue("No plan"))).now)
    assert [section.about[0].words for section in form.sections] == ["No visit", "No plan"]
    assert [field.id for field in form.fields if field.required] == ["verdict-1", "words-1", "verdict-2", "words-2"]


def test_the_escalation_form_offers_every_later_stage_the_next_one_first() -> None:
    form = escalate_form(lincolnshire(), a_challenge("stage-1").now)
    assert [choice.value for choice in form.fields[0].choices] == ["stage-2", "stage-3"]
    assert form.fields[0].value == "stage-2"


def test_closing_before_an_answer_is_called_withdrawing() -> None:
    assert close_form(a_challenge("stage-1").now).button == "Withdraw it"
    assert close_form(a_challenge("stage-1", answered="Wed 8 April 2026 10am").now).button == "Close it"


def test_no_form_has_two_fields_of_one_name() -> None:
    now, procedure = a_challenge("stage-1", issues=(an_issue(),) * 5).now, lincolnshire()
    forms = (
        raise_form(procedure, (), 5),
        issue_form(procedure, now),
        answer_form(lincolnshire(), now),
        resolve_form(lincolnshire(), now),
        escalate_form(procedure, now),
        exhaust_form(procedure, now),
        wait_form(now),
        close_form(now),
        note_form(now),
    )
    for form in forms:
        ids = [field.id for field in form.fields]
        assert len(set(ids)) == len(ids), form.id
        assert all(field.label for field in form.fields)
