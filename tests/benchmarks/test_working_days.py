"""Working days against the `holidays` package, in one process, turn and turn about. No time is ever asserted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import starmap
from random import Random
from statistics import median
from time import perf_counter_ns
from typing import Any

import holidays

from bot.procedures.calendar import load_calendar
from tests.benchmarks.report import FULL, Finding, Report

ENGLAND = load_calendar("england-and-wales")
PACKAGE = holidays.country_holidays("GB", subdiv="ENG", years=range(2012, 2029))
FOUR_WEEKS, ONE_DAY = timedelta(days=28), timedelta(days=1)
TARGETS = {"add 20": 100.0, "add 5": 30.0}
Ask = Callable[..., object]
Asked = Callable[[date], tuple[Any, ...]]


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question to either side, with what is put to each; the package counts both ends, we leave out the first."""

    ours: Ask
    theirs: Ask
    put_to_ours: Asked
    put_to_theirs: Asked


def adding(n: int) -> Question:
    return Question(
        ours=ENGLAND.add,
        theirs=PACKAGE.get_nth_working_day,
        put_to_ours=lambda start: (start, n),
        put_to_theirs=lambda start: (start, n),
    )


QUESTIONS = {
    "add 20": adding(20),
    "add 5": adding(5),
    "count 20": Question(
        ours=ENGLAND.count,
        theirs=PACKAGE.get_working_days_count,
        put_to_ours=lambda start: (start, start + FOUR_WEEKS),
        put_to_theirs=lambda start: (start + ONE_DAY, start + FOUR_WEEKS),
    ),
}


def nanoseconds(ask: Ask, asked: list[tuple[Any, ...]]) -> tuple[float, list[object]]:
    """Time for each question, and the answers."""
    began = perf_counter_ns()
    answers = list(starmap(ask, asked))
    return (perf_counter_ns() - began) / len(asked), answers


def test_working_days_against_the_holidays_package(report: Report) -> None:
    rounds, size = (25, 2_000) if FULL else (3, 50)
    chance = Random(20)
    for name, question in QUESTIONS.items():
        ours, theirs = [], []
        for _ in range(rounds):
            starts = [date(2012, 1, 1) + timedelta(days=chance.randrange(6_000)) for _ in range(size)]
            mine, answers = nanoseconds(question.ours, [question.put_to_ours(start) for start in starts])
            other, expected = nanoseconds(question.theirs, [question.put_to_theirs(start) for start in starts])
            assert answers == expected
            ours.append(mine)
            theirs.append(other)
        ratio = median(other / mine for mine, other in zip(ours, theirs, strict=True))
        figures = {"ours ns": median(ours), "holidays ns": median(theirs)}
        report.add(Finding(part="working days", what=name, figures=figures, times=ratio, target=TARGETS.get(name)))
