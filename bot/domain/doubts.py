"""What is legal in a procedure but doubtful, for whoever wrote it to look at once more."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.places import Trouble, entry, join, listed, stages, tables
from bot.domain.procedure import Procedure
from bot.domain.references import STARTS, roles_used
from bot.domain.retention import rule_for
from bot.domain.stages import Gate, Stage
from bot.domain.terms import Limit, Reminders
from bot.domain.validity_stages import ever_due, may_start, within_overall

NO_TIME_FOR_A_REMINDER = 2
"""Working days; a limit up to that needs no reminder before it."""
SATURDAY = 5


def doubts(procedure: Procedure) -> Iterator[Trouble]:
    """What is legal but doubtful, and whatever the file itself marks as assumed. The procedure has no faults."""
    yield from _time_left(procedure)
    yield from _units(procedure)
    yield from _clocks(procedure)
    for where, stage in stages(procedure):
        yield from _silence(procedure, where, stage)
    yield from _passed_over(procedure)
    yield from _reminded(procedure)
    for where, table in tables(procedure):
        if isinstance(table, Gate) and table.within is None:
            yield Trouble(where, "has no limit, so whoever must agree may keep a challenge waiting; add `within`")
    for arena in procedure.arenas:
        if not arena.outside_body:
            yield Trouble(join("arenas", arena.id), "after the last stage there is nobody outside to refer to")
    used = roles_used(procedure)
    for role in procedure.roles:
        if role.id not in used:
            yield Trouble(join("roles", role.id), "nothing in the procedure names this role")
    yield from _kept_for_ever(procedure)
    for assumed in procedure.assumed:
        yield Trouble(assumed.where, f"assumed “{assumed.chosen}”: {assumed.why}")


def _kept_for_ever(procedure: Procedure) -> Iterator[Trouble]:
    for arena in procedure.arenas:
        if rule_for(procedure, arena.id) is None:
            what = f"nothing says how long what is written about “{arena.title}” is kept, so it is never erased"
            yield Trouble("retention", what)


def _time_left(procedure: Procedure) -> Iterator[Trouble]:
    """Stages that together take as long as the whole: then a raiser who uses each of them has no time to decide."""
    overall = procedure.overall
    if overall is None or overall.limit.unit != "working days" or not overall.limit.count:
        return
    formally = overall.starts == STARTS[0]
    counted = [
        stage.limit.count
        for stage in within_overall(procedure)
        if stage.limit and stage.limit.unit == "working days" and (stage.formal or not formally)
    ]
    total, whole = sum(counted), overall.limit.count
    if total < whole:
        return
    which = "the formal stages" if formally else "the stages"
    said = f"and the whole only {whole}" if total == whole else f"{total - whole} more than the whole ({whole})"
    joined = " " if total == whole else ", "
    yield Trouble(
        "stages", f"{which} take {total} working days together{joined}{said}: no time is left to decide between them"
    )
    if total > whole and overall.beyond == "warn":
        yield Trouble(
            "overall.beyond", "a stage may be due after the end of the whole; “cap” would bring it forward to that end"
        )


def _units(procedure: Procedure) -> Iterator[Trouble]:
    """A text that says "days" often means working days."""
    limits = [(join(where, "limit"), stage.limit) for where, stage in stages(procedure) if stage.limit]
    if procedure.overall:
        limits.append(("overall.limit", procedure.overall.limit))
    if not any(limit.unit == "working days" for _, limit in limits):
        return
    for where, limit in limits:
        if limit.unit == "calendar days":
            yield Trouble(where, "counts calendar days where other limits count working days; is that what is meant?")


def _clocks(procedure: Procedure) -> Iterator[Trouble]:
    """Hours, days of meetings and closures that have no effect, or an odd one."""
    if procedure.hours.receipt == "sent" and procedure.hours.cut_off is not None:
        yield Trouble("hours.cut_off", "has no effect: with the receipt “sent” the hour of sending doesn't matter")
    for where, stage in stages(procedure):
        from_meeting = stage.limit is not None and stage.limit.counted_from == "the meeting"
        if from_meeting and (stage.meeting is None or stage.meeting.held_within is None):
            yield Trouble(
                join(where, "limit"), "is counted from the meeting, and nothing says by when that is held (held_within)"
            )
    for number, closure in enumerate(procedure.closures, 1):
        if closure.day.weekday() >= SATURDAY:
            yield Trouble(entry("closures", number, None), f"{closure.day} is a {closure.day:%A}, which never counts")


def _silence(procedure: Procedure, where: str, stage: Stage) -> Iterator[Trouble]:
    """Where nobody notices that nobody answers, or where it settles a matter that a person should settle."""
    personally = "whoever raised it is personally responsible that the matter is resolved"
    if stage.on_silence == "accepted":
        yield Trouble(join(where, "on_silence"), f"no answer counts as acceptance, though {personally}")
    if stage.on_no_decision == "resolved":
        yield Trouble(join(where, "on_no_decision"), f"no decision counts as satisfaction, though {personally}")
    if stage.kind == "report":
        return
    if not ever_due(procedure, stage):
        yield Trouble(join(where, "limit"), "there is none, and no overall limit runs: an answer is never late")
    elif not procedure.told(stage.id, "overdue"):
        yield Trouble(where, "nobody is told when an answer is overdue; name somebody under “overdue”")


def _passed_over(procedure: Procedure) -> Iterator[Trouble]:
    """A stage that has to come first, past which a challenge may start; an overall start that can be missed."""
    for number, (where, stage) in enumerate(stages(procedure)):
        past = [later.id for later in procedure.stages[number + 1 :] if may_start(procedure, later)]
        if not stage.passed_over and past:
            yield Trouble(
                join(where, "passed_over"),
                f"it can't be passed over, but a challenge may start later, at {listed(past)} (entered_directly)",
            )
        starts = procedure.overall is not None and procedure.overall.starts == stage.id
        if starts and (past or (number and stage.passed_over and number + 1 < len(procedure.stages))):
            yield Trouble(
                "overall.starts", f"a challenge can miss “{stage.id}”, and then the overall limit never starts"
            )


def _reminded(procedure: Procedure) -> Iterator[Trouble]:
    """Deadlines before which nobody is reminded."""
    deadlines: list[tuple[str, Reminders, Limit | None]] = []
    for where, stage in stages(procedure):
        own = join(where, "reminders") if stage.reminders else "reminders"
        deadlines.append((own, stage.reminders or procedure.reminders, stage.limit))
    if procedure.overall:
        deadlines.append(("overall.reminders", procedure.overall.reminders, procedure.overall.limit))
    deadlines.append(("decision_reminders", procedure.decision_reminders, procedure.decide_within))
    silent = {
        where
        for where, reminders, limit in deadlines
        if limit
        and limit.unit == "working days"
        and limit.count > NO_TIME_FOR_A_REMINDER
        and not any(days < limit.count for days in reminders.before)
    }
    for where in dict.fromkeys(where for where, _, _ in deadlines if where in silent):
        yield Trouble(join(where, "before"), "nobody is reminded before a limit of more than two working days ends")
