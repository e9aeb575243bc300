"""What is legal in a procedure but doubtful: each doubt by itself, with its place."""

from __future__ import annotations

import pytest

from bot.procedures.load import read
from tests.procedures.small import Changes, extra, first, last, small, top


def doubts(changes: Changes) -> list[tuple[str, str]]:
    return [(doubt.where, doubt.what) for doubt in read(small(**changes)).doubts]


def whole(days: int, more: str = "") -> str:
    return f"overall = {{ limit = {{ count = {days} }}, reminders = {{ before = [5] }}{more} }}"


NO_TIME = "no time is left to decide between them"
TIME = [
    (top(whole(10)), "stages", f"the formal stages take 10 working days together and the whole only 10: {NO_TIME}"),
    (top(whole(9, ', beyond = "cap"')), "stages",
     f"the formal stages take 10 working days together, 1 more than the whole (9): {NO_TIME}"),
    (top(whole(15, ', starts = "the raising"')), "stages",
     f"the stages take 15 working days together and the whole only 15: {NO_TIME}"),
    ({"top": whole(10, ', starts = "first"'),
      "stage": {"first": "passed_over = false", "second": "entered_directly = false"}},
     "stages", f"the stages take 10 working days together and the whole only 10: {NO_TIME}"),
    (first('limit = { count = 7, unit = "calendar days" }'), "stages.first.limit",
     "counts calendar days where other limits count working days; is that what is meant?"),
    (first('kind = "meeting"\nlimit = { count = 5, counted_from = "the meeting" }'), "stages.first.limit",
     "nothing says by when that is held (held_within)"),
    (top('hours = { receipt = "sent", cut_off = 16:00:00 }'), "hours.cut_off", "has no effect"),
    (top('closures = [{ day = 2026-12-26, title = "Boxing Day" }]'), "closures[1]", "2026-12-26 is a Saturday"),
    ({"without": ("overall", "stages.first.limit")}, "stages.first.limit", "an answer is never late"),
    ({"without": ("stages.talk.limit",)}, "stages.talk.limit", "an answer is never late"),
]  # fmt: skip
PEOPLE = [
    (first('on_silence = "accepted"'), "stages.first.on_silence", "no answer counts as acceptance, though whoever"),
    (first('on_no_decision = "resolved"'), "stages.first.on_no_decision", "no decision counts as satisfaction"),
    (top('telling = { informal = { opened = ["manager"] }, formal = { overdue = ["iro-manager"] } }'), "stages.talk",
     "nobody is told when an answer is overdue; name somebody under “overdue”"),
    (first('gate = { agreed_by = ["manager"] }'), "stages.first.gate", "has no limit"),
    ({"without": ("arenas.care.outside_body",)}, "arenas.care",
     "after the last stage there is nobody outside to refer to"),
    ({"role": {"mayor": 'title = "Mayor"\nfound = "on the child"'}}, "roles.mayor",
     "nothing in the procedure names this role"),
    ({"without": ("retention",)}, "retention", "nothing says how long what is written about “Child in care” is kept"),
    (extra('[[assumed]]\nwhere = "hours.closes"\nchosen = "5pm"\nwhy = "Office hours."'), "hours.closes",
     "assumed “5pm”: Office hours."),
    (top("reminders = {}"), "reminders.before", "nobody is reminded before a limit of more than two working days ends"),
    (first("reminders = { before = [5] }"), "stages.first.reminders.before", "nobody is reminded before"),
    (top("overall = { limit = { count = 20 }, reminders = {} }"), "overall.reminders.before", "nobody is reminded"),
    (top("decide_within = { count = 3 }\ndecision_reminders = {}"), "decision_reminders.before", "nobody is reminded"),
    ({"stage": {"talk": "passed_over = false"}}, "stages.talk.passed_over",
     "it can't be passed over, but a challenge may start later, at first, second (entered_directly)"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "where", "what"), [*TIME, *PEOPLE])
def test_what_is_legal_but_doubtful_is_named(changes: Changes, where: str, what: str) -> None:
    found = doubts(changes)
    assert [place for place, _ in found] == [where], found
    assert what in found[0][1], found


def test_stages_that_may_end_after_the_whole_are_doubtful_unless_it_caps_them() -> None:
    assert [where for where, _ in doubts(top(whole(9)))] == ["stages", "overall.beyond"]
    assert [where for where, _ in doubts(top(whole(9, ', beyond = "cap"')))] == ["stages"]


def test_an_overall_start_that_a_challenge_can_miss_is_doubtful() -> None:
    assert [where for where, _ in doubts(top(whole(20, ', starts = "first"')))] == ["overall.starts"]


SURE: list[Changes] = [
    top("decide_within = { count = 2 }\ndecision_reminders = {}"),
    top(whole(11)),
    {"without": ("overall",)},
    {"without": ("stages.first.limit",)},
    first('limit = { count = 9, unit = "working hours" }'),
    {**last('kind = "report"'), "without": ("stages.second.limit",)},
    first('gate = { agreed_by = ["manager"], within = { count = 1 } }'),
    {"stage": {"talk": "passed_over = false", **dict.fromkeys(("first", "second"), "entered_directly = false")}},
    first('kind = "meeting"\nlimit = { count = 5, counted_from = "the meeting" }\n'
          'meeting = { held_within = { count = 3 } }'),
]  # fmt: skip


@pytest.mark.parametrize("changes", SURE)
def test_what_is_said_well_is_not_doubted(changes: Changes) -> None:
    assert doubts(changes) == []
