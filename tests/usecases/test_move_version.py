"""A running challenge keeps its text; moving it to another version is an act with a reason, shown before it is done."""

from __future__ import annotations

import pytest

from bot.domain.errors import Refused
from bot.procedure_cli import move_lines
from bot.usecases.move_version import move, plan_move
from tests.builders import IRO, MANAGER, an_answer, dated, said, satisfied
from tests.usecases.scene import Scene, changed

LONGER = ("limit = { count = 5 }", "limit = { count = 9 }")


def test_what_would_change_is_shown_and_nothing_is_written(scene: Scene) -> None:
    reference = scene.raises("stage-1")
    office = scene.under(changed(scene.office.loaded, *LONGER))
    lines = list(move_lines(plan_move(office, reference, "The council agreed the new text")))
    shown = "\n".join(lines)
    assert "+ " in shown
    assert "9 working days" in shown
    assert "Answer: 5pm on Tuesday 14 April 2026 → 5pm on Monday 20 April 2026" in lines
    assert scene.happened(reference) == ["ChallengeRaised", "StageOpened"]


def test_a_moved_challenge_follows_the_new_text_and_everybody_concerned_is_told_once(scene: Scene) -> None:
    reference = scene.raises("stage-1")
    scene.delivers_all()
    office = scene.under(changed(scene.office.loaded, *LONGER))
    move(office, plan_move(office, reference, "The council agreed the new text"))
    now = scene.now(reference)
    assert now.procedure == office.procedure.fingerprint
    assert said(dated(now.current.due).due_at) == "Mon 20 April 2026 5pm"
    assert said(dated(now.total).due_at) == "Wed 6 May 2026 5pm"
    assert scene.happened(reference)[-1] == "DatesMoved"
    told = [row["person"] for row in scene.rows("/dates moved/", way="teams")]
    assert sorted(told) == sorted(set(told))
    assert {IRO, MANAGER} <= set(told)


def test_a_challenge_that_is_not_moved_keeps_its_own_text(scene: Scene) -> None:
    reference = scene.raises("stage-1")
    office = scene.under(changed(scene.office.loaded, *LONGER))
    with office.database.reading() as connection:
        assert office.pinned(connection, scene.now(reference).procedure) == scene.office.procedure


@pytest.mark.parametrize(
    ("before", "after", "reason", "refusal"),
    [
        ("version = ", "version =  ", "", "needs a reason"),
        ('id = "stage-1"', 'id = "stage-one"', "New", "has no stage “stage-1”"),
    ],
)
def test_what_cannot_be_moved_is_refused_in_words(
    scene: Scene, before: str, after: str, reason: str, refusal: str
) -> None:
    reference = scene.raises("stage-1")
    office = scene.under(changed(scene.office.loaded, before, after))
    with pytest.raises(Refused, match=refusal):
        plan_move(office, reference, reason)


def test_the_same_version_and_an_ended_challenge_are_refused(scene: Scene) -> None:
    reference = scene.raises("stage-1")
    with pytest.raises(Refused, match="already follows this version"):
        plan_move(scene.office, reference, "New")
    scene.does(MANAGER, an_answer(), reference)
    scene.does(IRO, satisfied(), reference)
    office = scene.under(changed(scene.office.loaded, *LONGER))
    with pytest.raises(Refused, match="already ended"):
        plan_move(office, reference, "New")
