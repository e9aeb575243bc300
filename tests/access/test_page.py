"""The page for people says what the table says."""

from __future__ import annotations

from typing import get_args

from bot.domain.access import ACTIONS, RELATIONS, TABLE, Action, Relation
from tests.access.page import GROUPS, PAGE, anew


def test_the_page_says_what_the_table_says() -> None:
    written = PAGE.read_text("utf-8")
    assert written == anew(written), "write it anew with `python -m tests.access.page`"


def test_every_relation_and_every_action_is_explained_and_on_the_page() -> None:
    assert tuple(RELATIONS) == get_args(Relation) == tuple(one for _, group in GROUPS for one in group)
    assert tuple(ACTIONS) == get_args(Action) == tuple(TABLE)
