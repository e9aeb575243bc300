"""The one door: what a command leads to is written whole, or not at all, and once."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.commands import CLOCK, Acknowledge, AddNote, Answer, LookAtClock
from bot.domain.errors import AlreadyAnswered, AnswerIncomplete, MayNotRaise, NotKnown, NotYours, TrailBroken
from bot.domain.words import Words
from bot.usecases.handle import handle
from storage import index, outbox, trail
from storage.audit import broken_chains
from tests.builders import (
    IRO,
    MANAGER,
    STRANGER,
    WORKER,
    a_raise,
    an_answer,
    at,
    closing,
    dated,
    on_to,
    satisfied,
)
from tests.storage.samples import everything, execute
from tests.usecases.scene import Scene, changed


def a_note(words: str = "She rang") -> AddNote:
    return AddNote(kind="note", words=Words(words))


@pytest.mark.requirement("CARD-03")
def test_a_whole_story_stands_in_the_trail_with_who_in_which_role_when_and_by_which_message(scene: Scene) -> None:
    reference = scene.raises("stage-1")
    scene.at("Wed 8 April 2026 11am")
    scene.does(MANAGER, Acknowledge(request=1), reference)
    scene.does(MANAGER, an_answer(), reference, id="press-7")
    scene.at("Thu 9 April 2026 3pm")
    scene.does(IRO, satisfied(), reference)
    with scene.database.reading() as connection:
        history = trail.history(connection, reference)
        assert not list(broken_chains(connection, trail.challenge_stream(reference)))
    told = [(type(one.event).__name__, one.by, one.role, one.happened_at, one.message) for one in history]
    raised, answered = at("Tue 7 April 2026 10am"), at("Wed 8 April 2026 11am")
    assert told == [
        ("ChallengeRaised", IRO, "iro", raised, "m1"),
        ("StageOpened", IRO, "iro", raised, "m1"),
        ("StageAcknowledged", MANAGER, "team-manager", answered, "m2"),
        ("StageAnswered", MANAGER, "team-manager", answered, "m3"),
        ("ChallengeResolved", IRO, "iro", at("Thu 9 April 2026 3pm"), "m4"),
    ]
    assert history[3].command == "press-7"
    assert all(one.recorded_at == one.happened_at for one in history)


@pytest.mark.requirement("CARD-03", "OMB-10")
def test_what_happened_and_when_it_was_recorded_are_two_things(scene: Scene) -> None:
    sent = scene.sent(IRO, a_raise())
    scene.at("Tue 7 April 2026 10:05am")
    reference = handle(scene.office, sent).challenge.reference
    with scene.database.reading() as connection:
        first = trail.history(connection, reference)[0]
    assert (first.happened_at, first.recorded_at) == (at("Tue 7 April 2026 10am"), at("Tue 7 April 2026 10:05am"))
    assert first.by == IRO


def test_a_command_says_what_came_of_it(scene: Scene) -> None:
    handled = scene.does(IRO, a_raise())
    assert [type(one.event).__name__ for one in handled.events] == ["ChallengeRaised", "StageOpened"]
    assert handled.challenge == scene.now(handled.challenge.reference)
    assert not handled.repeated


@pytest.mark.requirement("CARD-03")
def test_the_same_act_delivered_again_has_no_further_effect(scene: Scene) -> None:
    first = scene.does(IRO, a_raise(), id="press")
    reference = first.challenge.reference
    before = everything(scene.database)
    again = scene.does(IRO, a_raise(), id="press")
    assert again.repeated
    assert again.events == ()
    assert again.challenge == first.challenge
    scene.does(WORKER, an_answer(), reference, id="answer")
    scene.at("Tue 7 April 2026 4pm")
    repeated = scene.does(WORKER, an_answer(), reference, id="answer")
    assert repeated.repeated
    assert repeated.challenge.state == "waiting for a decision"
    assert len(before["challenge"]) == 1
    assert scene.happened(reference) == ["ChallengeRaised", "StageOpened", "StageAnswered"]


def test_an_act_that_changes_nothing_is_done_all_the_same(scene: Scene) -> None:
    reference = scene.raises()
    scene.does(MANAGER, Acknowledge(request=1), reference)
    scene.does(MANAGER, Acknowledge(request=1), reference, id="twice")
    assert scene.happened(reference).count("StageAcknowledged") == 1
    assert scene.does(MANAGER, Acknowledge(request=1), reference, id="twice").repeated


# Refusals


def refusals(scene: Scene, person: str) -> list[dict[str, Any]]:
    return [
        {"position": row[1], "type": row[2], "by": row[4], "command": row[7], "body": row[11]}
        for row in everything(scene.database, "trail")["trail"]
        if row[0] == trail.person_stream(person)
    ]


@pytest.mark.requirement("CARD-03")
def test_a_refusal_is_kept_in_the_persons_own_stream_and_changes_nothing_else(scene: Scene) -> None:
    reference = scene.raises()
    before = everything(scene.database)
    with pytest.raises(AnswerIncomplete):
        scene.does(MANAGER, Answer(request=1, answers=()), reference, id="press")
    (kept,) = refusals(scene, MANAGER)
    assert (kept["type"], kept["position"], kept["by"], kept["command"]) == ("CommandRefused", 1, MANAGER, "press")
    assert kept["body"] == f'{{"command":"Answer","reason":"AnswerIncomplete","reference":"{reference}"}}'
    after = everything(scene.database)
    assert {name for name in after if after[name] != before[name]} == {"trail", "unlogged"}
    with scene.database.reading() as connection:
        assert not list(broken_chains(connection, trail.person_stream(MANAGER)))


def test_what_was_refused_can_be_done_under_the_same_id_once_it_is_put_right(scene: Scene) -> None:
    reference = scene.raises()
    with pytest.raises(AnswerIncomplete):
        scene.does(MANAGER, Answer(request=1, answers=()), reference, id="press")
    assert scene.does(MANAGER, an_answer(), reference, id="press").events


def test_each_refusal_is_kept(scene: Scene) -> None:
    reference = scene.raises()
    for _ in range(3):
        with pytest.raises(NotYours):
            scene.does(WORKER, an_answer(), reference)
    assert [one["position"] for one in refusals(scene, WORKER)] == [1, 2, 3]


def test_a_raising_that_is_refused_takes_no_reference(scene: Scene) -> None:
    with pytest.raises(MayNotRaise):
        scene.does(MANAGER, a_raise())
    with pytest.raises(NotKnown):
        scene.does(IRO, a_raise(child="MOS-99999"))
    assert scene.raises() == "PC-2026-0001"


@pytest.mark.requirement("NEL-18")
def test_the_unknown_and_the_forbidden_are_refused_in_the_same_words(scene: Scene) -> None:
    reference = scene.raises()
    with pytest.raises(NotKnown) as forbidden:
        scene.does(STRANGER, a_note(), reference)
    with pytest.raises(NotKnown) as unknown:
        scene.does(STRANGER, a_note(), "PC-2026-0999")
    assert forbidden.value.sentence.replace(reference, "PC-2026-0999") == unknown.value.sentence


def test_what_the_clock_is_refused_is_nobodys_refusal(scene: Scene) -> None:
    with pytest.raises(NotKnown):
        scene.does(CLOCK, LookAtClock(), "PC-2026-0999")
    assert refusals(scene, CLOCK) == []


def test_a_command_other_than_a_raising_needs_a_reference(scene: Scene) -> None:
    with pytest.raises(NotKnown):
        scene.does(IRO, a_note())


# All or nothing

STEPS = {
    "the first of the trail": (trail, "append"),
    "the index": (index, "put"),
    "the outbox": (outbox, "enqueue"),
    "the mark that it was done": (trail, "mark_done"),
}


@pytest.mark.requirement("CARD-03")
@pytest.mark.parametrize(("module", "name"), STEPS.values(), ids=STEPS)
@pytest.mark.parametrize("after", [True, False], ids=["after", "before"])
def test_a_failure_at_any_step_leaves_nothing_and_the_act_can_be_done_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, module: Any, name: str, after: bool
) -> None:
    reference = scene.raises()
    real = getattr(module, name)

    def fails(*args: Any, **kwargs: Any) -> None:
        if after:
            real(*args, **kwargs)
        raise MemoryError

    before = everything(scene.database)
    with monkeypatch.context() as patch:
        patch.setattr(module, name, fails)
        for command in (an_answer(), on_to("stage-2"), a_raise()):
            by = MANAGER if isinstance(command, Answer) else IRO
            with pytest.raises(MemoryError):
                scene.does(by, command, None if command == a_raise() else reference, id="press")
    assert everything(scene.database) == before
    assert scene.does(MANAGER, an_answer(), reference, id="press").events
    assert scene.raises() == "PC-2026-0002"


@pytest.mark.requirement("CARD-03")
def test_trail_index_outbox_and_mark_come_together(scene: Scene) -> None:
    before = everything(scene.database)
    reference = scene.raises()
    after = everything(scene.database)
    assert {name for name in after if after[name] != before[name]} == {
        "trail", "unlogged", "words", "challenge", "about", "waiting", "party", "outbox", "done", "counter",
    }  # fmt: skip
    assert {row["reference"] for row in scene.rows()} == {reference}


def test_the_clock_leaves_no_mark_of_having_looked(scene: Scene) -> None:
    reference = scene.raises()
    scene.at("Fri 10 April 2026 9am")
    before = everything(scene.database, "done")
    assert [type(one.event).__name__ for one in scene.looks(reference).events] == ["ReminderFell"]
    assert scene.looks(reference).events == ()
    assert everything(scene.database, "done") == before


def test_a_look_at_the_clock_that_finds_nothing_puts_the_challenge_back_to_sleep(scene: Scene) -> None:
    reference = scene.raises()
    right = everything(scene.database, "challenge")
    execute(scene.database, "UPDATE challenge SET wakes_at = NULL")
    scene.looks(reference)
    assert everything(scene.database, "challenge") == right


def test_what_waits_for_working_hours_is_held_until_they_begin(scene: Scene) -> None:
    scene.raises()
    scene.at("Tue 14 April 2026 5:30pm")
    scene.sweeps()
    (overdue, *_) = scene.rows("/overdue/", way="teams")
    assert overdue["held"]
    assert overdue["due_at"] == at("Wed 15 April 2026 9am")
    assert all(not row["held"] and row["due_at"] == at("Tue 7 April 2026 10am") for row in scene.rows("/asked/"))


# Under the procedure of its day


def test_a_challenge_keeps_the_procedure_under_which_it_was_raised(scene: Scene) -> None:
    reference = scene.raises("stage-1")
    longer = scene.under(changed(scene.office.loaded, "limit = { count = 5 }", "limit = { count = 9 }"))
    handled = handle(longer, scene.sent(IRO, on_to("stage-2")), reference)
    assert dated(handled.challenge.current.due).limit == 5
    other = handle(longer, scene.sent(IRO, a_raise("stage-2", "Too urgent")))
    assert dated(other.challenge.current.due).limit == 9
    assert other.challenge.procedure != handled.challenge.procedure


def test_a_challenge_whose_procedure_is_lost_is_a_fault_and_no_answer_to_a_person(scene: Scene) -> None:
    reference = scene.raises("stage-1")
    later = scene.under(changed(scene.office.loaded, "limit = { count = 5 }", "limit = { count = 9 }"))
    execute(scene.database, "DELETE FROM procedure")
    with pytest.raises(TrailBroken, match="procedure"):
        handle(later, scene.sent(IRO, closing()), reference)


def test_an_answer_that_comes_second_is_told_whose_was_first(scene: Scene) -> None:
    reference = scene.raises("informal")
    scene.does(WORKER, an_answer(), reference)
    with pytest.raises(AlreadyAnswered, match="Sam Walker has already answered"):
        scene.does("p-ps", an_answer(), reference)
