"""The threat model names only tests that there are, and no threat is left without one or a word on where it will be."""

from __future__ import annotations

import ast
import re
from functools import cache

from tests.house.test_house import ROOT, listed

MODEL = ROOT / "docs/threat-model.md"
_TEST = re.compile(r"`([\w/]+\.py)::(\w+)`")
ELSEWHERE = ("see docs/trail.md", "see docs/access.md")


@cache
def named_in(file: str) -> frozenset[str]:
    path = ROOT / "tests" / file
    if not path.is_file():
        return frozenset()
    module = ast.parse(path.read_text("utf-8"))
    return frozenset(
        node.name for node in module.body if isinstance(node, ast.FunctionDef) and node.name[:5] == "test_"
    )


def rows() -> list[list[str]]:
    """The cells of every row, without the heads of the tables."""
    text = MODEL.read_text("utf-8").partition("## To come")[0]
    lines = [line.strip("|\n").split(" | ") for line in text.splitlines() if re.match(r"\| [STRIDE] \|", line)]
    return [[cell.strip(" |") for cell in line] for line in lines]


def test_every_test_that_the_threat_model_names_is_there() -> None:
    named = _TEST.findall(MODEL.read_text("utf-8"))
    assert len(named) > 50
    found = [f"{file}::{test}" for file, test in named if test not in named_in(file)]
    assert not found, listed(found)


def test_every_threat_has_what_stops_it_its_proof_and_what_is_left() -> None:
    assert len(rows()) > 40
    assert {row[0] for row in rows()} == set("STRIDE")
    found = [row[1] for row in rows() if len(row) != 6 or not all(row)]
    found += [row[1] for row in rows() if not _TEST.search(row[4]) and row[4] not in ELSEWHERE]
    assert not found, listed(found)
