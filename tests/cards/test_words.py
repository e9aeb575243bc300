"""Dates, hours, lists and people as GOV.UK writes them, and what people wrote made harmless."""

from __future__ import annotations

import pytest

from bot.domain.words import Words
from cards import words
from tests.builders import at, day


@pytest.mark.parametrize(
    ("hour", "said"),
    [
        ("5pm", "5pm"),
        ("5:30pm", "5:30pm"),
        ("12pm", "midday"),
        ("12am", "midnight"),
        ("12:05am", "12:05am"),
        ("9am", "9am"),
    ],
)
def test_hours_are_said_as_people_say_them(hour: str, said: str) -> None:
    assert words.clock(at(f"Tue 14 April 2026 {hour}")) == said


def test_a_moment_is_london_time_on_both_sides_of_the_clock_change() -> None:
    assert words.moment(at("Fri 27 March 2026 5pm")) == "5pm on Friday 27 March 2026"
    assert words.moment(at("Mon 30 March 2026 5pm")) == "5pm on Monday 30 March 2026"


def test_a_deadline_is_said_as_today_only_on_its_day() -> None:
    deadline = at("Tue 14 April 2026 5pm")
    assert words.due(deadline, at("Tue 14 April 2026 9am")) == "5pm today"
    assert words.due(deadline, at("Mon 13 April 2026 9am")) == "5pm on Tuesday 14 April 2026"


def test_days_are_written_without_a_leading_zero() -> None:
    assert words.in_words(day("Fri 5 June 2026")) == "5 June 2026"


@pytest.mark.parametrize(
    ("days", "said"),
    [(2, "2 working days left"), (1, "1 working day left"), (0, "due today"), (-1, "1 working day late")],
)
def test_working_days_are_counted_in_words(days: int, said: str) -> None:
    assert words.left(days) == said


@pytest.mark.parametrize(
    ("items", "said"), [((), ""), (("a",), "a"), (("a", "b"), "a and b"), (("a", "b", "c"), "a, b and c")]
)
def test_lists_are_said_as_a_sentence(items: tuple[str, ...], said: str) -> None:
    assert words.listed(items) == said


def test_what_people_wrote_becomes_no_link_mention_list_or_bold() -> None:
    assert words.said("*b* [a](http://x) <at>T</at> _i_") == r"\*b\* \[a\](http://x) \<at\>T\</at\> \_i\_"
    assert words.said("- one\n1. two\n# three") == "\\- one\n\n1\\. two\n\n\\# three"


def test_what_cannot_be_seen_is_taken_out_and_letters_of_every_script_stay() -> None:
    assert words.clean("a\u202eb\u2066c\x07d\ufeff") == "abcd"
    assert words.clean("Zoë 漢字 العربية 👩‍👧 \r\nnew") == "Zoë 漢字 العربية 👩‍👧 \nnew"
    assert words.clean("a\n\n\n\nb") == "a\n\nb"


@pytest.mark.parametrize(
    "words_",
    [
        "{{DATE(2026-04-07T10:00:00Z, SHORT)}}",
        "{{{TIME(2026-04-07T10:00:00Z)}}}",
        "{\x07{DATE(x)}}",
        "{\u200e{DATE(x)}}",
    ],
)
def test_what_people_wrote_is_never_computed_by_a_client(words_: str) -> None:
    for tame in (words.clean(words_), words.said(words_)):
        assert "{{" not in tame
        assert "{ {" in tame
    assert words.clean("a {date} and {}") == "a {date} and {}"


def test_erased_words_say_that_they_are_gone() -> None:
    assert words.clean(Words("", day("Fri 5 June 2026"))) == "[erased on 5 June 2026]"


def test_markdown_comes_back_as_plain_text() -> None:
    assert words.unsaid(words.said("2*3 [x] <y> a_b")) == "2*3 [x] <y> a_b"
    assert words.unsaid("**Who:** Sam") == "Who: Sam"


def test_a_text_is_cut_between_words() -> None:
    assert words.short("one two three four", 14) == "one two three…"
    assert words.short("one two", 12) == "one two"
    assert words.short("x" * 20, 10) == "x" * 9 + "…"


def test_a_child_is_a_reference_with_initials_and_age_at_most() -> None:
    assert words.child("MOS-10423", "AB", 9) == "MOS-10423 (AB, aged 9)"
    assert words.child("MOS-10423", "AB") == "MOS-10423 (AB)"
    assert words.child("MOS-10423", "") == "MOS-10423"
