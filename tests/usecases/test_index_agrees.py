"""Whatever has been done, the index is what would be derived anew from the trail."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from bot.domain.challenge import Challenge
from bot.domain.commands import CLOCK, Acknowledge, AddIssue, AddNote, Command, LookAtClock, Wait
from bot.domain.errors import Refused
from bot.domain.words import Words
from bot.domain.working_time import london_date
from bot.usecases.administer import import_directory, rebuild_index
from storage.audit import broken_chains
from storage.database import Database
from tests.builders import (
    DIRECTOR,
    IRO,
    MANAGER,
    SERVICE,
    STRANGER,
    SUPERVISOR,
    WORKER,
    a_directory,
    a_raise,
    an_answer,
    an_issue,
    closing,
    exhausted,
    on_to,
    satisfied,
)
from tests.storage.samples import everything
from tests.usecases.scene import Scene

INDEX = ("challenge", "waiting", "party")
PEOPLE = (WORKER, SUPERVISOR, MANAGER, SERVICE, DIRECTOR, STRANGER)
STAGES = ("informal", "stage-1", "stage-2", "stage-3")


def a_step(dice: Random, challenge: Challenge, scene: Scene) -> tuple[str, Command]:
    """Something that somebody might do next: mostly what can be done, sometimes what can't."""
    current = challenge.current
    number = current.number if dice.random() < 0.95 else dice.randint(1, 4)
    asked = current.asked[0].person if current.asked and dice.random() < 0.8 else dice.choice(PEOPLE)
    until = london_date(scene.clock.now()) + timedelta(days=dice.randint(0, 10))
    ways: list[tuple[str, Command]] = [
        (asked, Acknowledge(request=number)),
        *[(asked, an_answer(number, issues=len(challenge.issues)))] * 4,
        *[(IRO, on_to(dice.choice(STAGES), number))] * 4,
        (IRO, exhausted(number)),
        (IRO, Wait(request=number, until=until, reason=Words("She is away"))),
        (IRO, AddIssue(issue=an_issue("Another"))),
        (dice.choice((IRO, *PEOPLE)), AddNote(kind="note", words=Words("Noted"))),
        (IRO, satisfied(number)),
        (IRO, closing()),
    ]
    return dice.choice(ways)


def walk(dice: Random, scene: Scene, steps: int) -> None:
    references: list[str] = []
    for _ in range(steps):
        scene.clock.moment += timedelta(minutes=dice.randint(1, 60 * 48))
        try:
            if len(references) < 2 or dice.random() < 0.08:
                stage = dice.choice(STAGES)
                raised = scene.does(IRO, a_raise(stage, "" if stage == "informal" else "Too urgent"))
                references.append(raised.challenge.reference)
            elif dice.random() < 0.4:
                scene.does(CLOCK, LookAtClock(), dice.choice(references))
            elif dice.random() < 0.1:
                import_directory(scene.office, a_directory(without=dice.choice(((), (MANAGER,), (SERVICE, DIRECTOR)))))
            else:
                reference = dice.choice(references)
                scene.does(*a_step(dice, scene.now(reference), scene), reference)
        except Refused:
            pass


@pytest.mark.requirement("CARD-03", "NEL-19")
@pytest.mark.parametrize("seed", range(5))
def test_the_index_agrees_with_the_trail_after_a_random_walk(database: Database, seed: int) -> None:
    scene = Scene(database)
    walk(Random(seed), scene, 70)
    scene.sweeps()  # an import has woken every challenge
    before = everything(database, *INDEX)
    assert rebuild_index(scene.office) == len(before["challenge"]) > 1
    assert everything(database, *INDEX) == before
    with database.reading() as connection:
        assert not list(broken_chains(connection))


def test_the_walks_reach_every_state(database: Database) -> None:
    if not database.is_sqlite:
        pytest.skip("one database is enough to see where the walks lead")
    scene = Scene(database)
    walk(Random(99), scene, 400)
    states = {row[8] for row in everything(database, "challenge")["challenge"]}
    assert states == {
        "waiting for an answer", "waiting for a decision", "stages exhausted", "resolved", "closed",
    }  # fmt: skip


def test_a_rebuilt_index_says_what_the_trail_says_whatever_stood_there(scene: Scene) -> None:
    reference = scene.raises()
    right = everything(scene.database, *INDEX)
    with scene.database.writing() as connection:
        connection.exec_driver_sql("UPDATE challenge SET state = 'resolved', wakes_at = NULL, raiser = 'p-x'")
        connection.exec_driver_sql("DELETE FROM waiting")
        connection.exec_driver_sql("INSERT INTO party VALUES ('PC-2026-0001', 'p-x', 'iro')")
        connection.exec_driver_sql("INSERT INTO party VALUES ('PC-2026-0099', 'p-x', 'iro')")
    assert rebuild_index(scene.office) == 1
    assert everything(scene.database, *INDEX) == right
    assert scene.now(reference).position == 2
