"""Random stages and limits, for `any_procedure`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import time
from typing import TypeVar, get_args

from hypothesis import strategies as st

from bot.domain.stages import Gate, Happening, Meeting, Stage, Step
from bot.domain.terms import CountedFrom, Limit, Reminders, Unit

One = TypeVar("One")
HAPPENINGS: tuple[Happening, ...] = get_args(Happening)
GROUNDS = ("It is urgent", "It was not settled")
yes_or_no = st.booleans()


def maybe(strategy: st.SearchStrategy[One]) -> st.SearchStrategy[One | None]:
    return st.none() | strategy


def some(ids: Sequence[One], least: int = 1, most: int = 2) -> st.SearchStrategy[tuple[One, ...]]:
    """Some of them, each once."""
    return st.lists(st.sampled_from(ids), min_size=least, max_size=most, unique=True).map(tuple)


def words(*texts: str) -> st.SearchStrategy[str]:
    """One of these texts, or none."""
    return st.sampled_from(("", *texts))


@st.composite
def any_limits(
    draw: st.DrawFn, set_by_roles: Sequence[str] = (), starts: Sequence[CountedFrom] = ("receipt",)
) -> Limit:
    unit: Unit = draw(st.sampled_from(get_args(Unit)))
    start = draw(st.sampled_from(starts))
    set_by = draw(some(set_by_roles, 0, 2)) if set_by_roles else ()
    must_be_set = bool(set_by) and draw(yes_or_no)
    if unit in ("the same working day", "at once"):
        return Limit(unit=unit, counted_from=start, set_by=set_by, must_be_set=must_be_set)
    least = draw(st.integers(1, 3)) if set_by else 1
    count = least + draw(st.integers(0, 5))
    bounded = bool(set_by) and draw(yes_or_no)
    most = count + draw(st.integers(0, 4)) if bounded else 0
    if must_be_set and draw(yes_or_no):
        count = 0
    return Limit(
        count=count,
        unit=unit,
        counted_from=start,
        set_by=set_by,
        must_be_set=must_be_set,
        at_least=least,
        at_most=most,
    )


def no_longer_than(limit: Limit | None) -> Callable[[Limit], bool]:
    return lambda sooner: limit is None or sooner.unit != limit.unit or sooner.count <= max(limit.count, 1)


@st.composite
def any_reminders(draw: st.DrawFn, roles: Sequence[str]) -> Reminders:
    return Reminders(
        before=draw(some((1, 2, 4), 0)),
        on_the_day=not draw(yes_or_no),
        after=draw(st.just((1,)) | some((1, 2, 3), 0)),
        then_every=draw(st.integers(1, 6)),
        at=draw(maybe(st.just(time(10, 30)))),
        also=draw(some(roles, 0)),
    )


@st.composite
def any_gates(draw: st.DrawFn, roles: Sequence[str], starts: Sequence[CountedFrom]) -> Gate:
    within = draw(maybe(any_limits((), starts)))
    return Gate(
        agreed_by=draw(some(roles)),
        confirms=draw(words("Talking was tried")),
        within=within,
        once=not draw(yes_or_no),
        on_silence=draw(st.sampled_from(("offered", "opened"))) if within is not None else "offered",
    )


@st.composite
def any_meetings(draw: st.DrawFn, roles: Sequence[str], starts: Sequence[CountedFrom]) -> Meeting:
    return Meeting(
        convened_by=draw(some(roles, 0)),
        chaired_by=draw(some(roles, 0)),
        invited=draw(some(roles, 0)),
        first_part_only=draw(some(roles, 0)),
        minuted_by=draw(words("A note taker")),
        held_within=draw(maybe(any_limits((), starts))),
        minutes_within=draw(maybe(any_limits((), starts))),
        asks=draw(some(("What would prevent the next level?", "Who does what?"), 0)),
    )


@st.composite
def any_stages(draw: st.DrawFn, id: str, place: int, roles: Sequence[str], raising: Sequence[str], last: bool) -> Stage:
    """A stage at this place from 0; somebody may always start at the first."""
    kind: Step = draw(st.sampled_from(get_args(Step)))
    before: tuple[CountedFrom, ...] = ("receipt", "the raising", "the review", *(("the step before",) if place else ()))
    starts: tuple[CountedFrom, ...] = (*before, "the meeting") if kind == "meeting" else before
    report = kind == "report"
    limit = None if report else draw(maybe(any_limits(roles, starts)))
    silences = ("offered", "accepted") if last else ("offered", "accepted", "next stage")
    return Stage(
        id=id,
        title=f"Stage {id}",
        formal=draw(yes_or_no),
        kind=kind,
        answered_by=draw(some(roles, 1, 3)),
        answers_needed="one" if report else draw(st.sampled_from(("one", "each"))),
        limit=limit,
        acknowledge_within=None if report else draw(maybe(any_limits((), starts).filter(no_longer_than(limit)))),
        decide_within=draw(maybe(any_limits((), starts))),
        reminders=draw(maybe(any_reminders(roles))),
        purpose=draw(words("Something can be put right by talking.")),
        grounds=draw(some(GROUNDS, 0)),
        caution=draw(words("This is rarely used")),
        form=draw(words("Alert sheet")),
        opened_by=draw(some(raising if place == 0 else roles, 0)),
        gate=draw(maybe(any_gates(roles, before))),
        satisfied_by=draw(some(roles, 0)),
        satisfaction=draw(st.sampled_from(("each", "one"))),
        meeting=draw(maybe(any_meetings(roles, before))) if kind == "meeting" else None,
        entered_directly=place == 0 or not draw(yes_or_no),
        passed_over=not draw(yes_or_no),
        revises_outcomes=draw(yes_or_no),
        on_silence=draw(st.sampled_from(silences)) if limit is not None else "offered",
        on_no_decision=draw(st.sampled_from(("offered", "resolved"))),
        tell=draw(st.dictionaries(st.sampled_from(HAPPENINGS), some(roles), max_size=3)),
    )
