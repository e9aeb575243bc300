"""What makes the clocks of a procedure unusable: its hours, limits, reminders and pauses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.domain.places import Trouble, join, stages, tables, tables_in
from bot.domain.procedure import Procedure
from bot.domain.stages import Stage
from bot.domain.terms import Limit, Pause, Reminders, Unit, WorkingHours

MOST: Mapping[Unit, int] = {"working days": 260, "working hours": 2000, "calendar days": 366}
"""About a year each: bank holidays are never known much further ahead. Units that aren't here take no number."""
MOST_AT_ONCE = 40
"""Working hours; "at once" is no matter of weeks."""


def faulty_clocks(procedure: Procedure) -> Iterator[Trouble]:
    """Everything about time that can't work."""
    yield from _hours(procedure.hours)
    for where, table in tables(procedure):
        match table:
            case Limit():
                yield from _limit(where, table)
            case Reminders():
                yield from _reminders(where, table, procedure.hours)
            case Pause(by=()):
                yield Trouble(join(where, "by"), "nobody may use this pause; name at least one role")
    for where, stage in stages(procedure):
        yield from _acknowledged_later_than_answered(where, stage)
    yield from _starts(procedure)
    yield from _set_elsewhere(procedure)


def _set_elsewhere(procedure: Procedure) -> Iterator[Trouble]:
    """Another time can be set for the answer of a stage, and for nothing else."""
    of_stages = {join(where, "limit") for where, stage in stages(procedure) if stage.limit is not None}
    for where, table in tables(procedure):
        if isinstance(table, Limit) and where not in of_stages:
            for key in ("set_by", "must_be_set"):
                if getattr(table, key):
                    yield Trouble(join(where, key), "only a stage's own limit can be set by somebody; leave it out")


def _hours(hours: WorkingHours) -> Iterator[Trouble]:
    if hours.closes <= hours.opens:
        yield Trouble("hours", "the working day must close after it opens")
        return
    if not hours.opens <= hours.remind_at < hours.closes:
        yield Trouble(
            "hours.remind_at", "reminders go out within working hours; choose an hour between opens and closes"
        )
    if hours.cut_off is not None and not hours.opens < hours.cut_off <= hours.closes:
        yield Trouble("hours.cut_off", "must lie within the working day; choose an hour after opens and up to closes")
    if not 1 <= hours.at_once <= MOST_AT_ONCE:
        yield Trouble("hours.at_once", f"must be from 1 to {MOST_AT_ONCE} working hours, not {hours.at_once}")


def _limit(where: str, limit: Limit) -> Iterator[Trouble]:
    if limit.must_be_set and not limit.set_by:
        yield Trouble(
            join(where, "set_by"), "somebody must set this limit and nobody may; name roles, or leave out must_be_set"
        )
    elif limit.at_most and not limit.set_by:
        yield Trouble(join(where, "at_most"), "nobody may set another time; name roles in set_by, or leave it out")
    most = MOST.get(limit.unit)
    if most is not None:
        yield from _counted(where, limit, most)
        return
    for key, number in (("count", limit.count), ("at_most", limit.at_most)):
        if number:
            yield Trouble(join(where, key), f"“{limit.unit}” takes no number; leave it out, or choose another unit")


def _counted(where: str, limit: Limit, most: int) -> Iterator[Trouble]:
    """A limit with a number. Only one that whoever opens the stage has to set may go without it."""
    at_most = limit.at_most or most
    if not (1 <= limit.count <= most or (limit.count == 0 and limit.must_be_set)):
        yield Trouble(where, f"must be from 1 to {most} {limit.unit}, not {limit.count}")
    for key, number in (("at_least", limit.at_least), ("at_most", at_most)):
        if not 1 <= number <= most:
            yield Trouble(join(where, key), f"must be from 1 to {most} {limit.unit}, not {number}")
            return
    if at_most < limit.at_least:
        yield Trouble(
            join(where, "at_most"), f"the longest time, {at_most}, is shorter than the shortest, {limit.at_least}"
        )
    elif limit.set_by and limit.count and not limit.at_least <= limit.count <= at_most:
        yield Trouble(
            join(where, "count"), f"{limit.count} lies outside its own bounds, from {limit.at_least} to {at_most}"
        )


def _reminders(where: str, reminders: Reminders, hours: WorkingHours) -> Iterator[Trouble]:
    most = MOST["working days"]
    counted = [(key, number) for key in ("before", "after") for number in getattr(reminders, key)]
    for key, days in (*counted, ("then_every", reminders.then_every)):
        if not 1 <= days <= most:
            yield Trouble(join(where, key), f"must be from 1 to {most} working days, not {days}")
    if reminders.at is not None and not hours.opens <= reminders.at < hours.closes:
        yield Trouble(
            join(where, "at"), "reminders go out within working hours; choose an hour between opens and closes"
        )


def _acknowledged_later_than_answered(where: str, stage: Stage) -> Iterator[Trouble]:
    sooner, later = stage.acknowledge_within, stage.limit
    if sooner and later and sooner.unit == later.unit and sooner.count > later.count > 0:
        yield Trouble(
            join(where, "acknowledge_within"),
            f"{sooner.count} {sooner.unit} are longer than the {later.count} for the answer; make it shorter",
        )


def _starts(procedure: Procedure) -> Iterator[Trouble]:
    """Limits that are counted from something that can't be known where they stand."""
    meetings = {stage.id for stage in procedure.stages if stage.kind == "meeting"}
    met, after = set[str](), set[str]()
    for number, (where, stage) in enumerate(stages(procedure)):
        limits = {place for place, table in tables_in(where, stage) if isinstance(table, Limit)}
        met |= {place for place in limits if stage.id in meetings and not place.endswith(".held_within")}
        after |= limits if number else set()
    if procedure.immediate_risk and procedure.immediate_risk.stage in meetings:
        met.add("immediate_risk.limit")
    for place, table in tables(procedure):
        if not isinstance(table, Limit):
            continue
        if table.counted_from == "the meeting" and place not in met:
            yield Trouble(
                join(place, "counted_from"), "no meeting is fixed before it; only a stage of the kind “meeting” has one"
            )
        if table.counted_from == "the step before" and place not in after:
            yield Trouble(join(place, "counted_from"), "there is no step before it; count it from something else")
