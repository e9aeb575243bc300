"""Clocks that can't run, each fault by itself, with its place and the remedy."""

from __future__ import annotations

import pytest

from bot.procedures.load import read
from tests.procedures.small import Changes, first, only_fault, small, top


def limit(body: str) -> Changes:
    return first(f"limit = {{ {body} }}")


CLOCKS = [
    (limit(""), "stages.first.limit", "must be from 1 to 260 working days, not 0"),
    (limit("count = 261"), "stages.first.limit", "must be from 1 to 260 working days, not 261"),
    (limit('count = 2001, unit = "working hours"'), "stages.first.limit", "from 1 to 2000 working hours, not 2001"),
    (limit('count = 367, unit = "calendar days"'), "stages.first.limit", "from 1 to 366 calendar days, not 367"),
    (limit('count = 1, unit = "at once"'), "stages.first.limit.count", "“at once” takes no number; leave it out"),
    (limit('count = 1, unit = "the same working day"'), "stages.first.limit.count", "takes no number"),
    (limit("count = 5, must_be_set = true"), "stages.first.limit.set_by", "somebody must set this limit and nobody"),
    (limit("count = 5, at_most = 8"), "stages.first.limit.at_most", "nobody may set another time"),
    (limit('count = 5, at_most = 3, at_least = 4, set_by = ["iro"]'), "stages.first.limit.at_most",
     "the longest time, 3, is shorter than the shortest, 4"),
    (limit('count = 5, at_most = 3, set_by = ["iro"]'), "stages.first.limit.count", "5 lies outside its own bounds"),
    (limit('count = 5, at_least = 0, set_by = ["iro"]'), "stages.first.limit.at_least", "must be from 1 to 260"),
    (limit('count = 5, at_most = 999, set_by = ["iro"]'), "stages.first.limit.at_most", "must be from 1 to 260"),
    (limit('count = 5, counted_from = "the meeting"'), "stages.first.limit.counted_from",
     "only a stage of the kind “meeting” has one"),
    (top('decide_within = { count = 2, counted_from = "the meeting" }'), "decide_within.counted_from",
     "only a stage of the kind “meeting” has one"),
    (first('kind = "meeting"\nmeeting = { held_within = { count = 5, counted_from = "the meeting" } }'),
     "stages.first.meeting.held_within.counted_from", "no meeting is fixed before it"),
    ({"stage": {"talk": 'limit = { count = 5, counted_from = "the step before" }'}}, "stages.talk.limit.counted_from",
     "there is no step before it"),
    (top('overall = { limit = { count = 20, counted_from = "the step before" }, reminders = { before = [5] } }'),
     "overall.limit.counted_from", "there is no step before it"),
    (top("overall = { limit = {}, reminders = { before = [5] } }"), "overall.limit", "must be from 1 to 260"),
    (top("decide_within = { count = -2 }"), "decide_within", "must be from 1 to 260 working days, not -2"),
    (first("decide_within = { count = 0 }"), "stages.first.decide_within", "must be from 1 to 260"),
    (first("acknowledge_within = { count = 6 }"), "stages.first.acknowledge_within",
     "6 working days are longer than the 5 for the answer"),
    (first("meeting = { minutes_within = { count = 0 } }"), "stages.first.meeting.minutes_within", "from 1 to 260"),
    (first('gate = { agreed_by = ["manager"], within = { count = 0 } }'), "stages.first.gate.within", "from 1 to 260"),
    (top('reopening = { by = ["iro"], within = { count = 0 } }'), "reopening.within", "must be from 1 to 260"),
    (top('records = { on_file_within = { count = 0 } }'), "records.on_file_within", "from 1"),
    (top('pauses = [{ id = "court", title = "Court", by = ["iro"], at_most = { count = 0 } }]'), "pauses.court.at_most",
     "must be from 1 to 260"),
    (top("reminders = { before = [0] }"), "reminders.before", "must be from 1 to 260 working days, not 0"),
    (top("reminders = { before = [2], after = [-1] }"), "reminders.after", "must be from 1 to 260 working days"),
    (first("reminders = { before = [2], then_every = 0 }"), "stages.first.reminders.then_every", "from 1 to 260"),
    (top("reminders = { before = [2], at = 18:00:00 }"), "reminders.at", "reminders go out within working hours"),
    (top("hours = { closes = 08:00:00 }"), "hours", "the working day must close after it opens"),
    (top("hours = { remind_at = 17:00:00 }"), "hours.remind_at", "reminders go out within working hours"),
    (top("hours = { cut_off = 17:30:00 }"), "hours.cut_off", "must lie within the working day"),
    (top("hours = { cut_off = 09:00:00 }"), "hours.cut_off", "must lie within the working day"),
    (top("hours = { at_once = 0 }"), "hours.at_once", "must be from 1 to 40 working hours, not 0"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "where", "remedy"), CLOCKS)
def test_every_clock_can_run(changes: Changes, where: str, remedy: str) -> None:
    only_fault(changes, where, remedy)


RUNS = [
    limit('unit = "at once"'),
    limit('unit = "the same working day"'),
    limit('count = 2000, unit = "working hours"'),
    limit('must_be_set = true, set_by = ["iro"]'),
    limit('count = 5, counted_from = "the step before"'),
    limit('count = 5, counted_from = "the review"'),
    first('kind = "meeting"\nlimit = { count = 5, counted_from = "the meeting" }'),
    first('acknowledge_within = { count = 8, unit = "working hours" }'),
    top("hours = { cut_off = 16:00:00 }"),
]


@pytest.mark.parametrize("changes", RUNS)
def test_a_clock_that_can_run_is_no_fault(changes: Changes) -> None:
    read(small(**changes))
