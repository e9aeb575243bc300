"""What a procedure names must be there: each wrong name by itself, with its place and the remedy."""

from __future__ import annotations

from dataclasses import fields

import pytest

from bot.domain import beside, procedure, stages, terms
from bot.domain.references import ARENAS, KINDS, ROLES, STAGES
from bot.procedures.load import read
from tests.procedures.small import Changes, extra, first, only_fault, small, top

MAYOR = "no role is called “mayor”; there are: iro, worker, manager, director, iro-manager"
NOBODY_DEFINES = [
    (top('digest = ["mayor"]'), "digest", MAYOR),
    (top('digest = ["iro-manger"]'), "digest",
     "no role is called “iro-manger”; did you mean “iro-manager”? There are: iro, "),
    (top('taken_over_by = ["mayor"]'), "taken_over_by", MAYOR),
    ({"role": {"worker": 'reports_to = "mayor"'}}, "roles.worker.reports_to", MAYOR),
    ({"role": {"worker": 'deputy = "mayor"'}}, "roles.worker.deputy", MAYOR),
    ({"arena": {"care": 'raised_by = ["iro", "mayor"]'}}, "arenas.care.raised_by", MAYOR),
    ({"kind": {"delay": 'roles = ["iro", "mayor"]'}}, "kinds.delay.roles", MAYOR),
    (first('answered_by = ["manager", "mayor"]'), "stages.first.answered_by", MAYOR),
    (first('opened_by = ["iro", "mayor"]'), "stages.first.opened_by", MAYOR),
    (first('satisfied_by = ["mayor"]'), "stages.first.satisfied_by", MAYOR),
    (first('tell = { opened = ["mayor"] }'), "stages.first.tell.opened", MAYOR),
    (first('gate = { agreed_by = ["mayor"] }'), "stages.first.gate.agreed_by", MAYOR),
    (first('meeting = { convened_by = ["mayor"] }'), "stages.first.meeting.convened_by", MAYOR),
    (first('meeting = { chaired_by = ["mayor"] }'), "stages.first.meeting.chaired_by", MAYOR),
    (first('meeting = { invited = ["mayor"] }'), "stages.first.meeting.invited", MAYOR),
    (first('meeting = { first_part_only = ["mayor"] }'), "stages.first.meeting.first_part_only", MAYOR),
    (first('limit = { count = 5, set_by = ["mayor"] }'), "stages.first.limit.set_by", MAYOR),
    (first('reminders = { before = [2], also = ["mayor"] }'), "stages.first.reminders.also", MAYOR),
    (top('reminders = { before = [2], also = ["mayor"] }'), "reminders.also", MAYOR),
    (top('telling = { formal = { overdue = ["mayor"] } }'), "telling.formal.overdue", MAYOR),
    (top('telling = { informal = { "total overdue" = ["mayor"] } }'), "telling.informal.total overdue", MAYOR),
    (top('telling = { rules = [{ when = ["opened"], roles = ["mayor"] }] }'), "telling.rules[1].roles", MAYOR),
    (top('immediate_risk = { question = "At risk?", signpost = "Ring.", stage = "first", tell = ["mayor"] }'),
     "immediate_risk.tell", MAYOR),
    (top('reopening = { by = ["mayor"] }'), "reopening.by", MAYOR),
    (top('referral = { officer = "mayor" }'), "referral.officer", MAYOR),
    (top('referral = { officer = "manager", consulted = ["mayor"] }'), "referral.consulted", MAYOR),
    (top('legal_advice = { supported_by = ["mayor"] }'), "legal_advice.supported_by", MAYOR),
    (top('legal_advice = { briefed = ["mayor"] }'), "legal_advice.briefed", MAYOR),
    (top('legal_advice = { notified = ["mayor"] }'), "legal_advice.notified", MAYOR),
    (top('concerns = [{ id = "chair", title = "The chair", heard_by = ["mayor"] }]'), "concerns.chair.heard_by", MAYOR),
    (top('concerns = [{ id = "chair", title = "The chair", heard_by = ["manager"], raised_by = ["mayor"] }]'),
     "concerns.chair.raised_by", MAYOR),
    (top('review_actions = { title = "Actions", confirmed_with = ["mayor"] }'), "review_actions.confirmed_with", MAYOR),
    (top('review_actions = { title = "Actions", discussed_with = ["mayor"] }'), "review_actions.discussed_with", MAYOR),
    (top('good_practice = { shared_with = ["mayor"] }'), "good_practice.shared_with", MAYOR),
    (top('duties = [{ roles = ["mayor"], text = "Be there." }]'), "duties[1].roles", MAYOR),
    (top('pauses = [{ id = "court", title = "Court", by = ["mayor"] }]'), "pauses.court.by", MAYOR),
    (top('start = "third"'), "start", "no stage is called “third”; there are: talk, first, second"),
    (top('start = "frist"'), "start", "did you mean “first”?"),
    ({"kind": {"delay": 'advises = ["third"]'}}, "kinds.delay.advises", "no stage is called “third”"),
    ({"kind": {"delay": 'requires = "third"'}}, "kinds.delay.requires", "no stage is called “third”"),
    (top('severities = [{ id = "high", title = "High", requires = "third" }]'), "severities.high.requires",
     "no stage is called “third”"),
    (top('severities = [{ id = "high", title = "High", advises = ["third"] }]'), "severities.high.advises",
     "no stage is called “third”"),
    (top('questions = [{ id = "why", label = "Why?", stages = ["third"] }]'), "questions.why.stages",
     "no stage is called “third”"),
    (top('questions = [{ id = "why", label = "Why?", arenas = ["adult"] }]'), "questions.why.arenas",
     "no arena is called “adult”; there are: care"),
    ({"kind": {"delay": 'arenas = ["care", "adult"]'}}, "kinds.delay.arenas", "no arena is called “adult”"),
    (top('telling = { rules = [{ when = ["opened"], roles = ["iro"], stages = ["third"] }] }'),
     "telling.rules[1].stages", "no stage is called “third”"),
    (top('immediate_risk = { question = "At risk?", signpost = "Ring.", stage = "third" }'), "immediate_risk.stage",
     "no stage is called “third”"),
    (top('duties = [{ roles = ["manager"], text = "Be there.", stages = ["third"] }]'), "duties[1].stages",
     "no stage is called “third”"),
    (top('overall = { limit = { count = 20 }, reminders = { before = [5] }, starts = "third" }'), "overall.starts",
     "no stage is called “third”; there are: the first formal stage, the raising, talk, first, second"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "where", "remedy"), NOBODY_DEFINES)
def test_what_nothing_defines_is_named(changes: Changes, where: str, remedy: str) -> None:
    only_fault(changes, where, remedy)


IDS = [
    (extra('[[stages]]\nid = "talk"\ntitle = "T"\nformal = false\nanswered_by = ["worker"]'), "stages",
     "“talk” is there twice; give each its own id"),
    (extra('[[pauses]]\nid = "a"\ntitle = "A"\nby = ["iro"]\n' * 2), "pauses", "“a” is there twice"),
    (extra('[[severities]]\nid = "a"\ntitle = "A"\n' * 2), "severities", "“a” is there twice"),
    (extra('[[changes]]\nid = "a"\ntitle = "A"\n' * 2), "changes", "“a” is there twice"),
    (extra('[[reports]]\nid = "a"\ntitle = "A"\nevery = "year"\nreaders = "R"\n' * 2), "reports", "“a” is there"),
    (extra('[[concerns]]\nid = "a"\ntitle = "A"\nsignpost = "S"\n' * 2), "concerns", "“a” is there twice"),
    (extra('[[questions]]\nid = "a"\nlabel = "A"\n' * 2), "questions",
     "“a” is there twice for the act “raise”; give each its own id"),
    ({"kind": {"second kind": 'title = "K"'}}, "kinds", "“second kind” can't be an id; use letters and digits"),
    ({"kind": {"": 'title = "K"'}}, "kinds", "an id is empty; give each its own"),
    (top('id = "any shire"'), "id", "“any shire” can't be an id"),
    ({"kind": {"delay": 'title = " "'}}, "kinds.delay.title", "is empty; write what it should say"),
    (top('authority = ""'), "authority", "is empty; write what it should say"),
    (top('names = { challenge = "" }'), "names.challenge", "is empty; write what it should say"),
    (top('principles = ["The child comes first.", ""]'), "principles[2]", "is empty; write what it should say, or"),
    (first('tell = { opened = [""] }'), "stages.first.tell.opened[1]", "is empty"),
    (top('start = ""'), "start", "is empty"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "where", "remedy"), IDS)
def test_ids_and_words_are_there_and_each_its_own(changes: Changes, where: str, remedy: str) -> None:
    only_fault(changes, where, remedy)


def test_one_question_may_be_asked_at_two_acts() -> None:
    question = '[[questions]]\nid = "rights"\nlabel = "Rights?"\nat = '
    read(small(extra=f'{question}"raise"\n{question}"escalate"\n'))


WORDS = {
    "asks", "authority", "case_note_at_end", "case_note_at_raising", "case_system", "caution", "challenge",
    "choices", "chosen", "confirms", "contents", "file_copy", "fingerprint", "form", "formal", "grounds", "group",
    "heading", "headings", "hint", "id", "impact", "informal", "issue", "kept_as", "label", "minuted_by",
    "outcome", "outcomes", "outside_body", "outside_control", "principles", "purpose", "question", "questions",
    "raiser", "readers", "retention", "signpost", "source", "steps", "subject", "text", "title", "version",
    "when", "where", "why"
}  # fmt: skip
"""Keys whose value is said or shown, and names nothing."""


def test_every_word_of_the_language_is_either_shown_or_checked_for_what_it_names() -> None:
    for module in (procedure, stages, terms, beside):
        for table in vars(module).values():
            if not (isinstance(table, type) and table.__module__ == module.__name__):
                continue
            checked = {key for keys in (ROLES, STAGES, ARENAS, KINDS) for key in keys.get(table, ())}
            texts = {field.name for field in fields(table) if field.type in ("str", "tuple[str, ...]")}
            assert texts - checked <= WORDS, table
            assert checked <= {field.name for field in fields(table)}, table
