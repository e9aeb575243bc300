"""Several people, or one act several times, at the same moment."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence

import pytest

from bot.domain.commands import Acknowledge, AddNote, Sent
from bot.domain.errors import AlreadyAnswered, AlreadyEnded, MayNotRaise, MovedOn, Refused
from bot.domain.words import Words
from bot.usecases.administer import keep_procedure
from bot.usecases.handle import Handled, handle
from bot.usecases.sweep import sweep
from storage import trail
from storage.audit import broken_chains
from tests.builders import (
    IRO,
    MANAGER,
    STRANGER,
    SUPERVISOR,
    WORKER,
    a_raise,
    an_answer,
    closing,
    on_to,
    satisfied,
)
from tests.storage.samples import at_once, everything
from tests.usecases.scene import Scene

EIGHT = range(8)


def together(scene: Scene, reference: str | None, *all_sent: Sent) -> Sequence[Handled | Exception]:
    works = [lambda sent=sent: handle(scene.office, sent, reference) for sent in all_sent]
    return at_once(*works)


def kinds(results: Sequence[object]) -> Counter[str]:
    return Counter(type(result).__name__ for result in results)


def is_whole(scene: Scene) -> bool:
    with scene.database.reading() as connection:
        return not list(broken_chains(connection))


@pytest.mark.requirement("CARD-03")
def test_the_same_press_delivered_eight_times_at_once_has_one_effect(scene: Scene) -> None:
    results = together(scene, None, *(scene.sent(IRO, a_raise(), id="press") for _ in EIGHT))
    assert kinds(results) == {"Handled": 8}
    handled = [result for result in results if isinstance(result, Handled)]
    assert [one.repeated for one in handled].count(False) == 1
    assert {one.challenge.reference for one in handled} == {"PC-2026-0001"}
    assert len({one.challenge for one in handled}) == 1
    assert scene.happened("PC-2026-0001") == ["ChallengeRaised", "StageOpened"]
    rows = everything(scene.database, "challenge", "done", "outbox")
    assert len(rows["challenge"]) == len(rows["done"]) == 1
    assert scene.raises() == "PC-2026-0002"
    once = [row["key"].removeprefix("PC-2026-0001") for row in scene.rows("PC-2026-0001", kind="asked")]
    assert once == [f"/2/asked/{person}/{way}" for person in (SUPERVISOR, WORKER) for way in ("email", "teams")]
    assert is_whole(scene)


@pytest.mark.requirement("CARD-03")
def test_of_two_who_answer_at_once_one_answers_and_the_other_is_told_so(scene: Scene) -> None:
    for _ in range(6):
        reference = scene.raises("informal")
        results = together(scene, reference, scene.sent(WORKER, an_answer()), scene.sent(SUPERVISOR, an_answer()))
        assert kinds(results) == {"Handled": 1, "AlreadyAnswered": 1}
        assert scene.happened(reference).count("StageAnswered") == 1
        (answered,) = (one for one in results if isinstance(one, Handled))
        (refused,) = (one for one in results if isinstance(one, AlreadyAnswered))
        first = answered.challenge.current.answered
        assert first is not None
        assert refused.facts == {"who": first.by.name}
        assert scene.now(reference) == answered.challenge
    assert is_whole(scene)


def test_answering_and_moving_on_at_once_never_both_count(scene: Scene) -> None:
    for _ in range(6):
        reference = scene.raises("stage-1")
        results = together(
            scene,
            reference,
            scene.sent(MANAGER, an_answer()),
            scene.sent(IRO, on_to("stage-2")),
            scene.sent(IRO, closing()),
        )
        for result in results:
            assert isinstance(result, Handled | MovedOn | AlreadyEnded), result
        first, *later = scene.now(reference).requests
        assert [one.because for one in later] in ([], ["not satisfied" if first.answered else "urgent"])
        assert scene.happened(reference).count("ChallengeClosed") == 1
    assert is_whole(scene)


@pytest.mark.requirement("CARD-03")
def test_references_have_no_gap_though_many_raise_at_once_and_some_are_refused(scene: Scene) -> None:
    people = [IRO, STRANGER, IRO, MANAGER, IRO, IRO, STRANGER, IRO]
    results = together(scene, None, *(scene.sent(person, a_raise()) for person in people))
    raised = sorted(result.challenge.reference for result in results if isinstance(result, Handled))
    assert raised == [f"PC-2026-{number:04d}" for number in range(1, 6)]
    assert [isinstance(result, MayNotRaise) for result in results] == [person != IRO for person in people]
    assert scene.raises() == "PC-2026-0006"


def test_eight_different_acts_at_once_on_one_challenge_all_get_in(scene: Scene) -> None:
    reference = scene.raises()
    notes = [scene.sent(MANAGER, AddNote(kind="note", words=Words(f"Note {number}"))) for number in EIGHT]
    assert kinds(together(scene, reference, *notes)) == {"Handled": 8}
    assert scene.happened(reference).count("NoteAdded") == 8
    assert is_whole(scene)


def test_eight_refusals_at_once_of_one_person_are_all_told_and_all_kept(scene: Scene) -> None:
    reference = scene.raises()
    results = together(scene, reference, *(scene.sent(WORKER, Acknowledge(request=1)) for _ in EIGHT))
    assert kinds(results) == {"NotYours": 8}
    kept = [row for row in everything(scene.database, "trail")["trail"] if row[0] == trail.person_stream(WORKER)]
    assert len(kept) == 8
    assert is_whole(scene)


def test_two_replicas_that_sweep_at_once_say_everything_once(scene: Scene) -> None:
    references = [scene.raises() for _ in range(4)]
    scene.at("Wed 15 April 2026 9am")
    results = at_once(*[lambda: asyncio.run(sweep(scene.office))] * 3)
    assert [result.faulty for result in results if not isinstance(result, Exception)] == [0, 0, 0]
    for reference in references:
        happened = scene.happened(reference)
        assert happened.count("AnswerOverdue") == happened.count("ReminderFell") == 1
    assert len(scene.rows("digest/2026-04-15/")) == len({row["person"] for row in scene.rows("digest/2026-04-15/")})
    assert is_whole(scene)


def test_two_replicas_that_start_at_once_keep_the_procedure_once(scene: Scene) -> None:
    with scene.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM procedure")
    assert list(at_once(*[lambda: keep_procedure(scene.office)] * 4)) == [None] * 4
    assert len(everything(scene.database, "procedure")["procedure"]) == 1


def test_resolving_twice_at_once_under_two_ids_tells_people_once(scene: Scene) -> None:
    reference = scene.raises()
    scene.does(MANAGER, an_answer(), reference)
    results = together(scene, reference, scene.sent(IRO, satisfied()), scene.sent(IRO, satisfied()))
    assert kinds(results) == {"Handled": 1, "AlreadyEnded": 1}
    assert all(isinstance(result, Handled | Refused) for result in results)
    assert len(scene.rows(f"/resolved/{MANAGER}/teams")) == 1
