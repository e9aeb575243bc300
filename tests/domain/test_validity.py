"""What makes a procedure unusable: each fault by itself, with its place and the remedy."""

from __future__ import annotations

import pytest

from bot.procedures.load import read
from tests.procedures.small import Changes, extra, faults, first, last, only_fault, small, top

PEOPLE = [
    ({"role": {"iro": "raises = false"}}, "roles", "nobody may raise a challenge"),
    ({"role": {"worker": 'deputy = "worker"'}}, "roles.worker.deputy", "goes round in a circle: worker → worker"),
    ({"role": {"worker": 'reports_to = "worker"'}}, "roles.worker.reports_to", "goes round in a circle"),
    (first("answered_by = []"), "stages.first.answered_by", "names nobody who answers"),
    (first("gate = { agreed_by = [] }"), "stages.first.gate.agreed_by", "nobody can agree; name at least one role"),
    (first('gate = { agreed_by = ["manager"], on_silence = "opened" }'), "stages.first.gate.within",
     "silence can't open the stage without a limit; add one"),
    (top("reopening = { by = [] }"), "reopening.by", "nobody may reopen"),
    (top('concerns = [{ id = "chair", title = "The chair" }]'), "concerns.chair", "nobody hears it; name roles"),
    (top('pauses = [{ id = "court", title = "Court", by = [] }]'), "pauses.court.by", "nobody may use this pause"),
    ({"arena": {"care": 'raised_by = ["iro", "worker"]'}}, "arenas.care.raised_by", "“worker” may not raise; give"),
    ({"kind": {"delay": 'roles = ["iro", "worker"]'}}, "kinds.delay.roles", "“worker” never raises"),
    (first("tell = { opened = [] }"), "stages.first.tell.opened", "tells nobody; name at least one role, or leave it"),
    (top("telling = { informal = { overdue = [] } }"), "telling.informal.overdue", "tells nobody"),
    (top("telling = { formal = { overdue = [] } }"), "telling.formal.overdue", "tells nobody"),
    (top('telling = { seniors = ["opened"] }'), "telling.seniors", "no role has a senior"),
    (top("telling = { ways = [] }"), "telling.ways", "names no way to tell anybody; name at least one"),
    (top('telling = { rules = [{ when = ["opened"], roles = [] }] }'), "telling.rules[1].roles", "tells nobody"),
    (top('telling = { rules = [{ when = [], roles = ["iro"] }] }'), "telling.rules[1].when", "tells of nothing"),
    (top('telling = { rules = [{ when = ["opened"], roles = ["iro"], tier = "formal", stages = ["talk"] }] }'),
     "telling.rules[1].stages", "none of these stages is formal"),
    (top('duties = [{ roles = [], text = "Be there." }]'), "duties[1].roles", "reminds nobody"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "where", "remedy"), PEOPLE)
def test_there_is_somebody_for_everything(changes: Changes, where: str, remedy: str) -> None:
    only_fault(changes, where, remedy)


def test_each_role_of_a_circle_is_named_and_a_chain_is_none() -> None:
    circle: Changes = {"role": {"worker": 'deputy = "manager"', "manager": 'deputy = "worker"'}}
    assert [where for where, _ in faults(circle)] == ["roles.worker.deputy", "roles.manager.deputy"]
    read(small(role={"worker": 'deputy = "manager"', "manager": 'deputy = "director"'}))


NO_DIRECT = "entered_directly = false"
REACHED = [
    ({"stage": {"talk": NO_DIRECT}}, "start", "no challenge may start at “talk”: it has `entered_directly = false`"),
    ({"stage": {"talk": 'opened_by = ["worker"]'}}, "start", "no role that raises may open “talk”; add one"),
    ({"top": 'start = "first"', "stage": {"talk": NO_DIRECT}}, "stages.talk", "can't be reached"),
    ({"top": 'start = "first"', "stage": {"talk": 'opened_by = ["manager"]'}}, "stages.talk", "can't be reached"),
    ({"kind": {"delay": 'advises = ["first"]'}, "stage": {"first": NO_DIRECT}}, "kinds.delay.advises",
     "no challenge may start at “first”"),
    ({"kind": {"delay": 'requires = "first"'}, "stage": {"first": NO_DIRECT}}, "kinds.delay.requires",
     "no challenge may start at “first”"),
    ({"kind": {"delay": 'requires = "first"\nadvises = ["second"]'}}, "kinds.delay.advises",
     "advises another stage than the one it requires"),
    ({"top": 'severities = [{ id = "high", title = "High", requires = "second" }]', "stage": {"second": NO_DIRECT}},
     "severities.high.requires", "no challenge may start at “second”"),
    ({"top": 'immediate_risk = { question = "At risk?", signpost = "Ring.", stage = "first" }',
      "stage": {"first": NO_DIRECT}}, "immediate_risk.stage", "no challenge may start at “first”"),
    (last('on_silence = "next stage"'), "stages.second.on_silence", "this is the last stage"),
    ({**first('on_silence = "accepted"'), "without": ("overall", "stages.first.limit")}, "stages.first.on_silence",
     "without a limit an answer is never late"),
    ({"stage": {"talk": 'on_silence = "next stage"'}, "without": ("stages.talk.limit",)}, "stages.talk.on_silence",
     "without a limit an answer is never late"),
    (last('kind = "report"'), "stages.second.limit", "nobody has to answer a report; leave it out"),
    ({**last('kind = "report"\nanswers_needed = "each"'), "without": ("stages.second.limit",)},
     "stages.second.answers_needed", "nobody has to answer a report"),
    ({**last('kind = "report"\nacknowledge_within = { count = 1 }'), "without": ("stages.second.limit",)},
     "stages.second.acknowledge_within", "nobody has to answer a report"),
    ({**last('kind = "report"\nanswered_by = []'), "without": ("stages.second.limit",)},
     "stages.second.answered_by", "names nobody who gets the report"),
    ({"top": 'telling = { informal = { overdue = ["iro"] } }',
      "stage": {"first": "formal = false", "second": "formal = false"}}, "overall.starts", "no stage is formal"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "where", "remedy"), REACHED)
def test_every_stage_can_be_reached_and_left(changes: Changes, where: str, remedy: str) -> None:
    only_fault(changes, where, remedy)


MAY_BE = [
    {"stage": {"first": NO_DIRECT, "second": NO_DIRECT}},
    {"stage": {"talk": "passed_over = false", "first": NO_DIRECT, "second": NO_DIRECT}},
    {"stage": {"second": 'opened_by = ["iro-manager"]'}},
    {**last('kind = "report"'), "without": ("stages.second.limit",)},
    {"stage": {"first": 'on_silence = "next stage"'}, "without": ("stages.first.limit",)},
    {"role": {"iro": 'found = "at the child\'s unit"'}},
    {"without": ("overall",)},
]


@pytest.mark.parametrize("changes", MAY_BE)
def test_what_is_odd_but_can_work_is_no_fault(changes: Changes) -> None:
    read(small(**changes))


MATTERS = [
    ({"kind": {"delay": 'treated = "counted only"'}}, "kinds.delay.signpost", "must say where else it goes"),
    ({"kind": {"delay": 'treated = "elsewhere"'}}, "kinds.delay.signpost", "must say where else it goes"),
    ({"kind": dict.fromkeys(("delay", "plan"), 'treated = "counted only"\nsignpost = "The theme report."')},
     "arenas.care", "no kind of issue can be chosen in this arena; add one"),
    ({"arena": {"home": 'title = "H"\nraiser = "IRO"'}, "kind": dict.fromkeys(("delay", "plan"), 'arenas = ["care"]')},
     "arenas.home", "no kind of issue can be chosen in this arena; add one"),
    ({"role": {"worker": "raises = true"}, "kind": dict.fromkeys(("delay", "plan"), 'roles = ["iro"]')},
     "arenas.care", "“worker” can choose no kind of issue in this arena"),
    ({"arena": {"care": "outside_until_age = 99"}}, "arenas.care.outside_until_age", "must be an age up to 26, or 0"),
    ({"arena": {"care": "outside_until_age = 18"}, "without": ("arenas.care.outside_body",)},
     "arenas.care.outside_until_age", "no outside_body is named"),
    (top('questions = [{ id = "how", label = "How?", kind = "choice" }]'), "questions.how.choices",
     "a question has choices if its kind is “choice”, and only then"),
    (top('questions = [{ id = "how", label = "How?", choices = ["Here"] }]'), "questions.how.choices", "and only then"),
    (top('questions = [{ id = "how", label = "How?", kind = "choice", choices = ["A", "A"] }]'),
     "questions.how.choices", "“A” is there twice"),
    (top('questions = [{ id = "how", label = "How?", formal_only = true, stages = ["talk"] }]'),
     "questions.how.formal_only", "none of its stages is formal"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "where", "remedy"), MATTERS)
def test_what_is_offered_can_be_chosen(changes: Changes, where: str, remedy: str) -> None:
    only_fault(changes, where, remedy)


def test_an_answer_may_be_asked_something_at_formal_stages_only() -> None:
    read(small(top='questions = [{ id = "how", label = "How?", at = "answer", formal_only = true }]'))


def a_trigger(**changes: str) -> Changes:
    usual = {"arena": "care", "when": "months on plan", "at_least": "15", "stage": "first", "kind": "delay"}
    lines = {**{key: value if value.isdigit() else f'"{value}"' for key, value in usual.items()}, **changes}
    words = "".join(f"{key} = {value}\n" for key, value in lines.items())
    return extra(f'[[triggers]]\nid = "long"\ntitle = "Long"\nissue = "i"\noutcome = "o"\nimpact = "m"\n{words}')


TRIGGERS = [
    (a_trigger(stage='"third"'), "triggers.long.stage", "no stage is called “third”"),
    (a_trigger(arena='"adult"'), "triggers.long.arena", "no arena is called “adult”"),
    (a_trigger(kind='"dealy"'), "triggers.long.kind", "no kind of issue is called “dealy”; did you mean “delay”?"),
    (a_trigger(at_least="0"), "triggers.long.at_least", "must be from 1 to 240, not 0"),
    ({**a_trigger(), "stage": {"first": "entered_directly = false"}}, "triggers.long.stage",
     "no challenge may start at “first”"),
    ({**a_trigger(), "kind": {"delay": 'arenas = ["home"]'}, "arena": {"home": 'title = "Home"\nraiser = "IRO"'}},
     "triggers.long.kind", "“delay” can't be chosen in the arena “care”"),
    ({**a_trigger(), "kind": {"delay": 'treated = "counted only"\nsignpost = "The theme report."'}},
     "triggers.long.kind", "“delay” isn't treated as a challenge"),
    ({**a_trigger(), "kind": {"delay": 'requires = "second"'}}, "triggers.long.stage",
     "“delay” requires “second”; start it there"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "where", "remedy"), TRIGGERS)
def test_a_trigger_has_to_raise_what_can_be_raised(changes: Changes, where: str, remedy: str) -> None:
    only_fault(changes, where, remedy)
