"""Challenges with no person behind them: a rule of the file raises them, once for each child and plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.procedures.load import read
from bot.usecases.administer import import_directory
from bot.usecases.raise_by_rules import raise_by_rules
from tests.language.town import CHILD, SISTER, a_town
from tests.lines import lines
from tests.procedures.small import a_procedure, small
from tests.usecases.scene import Scene

RULES = """
[[triggers]]
id = "third"
title = "A third review conference"
arena = "care"
when = "reviews held"
at_least = 3
stage = "first"
kind = "delay"
issue = "There has been a third review conference."
outcome = "A plan that ends."
impact = "The child waits."

[[triggers]]
id = "long"
title = "More than fifteen months on a plan"
arena = "care"
when = "months on plan"
at_least = 15
stage = "talk"
kind = "delay"
issue = "The plan has lasted fifteen months."
outcome = "A decision."
impact = "The child waits."
"""


@pytest.fixture
def ruled(scene: Scene) -> Scene:
    """Anyshire's rules in force, with two children of whom neither has reached anything yet."""
    scene.office = scene.under(read(small(extra=RULES)))
    plan(scene, CHILD, since=None, reviews=2)
    return scene


def plan(scene: Scene, child: str, *, since: date | None, reviews: int | None, iro: str = "iro") -> None:
    """The import says how long the child's plan has lasted, and how many reviews there were."""
    directory = a_town(a_procedure(extra=RULES)).directory
    workers = {**directory.children[child].workers, "iro": iro} if iro else {}
    changed = replace(directory.children[child], plan_since=since, reviews_held=reviews, workers=workers)
    import_directory(scene.office, replace(directory, children={**directory.children, child: changed}))


def raise_now(scene: Scene) -> int:
    return raise_by_rules(scene.office, scene.clock.now())


def test_nothing_is_raised_before_its_number_is_reached(ruled: Scene) -> None:
    assert raise_now(ruled) == 0


def test_a_third_conference_raises_once_however_often_it_is_looked_at(ruled: Scene) -> None:
    plan(ruled, CHILD, since=date(2026, 1, 5), reviews=3)
    assert [raise_now(ruled), raise_now(ruled)] == [1, 0]
    challenge = ruled.now("PC-2026-0001")
    assert (challenge.trigger, challenge.child, challenge.raiser.person) == ("third", CHILD, "iro")
    assert challenge.current.stage == "first"


def test_a_new_plan_of_the_same_child_is_another_matter(ruled: Scene) -> None:
    plan(ruled, CHILD, since=date(2025, 11, 5), reviews=3)
    assert raise_now(ruled) == 1
    plan(ruled, CHILD, since=date(2026, 3, 5), reviews=3)
    assert raise_now(ruled) == 1


def test_whole_months_on_a_plan_are_counted(ruled: Scene) -> None:
    plan(ruled, SISTER, since=date(2025, 1, 8), reviews=0)
    assert raise_now(ruled) == 0, "on 7 April 2026 it is fifteen months less a day"
    ruled.at("Wed 8 April 2026 10am")
    assert raise_now(ruled) == 1


def test_rules_are_looked_at_in_working_hours_by_the_sweep(ruled: Scene) -> None:
    plan(ruled, CHILD, since=None, reviews=4)
    ruled.at("Sat 11 April 2026 10am")
    assert raise_now(ruled) == 0
    ruled.at("Mon 13 April 2026 9:30am")
    ruled.sweeps()
    assert ruled.now("PC-2026-0001").trigger == "third"


def test_where_the_record_names_no_reviewing_officer_the_operator_finds_it_in_the_log(
    ruled: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    plan(ruled, CHILD, since=None, reviews=3, iro="")
    assert raise_now(ruled) == 0
    assert lines(caplog, "rule_could_not_raise") == [{"action": "third", "why": "MayNotRaise"}]
