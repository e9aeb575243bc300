"""What the directory files mean, and every way in which they can be wrong."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date
from uuid import NAMESPACE_URL, uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.people import Directory, Person, Post
from bot.usecases.doubt_directory import doubts
from bot.usecases.read_directory import FaultyDirectory, read_directory
from tests.builders import lincolnshire

IDS = {name: str(uuid5(NAMESPACE_URL, name)) for name in ("imogen", "sam", "priya", "tom", "carol", "irene")}
UNITS = """unit,parent
Council,
Boston,Council
Boston Team 1,Boston
Reviewing,Council
"""
PEOPLE = f"""object_id,name,email,role,unit,from,until
{IDS["imogen"]},Imogen Reed,imogen@c.example,iro,Reviewing,2020-01-06,
{IDS["sam"]},Sam Walker,sam@c.example,social-worker,Boston Team 1,,
{IDS["priya"]},Priya Shah,priya@c.example,practice-supervisor,Boston Team 1,,
{IDS["tom"]},Tom Marsh,tom@c.example,team-manager,Boston Team 1,,
{IDS["carol"]},Carol Stone,carol@c.example,childrens-service-manager,Boston,,
{IDS["carol"]},Carol Stone,carol@c.example,assistant-director,Council,01/04/2026,30/09/2026
{IDS["irene"]},Irene Tate,irene@c.example,iro-team-manager,Reviewing,,
"""
CHILDREN = """reference,name,date_of_birth,arena,unit,siblings,iro,social-worker,practice-supervisor
M-1,Alex Brown,2016-05-04,child-in-care,Boston Team 1,M-2,imogen@c.example,sam@c.example,priya@c.example
M-2,Bo Brown,04/05/2018,child-protection,Boston Team 1,M-1,imogen@c.example,SAM@c.example,
"""
SUMMER = date(2026, 6, 1)


def read(units: str | bytes = UNITS, people: str | bytes = PEOPLE, children: str | bytes = CHILDREN) -> Directory:
    return read_directory(units, people, children, lincolnshire(), 7)


def faults(units: str | bytes = UNITS, people: str | bytes = PEOPLE, children: str | bytes = CHILDREN) -> list[str]:
    with pytest.raises(FaultyDirectory) as faulty:
        read(units, people, children)
    found = [f"{trouble.where}: {trouble.what}" for trouble in faulty.value.troubles]
    assert all(fault in str(faulty.value) for fault in found)
    return found


def doubted(directory: Directory, on: date = SUMMER) -> list[str]:
    return [f"{doubt.where}: {doubt.what}" for doubt in doubts(directory, lincolnshire(), on)]


def test_the_three_files_become_one_directory() -> None:
    directory = read()
    assert directory.version == 7
    assert directory.units == {"Council": None, "Boston": "Council", "Boston Team 1": "Boston", "Reviewing": "Council"}
    assert directory.people[IDS["tom"]] == Person(id=IDS["tom"], name="Tom Marsh", email="tom@c.example")
    assert len(directory.posts) == 7
    child = directory.children["M-1"]
    assert (child.born, child.arena, child.siblings) == (date(2016, 5, 4), "child-in-care", ("M-2",))
    assert child.workers == {"iro": IDS["imogen"], "social-worker": IDS["sam"], "practice-supervisor": IDS["priya"]}


def test_dates_are_read_in_the_british_order_too() -> None:
    directory = read()
    assert directory.children["M-2"].born == date(2018, 5, 4)
    acting = Post(
        person=IDS["carol"],
        role="assistant-director",
        unit="Council",
        since=date(2026, 4, 1),
        until=date(2026, 9, 30),
    )
    assert acting in directory.posts


def test_a_worker_that_is_not_known_yet_is_simply_left_out() -> None:
    assert read().children["M-2"].workers == {"iro": IDS["imogen"], "social-worker": IDS["sam"]}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text + "\n,,,,,,,,\n  \n",
        lambda text: text.replace("Boston Team 1", "  Boston\u00a0Team  1\u200b"),
        lambda text: text.replace("reference,name", " Reference,NAME"),
        lambda text: text.replace("M-1,imogen", "M-1; M-2;,imogen"),
    ],
    ids=["byte order mark", "Windows line ends", "empty rows", "stray spaces", "header in capitals", "own sibling"],
)
def test_what_spreadsheets_do_to_a_file_does_no_harm(spoil: object) -> None:
    assert callable(spoil)
    assert read(children=spoil(CHILDREN)) == read(children=spoil(CHILDREN).encode()) == read()


def test_a_cell_may_hold_commas_and_line_breaks_in_quotes() -> None:
    directory = read(children=CHILDREN.replace("Alex Brown", '"Brown,\n Alex"'))
    assert directory.children["M-1"].name == "Brown, Alex"


def test_columns_may_stand_in_any_order() -> None:
    turned = "\n".join(",".join(reversed(line.split(","))) for line in UNITS.splitlines())
    assert read(units=turned).units == read().units


def test_every_fault_is_named_with_its_file_its_line_and_what_to_do() -> None:
    units = UNITS.replace("Boston,Council", "Boston,Counsil")
    people = PEOPLE.replace("team-manager,Boston", "team-manger,Bostom")
    children = CHILDREN.replace("2016-05-04", "4 May").replace("sam@c.example,priya", "x@c.example,priya")
    nobody = "no person in people.csv has the e-mail x@c.example, given as social-worker"
    assert faults(units, people, children) == [
        "units.csv line 3: no parent is called “Counsil” in units.csv; did you mean “Council”?",
        "people.csv line 5: no unit is called “Bostom Team 1” in units.csv; did you mean “Boston Team 1”?",
        "people.csv line 5: the procedure knows no role “team-manger”; did you mean “team-manager”?",
        "children.csv line 2: date_of_birth “4 May” is no date; write it like 2016-05-04 or 04/05/2016 (day first)",
        f"children.csv line 2: {nobody}; add them or correct it",
    ]


FAULTY_UNITS = [
    ("Reviewing,Council\n", "Reviewing,Council\nreviewing,Boston\n", "line 6: unit “reviewing” is already on line 5"),
    ("Council,\n", "Council,Boston Team 1\n", "line 2: the units go round in a circle: Council → Boston Team 1 → "),
    ("Council,\n", "Council,Council\n", "line 2: the units go round in a circle: Council → Council;"),
    ("Boston,Council\n", ",Council\n", "line 3: unit is empty"),
    ("unit,parent", "unit,above", "line 1: lacks the column “parent”"),
    ("unit,parent", "unit;parent", "line 1: is not separated by commas"),
    ("unit,parent", "unit,parent,parent", "line 1: has the column “parent” twice"),
    ("Boston,Council\n", "Boston,Council,Lincoln\n", "line 3: has 3 cells and the header 2"),
    ("Boston,Council\n", "Boston\n", "line 3: has 1 cells and the header 2"),
    ("Boston,Council\n", '"Boston"x,Council\n', "line 3: is not CSV from here on"),
    ("Boston,Council\n", '"Boston,Council\n', "line 3: is not CSV from here on"),
]


@pytest.mark.parametrize(("good", "bad", "said"), FAULTY_UNITS, ids=[said for _, _, said in FAULTY_UNITS])
def test_units_that_make_no_tree_are_refused(good: str, bad: str, said: str) -> None:
    assert any(fault.startswith(f"units.csv {said}") for fault in faults(units=UNITS.replace(good, bad)))


FAULTY_PEOPLE = [
    (IDS["tom"], "tom", "line 5: object_id “tom” is no object id"),
    (IDS["tom"], "", "line 5: object_id is empty"),
    (IDS["tom"], IDS["sam"], "line 5: this object id is “Sam Walker” on line 3 and “Tom Marsh” here"),
    ("Carol Stone,carol@c.example,a", "Carol Stone,cs@c.example,a", "line 7: this object id has the e-mail carol@c"),
    ("tom@c.example", "Sam@c.example", "line 5: Sam@c.example is the e-mail of another object id on line 3"),
    ("tom@c.example", "tom", "line 5: email “tom” is not an e-mail address"),
    ("Tom Marsh", "", "line 5: name is empty"),
    ("Tom Marsh", "=HYPERLINK(1)", "line 5: name begins with “=”, which a spreadsheet takes for a formula"),
    ("Tom Marsh", "-", "line 5: name begins with “-”"),
    ("Tom Marsh", "Tom\x00Marsh", "line 5: name holds a control character"),
    ("Tom Marsh", "Tom \u202eMarsh", "line 5: name holds a control character"),
    ("30/09/2026", "30/03/2026", "line 7: until 2026-03-30 is before from 2026-04-01"),
    ("30/09/2026", "31/09/2026", "line 7: until “31/09/2026” is no date"),
    ("30/09/2026", "30/09/26", "line 7: until “30/09/26” is no date"),
    ("30/09/2026", "0202-09-30", "line 7: until “0202-09-30” is no date"),
]


@pytest.mark.parametrize(("good", "bad", "said"), FAULTY_PEOPLE, ids=[said for _, _, said in FAULTY_PEOPLE])
def test_people_who_make_no_sense_are_refused(good: str, bad: str, said: str) -> None:
    assert [fault for fault in faults(people=PEOPLE.replace(good, bad)) if fault.startswith(f"people.csv {said}")]


FAULTY_CHILDREN = [
    ("M-2,Bo", "m-1,Bo", "line 3: child m-1 is already on line 2"),
    ("M-2,Bo", ",Bo", "line 3: reference is empty"),
    (",M-2,", ",M-2;M-3,", "line 2: sibling “M-3” is no reference in children.csv"),
    ("child-protection", "child protection", "line 3: the procedure knows no arena “child protection”; did you mean"),
    ("child-protection,Boston Team 1", "child-protection,", "line 3: unit is empty"),
    ("practice-supervisor\n", "supervisor\n", "line 1: lacks the column “practice-supervisor”"),
    ("practice-supervisor\n", "supervisor\n", "line 1: has a column “supervisor” that nothing reads"),
]


@pytest.mark.parametrize(("good", "bad", "said"), FAULTY_CHILDREN, ids=[said for _, _, said in FAULTY_CHILDREN])
def test_children_who_make_no_sense_are_refused(good: str, bad: str, said: str) -> None:
    found = faults(children=CHILDREN.replace(good, bad))
    assert [fault for fault in found if fault.startswith(f"children.csv {said}")]


def test_the_same_post_twice_is_refused() -> None:
    last = PEOPLE.splitlines()[-1]
    assert faults(people=f"{PEOPLE}{last}\n") == [
        "people.csv line 9: is the same post as line 8; remove one of the two"
    ]


def test_a_file_in_another_encoding_is_refused_with_the_line_and_the_way_out() -> None:
    spoilt = CHILDREN.replace("Bo Brown", "Zoë Brown").encode("windows-1252")
    assert faults(children=spoilt) == [
        "children.csv line 3: is not in UTF-8; in Excel save it as “CSV UTF-8 (Comma delimited)”"
    ]


def test_a_file_that_cannot_be_read_is_not_held_against_the_others() -> None:
    assert len(faults(units="", people="x")) == 9  # no header; one column unknown and seven missing
    assert faults(units="unit,parent\n", people="", children="") != []


@pytest.mark.parametrize("name", ["units", "people", "children"])
def test_a_file_without_a_row_is_refused(name: str) -> None:
    header = {"units": UNITS, "people": PEOPLE, "children": CHILDREN}[name].splitlines()[0]
    found = {
        "units": lambda: faults(units=header),
        "people": lambda: faults(people=header),
        "children": lambda: faults(children=header),
    }[name]()
    assert len(found) == 1
    assert found[0].startswith(f"{name}.csv: names no")


@settings(deadline=None)
@given(st.tuples(*(st.one_of(st.text(), st.binary(), st.sampled_from([UNITS, PEOPLE, CHILDREN])) for _ in range(3))))
def test_whatever_the_files_hold_they_are_read_or_refused(files: tuple[str | bytes, str | bytes, str | bytes]) -> None:
    with suppress(FaultyDirectory):
        read(*files)


def test_a_good_directory_leaves_no_doubt() -> None:
    assert doubted(read()) == []


def test_a_stage_at_which_nobody_would_be_asked_is_doubtful() -> None:
    directory = read(people=PEOPLE.replace(",team-manager,Boston Team 1", ",team-manager,Reviewing"))
    assert doubted(directory) == [
        "people.csv: nobody will be asked at Stage 1 for 2 children of Boston Team 1, having no Team Manager: M-1, M-2"
    ]


def test_a_post_that_has_ended_asks_nobody() -> None:
    (found,) = doubted(read(), on=date(2026, 10, 1))
    assert found.startswith("people.csv: nobody will be asked at Stage 3 for 2 children of Boston Team 1")


def test_a_child_without_workers_is_doubtful() -> None:
    children = CHILDREN.replace("imogen@c.example,SAM@c.example,", ",,")
    stage, workers = "Informal Positive Challenge", "Social Worker or Practice Supervisor"
    assert doubted(read(children=children)) == [
        f"children.csv: nobody will be asked at {stage} for 1 child of Boston Team 1, having no {workers}: M-2",
        "children.csv: 1 child without Independent Chair/IRO, so nobody can raise for them: M-2",
    ]


def test_a_worker_who_does_not_hold_the_post_is_doubtful() -> None:
    children = CHILDREN.replace("SAM@c.example", "tom@c.example")
    assert doubted(read(children=children)) == [
        "children.csv: Tom Marsh is Social Worker of 1 child without holding that post on 01/06/2026: M-2"
    ]


def test_raisers_without_a_manager_two_tops_and_one_sided_siblings_are_doubtful() -> None:
    directory = read(
        units=UNITS.replace("Reviewing,Council", "Reviewing,"),
        people=PEOPLE.replace("iro-team-manager,Reviewing", "iro-team-manager,Council"),
        children=CHILDREN.replace("Team 1,M-1,", "Team 1,,"),
    )
    assert doubted(directory) == [
        "units.csv: there are 2 units without a parent, and one is usual: Council, Reviewing",
        "people.csv: nobody holds Independent Chair/IRO Team Manager at or above Reviewing, where raisers have posts",
        "children.csv: M-1 names M-2 as a sibling, and not the reverse",
    ]


def test_a_directory_of_another_procedure_is_refused_in_its_words() -> None:
    other = replace(lincolnshire(), roles=tuple(role for role in lincolnshire().roles if role.id != "social-worker"))
    with pytest.raises(FaultyDirectory, match="has a column “social-worker” that nothing reads"):
        read_directory(UNITS, PEOPLE, CHILDREN, other, 1)
