"""Every cell of the access table, tried as a line typed and as a button pressed.

What is tried is taken from the table, and so is what must come of it: a cell without a test is impossible, and a cell
that the code doesn't follow fails.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast, get_args

import pytest

from bot.domain.access import COMING, TABLE, Action, Relation, may, may_ask
from bot.domain.commands import CLOCK, OPERATOR, Acknowledge, Command, LookAtClock, MoveToVersion
from bot.domain.decide import decide
from bot.domain.errors import Refused
from bot.domain.forms import FormId
from bot.domain.notices import Notice
from bot.domain.rehearse import rehearse
from bot.domain.words import Words
from bot.usecases.ports import Reply
from bot.usecases.show import digest
from cards import verbs
from cards.kit import actions_in
from cards.plain import as_text
from storage import desk, outbox, trail
from storage.database import Database
from tests.access.place import CHILD, INITIALS, ISSUE, REF, Place, State, Way, X, procedure, text_of

UNKNOWN = "PC-2026-9999"
PEOPLE: tuple[Way, ...] = get_args(Way)
SEEING: tuple[Action, ...] = ("see where it stands", "know the child", "read the record", "read the dates")


@dataclass(frozen=True, kw_only=True)
class Act:
    """How an act is tried: at which state of the challenge, by which word, by which form with what in it."""

    state: State
    word: str
    form: str
    entries: Mapping[str, str] = field(default_factory=dict)


ACTS: Mapping[Action, Act] = {
    "answer": Act(
        state="waiting", word="respond", form="answer", entries={"verdict-1": "accepted", "words-1": "It will be done"}
    ),
    "agree": Act(state="proposed", word="agree", form="agree", entries={"agreed": "yes"}),
    "decide": Act(
        state="answered",
        word="resolve",
        form="resolve",
        entries={"how": "By a visit", "outcome": "Seen", "achieved": "yes"},
    ),
    "plan": Act(state="answered", word="plan", form="plan", entries={"until": "+2"}),
    "go on": Act(state="answered", word="escalate", form="escalate", entries={"to": "last", "reason": "Not enough"}),
    "exhaust": Act(state="last answered", word="exhaust", form="exhaust", entries={"reason": "Not enough"}),
    "wait": Act(state="overdue", word="wait", form="wait", entries={"until": "+2", "reason": "Back then"}),
    "withdraw": Act(state="waiting", word="withdraw", form="close", entries={"reason": "A mistake"}),
    "add an issue": Act(
        state="waiting", word="issue", form="issue", entries={"issue-2": "Two", "outcome-2": "Done", "kind-2": "delay"}
    ),
    "note": Act(state="waiting", word="note", form="note", entries={"kind": "note", "words": "A note"}),
    "fix the meeting": Act(state="waiting", word="meeting", form="meeting", entries={"day": "+1", "where": "Room 1"}),
    "set a date": Act(state="waiting", word="timescale", form="limit", entries={"until": "+3", "reason": "Away"}),
    "stop the clock": Act(state="waiting", word="pause", form="pause", entries={"pause": "court", "reason": "Court"}),
    "hand on": Act(state="waiting", word="take", form="take", entries={"to": "P-Reviewer", "reason": "Away"}),
    "reopen": Act(state="ended", word="reopen", form="reopen", entries={"stage": "first", "reason": "Not done"}),
}
BY_PEOPLE: tuple[Action, ...] = (*SEEING, "acknowledge", *ACTS)


def relation_of(way: Way) -> Relation:
    return next(one for one in get_args(Relation) if one == way.partition(",")[0])


def ways(*actions: Action) -> list[tuple[Action, Way, bool]]:
    """Each action for each way to be something to the challenge; where a post may be named for it, with and without."""
    return [(action, way, named) for action in actions for way in PEOPLE for named in _named(action, way)]


def _named(action: Action, way: Way) -> tuple[bool, ...]:
    if TABLE[action][relation_of(way)] != "named":
        return (False,)
    return (True,) if way == "successor" and action in ("hand on", "reopen") else (True, False)


def a_place(database: Database, action: Action, way: Way, state: State, *, named: bool) -> Place:
    place = Place(database, names=action if named else None, known=way != "stranger")
    place.is_(way, state, named=named)
    assert relation_of(way) in place.relations(), f"{way} is {place.relations()}"
    return place


def asks_in_vain(reply: Reply, again: Reply) -> None:
    """Nobody can tell a challenge that they may not know of from one that doesn't exist."""
    assert text_of(reply).replace(REF, UNKNOWN) == text_of(again)
    assert len(reply.shown) == len(again.shown)
    assert reply.replaces == again.replaces


def test_every_action_is_tried() -> None:
    elsewhere = {
        "find it",
        "see it in the tray",
        "see it in the digest",
        "be told",
        "export",
        "raise",
        "count an issue",
    }
    of_machines = {"look at the clock", "follow another version"}
    assert set(TABLE) == {*BY_PEOPLE, *COMING, *elsewhere, *of_machines}


@pytest.mark.requirement("NEL-18")
@pytest.mark.parametrize(("action", "way", "named"), ways(*SEEING))
def test_who_sees_what(database: Database, action: Action, way: Way, named: bool) -> None:
    place = a_place(database, action, way, "waiting", named=named)
    shows = {
        "see where it stands": ("show", verbs.SHOW, "Stage first"),
        "know the child": ("show", verbs.SHOW, INITIALS),
        "read the record": ("show", verbs.SHOW, ISSUE),
        "read the dates": ("why", verbs.WHY, "Stage first"),
    }
    word, verb, shown = shows[action]
    for reply, again in (
        (place.says(X, f"{word} {REF}"), place.says(X, f"{word} {UNKNOWN}")),
        (place.presses(X, verb, ref=REF), place.presses(X, verb, ref=UNKNOWN)),
    ):
        assert (shown in text_of(reply)) == may(place.relations(), action)
        if not may(place.relations(), "see where it stands"):
            asks_in_vain(reply, again)


@pytest.mark.requirement("NEL-18")
@pytest.mark.parametrize(("action", "way", "named"), ways(*ACTS))
def test_who_does_what_by_a_form(database: Database, action: Action, way: Way, named: bool) -> None:
    act = ACTS[action]
    state: State = "waiting" if action == "exhaust" and way.startswith("agrees") else act.state
    place = a_place(database, action, way, state, named=named)
    relations = place.relations()
    allowed = may(relations, action, named=named)
    before = place.scene.happened(REF)

    line, again = place.says(X, f"{act.word} {REF}"), place.says(X, f"{act.word} {UNKNOWN}")
    assert offers(line, act.form) == allowed, text_of(line)
    assert place.scene.happened(REF) == before

    entries = filled(place, act, named=named)
    pressed, in_vain = place.submits(X, act.form, entries), place.submits(X, act.form, entries, ref=UNKNOWN)
    assert (place.scene.happened(REF) != before) == allowed, text_of(pressed)

    if not may_ask(relations, action):
        asks_in_vain(line, again)
        asks_in_vain(pressed, in_vain)


def filled(place: Place, act: Act, *, named: bool) -> dict[str, str]:
    """The form's entries; `+2` stands for the day after tomorrow."""
    to_named = {"to": "special"} if act.form == "escalate" and named else {}
    entries = {**act.entries, **to_named}
    return {id: place.day(int(value)) if value.startswith("+") else value for id, value in entries.items()}


def offers(reply: Reply, form: str) -> bool:
    """Whether there is a card that the form can be sent from."""
    cards = [shown.card for shown in reply.shown if shown.card]
    actions = [one for card in cards for one in actions_in(card["body"], inside=True)]
    offered = any(one.get("verb") == verbs.SUBMIT and one["data"]["form"] == form for one in actions)
    return offered and not refused(reply)


def refused(reply: Reply) -> bool:
    return any(word in text_of(reply) for word in ("There is no challenge", "Nothing was changed"))


@pytest.mark.parametrize(("action", "way", "named"), ways("acknowledge"))
@pytest.mark.parametrize("typed", [True, False])
def test_who_acknowledges(database: Database, action: Action, way: Way, named: bool, typed: bool) -> None:
    place = a_place(database, action, way, "waiting", named=named)
    relations, before = place.relations(), place.scene.happened(REF)

    def acknowledges(ref: str) -> Reply:
        number = place.scene.now(REF).current.number
        return place.says(X, f"ack {ref}") if typed else place.presses(X, verbs.ACK, ref=ref, n=number, nonce=ref)

    reply, again = acknowledges(REF), acknowledges(UNKNOWN)
    assert ("StageAcknowledged" in place.scene.happened(REF)[len(before) :]) == may(relations, action)
    if not may_ask(relations, action):
        asks_in_vain(reply, again)


@pytest.mark.parametrize("way", PEOPLE)
def test_who_finds_it_and_who_by_the_child(database: Database, way: Way) -> None:
    place = a_place(database, "find it", way, "waiting", named=False)
    relations = place.relations()
    met = X in {party.person for party in place.scene.now(REF).parties}
    by_reference, by_child = text_of(place.says(X, f"find {REF}")), text_of(place.says(X, f"find {CHILD}"))
    assert (f"**{REF}**" in by_reference) == may(relations, "find it", named=met)
    assert (f"**{REF}**" in by_child) == (may(relations, "find it", named=met) and may(relations, "know the child"))
    assert CHILD not in by_reference or may(relations, "know the child")


TURNS: Mapping[State, tuple[Way, ...]] = {
    "waiting": ("asked", "asked, as deputy"),
    "proposed": ("agrees", "asked", "asked, as deputy"),
    "answered": ("raiser", "decides"),
    "overdue": ("raiser", "asked", "asked, as deputy"),
}
"""Whose turn it is in each state, of those who are what they are by name and not by holding the post now."""


@pytest.mark.requirement("NEL-19")
@pytest.mark.parametrize("state", TURNS)
@pytest.mark.parametrize("way", PEOPLE)
def test_who_has_it_in_the_tray(database: Database, state: State, way: Way) -> None:
    place = a_place(database, "see it in the tray", way, state, named=False)
    turn = way == "agrees" or way in TURNS[state]
    assert (REF in text_of(place.says(X, "tray"))) == turn
    assert not turn or may(place.relations(), "see it in the tray", named=True)


@pytest.mark.requirement("CARD-06")
@pytest.mark.parametrize("way", PEOPLE)
def test_who_has_it_in_the_digest(database: Database, way: Way) -> None:
    place = a_place(database, "see it in the digest", way, "waiting", named=False)
    reply = text_of(place.says(X, "digest"))
    with place.office.database.reading() as connection:
        sent = as_text(digest(place.office, connection, X, place.scene.clock.now()).card)
    for said in (reply, sent):
        assert (REF in said) == may(place.relations(), "see it in the digest")
        assert not any(word in said for word in (CHILD, INITIALS, ISSUE))


@pytest.mark.parametrize("way", PEOPLE)
def test_a_message_reaches_only_whom_it_may(database: Database, way: Way) -> None:
    """A row that somehow names somebody who may not be told is not sent, and the operator hears of it."""
    place = a_place(database, "be told", way, "waiting", named=False)
    place.scene.reached(X)
    with place.office.database.reading() as connection:
        (recorded, *_) = trail.history(connection, REF)
    (row, *_) = place.scene.rows("/opened/p-told") or place.scene.rows("/opened/")
    notice = Notice(
        challenge=REF, position=row["position"], kind="opened", number=1, to=X, role="told", way="teams", held=False
    )
    with place.office.database.writing() as connection:
        outbox.enqueue(connection, [(notice, place.scene.clock.now())])
    place.scene.delivers_all()
    told = [outgoing for outgoing in place.scene.teams.sent if "/opened/" in outgoing.key and f"/{X}/" in outgoing.key]
    assert recorded.position == 1
    assert bool(told) == may(place.relations(), "be told", named=True)
    assert not any(ISSUE in text_of(Reply(shown=(outgoing.shown,))) for outgoing in told)


@pytest.mark.parametrize("way", PEOPLE)
def test_nobody_takes_the_record_out_in_a_chat(database: Database, way: Way) -> None:
    """The console alone can, and does in the export's own tests."""
    place = a_place(database, "export", way, "waiting", named=False)
    assert not may(place.relations(), "export")
    assert not any(word in text_of(place.says(X, f"export {REF}")) for word in (ISSUE, INITIALS))


@pytest.mark.parametrize(("action", "way", "named"), ways("raise", "count an issue"))
def test_who_raises_another_and_has_an_issue_counted(database: Database, action: Action, way: Way, named: bool) -> None:
    place = Place(database, known=way != "stranger")
    place.is_(way, "waiting")
    raises = X in place.posts["iro"]
    if named:
        place.moves(reviewer=[X])
    kind = "theme" if action == "count an issue" else "delay"
    entries = {
        "child": CHILD, "issue-1": "One", "outcome-1": "Done", "kind-1": kind, "impact": "Much", "stage": "first"
    }  # fmt: skip
    place.presses(X, verbs.SUBMIT, form="raise", ref="", **{f"raise.{id}": value for id, value in entries.items()})
    with place.office.database.reading() as connection:
        counted = trail.latest(connection, trail.AUTHORITY, "IssueCounted")
        drafts = desk.drafts_of(connection, X)
    known = way != "stranger"
    allowed = known and (named or raises)
    if action == "count an issue":
        assert (counted is not None) == allowed
        return
    for draft in drafts:
        place.says(X, f"yes {draft.code}")
    with place.office.database.reading() as connection:
        assert (len(list(trail.references(connection))) == 2) == allowed


@pytest.mark.parametrize("sender", [OPERATOR, CLOCK])
@pytest.mark.parametrize("action", ["acknowledge", *ACTS, "look at the clock", "follow another version"])
def test_what_the_console_and_the_clock_do(database: Database, action: Action, sender: str) -> None:
    """Nobody can be either by a turn; what they do comes by the same door as everything, and is read off the table."""
    place = Place(database)
    place.is_("bystander", ACTS[action].state if action in ACTS else "waiting")
    assert text_of(place.says(sender, f"show {REF}")) == text_of(place.says("nobody", f"show {REF}"))
    commands: dict[Action, Command] = {
        "acknowledge": Acknowledge(request=1),
        "look at the clock": LookAtClock(),
        "follow another version": MoveToVersion(reason=Words("A new version")),
    }
    with place.scene.under(procedure("hand on")).database.reading() as connection:
        facts = place.scene.under(procedure("hand on")).facts(connection)
    challenge, sent = place.scene.now(REF), place.scene.sent(sender, commands.get(action, LookAtClock()))
    refusals: list[Refused] = []
    try:
        if action in commands:
            decide(challenge, sent, facts)
        else:
            rehearse(cast(FormId, ACTS[action].form), challenge, sent, facts)
    except Refused as refused:
        refusals.append(refused)
    assert [one.reason for one in refusals] == ([] if may(place.relations(sender), action) else ["NotKnown"])
