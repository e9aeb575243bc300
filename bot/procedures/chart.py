"""What the flow chart of a procedure says: its boxes and arrows in words, and all of it as numbered lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.explain_stages import does, satisfied
from bot.domain.phrases import Phrases, a, ended, first_up, listed
from bot.domain.procedure import Procedure
from bot.domain.stages import Stage

RAISING = -1
"""The raising, where rows are numbered from 0."""


@dataclass(frozen=True, kw_only=True)
class Box:
    title: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Row:
    """A stage: its box, when it ends the matter, and when it leads on to what stands below it."""

    box: Box
    formal: bool
    resolved: str
    """Empty: it never ends the matter."""
    onward: str


@dataclass(frozen=True, kw_only=True)
class Whole:
    """The overall time limit, from a row on to the last."""

    box: Box
    first: int


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Rows are named by their place, from 0; `RAISING` stands for what is above them."""

    heading: str
    about: str
    raised: Box
    tiers: tuple[str, str]
    """What the informal and the formal tier are called."""
    rows: tuple[Row, ...]
    start: int
    skips: tuple[tuple[int, int], ...]
    """From where to where somebody may go past stages, or start other than usually."""
    risk: Box | None
    risk_at: int
    whole: Whole | None
    outside: Box
    resolved: Box
    key: tuple[str, ...]
    """What the line styles mean, and what holds everywhere."""


def chart_of(procedure: Procedure) -> Chart:
    say = Phrases(procedure)
    ids = [stage.id for stage in procedure.stages]
    risk = procedure.immediate_risk
    skips = tuple(_skips(procedure, ids))
    return Chart(
        heading=procedure.title,
        about=f"{procedure.authority}, version {procedure.version}",
        raised=_raised(say),
        tiers=(_tier("Informal", procedure.names.informal), _tier("Formal", procedure.names.formal)),
        rows=tuple(_row(say, stage) for stage in procedure.stages),
        start=ids.index(procedure.start),
        skips=skips,
        risk=_risk(say),
        risk_at=ids.index(risk.stage) if risk else RAISING,
        whole=_whole(say, ids),
        outside=_outside(say),
        resolved=Box(title="Resolved", lines=("What came of it for the child is recorded.",)),
        key=tuple(_key(say, skips)),
    )


def text_alternative(procedure: Procedure) -> str:
    """The chart as numbered lines, from top to bottom, for whoever can't see it."""
    return "\n".join(f"{number}. {line}" for number, line in enumerate(_lines(chart_of(procedure)), start=1))


def _lines(chart: Chart) -> Iterator[str]:
    yield _read(chart.raised)
    if chart.risk:
        yield f"{_read(chart.risk)} This leads to {chart.rows[chart.risk_at].box.title}."
    for number, row in enumerate(chart.rows):
        yield f"{_read(row.box)} {_leads(chart, number)}"
    yield _read(chart.outside)
    yield _read(chart.resolved)
    if chart.whole:
        yield _read(chart.whole.box)
    yield from chart.key


def _leads(chart: Chart, number: int) -> str:
    row = chart.rows[number]
    below = chart.rows[number + 1].box.title if number + 1 < len(chart.rows) else chart.outside.title
    resolved = f"If {row.resolved}: resolved. " if row.resolved else ""
    past = [chart.rows[to].box.title for since, to in chart.skips if since == number]
    also = f" It may also go past that, to {listed(past, 'or')}." if past else ""
    return f"{resolved}If {row.onward}: on to {below}.{also}"


def _tier(tier: str, name: str) -> str:
    """`Informal: talking`, or the name alone where it says so itself."""
    return first_up(name) if tier.casefold() in re.findall(r"\w+", name.casefold()) else f"{tier}: {name}"


def _read(box: Box) -> str:
    return " ".join(map(ended, (box.title, *box.lines)))


def _skips(procedure: Procedure, ids: list[str]) -> Iterator[tuple[int, int]]:
    for place, stage in enumerate(procedure.stages):
        if stage.entered_directly and stage.id != procedure.start:
            yield RAISING, place
    for place, id in enumerate(ids):
        yield from ((place, ids.index(later.id)) for later in procedure.after(id)[1:])


def _raised(say: Phrases) -> Box:
    procedure = say.procedure
    by = say.roles(role.id for role in procedure.roles if role.raises)
    start = procedure.stage(procedure.start).title
    others = tuple(stage.title for stage in procedure.stages if stage.entered_directly and stage.id != procedure.start)
    also = f"With a reason, it may start at {listed(others, 'or')}." if others else ""
    lines = (f"By {by}", f"It usually starts at {start}.", also)
    return Box(title=f"{first_up(a(say.challenge))} is raised", lines=tuple(filter(None, lines)))


def _row(say: Phrases, stage: Stage) -> Row:
    return Row(
        box=Box(title=stage.title, lines=tuple(_stage(say, stage))),
        formal=stage.formal,
        resolved=_resolved(stage),
        onward=_onward(stage),
    )


def _stage(say: Phrases, stage: Stage) -> Iterator[str]:
    if stage.gate:
        yield f"First: {say.roles(stage.gate.agreed_by)} is asked to agree"
    yield first_up(does(say, stage))
    if stage.limit and stage.limit.must_be_set:
        yield first_up(say.by_a_day(stage.limit, say.owner(stage.opened_by)))
    elif stage.limit:
        yield first_up(say.within(stage.limit))
    elif stage.kind != "report":
        yield "No time limit of its own"
    if stage.meeting and (stage.meeting.chaired_by or stage.kind != "meeting"):
        chair = say.roles(stage.meeting.chaired_by or stage.answered_by)
        yield f"Meeting chaired by {chair}"
    if stage.satisfied_by:
        yield f"Ends when {satisfied(say, stage)}"
    if not stage.passed_over:
        yield "May not be passed over"


def _resolved(stage: Stage) -> str:
    if stage.kind == "report":
        return ""
    silent = ["no answer in time"] if stage.on_silence == "accepted" else []
    silent += ["no decision in time"] if stage.on_no_decision == "resolved" else []
    return ", or ".join(["satisfied", *silent])


def _onward(stage: Stage) -> str:
    if stage.kind == "report":
        return "still not resolved"
    match stage.on_silence:
        case "accepted":
            return "not satisfied"
        case "next stage":
            return "not satisfied, or by itself where no answer comes in time"
        case "offered":
            return "not satisfied, or no answer in time"


def _risk(say: Phrases) -> Box | None:
    risk = say.procedure.immediate_risk
    if risk is None:
        return None
    limit = (first_up(say.within(risk.limit)),) if risk.limit else ()
    return Box(title="Immediate risk", lines=(ended(risk.signpost), *limit))


def _whole(say: Phrases, ids: list[str]) -> Whole | None:
    whole = say.procedure.overall
    if whole is None:
        return None
    first = next((place for place, stage in enumerate(say.procedure.stages) if stage.formal), RAISING)
    if whole.starts != "the first formal stage":
        first = ids.index(whole.starts) if whole.starts in ids else RAISING
    since = "the raising" if first == RAISING else f"the opening of {say.procedure.stages[first].title}"
    if whole.starts == "the first formal stage" and first != RAISING:
        since = "the opening of the first formal stage"
    title = f"{first_up(say.span(whole.limit))} in all"
    return Whole(box=Box(title=title, lines=(f"Counted from {since}, and never started again",)), first=first)


def _outside(say: Phrases) -> Box:
    arenas = say.procedure.arenas
    if not any(arena.outside_body for arena in arenas):
        return Box(title="After the last stage", lines=("No outside body decides",))
    lines = (
        f"{arena.title}: {arena.outside_body or 'no outside body'}"
        + (f", until the age of {arena.outside_until_age}" if arena.outside_body and arena.outside_until_age else "")
        for arena in arenas
    )
    return Box(title="Outside the authority", lines=tuple(lines))


def _key(say: Phrases, skips: tuple[tuple[int, int], ...]) -> Iterator[str]:
    yield "Thin rounded frame: an informal stage. Thick square frame: a formal stage."
    if skips:
        yield "Dashed line: starting at another stage, or going past stages, with a reason."
    yield f"{first_up(say.raiser)} may withdraw it, or close it, at any time, with a reason."
