"""Replies in words: names and references in them are text, and our own marks stay."""

from __future__ import annotations

from pathlib import Path

from bot.domain.errors import MayNotRaise, NotKnown
from bot.usecases.talk import refusal
from tests.builders import IRO, WORKER, a_child, a_directory
from tests.hostile.markup import led_astray, marks, read
from tests.journeys.town import a_town, raises

CHILD = "[K-1](EVIL.EXAMPLE)"


def test_a_refusal_shows_a_name_as_it_is_and_keeps_the_marks_of_its_own_words() -> None:
    refused = refusal(MayNotRaise(who="**Tom** [x](https://evil.example) <at>All</at>", operator="o@c.example"))
    assert marks(refused) == ()
    assert "**Tom** [x](https://evil.example) <at>All</at> can" in read(refused)
    assert "code_inline `" in marks(refusal(NotKnown(what="challenge `x`")))
    assert "challenge `x` that" in read(refusal(NotKnown(what="challenge `x`")))


def test_a_search_shows_a_childs_reference_as_it_is(tmp_path: Path) -> None:
    with a_town(f"sqlite:///{tmp_path / 'town.db'}", directory=a_directory(a_child(CHILD))) as town:
        raises(town, child=CHILD)
        for person in (IRO, WORKER):
            found = town.says(person, "find PC")
            assert CHILD in read(found)
            assert not [mark for mark in marks(found) if mark.startswith("link")]
            (message,) = town.microsoft.chat(town.persona(person))[-1:]
            assert led_astray(message) == []
        town.ignores()


def test_a_code_that_is_none_is_shown_as_it_was_typed(tmp_path: Path) -> None:
    with a_town(f"sqlite:///{tmp_path / 'town.db'}") as town:
        for line in ("yes [a](b.c)", "edit [a](b.c)"):
            said = town.says(IRO, line)
            assert "[A](B.C) that waits" in read(said)
            assert "link_open " not in marks(said)
