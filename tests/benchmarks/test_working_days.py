"""Working days against the `holidays` package, in one process, turn and turn about. No time is ever asserted.

`BENCH=full` runs it at full size; `BENCH_OUT` names a file to which the result is added as a line of JSON.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import starmap
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter_ns
from typing import Any

import holidays

from bot.procedures.calendar import load_calendar

ENGLAND = load_calendar("england-and-wales")
PACKAGE = holidays.country_holidays("GB", subdiv="ENG", years=range(2012, 2029))
FOUR_WEEKS, ONE_DAY = timedelta(days=28), timedelta(days=1)
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


def measure(*, rounds: int, size: int) -> dict[str, Any]:
    """Median nanoseconds of either side and the median of the ratios of each round; fails if an answer differs."""
    chance = Random(20)
    result: dict[str, Any] = {"benchmark": "working days", "rounds": rounds, "size": size}
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
        result[name] = {"ns": round(median(ours)), "holidays_ns": round(median(theirs)), "ratio": round(ratio, 1)}
    return result


def test_working_days_against_the_holidays_package() -> None:
    full = os.environ.get("BENCH") == "full"
    result = measure(rounds=25 if full else 3, size=2_000 if full else 50)
    for name in QUESTIONS:
        print(f"{name} working days: {result[name]['ratio']} times as fast as the holidays package")
    if out := os.environ.get("BENCH_OUT"):
        with Path(out).open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(result) + "\n")
