"""Finds the names of an authority's procedure in Python code, where they must not stand."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Words = tuple[str, ...]
"""A name in lower case, cut into its words: `TeamManager`, `team-manager` and "Team manager" are the same."""

ALLOWED: frozenset[Words] = frozenset({("iro",), ("cafcass",), ("independent", "reviewing", "officer")})
"""Words of the law, not of one authority."""


def words(text: str) -> Words:
    """The words of a title, an id or an identifier."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)
    return tuple(re.findall(r"[a-z0-9]+", apart.replace("’", "").replace("'", "").lower()))


def procedure_names(procedures: Iterable[Mapping[str, Any]]) -> frozenset[Words]:
    """What must not stand in Python: roles, stages and reasons, by title and id of more than one word; authorities."""
    found: set[Words] = set()
    for procedure in procedures:
        for kind in ("roles", "stages", "kinds", "severities", "pauses", "triggers", "changes", "concerns"):
            for entry in procedure.get(kind, ()):
                said = [entry.get("id", ""), entry.get("title", ""), *entry.get("grounds", ())]
                found |= {name for one in said if len(name := words(str(one))) > 1}
        found |= {words(str(procedure[key])) for key in ("authority", "id") if key in procedure}
    return frozenset(found - ALLOWED - {()})


def names_in(module: ast.AST, names: frozenset[Words]) -> Iterator[tuple[Words, int]]:
    """Each name that stands in a string or an identifier of a module, with its line. Docstrings are prose, and free."""
    longest = max(map(len, names), default=0)
    prose = {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr)}
    for node in ast.walk(module):
        if id(node) in prose:
            continue
        for text in _texts(node):
            said = words(text)
            for length in range(1, longest + 1):
                for start in range(len(said) - length + 1):
                    if said[start : start + length] in names:
                        yield said[start : start + length], getattr(node, "lineno", 0)


def _texts(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name) | ast.keyword(arg=str(name)):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.alias(name=name):
            yield name
        case _:
            pass
