"""Buttons that no card of ours has, each of which once broke something."""

from __future__ import annotations

import random

from tests.builders import IRO, WORKER
from tests.journeys.town import Town, a_town, previews, raises

REF = "PC-2026-0001"
ENDLESS = "".join(random.Random(4).choices("漢字かな交じり文中文字幕測試абвгдежз", k=7_900))
"""No compression makes a key of a table of this."""


def presses(town: Town, person: str, verb: str, **data: object) -> str:
    named = {name.replace("__", "."): value for name, value in data.items()}
    answer = town._post(town.microsoft.press(verb, named, town.persona(person)))
    assert answer.status == 200
    assert answer.body["statusCode"] == 200, answer.body
    return str(answer.body["value"])


STRANGE = ["issue-x", "issue-²", "issue-99999999", "issue--1", "kind-", "outcome-0", "a" * 999, ""]


def test_an_input_that_the_form_does_not_have_is_nothing_to_it(url: str) -> None:
    with a_town(url) as town:
        for field in STRANGE:
            for verb in ("submit", "more", "submit"):
                shown = presses(town, IRO, verb, form="raise", ref="MOS-10423", **{f"raise.{field}": "x"})
                assert "raise.issue-1" in shown
                assert "raise.issue-9" not in shown
            assert "What is the concern?" in town.says(IRO, "raise MOS-10423")


def test_a_child_whose_reference_does_not_end_is_named_beside_its_field(url: str) -> None:
    with a_town(url) as town:
        shown = presses(town, IRO, "submit", form="raise", ref=ENDLESS, **{"raise.child": ENDLESS})
        assert "another look" in shown
        assert "raise.issue-2" in presses(town, IRO, "more", form="raise", ref=ENDLESS)


def test_a_stage_request_that_never_was_brings_the_present_card(url: str) -> None:
    with a_town(url) as town:
        raises(town)
        town.ignores()
        assert "Please answer" in presses(town, WORKER, "ack", ref=REF, n=7, nonce="x")
        assert town.happened() == ["ChallengeRaised", "StageOpened"]


def test_a_nonce_that_does_not_end_is_none(url: str) -> None:
    with a_town(url) as town:
        raises(town)
        assert "Acknowledged" in presses(town, WORKER, "ack", ref=REF, n=1, nonce=ENDLESS)
        town.ignores()


def test_a_nonce_cannot_pretend_that_something_else_was_done(url: str) -> None:
    with a_town(url) as town:
        raises(town)
        code = previews(town).partition("Or type yes ")[2][:5]
        presses(
            town,
            IRO,
            "submit",
            form="note",
            ref=REF,
            nonce=f"draft/{code}",
            **{"note.words": "A letter", "note.kind": "note"},
        )
        assert town.happened()[-1] == "NoteAdded"
        assert "Raised: PC-2026-0002" in town.says(IRO, f"yes {code}")
        town.ignores()


def test_a_search_for_thousands_of_words_is_answered(url: str) -> None:
    with a_town(url) as town:
        raises(town)
        assert "Nothing that you can see fits" in town.says(WORKER, "find " + "x " * 3_900)
        assert REF in town.says(WORKER, f"find {'mos ' * 1_900}")
        town.ignores()
