"""The clocks of a procedure, as its file states them: limits, hours, reminders, pauses.

Each dataclass is a table of the procedure language, key by key; `docs/procedure-keys.md` explains
them, and `clocks` works out the dates.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Literal

Unit = Literal["working days", "working hours", "calendar days", "the same working day", "at once"]
"""In what a limit is counted. The last two take no number."""

CountedFrom = Literal["receipt", "the raising", "the step before", "the review", "the meeting"]
"""The moment from which a limit runs: receipt of the request (see `WorkingHours.receipt`), the raising of the
challenge, the opening of the stage before this one, the day of the child's review or conference, or the day for which
the stage's meeting is fixed."""

Receipt = Literal["sent", "sent before the cut-off", "delivered"]
"""What counts as receipt: the day of sending whatever the hour; the same, but the next working day after the cut-off
hour; or the moment at which the first message was delivered, with the cut-off hour."""

Stopped = Literal["the answer", "the whole"]
"""The clocks that a pause stops: those of the stage, and the overall limit."""


@dataclass(frozen=True, kw_only=True)
class Limit:
    """How long something may take, from when, and who may set another time for it."""

    count: int = 0
    unit: Unit = "working days"
    counted_from: CountedFrom = "receipt"
    set_by: tuple[str, ...] = ()
    """Roles that may set another time, when they open the stage or later, always with a reason (BED-05, NEL-07)."""
    must_be_set: bool = False
    """Whether whoever opens the stage has to name a day (OXF-02)."""
    at_least: int = 1
    """The shortest time that may be set, in the limit's unit."""
    at_most: int = 0
    """The longest; 0: no bound."""


@dataclass(frozen=True, kw_only=True)
class Reminders:
    """When people are reminded of a deadline; all numbers are working days."""

    before: tuple[int, ...] = ()
    on_the_day: bool = True
    after: tuple[int, ...] = (1,)
    then_every: int = 5
    """Once the list `after` is through, a reminder each so many working days, for ever."""
    at: time | None = None
    """The hour, London; left out: that of the working hours."""
    also: tuple[str, ...] = ()
    """Roles reminded besides those who have to act."""


@dataclass(frozen=True, kw_only=True)
class Overall:
    """The limit on everything together, never restarted by moving on (LIN-06)."""

    limit: Limit
    reminders: Reminders
    starts: str = "the first formal stage"
    """What starts it: `the first formal stage`, `the raising`, or the id of a stage."""
    beyond: Literal["warn", "cap"] = "warn"
    """Where a stage's own due date falls after the end of the whole: say both dates, or cap the stage's."""


@dataclass(frozen=True, kw_only=True)
class WorkingHours:
    """The authority's working day, Europe/London."""

    opens: time = time(9)
    closes: time = time(17)
    remind_at: time = time(9)
    cut_off: time | None = None
    """What arrives later is received on the next working day; left out: the close of the working day."""
    receipt: Receipt = "sent before the cut-off"
    at_once: int = 1
    """How many working hours "at once" gives before silence is recorded as late."""


@dataclass(frozen=True, kw_only=True)
class Pause:
    """A reason for which clocks may stand still, or which is only noted where it stops none."""

    id: str
    title: str
    by: tuple[str, ...]
    """Roles that may pause and resume."""
    stops: tuple[Stopped, ...] = ("the answer", "the whole")
    at_most: Limit | None = None
    """The longest pause. Without it the clocks stand until somebody resumes, and the owner is reminded."""
    question: str = ""
    """Asked when a challenge is raised, such as whether court proceedings are running; empty: not asked."""
    signpost: str = ""
    """What else to do meanwhile, in the procedure's words."""
