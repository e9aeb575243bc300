"""What is meant by a typed line, however it is typed."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.usecases.interpret import SYNONYMS, Meant, RaisedLine, interpret, interruption, read_raise, read_reference


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("tray", "tray"),
        ("Tray", "tray"),
        (" TRAY. ", "tray"),
        ("/tray", "tray"),
        ("tray!", "tray"),
        ("“inbox”", ""),
        ("todo", "tray"),
        ("help", "help"),
        ("Hello there", "help"),
        ("hi", "help"),
        ("help?", "help"),
        ("", "help"),
        ("  \n ", "help"),
        ("new", "raise"),
        ("bypass PC-2026-0001", "escalate"),
        ("satisfied PC-2026-0001", "resolve"),
        ("close PC-2026-0001", "withdraw"),
        ("reply PC-2026-0001", "respond"),
        ("digest", "digest"),
        ("procedure", "procedure"),
    ],
)
def test_the_first_word_says_what_is_meant_whatever_its_case_and_punctuation(typed: str, word: str) -> None:
    assert interpret(typed).word == word


@pytest.mark.parametrize(
    "typed",
    [
        "PC-2026-0042",
        "pc-2026-42",
        "PC 2026 42",
        "PC2026-0042",
        "pc/2026/42",
        "PC - 2026 - 0042",
        "2026-0042",
        "2026/42",
        "the matter (PC-2026-0042), please",
        "PC-2026-0042.",
        "PC-2026-00042",
        "of 12/06/2026: PC-2026-0042",
        "2026-06-12 pc-2026-42",
    ],
)
def test_a_reference_is_read_in_every_shape(typed: str) -> None:
    assert read_reference(typed) == "PC-2026-0042"


@pytest.mark.parametrize(
    "typed", ["", "PC", "42", "2026", "PC-2026", "PC-26-42", "MOS-10423", "PC-2026-1234567", "2026-06-12", "12/06/2026"]
)
def test_what_is_no_reference_is_not_read_as_one(typed: str) -> None:
    assert read_reference(typed) == ""


def test_a_reference_beyond_the_ten_thousandth_keeps_all_its_digits() -> None:
    assert read_reference("PC-2026-12345") == "PC-2026-12345"


@pytest.mark.parametrize("typed", ["PC-2026-0042", "pc 2026 42.", "PC-2026-42?"])
def test_a_reference_alone_means_show_it(typed: str) -> None:
    assert interpret(typed) == Meant(word="show", reference="PC-2026-0042")


@pytest.mark.parametrize(
    ("typed", "rest"),
    [
        ("note PC-2026-0042: Spoke to Tom", "Spoke to Tom"),
        ("note PC-2026-0042 - Spoke to Tom", "Spoke to Tom"),
        ("note PC-2026-0042 Spoke to Tom about PC-2026-0041", "Spoke to Tom about PC-2026-0041"),
        ("note pc 2026 42, first line\nsecond line", "first line\nsecond line"),
        ("show PC-2026-0042 page 2", "page 2"),
        ("wait PC-2026-0042 12 June 2026", "12 June 2026"),
        ("wait PC-2026-0042 2026-06-12", "2026-06-12"),
    ],
)
def test_what_is_left_of_the_line_is_kept(typed: str, rest: str) -> None:
    meant = interpret(typed)
    assert (meant.reference, meant.rest) == ("PC-2026-0042", rest)


def test_a_date_without_a_reference_is_no_reference() -> None:
    assert interpret("wait 2026-06-12") == Meant(word="wait", rest="2026-06-12")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("find Boston 2026 42", Meant(word="find", rest="Boston 2026 42")),
        ("yes K7M2Q", Meant(word="yes", rest="K7M2Q")),
        ("confirm k7m2q ", Meant(word="yes", rest="k7m2q")),
        ("no K7M2Q", Meant(word="no", rest="K7M2Q")),
        ("edit K7M2Q", Meant(word="edit", rest="K7M2Q")),
        ("yes K7M2Q.", Meant(word="yes", rest="K7M2Q")),
        ("Yes: `K7M2Q`!", Meant(word="yes", rest="K7M2Q")),
        ("yes", Meant(word="yes")),
        ("cards off", Meant(word="cards", rest="off")),
        ("clock +3 days", Meant(word="clock", rest="+3 days")),
    ],
)
def test_some_commands_have_no_reference_and_keep_the_line_as_it_is(typed: str, meant: Meant) -> None:
    assert interpret(typed) == meant


@pytest.mark.parametrize(
    ("typed", "guess"),
    [
        ("trey", "tray"),
        ("rasie MOS-10423", "raise"),
        ("escallate PC-2026-0042", "escalate"),
        ("widthdraw", "withdraw"),
        ("replly", "respond"),
        ("helpp", "help"),
    ],
)
def test_a_slip_gets_the_nearest_command_as_a_guess(typed: str, guess: str) -> None:
    meant = interpret(typed)
    assert meant.word == ""
    assert guess in meant.guesses
    assert meant.rest == typed


def test_a_line_that_resembles_nothing_has_no_guess() -> None:
    assert interpret("xyzzy plugh") == Meant(word="", rest="xyzzy plugh")


def test_a_guess_is_given_once() -> None:
    guesses = interpret("clos").guesses
    assert len(set(guesses)) == len(guesses)


@pytest.mark.parametrize(
    "typed",
    [
        "tray",
        "Tray.",
        "/help",
        "raise",
        "raise MOS-10423",
        "Raise: mos-10423.",
        "raise MOS-10423: No visit > A visit",
        "raise 99999",
        "show PC-2026-0002",
        "show pc 2026 2, page 3",
        "reply 2026-0002.",
        "note PC-2026-0002",
        "procedure page 2",
        "cards on",
        "yes K7M2Q",
        "edit k7m2q.",
        "no K7M2Q",
    ],
)
def test_amid_questions_a_line_shaped_like_a_command_is_one(typed: str) -> None:
    assert interruption(typed) == interpret(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "Note that in PC-2026-0001 we said this before",
        "Show PC-2026-0002 has nothing",
        "Note PC-2026-0001: Spoke to Tom",
        "PC-2026-0001",
        "Raise it with the school",
        "raise awareness: he knows nothing",
        "raise 3 concerns: one",
        "challenge",
        "Answer",
        "note",
        "new",
        "hello",
        "Help with reading",
        "procedure was not followed",
        "yes",
        "no",
        "yes, he was seen",
        "find a placement",
        "wait until Friday",
        "clock +3 days",
    ],
)
def test_amid_questions_every_other_line_is_an_answer(typed: str) -> None:
    assert interruption(typed) is None


@pytest.mark.requirement("CARD-04")
@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("raise", RaisedLine(child="", issues=())),
        ("raise MOS-10423", RaisedLine(child="MOS-10423", issues=())),
        ("Raise: mos-10423.", RaisedLine(child="MOS-10423", issues=())),
        ("raise MOS-10423: No visit", RaisedLine(child="MOS-10423", issues=(("No visit", ""),))),
        ("raise MOS-10423: No visit > A visit", RaisedLine(child="MOS-10423", issues=(("No visit", "A visit"),))),
        (
            "raise MOS-10423: No visit > A visit; no plan>a plan ;; ",
            RaisedLine(child="MOS-10423", issues=(("No visit", "A visit"), ("no plan", "a plan"))),
        ),
        (
            "challenge MOS-10423: No visit: since March > A visit\nNo plan",
            RaisedLine(child="MOS-10423", issues=(("No visit: since March", "A visit"), ("No plan", ""))),
        ),
        ("raise : No visit > A visit", RaisedLine(child="", issues=(("No visit", "A visit"),))),
    ],
)
def test_a_challenge_can_be_raised_in_one_line(typed: str, line: RaisedLine) -> None:
    meant = interpret(typed)
    assert meant.word == "raise"
    assert read_raise(meant.rest) == line


@settings(deadline=None)
@given(st.text())
@example("PC-20٢٦-٤٢")
@example("no")
@example("\u2028")
def test_whatever_is_typed_it_is_read_somehow(typed: str) -> None:
    meant = interpret(typed)
    assert meant.word in {*SYNONYMS.values(), ""}
    assert set(meant.guesses) <= set(SYNONYMS.values())
    assert not meant.reference or re.fullmatch(r"PC-20[0-9]{2}-[0-9]{4,5}", meant.reference)
    read_raise(meant.rest)
    assert interruption(typed) in (meant, None)


@settings(deadline=None)
@given(st.integers(2000, 2099), st.integers(1, 99999), st.sampled_from(["PC-", "pc ", "PC/", "PC", ""]))
def test_every_reference_as_it_is_shown_is_read(year: int, number: int, prefix: str) -> None:
    assert read_reference(f"see {prefix}{year}-{number}") == f"PC-{year}-{number:04d}"
