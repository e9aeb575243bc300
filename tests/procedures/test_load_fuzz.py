"""Whatever a procedure file holds: it can be used, or it is refused in words with a place. Never a traceback."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest
from hypothesis import currently_in_test_context, given, note, settings
from hypothesis import strategies as st

from bot.domain import beside
from bot.domain.facts import Facts
from bot.domain.procedure import Procedure
from bot.procedures.build import SEPARATOR
from bot.procedures.calendar import load_calendar
from bot.procedures.load import HERE, Loaded, UnusableProcedure, load, read
from tests.builders import IRO, Story, a_directory, a_raise, an_issue
from tests.procedures.small import small

GOOD = (HERE / "lincolnshire.toml").read_text("utf-8")
LINES = tuple(line for file in sorted(HERE.glob("*.toml")) for line in file.read_text("utf-8").splitlines())
EVERYTHING = small(
    top="""
severities = [{ id = "high", title = "High", advises = ["first"] }]
hours = { cut_off = 16:00:00, receipt = "delivered", at_once = 2 }
immediate_risk = { question = "At risk?", signpost = "Ring.", stage = "first", limit = { unit = "at once" } }
reopening = { by = ["iro"], within = { count = 3, unit = "calendar days" } }
taken_over_by = ["iro-manager"]
referral = { officer = "iro-manager", consulted = ["manager"], steps = ["Ring them."] }
legal_advice = { supported_by = ["iro-manager"], steps = ["Ask."] }
concerns = [{ id = "chair", title = "The chair", heard_by = ["iro-manager"] }]
review_actions = { title = "Actions", confirmed_with = ["worker"] }
good_practice = { shared_with = ["worker"] }
duties = [{ roles = ["manager"], text = "Be there.", stages = ["first"] }]
reports = [{ id = "year", title = "Year", every = "year", readers = "Everyone" }]
changes = [{ id = "move", title = "A move", review_first = true }]
closures = [{ day = 2026-12-24, title = "Christmas Eve" }]
""",
    stage={
        "first": """
gate = { agreed_by = ["iro-manager"], within = { count = 4, unit = "working hours" }, on_silence = "opened" }
acknowledge_within = { count = 1 }
opened_by = ["iro", "iro-manager"]
satisfied_by = ["iro"]
on_silence = "next stage"
""",
        "second": """
kind = "meeting"
limit = { count = 5, counted_from = "the meeting", set_by = ["iro"], at_most = 9 }
meeting = { convened_by = ["director"], held_within = { count = 5 }, asks = ["What would help?"] }
tell = { "meeting fixed" = ["worker"] }
""",
    },
    extra="""
[[pauses]]
id = "court"
title = "Court"
by = ["iro"]
[[triggers]]
id = "long"
title = "Long"
arena = "care"
when = "months on plan"
at_least = 15
stage = "first"
kind = "delay"
issue = "i"
outcome = "o"
impact = "m"
""",
)
"""Every table of the language once."""

VALUES = (
    "0", "-1", "true", "1.5", "nan", "-inf", "1e400", "999999999999", "0x" + "f" * 5000, "9" * 4000, '""', '" "', '"x"',
    '"\\u0000"', '"\\u001b[2J"', "'''\n\n'''", '"' + "long " * 400 + '"', "[]", "[1]", '["x"]', '["x", "x"]', "[[]]",
    "{}", '{ id = "x" }', '[{ id = "x" }]', "[{}]", "[{}, 1]", "[" * 90 + "]" * 90, "2019-06-01", "0001-01-01",
    "9999-12-31", "09:00:00", "23:59:59.999999", "2019-06-01T00:00:00Z", "0000-00-00", "25:00:00",
)  # fmt: skip
SIGNS = "\"'[]{}=.#\n0x,\t\x00\f“é"
INTERNAL = re.compile(r"object at|attribute|typing|Literal|subscript|Error\b|Traceback|NoneType|cattrs|<class")


def usable(text: str) -> Loaded | None:
    """What a text is read as, or nothing where it is refused as it should be."""
    if currently_in_test_context():
        note(text)
    try:
        return read(text)
    except UnusableProcedure as refused:
        troubles = refused.troubles
    assert troubles
    for trouble in troubles:
        assert trouble.where, trouble
        assert trouble.what, trouble
        assert f"{trouble.where}{trouble.what}".isprintable(), trouble
        assert not INTERNAL.search(trouble.what), trouble
    return None


def mutated(text: str, dice: random.Random, times: int) -> str:
    """A good text with lines dropped, doubled, swapped, moved or misspelt, or with other values and keys."""
    lines = text.splitlines()
    for _ in range(times):
        at, other = dice.randrange(len(lines)), dice.randrange(len(lines))
        key, equals, value = lines[at].partition(" = ")
        match dice.randrange(9):
            case 0 if len(lines) > 1:
                del lines[at]
            case 1:
                lines.insert(other, lines[at])
            case 2:
                lines[at], lines[other] = lines[other], lines[at]
            case 3 if equals:
                lines[at] = f"{key} = {dice.choice(VALUES)}"
            case 4 if equals:
                lines[at] = f"{dice.choice(LINES).partition(' = ')[0] or 'x'} = {value}"
            case 5 if equals:
                lines[at] = f"{key} = {dice.choice(LINES).partition(' = ')[2] or '0'}"
            case 6:
                lines[at] = lines[at].replace("[[", "[").replace("]]", "]")
            case 7 if inner := list(re.finditer(r'(?<== )(\d+|"[^"]*"|\[[^\[\]]*\]|\{[^{}]*\}|true)', lines[at])):
                found = dice.choice(inner)
                lines[at] = lines[at][: found.start()] + dice.choice(VALUES) + lines[at][found.end() :]
            case _:
                place = dice.randrange(len(lines[at]) + 1)
                gone = dice.randrange(2)
                lines[at] = lines[at][:place] + dice.choice(SIGNS) + lines[at][place + gone :]
    return "\n".join(lines)


SEEDS = st.integers(0, 10**9)


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(codec="utf-8")))
def test_any_text_at_all_is_refused_in_words(text: str) -> None:
    assert usable(text) is None


@settings(max_examples=250, deadline=None)
@given(SEEDS, st.integers(1, 4))
def test_however_broken_a_file_is_it_is_refused_in_words_or_a_challenge_can_be_raised_under_it(
    seed: int, times: int
) -> None:
    loaded = usable(mutated(GOOD, random.Random(seed), times))
    if loaded is None:
        return
    procedure = loaded.procedure
    assert all(procedure.told(stage.id, "opened") is not None for stage in procedure.stages)
    if _can_be_walked(procedure):
        story = Story(Facts(procedure=procedure, calendar=load_calendar(procedure.nation), directory=a_directory()))
        story.does(IRO, a_raise(procedure.start), "Tue 7 April 2026 10am")
        story.passes("Fri 10 April 2026 10am")
        assert story.wakes


def _can_be_walked(procedure: Procedure) -> bool:
    """Whether the people and children of the tests can raise under it."""
    return (
        "iro" in procedure.raising_roles
        and an_issue().kind in {kind.id for kind in procedure.kinds}
        and "child-in-care" in {arena.id for arena in procedure.arenas}
        and all(stage.limit for stage in procedure.stages)
        and procedure.overall is not None
    )


@settings(max_examples=300, deadline=None)
@given(SEEDS, st.integers(1, 3))
def test_whichever_table_of_the_language_is_broken_it_is_refused_in_words(seed: int, times: int) -> None:
    usable(mutated(EVERYTHING, random.Random(seed), times))


@settings(max_examples=150, deadline=None)
@given(SEEDS, st.integers(1, 3))
def test_however_broken_a_child_is_it_is_refused_in_words(seed: int, times: int) -> None:
    child = (
        'builds_on = "x"\nremove = ["stages.first.gate", "kinds.delay"]\n[[stages]]\nid = "second"\nafter = "talk"\n'
    )
    dice = random.Random(seed)
    usable(mutated(child, dice, times) + SEPARATOR + mutated(EVERYTHING, dice, times - 1))


KEYS = sorted(
    {field.name for field in fields(Procedure)} | {"builds_on", "remove", "after", "before", "", "a b", "é\n"}
)
PLAIN = st.one_of(
    st.sampled_from(VALUES),
    st.integers().map(str),
    st.floats().map(str),
    st.dates().map(str),
    st.times().map(lambda time: time.isoformat("microseconds")),
    st.sampled_from(("iro", "first", "answer", "working days")).map(lambda word: f'"{word}"'),
)
VALUE = st.recursive(
    PLAIN,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda values: f"[{', '.join(values)}]"),
        st.dictionaries(st.sampled_from(("id", "title", "count", "unit", "stages", "x")), inner, max_size=3).map(
            lambda table: "{ " + ", ".join(f"{key} = {value}" for key, value in table.items()) + " }"
        ),
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(KEYS), VALUE, max_size=6))
def test_any_document_at_all_is_refused_in_words(table: dict[str, str]) -> None:
    assert usable("\n".join(f"{_quoted(key)} = {value}" for key, value in table.items())) is None


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([key for key in KEYS if key.isidentifier()]), VALUE)
def test_any_value_at_the_top_of_a_good_file_is_refused_in_words_or_used(key: str, value: str) -> None:
    usable(small(top=f"{key} = {' '.join(value.split())}"))


def _quoted(key: str) -> str:
    return '"' + key.replace("\n", "\\n") + '"'


def everything_in(table: object) -> Iterator[type]:
    yield type(table)
    for value in (getattr(table, field.name) for field in fields(table)) if is_dataclass(table) else ():
        for inner in value if isinstance(value, tuple) else (value,):
            if is_dataclass(inner):
                yield from everything_in(inner)


def test_the_example_has_every_table_of_the_language() -> None:
    tables = {each for each in vars(beside).values() if isinstance(each, type) and each.__module__ == beside.__name__}
    assert tables <= set(everything_in(read(EVERYTHING).procedure))


HUGE = [
    "n = " + "9" * 5000,
    "n = 0x" + "f" * 100_000,
    GOOD.replace("count = 20", "count = 0x" + "f" * 10_000),
    GOOD.replace('id = "delay"', "id = 0x" + "f" * 10_000),
    "a = " + "[" * 10_000 + "]" * 10_000,
    "a = " + "{ a = " * 10_000 + "1" + " }" * 10_000,
    "a." * 10_000 + "a = 1",
    "[" + "a." * 10_000 + "a]\n",
    GOOD + "[names." + "a." * 10_000 + "a]\n",
    "in_force = 2019-13-01",
    'title = "\\uD800"',
    "\ufeff" + GOOD,
    GOOD + "\x00",
    SEPARATOR * 2000,
    GOOD.replace("\n", "\r"),
]


@pytest.mark.parametrize("text", HUGE, ids=range(len(HUGE)))
def test_what_is_huge_deep_or_odd_is_refused_in_words(text: str) -> None:
    assert usable(text) is None


FILES: dict[str, bytes] = {
    "five megabytes": GOOD.encode() + b"#" * 5_000_000,
    "other encoding": "title = “Anyshire”".encode("cp1252"),
    "utf-16": GOOD.encode("utf-16"),
    "binary": bytes(range(256)) * 100,
    "empty": b"",
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_procedure_is_refused_in_words(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(FILES[name])
    with pytest.raises(UnusableProcedure) as refused:
        load(str(tmp_path / name))
    assert all(trouble.where and trouble.what for trouble in refused.value.troubles)


@pytest.mark.parametrize("name", ["", ".", "\0", "a" * 5000, "missing.toml", "/dev/null/x"])
def test_what_is_no_file_is_refused_in_words(name: str) -> None:
    with pytest.raises(UnusableProcedure, match="there is no such file"):
        load(name)
