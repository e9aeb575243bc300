"""A procedure file: every fault is named, with its place and what to do about it."""

from __future__ import annotations

import re
from datetime import time
from pathlib import Path

import pytest

from bot.procedures.load import HERE, UnusableProcedure, bundled, load, read

GOOD = (HERE / "lincolnshire.toml").read_text("utf-8")


def spoilt(good: str, bad: str) -> str:
    assert good in GOOD, good
    return GOOD.replace(good, bad, 1)


def faults(text: str) -> list[str]:
    with pytest.raises(UnusableProcedure) as refused:
        read(text)
    return [f"{trouble.where}: {trouble.what}" for trouble in refused.value.troubles]


@pytest.mark.parametrize("name", bundled())
def test_every_procedure_that_comes_with_the_program_is_usable(name: str) -> None:
    assert load(name).procedure.fingerprint


def test_a_file_can_be_loaded_by_its_path(tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    file.write_text(GOOD, "utf-8")
    assert load(str(file)).procedure.fingerprint == load("lincolnshire").procedure.fingerprint


def test_a_file_saved_on_windows_is_read_as_well(tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    file.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert load(str(file)).procedure.title


def test_another_text_has_another_fingerprint() -> None:
    assert read(GOOD + "# changed\n").procedure.fingerprint != read(GOOD).procedure.fingerprint


def test_a_missing_file_says_which_procedures_there_are() -> None:
    with pytest.raises(UnusableProcedure, match=r"no such file that can be read; bundled procedures: .*lincolnshire"):
        load("rutland")


@pytest.mark.parametrize("name", ["", ".", "\0"])
def test_what_is_no_file_at_all_is_refused_like_a_missing_one(name: str) -> None:
    with pytest.raises(UnusableProcedure, match="there is no such file"):
        load(name)


def test_a_file_in_another_encoding_says_so(tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    file.write_bytes("title = “Anyshire”".encode("cp1252"))
    with pytest.raises(UnusableProcedure, match="isn't UTF-8 text; save it as UTF-8"):
        load(str(file))


def test_what_is_no_toml_says_where() -> None:
    assert faults('id = "x"\nauthority = \n') == ["file: isn't TOML: Invalid value (at line 2, column 13)"]


@pytest.mark.parametrize("text", ["in_force = 2019-13-01", "n = " + "9" * 5000, "a = " + "[" * 5000 + "]" * 5000])
def test_what_only_looks_like_toml_says_so_too(text: str) -> None:
    assert faults(text)[0].startswith("file: isn't TOML: ")


def test_an_empty_file_misses_everything_that_is_needed() -> None:
    found = faults("")
    assert "id: is missing; add it" in found
    assert "stages: is missing; add it" in found
    assert "fingerprint: is missing; add it" not in found
    assert len(found) == 15


SHAPES = [
    ('title = "Team Manager"\n', "", "roles.team-manager.title: is missing; add it"),
    ('title = "Team Manager"', "title = 1", "roles.team-manager.title: must be text in quotation marks, not 1"),
    ("[stages.tell]", "[stages.tel]", "stages.stage-1.tel: isn't a word of the language; did you mean “tell”?"),
    ('version = "2019-06"', 'version = "2019-06"\nzebra = 1',
     "zebra: isn't a word of the language; check its spelling"),
    ('version = "2019-06"', 'version = "2019-06"\nbuild_on = "x"',
     "build_on: isn't a word of the language; did you mean “builds_on”?"),
    ("limit = { count = 20 }", "limit = { count = 20 }\nstart = 1",
     "overall.start: isn't a word of the language; did you mean “starts”?"),
    ('case_system = "Mosaic"', 'case_system = "Mosaic"\nprinciples = []',
     "names.principles: isn't a word of the language here; it belongs at the top of the file, above the first table"),
    ('nation = "england-and-wales"', 'nation = "wales"',
     "nation: must be one of: england-and-wales, scotland, northern-ireland; not “wales”"),
    ('found = "at the raiser\'s unit"', 'found = "somewhere"',
     "roles.iro-team-manager.found: must be one of: on the child, at the child's unit, at the raiser's unit; not “"),
    ("raises = true", 'raises = "yes"', "roles.iro.raises: must be true or false, not “yes”"),
    ("limit = { count = 20 }", "limit = 20", "overall.limit: must be a table, not 20"),
    ("limit = { count = 20 }", "limit = { count = 20.5 }", "overall.limit.count: must be a whole number, not 20.5"),
    ("limit = { count = 20 }", "limit = { count = true }", "overall.limit.count: must be a whole number, not true"),
    ("limit = { count = 20 }", 'limit = { count = 20, unit = "days" }',
     "overall.limit.unit: must be one of: working days, working hours, calendar days, the same working day, at once"),
    ('answered_by = ["team-manager"]', 'answered_by = "team-manager"',
     "stages.stage-1.answered_by: must be a list in square brackets, not “team-manager”"),
    ('answered_by = ["team-manager"]', 'answered_by = ["team-manager", 2]',
     "stages.stage-1.answered_by[2]: must be text in quotation marks, not 2"),
    ("opens = 09:00:00", 'opens = "9am"', "hours.opens: must be a time like 09:00:00, not “9am”"),
    ("in_force = 2019-06-01", "in_force = 2019-06-01T10:00:00",
     "in_force: must be a date like 2026-04-07, not 2019-06-01 10:00:00"),
    ("before = [5, 2]", "before = [[5], 2]", "overall.reminders.before[1]: must be a whole number, not a list"),
    ('ways = ["teams", "email"]', 'ways = ["teams", "fax"]',
     "telling.ways[2]: must be one of: teams, email; not “fax”"),
    ('teams_only = ["acknowledged", "digest"]', 'teams_only = ["gossip"]',
     "telling.teams_only[1]: must be one of: "),
    ("[names]", "[[names]]", "names: must be a table, not a list"),
    ("[overall.reminders]", "[[overall.reminders]]", "overall.reminders: must be a table, not a list"),
    ('[[assumed]]\nwhere = "stages.informal.limit"\n', "[[assumed]]\n", "assumed[1].where: is missing; add it"),
    ('start = "informal"', 'start = "informal"\nfingerprint = "x"',
     "fingerprint: isn't a word of the language; check its spelling"),
]  # fmt: skip


@pytest.mark.parametrize(("good", "bad", "fault"), SHAPES)
def test_a_value_of_the_wrong_shape_is_named_with_its_place_and_what_it_must_be(
    good: str, bad: str, fault: str
) -> None:
    (found,) = faults(spoilt(good, bad))
    assert found.startswith(fault)


MEANINGS = [
    ('start = "informal"', 'start = "stage-0"',
     "start: no stage is called “stage-0”; did you mean “stage-1”? There are: informal, stage-1, stage-2, stage-3"),
    ("raises = true", "raises = false", "roles: nobody may raise a challenge; give at least one role `raises = true`"),
    ('answered_by = ["team-manager"]', "answered_by = []", "stages.stage-1.answered_by: names nobody who answers"),
    ('answered_by = ["team-manager"]', 'answered_by = ["tm"]',
     "stages.stage-1.answered_by: no role is called “tm”; there are: iro, social-worker, practice-supervisor, "),
    ('"total overdue" = ["iro-team-manager", "senior-manager"]', '"total overdue" = ["mayor"]',
     "telling.formal.total overdue: no role is called “mayor”"),
    ('answered = ["social-worker", "practice-supervisor"]', 'answered = ["mayor"]',
     "stages.stage-1.tell.answered: no role is called “mayor”"),
    ('digest = ["childrens-service-manager"', 'digest = ["mayor"', "digest: no role is called “mayor”"),
    ('id = "stage-2"', 'id = "stage-1"', "stages: “stage-1” is there twice; give each its own id"),
    ('id = "delay"', 'id = "practice"', "kinds: “practice” is there twice; give each its own id"),
    ('id = "delay"', 'id = " "', "kinds: an id is empty; give each its own"),
    ('id = "delay"', 'id = "delay"\narenas = ["adult"]',
     "kinds.delay.arenas: no arena is called “adult”; there are: child-in-care, child-protection"),
    ("closes = 17:00:00", "closes = 08:00:00", "hours: the working day must close after it opens"),
    ("remind_at = 09:00:00", "remind_at = 17:00:00", "hours.remind_at: reminders go out within working hours"),
    ("remind_at = 09:00:00", "remind_at = 08:59:59", "hours.remind_at: reminders go out within working hours"),
    ("limit = { count = 20 }", "limit = { count = 0 }", "overall.limit: must be from 1 to 260 working days, not 0"),
    ("decide_within = { count = 2 }", "decide_within = { count = -2 }",
     "decide_within: must be from 1 to 260 working days, not -2"),
    ("limit = { count = 5 }", "limit = { count = 1000 }",
     "stages.informal.limit: must be from 1 to 260 working days, not 1000"),
    ("then_every = 5", "then_every = 0", "overall.reminders.then_every: must be from 1 to 260 working days, not 0"),
    ("before = [5, 2]", "before = [-5]", "overall.reminders.before: must be from 1 to 260 working days, not -5"),
    ("after = [1]", "after = [0]", "overall.reminders.after: must be from 1 to 260 working days, not 0"),
    ('ways = ["teams", "email"]', "ways = []", "telling.ways: names no way to tell anybody; name at least one"),
    ('choices = ["By telephone", "By e-mail", "In person", "On Teams", "Here, with this message"]', "",
     "questions.conversation-how.choices: a question has choices if its kind is “choice”, and only then"),
    ('hint = "Name and day"', 'choices = ["Name"]',
     "questions.conversation-with.choices: a question has choices if its kind is “choice”, and only then"),
]  # fmt: skip


@pytest.mark.parametrize(("good", "bad", "fault"), MEANINGS)
def test_what_makes_no_sense_is_named_with_its_place_and_the_remedy(good: str, bad: str, fault: str) -> None:
    (found,) = faults(spoilt(good, bad))
    assert found.startswith(fault)


def test_a_procedure_without_stages_says_so() -> None:
    text = re.sub(r"\[\[stages\]\].*?(?=\[overall\])", "", GOOD, flags=re.DOTALL).replace(
        'start = "', 'stages = []\nstart = "'
    )
    assert "stages: there is none; a procedure needs at least one" in faults(text)


def test_an_arena_in_which_no_kind_can_be_chosen_is_named() -> None:
    text = re.sub(r'(\[\[kinds\]\]\nid = "[^"]*"\n)', r'\1arenas = ["child-in-care"]\n', GOOD)
    assert faults(text) == ["arenas.child-protection: no kind of issue can be chosen in this arena; add one"]


def test_all_faults_are_named_at_once() -> None:
    text = spoilt("limit = { count = 20 }", "limit = 20").replace("raises = true", "raises = 1")
    text = text.replace("opens = 09:00:00", "open = 09:00:00").replace('id = "delay"', "id = 3")
    assert faults(text) == [
        "hours.open: isn't a word of the language; did you mean “opens”?",
        "roles.iro.raises: must be true or false, not 1",
        "kinds[2].id: must be text in quotation marks, not 3",
        "overall.limit: must be a table, not 20",
    ]


def test_beside_a_misspelt_word_what_makes_no_sense_is_named_as_well() -> None:
    text = spoilt('start = "informal"', 'start = "stage-9"').replace("then_every = 5", "then_evry = 0", 1)
    assert [fault.partition(":")[0] for fault in faults(text)] == ["overall.reminders.then_evry", "start"]


def test_all_that_makes_no_sense_is_named_at_once() -> None:
    text = spoilt('start = "informal"', 'start = "stage-0"').replace("then_every = 5", "then_every = 0")
    assert len(faults(text)) == 4


def test_the_message_gives_each_fault_a_line_of_its_own() -> None:
    with pytest.raises(UnusableProcedure) as refused:
        read(spoilt("raises = true", "raises = 1"), "ours.toml")
    assert str(refused.value) == "ours.toml can't be used:\n  roles.iro.raises: must be true or false, not 1"


def doubts(text: str) -> list[str]:
    return [f"{doubt.where}: {doubt.what}" for doubt in read(text).doubts]


def test_stages_that_leave_no_time_to_decide_are_doubtful() -> None:
    assert doubts(spoilt("limit = { count = 20 }", "limit = { count = 15 }"))[0] == (
        "stages: the formal stages take 15 working days together and the whole only 15: "
        "no time is left to decide between them"
    )
    assert not any(doubt.startswith("stages:") for doubt in doubts(GOOD))


@pytest.mark.requirement("LIN-01")
def test_an_arena_without_anybody_outside_to_refer_to_is_doubtful() -> None:
    assert "arenas.child-protection: after the last stage there is nobody outside to refer to" in doubts(GOOD)
    assert not any(doubt.startswith("arenas.child-in-care") for doubt in doubts(GOOD))


def test_whatever_is_assumed_is_named_as_a_doubt() -> None:
    assert "hours.closes: assumed “5pm”: The text names no hour" in " ".join(doubts(GOOD))


def test_the_hours_are_those_of_the_file() -> None:
    assert read(spoilt("closes = 17:00:00", "closes = 16:30:00")).procedure.hours.closes == time(16, 30)
