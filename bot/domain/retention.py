"""How long what people wrote about a challenge is kept, by the rules of the procedure's file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from bot.domain.beside import Retention
from bot.domain.people import Child
from bot.domain.places import Trouble, join, shown
from bot.domain.procedure import Procedure

LONGEST = 200
"""Years."""
GROWN_UP = 18


def faulty_retention(procedure: Procedure) -> Iterator[Trouble]:
    """Rules with times that can't be, and arenas for which two rules say something."""
    named: set[str] = set()
    for rule in procedure.retention:
        where = join("retention", rule.id)
        for key, least, years in (("years", 1, rule.years), ("years_after_death", 0, rule.years_after_death)):
            if not least <= years <= LONGEST:
                yield Trouble(join(where, key), f"must be from {least} to {LONGEST} years, not {years}")
        for arena in rule.arenas or ("",):
            if arena in named:
                what = f"names “{shown(arena)}”" if arena else "names no arena"
                yield Trouble(join(where, "arenas"), f"{what}, as another rule does; let one of them say how long")
            named.add(arena)


def rule_for(procedure: Procedure, arena: str) -> Retention | None:
    """The rule that names an arena, or else the one that names none; None: it is kept for ever."""
    own = (rule for rule in procedure.retention if arena in rule.arenas)
    return next(own, next((rule for rule in procedure.retention if not rule.arenas), None))


def kept_until(rule: Retention, ended: date, children: Sequence[Child]) -> date | None:
    """The last day on which a challenge about these children that ended on a day is kept: the latest for any of them.

    None where that can't be said, as a date of birth isn't known.
    """
    days = [_kept_until(rule, ended, child) for child in children]
    known = [day for day in days if day is not None]
    return max(known) if len(known) == len(days) else None


def _kept_until(rule: Retention, ended: date, child: Child) -> date | None:
    if rule.years_after_death and child.died is not None and _died_young(child):
        return _later(child.died, rule.years_after_death)
    if rule.counted_from == "the end":
        return _later(ended, rule.years)
    if child.born is None:
        return None
    grown = GROWN_UP if rule.counted_from == "the eighteenth birthday" else 0
    return _later(child.born, rule.years + grown)


def _died_young(child: Child) -> bool:
    return child.born is not None and child.died is not None and child.died < _later(child.born, GROWN_UP)


def _later(day: date, years: int) -> date:
    """The anniversary; of 29 February, where there is none, 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
