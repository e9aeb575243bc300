"""How long what people wrote is kept, by the rules of a file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.beside import Retention
from bot.domain.people import Child
from bot.domain.retention import kept_until, rule_for
from bot.procedures.load import bundled, load
from tests.builders import a_child, day
from tests.procedures.small import Changes, a_procedure, extra, only_fault

ENDED = day("Fri 5 June 2026")
LAW = Retention(id="law", years=75, counted_from="birth", years_after_death=15, source="Regulation 50")
SCHEDULE = Retention(id="schedule", years=6, source="Schedule")
GROWN = Retention(id="grown", years=7, counted_from="the eighteenth birthday", source="Schedule")


def born(text: str, died: str = "") -> Child:
    return replace(a_child(), born=day(text), died=day(died) if died else None)


KEPT = [
    (LAW, [born("Wed 4 May 2016")], "Fri 4 May 2091"),
    (SCHEDULE, [born("Wed 4 May 2016")], "Sat 5 June 2032"),
    (GROWN, [born("Wed 4 May 2016")], "Sat 4 May 2041"),
    (LAW, [born("Mon 29 February 2016")], "Thu 1 March 2091"),
    (LAW, [born("Wed 4 May 2016"), born("Sun 6 May 2018")], "Wed 6 May 2093"),
    (LAW, [born("Wed 4 May 2016", died="Mon 1 June 2026")], "Sat 1 June 2041"),
    (LAW, [born("Mon 4 May 1998", died="Wed 4 May 2016")], "Thu 4 May 2073"),
    (SCHEDULE, [born("Wed 4 May 2016", died="Mon 1 June 2026")], "Sat 5 June 2032"),
]


@pytest.mark.parametrize(("rule", "children", "until"), KEPT)
def test_the_last_day_is_counted_as_the_rule_says_and_the_latest_of_several_children_holds(
    rule: Retention, children: list[Child], until: str
) -> None:
    assert kept_until(rule, ENDED, children) == day(until)


def test_without_a_date_of_birth_nothing_can_be_said_unless_it_is_not_needed() -> None:
    unknown = [born("Wed 4 May 2016"), replace(a_child(), born=None)]
    assert kept_until(LAW, ENDED, unknown) is None
    assert kept_until(SCHEDULE, ENDED, unknown) == day("Sat 5 June 2032")


def test_the_rule_that_names_an_arena_goes_before_the_one_that_names_none() -> None:
    rules = '[[retention]]\nid = "care"\nyears = 10\narenas = ["care"]\nsource = "Law"'
    assert rule_for(a_procedure(), "care") == a_procedure().retention[0]
    named = rule_for(a_procedure(extra=rules, without=("retention",)), "care")
    assert named is not None
    assert named.id == "care"
    assert rule_for(a_procedure(extra=rules, without=("retention",)), "elsewhere") is None


def rule(lines: str) -> Changes:
    return {**extra(f'[[retention]]\nid = "a"\nsource = "S"\n{lines}'), "without": ("retention",)}


@pytest.mark.parametrize(
    ("changes", "where", "remedy"),
    [
        (rule("years = 0"), "retention.a.years", "must be from 1 to 200 years, not 0"),
        (rule("years = 201"), "retention.a.years", "must be from 1 to 200 years, not 201"),
        (rule("years = 5\nyears_after_death = -1"), "retention.a.years_after_death", "must be from 0 to 200 years"),
        (rule('years = 5\narenas = ["mayor"]'), "retention.a.arenas", "no arena is called “mayor”"),
        (rule('years = 5\n[[retention]]\nid = "b"\nsource = "S"\nyears = 6'), "retention.b.arenas", "names no arena"),
        (rule('years = 5\narenas = ["care"]\n[[retention]]\nid = "b"\nsource = "S"\nyears = 6\narenas = ["care"]'),
         "retention.b.arenas", "names “care”, as another rule does"),
    ],
)  # fmt: skip
def test_a_rule_says_a_time_that_can_be_and_each_arena_has_one(changes: Changes, where: str, remedy: str) -> None:
    only_fault(changes, where, remedy)


@pytest.mark.parametrize("name", bundled())
def test_a_child_in_care_has_the_time_of_the_regulations(name: str) -> None:
    found = rule_for(load(name).procedure, "child-in-care")
    assert found is not None
    child = replace(a_child(), born=date(2016, 5, 4))
    assert kept_until(found, ENDED, [child]) == day("Fri 4 May 2091")
    assert kept_until(found, ENDED, [replace(child, died=ENDED)]) == day("Wed 5 June 2041")
    assert "2010, regulation 50" in found.source
