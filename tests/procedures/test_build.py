"""A procedure file that builds on another one and states only its changes."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from bot.domain.procedure import Procedure
from bot.procedures.build import HERE, LARGEST, SEPARATOR
from bot.procedures.load import UnusableProcedure, load, read
from tests.procedures.small import small

PARENT = small(
    extra="""
[[assumed]]
where = "stages.first.limit"
chosen = "5 working days"
why = "The text says days."
[[questions]]
id = "rights"
label = "Which rights?"
[[questions]]
id = "rights"
label = "Which rights still?"
at = "escalate"
"""
)


def built(child: str, parent: str = PARENT) -> Procedure:
    return read(f'builds_on = "shire"\n{child}{SEPARATOR}{parent}').procedure


def faults(child: str, parent: str = PARENT) -> list[str]:
    with pytest.raises(UnusableProcedure) as refused:
        built(child, parent)
    return [f"{trouble.where}: {trouble.what}" for trouble in refused.value.troubles]


def written(folder: Path, name: str, text: str) -> str:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    return str(file)


def test_a_child_that_states_nothing_is_its_parent_in_another_text() -> None:
    parent, child = read(PARENT).procedure, built("")
    assert child.stages == parent.stages
    assert child.fingerprint != parent.fingerprint


def test_tables_are_merged_key_by_key_and_any_other_value_replaces() -> None:
    changed = built('authority = "Othershire"\nprinciples = ["Ask the child."]\n[overall.limit]\ncount = 15\n')
    assert changed.authority == "Othershire"
    assert changed.title == "Resolving concerns together"
    assert changed.principles == ("Ask the child.",)
    assert changed.overall is not None
    assert (changed.overall.limit.count, changed.overall.reminders.before) == (15, (5,))


def test_an_entry_with_a_known_id_changes_only_what_it_states_and_a_new_one_comes_last() -> None:
    changed = built(
        '[[stages]]\nid = "first"\ntitle = "Level one"\n'
        '[[stages]]\nid = "third"\ntitle = "Level three"\nformal = true\nanswered_by = ["director"]\n'
    )
    assert [stage.title for stage in changed.stages] == ["A talk", "Level one", "Second stage", "Level three"]
    assert changed.stage("first").answered_by == ("manager",)


@pytest.mark.parametrize(
    ("where", "order"),
    [
        ('after = "talk"', "talk new first second"),
        ('before = "talk"', "new talk first second"),
        ('after = "second"', "talk first second new"),
        ('before = "second"', "talk first new second"),
    ],
)
def test_an_entry_stands_where_it_wants_to(where: str, order: str) -> None:
    new = f'[[stages]]\nid = "new"\ntitle = "New"\nformal = true\nanswered_by = ["director"]\n{where}\n'
    assert [stage.id for stage in built(new).stages] == order.split()


def test_a_known_entry_can_be_moved_and_one_placed_beside_a_new_one() -> None:
    changed = built(
        '[[kinds]]\nid = "practice"\ntitle = "Practice"\nbefore = "plan"\n[[kinds]]\nid = "delay"\nafter = "practice"\n'
    )
    assert [kind.id for kind in changed.kinds] == ["practice", "delay", "plan"]


def test_what_is_assumed_is_merged_by_its_place() -> None:
    changed = built(
        '[[assumed]]\nwhere = "stages.first.limit"\nchosen = "a week"\n'
        '[[assumed]]\nwhere = "hours.closes"\nchosen = "5pm"\nwhy = "Office hours."\n'
    )
    assert [(each.where, each.chosen, each.why) for each in changed.assumed] == [
        ("stages.first.limit", "a week", "The text says days."),
        ("hours.closes", "5pm", "Office hours."),
    ]


def test_questions_of_one_id_are_told_apart_by_the_act() -> None:
    changed = built('[[questions]]\nid = "rights"\nat = "escalate"\nrequired = true\n')
    assert [(each.at, each.required) for each in changed.questions] == [("raise", False), ("escalate", True)]
    changed = built('[[questions]]\nid = "rights"\nrequired = true\n')
    assert [(each.at, each.required) for each in changed.questions] == [("raise", True), ("escalate", False)]


def test_what_is_removed_is_gone_and_may_be_stated_anew() -> None:
    changed = built(
        'remove = ["stages.second", "kinds.delay", "overall.reminders.before", "assumed.stages.first.limit", '
        '"retention", "questions.rights"]\n'
        '[[stages]]\nid = "second"\ntitle = "Anew"\nformal = true\nanswered_by = ["director"]\n'
    )
    assert [stage.id for stage in changed.stages] == ["talk", "first", "second"]
    assert changed.stage("second").limit is None
    assert [kind.id for kind in changed.kinds] == ["plan"]
    assert changed.overall is not None
    assert changed.overall.reminders.before == ()
    assert changed.assumed == ()
    assert changed.questions == ()
    assert changed.retention == ()


def test_a_parent_may_build_on_another_and_need_not_be_whole() -> None:
    whole = SEPARATOR.join(
        ('builds_on = "middle"\nauthority = "C"\n', 'builds_on = "top"\nauthority = "B"\ntitle = "B"\n', PARENT)
    )
    assert (read(whole).procedure.authority, read(whole).procedure.title) == ("C", "B")
    assert built('id = "whole"', PARENT.replace('id = "anyshire"\n', "", 1)).id == "whole"


FAULTY = [
    ('remove = ["stages.secnd"]',
     "remove: no part of what it builds on is called “secnd”; did you mean “second”? There are: talk, first, second"),
    ('remove = ["stagse"]', "remove: no part of what it builds on is called “stagse”; did you mean “stages”?"),
    ('remove = ["overall.limit.count.more"]', "remove: no part of what it builds on is called “count.more”"),
    ("remove = 3", "remove: must be a list of places in quotation marks"),
    ("remove = [3]", "remove: must be a list of places in quotation marks"),
    ('[[stages]]\nid = "first"\nafter = "tlak"',
     "stages.first.after: no other entry is called “tlak”; did you mean “talk”? There are: talk, second"),
    ('[[stages]]\nid = "first"\nbefore = "first"', "stages.first.before: no other entry is called “first”"),
    ('[[stages]]\nid = "first"\nafter = 1', "stages.first.after: must be the id of another"),
    ('[[stages]]\nid = "first"\nafter = "talk"\nbefore = "talk"',
     "stages.first: says both after and before; leave one of them out"),
    ('[[stages]]\nid = "first"\n[[stages]]\nid = "first"', "stages: “first” is stated twice; state it once"),
    ('[[stages]]\ntitle = "Nameless"', "stages[1].id: is missing; add it"),
    ("stages = 3", "stages: must be a list in square brackets, not 3"),
    ("[stages]", "stages: must be a list in square brackets, not a table"),
    ('[[stages]]\nid = "first"\nlimit = 3', "stages.first.limit: must be a table, not 3"),
    ("x." * 3000 + "y = 1", "x: isn't a word of the language"),
]  # fmt: skip


@pytest.mark.parametrize(("child", "fault"), FAULTY)
def test_a_change_that_can_not_be_made_is_named_with_its_place_and_the_remedy(child: str, fault: str) -> None:
    assert faults(child)[0].startswith(fault)


def test_what_is_wrong_with_the_changes_is_named_at_once() -> None:
    assert len(faults('remove = ["a", "b"]\n[[stages]]\nid = "first"\nafter = "c"\n')) == 3


def test_tables_too_deep_to_merge_are_refused() -> None:
    deep = "x." * 3000 + "y = 1\n"
    assert faults(deep, deep + PARENT) == ["file: its tables lie too deep in one another"]


def test_only_a_file_that_builds_on_another_can_remove_or_place_anything() -> None:
    with pytest.raises(UnusableProcedure, match=r"remove: only a file that builds on another \(builds_on\) can"):
        read(small(top='remove = ["stages"]'))
    with pytest.raises(UnusableProcedure, match=r"stages\.first\.after: isn't a word of the language"):
        read(small(stage={"first": 'after = "talk"'}))


CHAINS = [
    ('builds_on = "shire"\n', "builds_on: the text of “shire” doesn't follow; load the file, not its text alone"),
    ("builds_on = 3\n", "builds_on: must be the name of another procedure, in quotation marks"),
    ('builds_on = ""\n', "builds_on: must be the name of another procedure, in quotation marks"),
    (f'id = "x"{SEPARATOR}id = "y"', "builds_on: another text follows, and it isn't named; name what it builds on"),
    (f'builds_on = "shire"{SEPARATOR}id = ', "file shire: isn't TOML: "),
]


@pytest.mark.parametrize(("text", "fault"), CHAINS)
def test_a_text_whose_parts_do_not_belong_together_is_refused(text: str, fault: str) -> None:
    with pytest.raises(UnusableProcedure) as refused:
        read(text)
    assert f"{refused.value.troubles[0].where}: {refused.value.troubles[0].what}".startswith(fault)


def test_the_text_that_binds_is_the_childs_and_each_parents_and_needs_no_file(tmp_path: Path) -> None:
    child = 'builds_on = "region/shire.toml"\nauthority = "Northshire"\n'
    middle = 'builds_on = "../country.toml"\ntitle = "Of the region"\n'
    written(tmp_path, "region/shire.toml", middle)
    written(tmp_path, "country.toml", PARENT)
    loaded = load(written(tmp_path, "north.toml", child))
    assert loaded.text == SEPARATOR.join((child, middle, PARENT))
    assert loaded.procedure.fingerprint == sha256(loaded.text.encode()).hexdigest()
    assert (loaded.procedure.authority, loaded.procedure.title) == ("Northshire", "Of the region")
    for file in tmp_path.rglob("*.toml"):
        file.unlink()
    assert read(loaded.text).procedure == loaded.procedure
    assert load(written(tmp_path, "kept.toml", loaded.text)).procedure == loaded.procedure


def test_a_file_may_build_on_one_that_comes_with_the_program(tmp_path: Path) -> None:
    child = 'builds_on = "lincolnshire"\nid = "anyshire"\nauthority = "Anyshire"\nremove = ["stages.stage-3"]\n'
    loaded = load(written(tmp_path, "ours.toml", child))
    assert [stage.id for stage in loaded.procedure.stages] == ["informal", "stage-1", "stage-2"]
    assert loaded.text.endswith((HERE / "lincolnshire.toml").read_text("utf-8"))


def test_a_file_that_builds_on_none_is_its_own_text_alone() -> None:
    text = (HERE / "lincolnshire.toml").read_text("utf-8")
    assert load("lincolnshire").text == text
    assert load("lincolnshire").procedure.fingerprint == sha256(text.encode()).hexdigest()


def test_files_that_build_on_one_another_in_a_circle_are_refused(tmp_path: Path) -> None:
    written(tmp_path, "b.toml", 'builds_on = "a.toml"\n')
    with pytest.raises(UnusableProcedure, match=r"builds_on: goes round in a circle: a.toml → b.toml → a.toml; one of"):
        load(written(tmp_path, "a.toml", 'builds_on = "b.toml"\n'))
    with pytest.raises(UnusableProcedure, match=r"goes round in a circle: c.toml → c.toml"):
        load(written(tmp_path, "c.toml", 'builds_on = "c.toml"\n'))


@pytest.mark.parametrize(
    ("parent", "fault"),
    [
        (None, "builds_on: “shire.toml”: there is no such file that can be read; bundled procedures: "),
        (b"title = \x93", "builds_on: “shire.toml”: isn't UTF-8 text; save it as UTF-8"),
        (b"#" * (LARGEST + 1), "builds_on: “shire.toml”: is larger than 1,000,000 bytes"),
        (b"title = ", "file shire.toml: isn't TOML: "),
    ],
)
def test_a_parent_that_can_not_be_read_is_named(tmp_path: Path, parent: bytes | None, fault: str) -> None:
    if parent is not None:
        (tmp_path / "shire.toml").write_bytes(parent)
    with pytest.raises(UnusableProcedure) as refused:
        load(written(tmp_path, "ours.toml", 'builds_on = "shire.toml"\n'))
    assert fault in str(refused.value)
