"""The tables of `docs/access.md`, made of the access table: `python -m tests.access.page` writes them anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import get_args

from bot.domain.access import ACTIONS, COMING, RELATIONS, TABLE, Relation, Rule

PAGE = Path(__file__).parents[2] / "docs/access.md"
FROM, TO = "<!-- from here: `python -m tests.access.page` writes it anew -->", "<!-- to here -->"
SIGNS: dict[Rule, str] = {"yes": "yes", "named": "named", "no": "–", "never": "**never**"}
GROUPS: tuple[tuple[str, tuple[Relation, ...]], ...] = (
    ("Those whose matter it is", ("raiser", "agrees", "asked", "decides", "answered", "former")),
    ("Those beside it", ("manager", "worker", "party", "successor", "overseer")),
    ("Everybody else", ("bystander", "stranger", "operator", "clock")),
)
LEGEND = (
    "*yes*: they may. *named*: where the procedure, the child's record or the challenge itself names them, or a post",
    "of theirs, for this very thing. *–*: not by this, though perhaps by something else that they are. **never**:",
    "whatever else they are.",
)


def tables() -> str:
    """Everything between the two marks."""
    return "\n".join(("", "", *_relations(), "", *_actions(), "", *_cells(), "", ""))


def anew(page: str) -> str:
    """The page with the tables as they are now."""
    before, rest = page.split(FROM)
    return f"{before}{FROM}{tables()}{TO}{rest.split(TO)[1]}"


def _relations() -> Iterator[str]:
    yield from ("## What somebody can be to a challenge", "", "| Relation | Who that is |", "|---|---|")
    yield from (f"| **{relation}** | {RELATIONS[relation]} |" for relation in get_args(Relation))


def _actions() -> Iterator[str]:
    yield from ("## What can be asked for", "", "| Action | What it means, and why |", "|---|---|")
    for action in TABLE:
        coming = " (to come: the wall stands already)" if action in COMING else ""
        yield f"| **{action}**{coming} | {ACTIONS[action]} |"


def _cells() -> Iterator[str]:
    yield from ("## Who may do what", "", *LEGEND)
    for title, relations in GROUPS:
        yield from ("", f"### {title}", "", *_table(relations))


def _table(relations: Sequence[Relation]) -> Iterator[str]:
    yield f"| | {' | '.join(relations)} |"
    yield f"|---|{'---|' * len(relations)}"
    for action, row in TABLE.items():
        yield f"| {action} | {' | '.join(SIGNS[row[relation]] for relation in relations)} |"


if __name__ == "__main__":
    PAGE.write_text(anew(PAGE.read_text("utf-8")), "utf-8")
