"""A bank holiday announced late: 19 September 2022 was known only from 9 September 2022."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bot.procedures.calendar import CALENDARS
from bot.usecases.watch_calendar import watch_calendar
from cards.plain import as_text
from tests.builders import IRO, MANAGER, an_answer, dated, said
from tests.usecases.scene import Scene


def due(scene: Scene, reference: str) -> str:
    return said(dated(scene.now(reference).current.due).due_at)


def total(scene: Scene, reference: str) -> str:
    return said(dated(scene.now(reference).total).due_at)


@pytest.fixture
def mourning(scene: Scene) -> tuple[Scene, str]:
    """A challenge at a formal stage, raised before the Queen's funeral was announced."""
    scene.at("Wed 7 September 2022 10am")
    watch_calendar(scene.office, scene.clock.now())
    reference = scene.raises("stage-1")
    scene.delivers_all()
    return scene, reference


def test_a_day_announced_late_moves_the_dates_that_it_lies_in(mourning: tuple[Scene, str]) -> None:
    scene, reference = mourning
    assert (due(scene, reference), total(scene, reference)) == (
        "Wed 14 September 2022 5pm",
        "Wed 5 October 2022 5pm",
    )
    scene.at("Thu 8 September 2022 10am")
    assert not watch_calendar(scene.office, scene.clock.now())
    scene.at("Fri 9 September 2022 9am")
    scene.sweeps()
    assert (due(scene, reference), total(scene, reference)) == ("Wed 14 September 2022 5pm", "Thu 6 October 2022 5pm")
    assert scene.happened(reference)[-1] == "DatesMoved"


def test_the_people_concerned_are_told_once_with_the_old_date_the_new_one_and_why(mourning: tuple[Scene, str]) -> None:
    scene, reference = mourning
    scene.at("Fri 9 September 2022 9am")
    scene.sweeps()
    scene.sweeps()
    scene.delivers_all()
    assert scene.happened(reference).count("DatesMoved") == 1
    told = [one for one in scene.teams.sent if "/dates moved/" in one.key]
    assert {IRO, MANAGER} <= {one.key.split("/")[3] for one in told}
    assert len(told) == len({one.key.split("/")[3] for one in told})
    words = as_text(dict(told[0].shown.card or {}))
    assert "Monday 19 September 2022 does not count" in words
    assert "All stages: by 5pm on Thursday 6 October 2022 from now on. It was 5pm on Wednesday 5 October 2022." in words


def test_a_date_that_has_been_answered_stays_as_it_was(mourning: tuple[Scene, str]) -> None:
    scene, reference = mourning
    scene.does(MANAGER, an_answer(), reference)
    before = due(scene, reference)
    scene.at("Fri 9 September 2022 9am")
    scene.sweeps()
    assert due(scene, reference) == before
    assert total(scene, reference) == "Thu 6 October 2022 5pm"


def test_a_stage_that_opens_afterwards_counts_without_that_day(mourning: tuple[Scene, str]) -> None:
    scene, _ = mourning
    scene.at("Tue 13 September 2022 10am")
    scene.sweeps()
    assert due(scene, scene.raises("stage-1")) == "Wed 21 September 2022 5pm"


def test_a_list_with_another_day_in_it_is_noticed_once(scene: Scene, tmp_path: Path) -> None:
    reference = scene.raises("stage-1")
    folder = Path(shutil.copytree(CALENDARS, tmp_path / "lists", copy_function=shutil.copyfile))
    file = folder / "bank-holidays-england-and-wales.csv"
    file.write_text(file.read_text("utf-8") + "2026-04-09,A day of thanks,,,2026-04-07\n", "utf-8")
    scene.office = replace(scene.office, calendars=folder)
    scene.sweeps()
    assert due(scene, reference) == "Wed 15 April 2026 5pm"
    assert not watch_calendar(scene.office, scene.clock.now())
