"""A procedure said back in plain English says everything that its file says, and nothing as an id."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime, time, timedelta
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest

from bot.domain.explain import Part, explain
from bot.domain.procedure import Arena, Kind, Procedure, Severity
from bot.domain.stages import Stage
from bot.domain.terms import Limit
from bot.procedures.load import bundled, load
from tests.builders import lincolnshire
from tests.procedures.made_up import everything, shaped

UNSAID = {
    "overall.limit.counted_from",  # another key says what starts it
    "pauses.at_most.counted_from",
    *(
        f"{limit}.must_be_set"
        for limit in ("stages.gate.within", "overall.limit", "pauses.at_most", "reopening.within")
    ),
}
"""Keys of a limit that mean nothing where it stands."""


def said(procedure: Procedure) -> str:
    return "\n".join(_lines(explain(procedure)))


def _lines(parts: tuple[Part, ...]) -> Iterator[str]:
    for part in parts:
        yield part.title
        yield from part.sentences
        yield from _lines(part.parts)


def part(procedure: Procedure, *titles: str) -> tuple[str, ...]:
    """The sentences of a part, by its title and those it lies in."""
    parts, found = explain(procedure), Part(title="")
    for title in titles:
        found = next(part for part in parts if part.title == title)
        parts = found.parts
    return found.sentences


def procedures() -> list[Procedure]:
    return [everything(), *(load(name).procedure for name in bundled())]


def words_in(node: Any, hint: Any) -> Iterator[str]:
    """What the file has in words of its own, and ids; not what it chooses from the words of the language."""
    if is_dataclass(node) and not isinstance(node, type):
        hints = get_type_hints(type(node))
        for name in (field.name for field in fields(node)):
            if name not in ("fingerprint", "where", "starts"):
                yield from words_in(getattr(node, name), hints[name])
    elif isinstance(node, tuple):
        for entry in node:
            yield from words_in(entry, get_args(hint)[0])
    elif isinstance(node, str) and hint is str and node:
        yield node


def ids_in(procedure: Procedure) -> Iterator[str]:
    for field in fields(procedure):
        entries = getattr(procedure, field.name)
        if isinstance(entries, tuple):
            yield from (entry.id for entry in entries if hasattr(entry, "id"))


@pytest.mark.requirement("OXF-20")
@pytest.mark.parametrize("procedure", procedures(), ids=lambda procedure: str(procedure.id))
def test_whatever_the_file_has_in_words_is_said(procedure: Procedure) -> None:
    text = said(procedure)
    words = set(words_in(procedure, Procedure)) - set(ids_in(procedure)) - {procedure.id}
    assert len(words) > 40
    assert not [one for one in words if one.rstrip(".") not in text]


@pytest.mark.requirement("OXF-20")
@pytest.mark.parametrize("procedure", procedures(), ids=lambda procedure: str(procedure.id))
def test_nothing_that_has_a_title_is_said_by_its_id(procedure: Procedure) -> None:
    text, ids = said(procedure), set(ids_in(procedure))
    own = " ".join(set(words_in(procedure, Procedure)) - ids)
    telling = [id for id in ids if "-" in id and id not in own]  # others are English, such as “six-monthly”
    assert len(telling) > 10
    assert not [id for id in telling if re.search(rf"(?<![\w-]){id}(?![\w-])", text)]


@pytest.mark.requirement("OXF-20")
def test_whatever_is_changed_in_a_file_changes_what_is_said() -> None:
    procedure = everything()
    before = explain(procedure)
    variants = [(place, one) for place, one in changed(procedure, Procedure, procedure) if one != procedure]
    unsaid = {place for place, one in variants if explain(one) == before}
    assert len(variants) > 400
    assert not unsaid


def changed(node: Any, hint: Any, procedure: Procedure, where: str = "") -> Iterator[tuple[str, Any]]:
    """The node with one thing in it changed, for each thing that has an effect, and where that is."""
    if is_dataclass(node) and not isinstance(node, type):
        hints = get_type_hints(type(node))
        for name in (field.name for field in fields(node)):
            place = f"{where}.{name}".lstrip(".")
            if place not in UNSAID and not _without_effect(node, name):
                for at, value in changed(getattr(node, name), hints[name], procedure, place):
                    yield at, replace(node, **{name: value})
    elif isinstance(node, tuple):
        yield where, node[:-1]
        for number, entry in enumerate(node):
            for at, value in changed(entry, get_args(hint)[0], procedure, where):
                yield at, (*node[:number], value, *node[number + 1 :])
    elif isinstance(node, dict):
        yield from ((where, {key: roles for key, roles in node.items() if key != gone}) for gone in node)
    elif node is not None:
        yield where, _another(node, hint, procedure)
    if NoneType in get_args(hint):
        yield where, None


def _without_effect(node: Any, name: str) -> bool:
    """Whether a key does nothing here, such as the bounds of a limit for which nobody may set another time."""
    if name in ("id", "fingerprint"):
        return True
    match node:
        case Limit(set_by=(), must_be_set=False) if name in ("at_least", "at_most", "must_be_set"):
            return True
        case Limit(unit="at once" | "the same working day"):
            return name == "count"
        case Arena(outside_body=""):
            return name == "outside_until_age"
        case Kind(requires="") | Severity(requires=""):
            return name == "requires"
        case Stage() if name == "entered_directly":
            return node.id == everything().start
        case Stage(kind="report"):
            return name.startswith(("on_", "satis", "answers_needed"))
        case Stage() if name == "answers_needed":
            return len(node.answered_by) < 2
        case Stage() if name == "satisfaction":
            return len(node.satisfied_by) < 2
        case _:
            return False


def _another(value: Any, hint: Any, procedure: Procedure) -> Any:
    """Another value that could stand in the same place."""
    for kind in (hint, *get_args(hint)):
        if get_origin(kind) is Literal:
            return next(choice for choice in reversed(get_args(kind)) if choice != value)
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case time():
            return (datetime.combine(date.min, value) + timedelta(minutes=7)).time()
        case date():
            return value + timedelta(days=1)
        case str():
            for group in (procedure.roles, procedure.stages, procedure.arenas, procedure.kinds):
                ids = [entry.id for entry in group]
                if value in ids:
                    return ids[ids.index(value) - 1]
            return f"{value} and more"
        case _:
            raise TypeError(f"nothing is known to stand in place of {value!r}")


@pytest.mark.requirement("OXF-20")
def test_what_a_file_leaves_out_is_said_only_where_silence_matters() -> None:
    procedure = shaped(Stage(id="s-one", title="The only one", formal=True, answered_by=("r-team",)), body="")
    titles = [section.title for section in explain(procedure)]
    assert "There is no overall time limit: only the stages have theirs." in said(procedure)
    assert "no outside body decides" in said(procedure)
    assert "The answer has no time limit of its own." in part(procedure, "The stages", "The only one")
    assert "Pauses" not in titles
    assert "Independent legal advice" not in titles


@pytest.mark.requirement("OXF-20")
@pytest.mark.parametrize(
    ("limit", "sentence"),
    [
        (Limit(count=5), "The answer is due within 5 working days of receipt."),
        (Limit(count=1, unit="working hours"), "The answer is due within 1 working hour of receipt."),
        (
            Limit(count=3, unit="calendar days", counted_from="the raising"),
            "The answer is due within 3 calendar days of the raising.",
        ),
        (Limit(unit="the same working day"), "The answer is due on the same working day as receipt."),
        (Limit(unit="at once"), "The answer is due at once, which means within 1 working hour of receipt."),
        (
            Limit(count=5, set_by=("r-line",), at_most=10),
            (
                "The answer is due within 5 working days of receipt; the Line Person may set another time, always with "
                "a reason, from 1 to 10 working days."
            ),
        ),
        (
            Limit(must_be_set=True, at_most=5),
            ("The answer is due by a day that whoever raised the challenge has to name, from 1 to 5 working days."),
        ),
    ],
)
def test_a_limit_is_said_with_what_it_is_counted_from(limit: Limit, sentence: str) -> None:
    procedure = shaped(Stage(id="s-one", title="The only one", formal=True, answered_by=("r-team",), limit=limit))
    assert sentence in part(procedure, "The stages", "The only one")


def test_what_holds_for_every_stage_or_every_stage_of_a_tier_is_said_once() -> None:
    procedure = lincolnshire()
    decision = "The decision on its answer is due within 2 working days of receipt of the answer."
    assert decision in part(procedure, "The stages", "At every stage")
    assert said(procedure).count(decision) == 1
    told = (
        "The Independent Chair/IRO Team Manager and the Senior Manager are told when the overall time limit has passed."
    )
    assert told in part(procedure, "The stages", "At every formal stage")
    assert said(procedure).count(told) == 1
