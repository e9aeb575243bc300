"""No text that somebody can send takes long to read: one slow reading would hold up everybody."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from bot.teams.incoming import activity_in
from bot.teams.turns import NotUnderstood, message_ask
from bot.usecases.interpret import interpret, interruption, read_raise
from cards import words

SECONDS = 1.5
"""Of this thread alone, however busy the machine. What once took the square of its length took from 4 to 150."""


def heard(text: str) -> None:
    """What the door makes of a message; most of these are too long, and are found to be so."""
    fields = {
        "type": "message",
        "channelId": "msteams",
        "serviceUrl": "https://smba.trafficmanager.net/uk/",
        "from": {"id": "29:anna"},
        "recipient": {"id": "28:bot"},
        "conversation": {"id": "a:1"},
    }
    with suppress(NotUnderstood):
        message_ask(activity_in(json.dumps({**fields, "text": text}).encode()))


READERS: list[tuple[str, Callable[[str], object], str]] = [
    ("mentions that never end", heard, "<at>" * 60_000),
    ("marks that never end", heard, "<at " * 60_000),
    ("ends of mentions", heard, "</at>" * 50_000),
    ("entities that never end", heard, "&#1" * 80_000),
    ("a child of digits", interruption, f"raise {'1' * 20_000} x"),
    ("a page of spaces", interruption, f"show PC-2026-0001 page{' ' * 20_000}x"),
    ("a page of the procedure", interruption, f"procedure page{' ' * 20_000}x"),
    ("a word of its own", interpret, "x" * 8000),
    ("a reference that never comes", interpret, f"PC{' ' * 7900}x"),
    ("issues without words", read_raise, f"K-1: {'>;' * 4000}"),
    ("lines of spaces", words.said, "x\n" + " \n" * 20_000 + "x"),
    ("breaks", words.said, "\n" * 20_000 + "x"),
    ("backslashes", lambda text: words.unsaid(words.said(text)), "\\" * 20_000),
    ("stars", lambda text: words.unsaid(words.said(text)), "*" * 20_000),
]


@pytest.mark.parametrize(("read", "text"), [pytest.param(read, text, id=what) for what, read, text in READERS])
def test_the_longest_text_is_read_at_once(read: Callable[[str], object], text: str) -> None:
    started = time.thread_time()
    read(text)
    assert time.thread_time() - started < SECONDS
