"""How an event becomes text, and text becomes the event."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any, get_args

import orjson
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.authority import (
    AuthorityEvent,
    CalendarKept,
    CommandRefused,
    DirectoryImported,
    IssueCounted,
    PersonEvent,
    ProcedureKept,
    RecordReconciled,
    TrailKeyChanged,
)
from bot.domain.errors import TrailBroken
from bot.domain.events import Event
from bot.domain.evidence import EvidenceEvent, HoldPlaced, HoldReleased, RecordRead, Told, WordsErased
from bot.domain.words import Words
from storage.codec import AnyEvent, canonical, pack, unpack
from storage.verifier import digest, digests_in
from tests.storage.samples import EACH, a_note

OTHERS: tuple[AnyEvent, ...] = (
    CommandRefused(command="Answer", reference="PC-2026-0001", reason="AlreadyAnswered"),
    DirectoryImported(version=3, units=6, people=40, posts=44, children=60),
    ProcedureKept(id="anyshire", version="2019-06", fingerprint="f" * 64),
    CalendarKept(version="england-and-wales 1f2e3d4c"),
    IssueCounted(kind="theme", arena="care", unit="Team 1", procedure="f" * 64),
    Told(
        position=2, kind="asked", number=1, to="p-tm", role="team-manager", way="teams", attempt=1, outcome="delivered"
    ),
    RecordRead(by="p-tm", relation="asked", what="record"),
    RecordReconciled(checked=3, index=("PC-2026-0001",), messages=(), clock=(), unreadable=()),
    TrailKeyChanged(before="a+1+b", after="a+2+c"),
    WordsErased(digests=("d" * 64,), on=date(2026, 6, 5), basis="retention"),
    HoldPlaced(reason="Complaint 7 of 2026"),
    HoldReleased(reason="It was answered"),
)
EVERY = pytest.mark.parametrize("event", [*EACH, *OTHERS], ids=lambda event: type(event).__name__)

ASCII = st.text(st.characters(codec="ascii"), max_size=12)
WHOLE = st.integers(min_value=-(2**53) + 1, max_value=2**53 - 1)
PLAIN: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | WHOLE | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ASCII, inner, max_size=4),
    max_leaves=20,
)


def words_in(node: object) -> list[Words]:
    """All the words in an event, in whatever depth."""
    if isinstance(node, Words):
        return [node]
    if is_dataclass(node):
        return [found for field in fields(node) for found in words_in(getattr(node, field.name))]
    if isinstance(node, tuple):
        return [found for one in node for found in words_in(one)]
    return []


def test_there_is_a_sample_of_every_event() -> None:
    assert {type(event) for event in EACH} == set(get_args(Event))
    others = {PersonEvent, *get_args(AuthorityEvent), *get_args(EvidenceEvent)}
    assert {type(event) for event in OTHERS} == others


@EVERY
def test_every_event_comes_back_as_it_was(event: AnyEvent) -> None:
    body, said = pack(event)
    shelf = {one.digest: Words(one.text) for one in said}
    assert unpack(type(event).__name__, body.decode(), shelf) == event


@EVERY
@pytest.mark.requirement("CARD-03")
def test_the_body_of_an_event_is_its_canonical_form_by_rfc_8785(event: AnyEvent) -> None:
    body, _ = pack(event)
    assert body == rfc8785.dumps(json.loads(body))


@given(PLAIN)
def test_whatever_may_stand_in_the_trail_has_the_canonical_form_of_rfc_8785(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@EVERY
@pytest.mark.requirement("CARD-03")
def test_no_body_holds_anything_that_people_wrote(event: AnyEvent) -> None:
    body, said = pack(event)
    written = [words.text for words in words_in(event) if words.text]
    assert sorted(one.text for one in said) == sorted(written)
    for text in written:
        assert text not in body.decode()
        assert orjson.dumps(text).strip(b'"') not in body


def test_the_same_words_never_have_the_same_digest() -> None:
    (first,), (second,) = pack(a_note("Yes"))[1], pack(a_note("Yes"))[1]
    assert first.salt != second.salt
    assert first.digest != second.digest
    assert first.digest == hashlib.sha256(first.salt + b"Yes").hexdigest() == digest(first.salt, "Yes")


def test_a_body_names_the_digests_of_its_words() -> None:
    body, said = pack(EACH[0])
    assert digests_in(body.decode()) == [
        one.digest for one in sorted(said, key=lambda one: body.find(one.digest.encode()))
    ]
    assert digests_in(pack(OTHERS[0])[0].decode()) == []


def test_words_that_look_like_a_digest_are_words_all_the_same() -> None:
    event = a_note('{"words":"' + "a" * 64 + '"}')
    body, said = pack(event)
    assert digests_in(body.decode()) == [said[0].digest]
    assert unpack("NoteAdded", body.decode(), {said[0].digest: event.words}) == event


def test_an_event_that_this_version_does_not_know_breaks_the_reading() -> None:
    with pytest.raises(TrailBroken, match="ChallengeForgotten"):
        unpack("ChallengeForgotten", "{}", {})


def test_words_that_are_missing_without_a_record_of_their_erasure_break_the_reading() -> None:
    body, _ = pack(a_note("Gone"))
    with pytest.raises(TrailBroken, match="missing without a record of their erasure"):
        unpack("NoteAdded", body.decode(), {})


def test_a_thing_that_has_no_place_in_the_trail_is_not_packed_unseen() -> None:
    with pytest.raises(TypeError):
        pack(object())  # type: ignore[arg-type]
