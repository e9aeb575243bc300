"""Each read of a child's record is on record before anything is shown, and so is that somebody was refused it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.domain.authority import CommandRefused
from bot.domain.evidence import RecordRead
from bot.usecases.ports import Reply
from cards import verbs
from storage import evidence, trail
from storage.codec import AnyEvent
from storage.database import Database
from tests.access.place import CHILD, ISSUE, REF, Place, Way, X, text_of

UNKNOWN = "PC-2026-9999"


def a_place(database: Database, way: Way = "asked") -> Place:
    place = Place(database)
    place.is_(way, "waiting")
    return place


def stream(place: Place, name: str) -> list[AnyEvent]:
    with place.office.database.reading() as connection:
        return [event for _, event in trail.moments(connection, name)]


def reads(place: Place) -> list[tuple[str, str, str]]:
    events = stream(place, evidence.evidence_stream(REF))
    return [(one.by, one.relation, one.what) for one in events if isinstance(one, RecordRead)]


READINGS: dict[str, tuple[Callable[[Place], Reply], str]] = {
    "show": (lambda place: place.says(X, f"show {REF}"), "the record"),
    "its button": (lambda place: place.presses(X, verbs.SHOW, ref=REF), "the record"),
    "why": (lambda place: place.says(X, f"why {REF}"), "the dates"),
    "decide": (lambda place: place.says(X, f"decide {REF}"), "the present card"),
    "a card's button": (lambda place: place.presses(X, verbs.OPEN, ref=REF, form="answer"), "the present card"),
    "a form that quotes": (lambda place: place.says(X, f"respond {REF}"), "the form answer"),
    "a form sent too early": (lambda place: place.submits(X, "answer", {}), "the form answer"),
    "what stands there instead of a form": (lambda place: place.says(X, f"resolve {REF}"), "the present card"),
}


@pytest.mark.requirement("NEL-18", "CARD-03")
@pytest.mark.parametrize("how", READINGS)
def test_a_read_is_on_record_once_with_who_and_as_what(database: Database, how: str) -> None:
    place = a_place(database)
    reading, what = READINGS[how]
    reading(place)
    assert reads(place) == [(X, "asked", what)]


@pytest.mark.parametrize("how", READINGS)
def test_where_a_read_cannot_be_recorded_nothing_is_shown(
    database: Database, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = a_place(database)

    def fails(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(evidence, "note_read", fails)
    with pytest.raises(OSError, match="disk full"):
        READINGS[how][0](place)


def test_in_text_each_question_that_quotes_the_record_is_a_read(database: Database) -> None:
    place = a_place(database)
    place.says(X, "cards off")
    assert ISSUE in text_of(place.says(X, f"respond {REF}"))
    place.says(X, "yes")
    assert reads(place) == [(X, "asked", "the form answer")] * 2


@pytest.mark.parametrize("line", ["tray", "find", f"find {REF}", f"find {CHILD}", f"note {REF}", "help"])
def test_an_overview_and_a_form_that_quotes_nothing_are_no_reads(database: Database, line: str) -> None:
    place = a_place(database)
    place.says(X, line)
    assert ISSUE not in text_of(place.says(X, line))
    assert reads(place) == []


@pytest.mark.parametrize("line", [f"show {REF}", "digest", "find"])
def test_what_an_overseer_sees_is_no_read(database: Database, line: str) -> None:
    place = a_place(database, "overseer")
    assert REF in text_of(place.says(X, line))
    assert reads(place) == []


def test_what_comes_back_from_an_own_act_is_no_read(database: Database) -> None:
    place = a_place(database)
    place.presses(X, verbs.ACK, ref=REF, n=1, nonce="n")
    assert "StageAcknowledged" in place.scene.happened(REF)
    assert reads(place) == []


@pytest.mark.requirement("NEL-18")
@pytest.mark.parametrize("reference", [REF, UNKNOWN])
@pytest.mark.parametrize(
    ("line", "asked"), [("show", "see where it stands"), ("why", "read the dates"), ("resolve", "decide")]
)
def test_that_somebody_known_was_refused_is_kept_alike_for_what_is_forbidden_and_what_is_not_there(
    database: Database, reference: str, line: str, asked: str
) -> None:
    place = a_place(database, "bystander")
    place.says(X, f"{line} {reference}")
    assert stream(place, trail.person_stream(X)) == [
        CommandRefused(command=asked, reference=reference, reason="NotKnown")
    ]


def test_of_a_stranger_nothing_is_kept(database: Database) -> None:
    place = Place(database, known=False)
    place.is_("stranger", "waiting")
    with place.office.database.reading() as connection:
        before = trail.streams(connection)
    place.says(X, f"show {REF}")
    with place.office.database.reading() as connection:
        assert trail.streams(connection) == before


def test_an_overseer_who_sends_a_form_that_was_never_theirs_does_not_get_it_back_with_the_issue(
    database: Database,
) -> None:
    place = a_place(database, "overseer")
    assert ISSUE not in text_of(place.submits(X, "answer", {}))


def test_an_overseer_who_raises_learns_of_no_other_challenge_about_the_child(database: Database) -> None:
    place = a_place(database, "overseer")
    place.moves(reviewer=[X])
    entries = {
        "child": CHILD, "issue-1": "One", "outcome-1": "Done", "kind-1": "delay", "impact": "Much", "stage": "first"
    }  # fmt: skip
    inputs = {f"raise.{id}": value for id, value in entries.items()}
    preview = text_of(place.presses(X, verbs.SUBMIT, form="raise", ref="", **inputs))
    assert "Raise it" in preview
    assert REF not in preview


@pytest.mark.parametrize("way", ["manager", "worker", "party"])
def test_a_party_who_raises_is_shown_the_other_challenge_about_the_child(database: Database, way: Way) -> None:
    place = a_place(database, way)
    place.moves(reviewer=[X])
    entries = {
        "child": CHILD, "issue-1": "One", "outcome-1": "Done", "kind-1": "delay", "impact": "Much", "stage": "first"
    }  # fmt: skip
    inputs = {f"raise.{id}": value for id, value in entries.items()}
    assert REF in text_of(place.presses(X, verbs.SUBMIT, form="raise", ref="", **inputs))
