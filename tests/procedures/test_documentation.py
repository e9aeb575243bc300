"""The guide and the reference of the procedure language say what the language is."""

from __future__ import annotations

import re
import tomllib
import typing
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args

import pytest

from bot.domain.procedure import Happening, Noise, Procedure
from bot.domain.stages import Step
from bot.domain.terms import CountedFrom, Unit
from bot.procedures.build import SEPARATOR, gather
from bot.procedures.load import UnusableProcedure, bundled, read

DOCS = Path(__file__).parents[2] / "docs"
GUIDE = (DOCS / "procedures.md").read_text("utf-8")
KEYS = (DOCS / "procedure-keys.md").read_text("utf-8")
SNIPPETS = re.findall(r"^```toml\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
HIDDEN = ("fingerprint",)


def _tables(of: Any, known: dict[str, type]) -> dict[str, type]:
    """Every data class of the language, by name."""
    if is_dataclass(of) and isinstance(of, type) and of.__name__ not in known:
        known[of.__name__] = of
        for hint in typing.get_type_hints(of).values():
            _tables(hint, known)
    for inner in get_args(of):
        _tables(inner, known)
    return known


def _documented() -> Iterator[tuple[str, ...]]:
    """The keys that each table of the reference explains."""
    for section in re.split(r"^### ", KEYS, flags=re.MULTILINE)[1:]:
        rows = re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
        yield tuple(key for row in rows for key in re.findall(r"`([a-z_]+)`", row))


@pytest.mark.parametrize("table", _tables(Procedure, {}).values(), ids=lambda table: table.__name__)
def test_one_table_of_the_reference_explains_all_keys_of_a_table_of_the_language_and_no_others(table: type) -> None:
    keys = {field.name for field in fields(table)} - set(HIDDEN)
    assert any(set(documented) == keys for documented in _documented()), f"{table.__name__}: {sorted(keys)}"


@pytest.mark.parametrize("words", [Happening, Noise, Step, Unit, CountedFrom], ids=str)
def test_every_fixed_word_of_the_language_is_in_the_reference(words: Any) -> None:
    missing = [word for word in get_args(words) if f"`{word}`" not in KEYS and f'"{word}"' not in KEYS]
    assert not missing


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_a_snippet_of_the_guide_can_be_used_or_lacks_no_more_than_what_it_leaves_out(snippet: str) -> None:
    lacking = set(_faults(snippet))
    assert lacking <= (set() if _complete(snippet) else {"is missing; add it"})


def _faults(snippet: str) -> tuple[str, ...]:
    parent = tomllib.loads(snippet).get("builds_on")
    try:
        read(SEPARATOR.join((snippet, gather(parent))) if parent else snippet)
    except UnusableProcedure as unusable:
        return tuple(trouble.what for trouble in unusable.troubles)
    return ()


def _complete(snippet: str) -> bool:
    table = tomllib.loads(snippet)
    return "builds_on" in table or {"id", "in_force", "roles", "stages"} <= table.keys()


def test_the_guide_has_a_complete_procedure_to_copy() -> None:
    assert any(_complete(snippet) and "builds_on" not in snippet for snippet in SNIPPETS)


def test_the_guide_names_every_procedure_that_comes_with_the_program() -> None:
    assert not [name for name in bundled() if f"bot/procedures/{name}.toml" not in GUIDE]
