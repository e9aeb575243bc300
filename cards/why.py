"""Why a date is what it is, day by day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby

from bot.domain.challenge import Challenge
from bot.domain.procedure import Procedure
from bot.domain.terms import CountedFrom
from bot.domain.working_time import Deadline, Skipped, london_date
from cards import parts, words
from cards.kit import Drawn, Element, bullets, button, drawn, group, heading, row, text
from cards.verbs import SHOW


def why_card(challenge: Challenge, procedure: Procedure) -> Drawn:
    """Each date of a challenge: when it started, which days did not count and why, when it is due."""
    body = [
        heading(f"{challenge.reference}: why these dates", top=True),
        text("A deadline counts working days, beginning with the day after receipt.", subtle=True, gap="None"),
    ]
    for request in challenge.requests:
        title = parts.stage_title(procedure, request.stage)
        if request.due is not None and request.due != challenge.total:
            body.append(_explained(f"{title}, answer", STARTS[request.due.counted_from], request.due))
        if request.acknowledge_by is not None:
            body.append(_explained(f"{title}, acknowledgement", "The request was made", request.acknowledge_by))
        if request.decide_by is not None:
            start = "The answer came" if request.answered is not None else "The stage was opened"
            body.append(_explained(f"{title}, decision", start, request.decide_by))
    if challenge.total is not None:
        body.append(_explained("All stages together", _total_start(procedure), challenge.total))
    calendars = dict.fromkeys(deadline.calendar for deadline in _deadlines(challenge))
    body.append(text(f"Calendar: {words.said(words.listed(calendars))}", subtle=True, small=True))
    body.append(row(button("Show the record", SHOW, {"ref": challenge.reference})))
    return drawn(body, f"{challenge.reference}: why these dates")


def _deadlines(challenge: Challenge) -> Iterator[Deadline]:
    for request in challenge.requests:
        yield from (one for one in (request.due, request.acknowledge_by, request.decide_by) if one is not None)
    if challenge.total is not None:
        yield challenge.total


STARTS: dict[CountedFrom, str] = {
    "receipt": "The request was made",
    "the raising": "The challenge was raised",
    "the step before": "The step before was opened",
    "the review": "The review or conference was",
    "the meeting": "The meeting is",
}


def _total_start(procedure: Procedure) -> str:
    match procedure.overall.starts if procedure.overall is not None else "":
        case "the raising":
            return "The challenge was raised"
        case "the first formal stage" | "":
            return "The first formal stage was opened"
        case stage:
            return f"{parts.stage_title(procedure, stage)} was opened"


def _explained(title: str, start: str, deadline: Deadline) -> Element:
    steps = [f"{start} at {words.moment(deadline.started_at)}.", _receipt(deadline), *_not_counted(deadline.skipped)]
    own = deadline.own_due_at
    if deadline.set_on is not None:
        steps.append(f"{words.weekday(deadline.set_on)} was set for it: {words.moment(deadline.due_at)}.")
    else:
        steps.append(f"{words.first_up(words.span(deadline))} after that: {words.moment(own or deadline.due_at)}.")
    if own is not None:
        steps.append(f"All stages together end before that, so it is due by {words.moment(deadline.due_at)}.")
    return group(
        heading(f"{title}: by {words.moment(deadline.due_at)}"),
        *bullets(steps),
        line=True,
        gap="Medium",
    )


def _receipt(deadline: Deadline) -> str:
    zero = words.weekday(deadline.day_zero)
    if not deadline.after_hours:
        return f"That day, {zero}, is the day of receipt (day zero)."
    started = london_date(deadline.started_at)
    rest = any(skipped.day == started for skipped in deadline.skipped)
    why = "on a day that does not count" if rest else "after the end of the working day"
    return f"That was {why}, so the day of receipt (day zero) is {zero}."


def _not_counted(skipped: tuple[Skipped, ...]) -> Iterator[str]:
    """Each day that did not count, weekends together and every other with its name."""
    if not skipped:
        yield "Every day after it counts."
        return
    weekends = [one for one in skipped if one.why in ("Saturday", "Sunday")]
    others = [one for one in skipped if one not in weekends]
    for why, same in groupby(others, key=lambda one: one.why):
        days = [one.day for one in same]
        if len(days) > 2:
            yield f"From {words.weekday(days[0])} to {words.weekday(days[-1])} no day counts: {words.said(why)}."
        else:
            yield from (f"{words.weekday(day)} does not count: {words.said(why)}." for day in days)
    if weekends:
        listed = words.listed(_runs(weekends))
        yield f"Saturdays and Sundays do not count: {listed}."


def _runs(days: list[Skipped]) -> Iterator[str]:
    """`11 and 12 April`: the two days of a weekend together."""
    passed: set[Skipped] = set()
    for one, after in zip(days, [*days[1:], None], strict=True):
        if one in passed:
            continue
        if after is not None and after.day - one.day == timedelta(days=1):
            passed.add(after)
            same = one.day.month == after.day.month
            first = f"{one.day.day}" if same else f"{one.day.day} {one.day:%B}"
            yield f"{first}–{after.day.day} {after.day:%B}"
        else:
            yield f"{one.day.day} {one.day:%B}"
