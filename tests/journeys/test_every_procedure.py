"""What every bundled procedure must do alike, from the raising to the end, by its own words about who is told."""

from __future__ import annotations

import pytest

from bot.domain.forms import Form
from bot.domain.raise_form import raise_form
from bot.procedures.load import Loaded, bundled, load
from bot.usecases.fill import form_for
from tests.journeys.matter import REF, Matter, a_matter
from tests.journeys.test_in_text import code_in
from tests.journeys.town import requirement

every_procedure = pytest.mark.parametrize("loaded", [load(name) for name in bundled()], ids=bundled())


@pytest.fixture
def file_url(tmp_path: object) -> str:
    """A database in a file: what is told here doesn't depend on the kind of database."""
    return f"sqlite:///{tmp_path}/town.db"


@every_procedure
@requirement("CARD-01", "CARD-05")
def test_raised_acknowledged_answered_and_resolved(url: str, loaded: Loaded) -> None:
    with a_matter(url, loaded) as matter:
        usual = loaded.procedure.stage(loaded.procedure.start)
        assert "Raised: PC-2026-0001" in matter.raises()
        assert matter.reached() == matter.opening(usual.id, first=True)
        first, *others = usual.answered_by
        matter.town.says(matter.who(first), f"ack {REF}")
        assert matter.reached(without=first) == matter.told("acknowledged", by=first)
        assert "Answered by" in matter.submits(first, "answer")
        decides = ("iro", *others, *usual.satisfied_by)
        assert matter.reached(without=first) == matter.told("answered", and_=decides, by=first)
        assert "✓ Resolved" in matter.submits("iro", "resolve")
        assert matter.reached() == matter.told("resolved", and_=usual.answered_by)
        assert "Your tray is empty" in matter.town.says(matter.who("iro"), "tray")


@every_procedure
@requirement("CARD-02", "CARD-03")
def test_nobody_answers_and_the_raiser_goes_on_through_every_stage(file_url: str, loaded: Loaded) -> None:
    with a_matter(file_url, loaded) as matter:
        first, *later = loaded.procedure.stages
        matter.raises(first.id)
        assert matter.reached() == matter.opening(first.id, first=True)
        is_silent(matter)
        for stage in later:
            before = matter.names(matter.stage.answered_by)  # who is asked no more, having never answered
            assert matter.goes_on(stage.id) - before == matter.opening(stage.id, first=False) - before
            is_silent(matter)
        shown = matter.submits("iro", "exhaust")
        assert "You can refer the matter to Cafcass" in shown
        assert matter.reached() == matter.told("exhausted")
        assert [request.stage for request in matter.now.requests] == [stage.id for stage in loaded.procedure.stages]
        assert matter.town.happened().count("AnswerOverdue") == len(loaded.procedure.stages)


def is_silent(matter: Matter) -> None:
    """Nobody answers a stage: those asked are reminded, the raiser owns the next step, the named are told."""
    stage = matter.stage
    overall = matter.procedure.overall
    assert overall is not None
    while (
        not matter.now.current.answer_overdue or matter.today.weekday() > 4
    ):  # what time brings about waits for Monday
        matter.days_pass(1)
    asked, owner = matter.names(stage.answered_by), matter.names(["iro"])
    of_the_whole = matter.names(overall.reminders.also) | matter.told("total overdue", stage=stage.id)
    got = matter.reached(without="")
    assert asked | owner | matter.told("overdue") <= got <= asked | owner | matter.told("overdue") | of_the_whole
    assert "No answer came" in matter.town.says(matter.who("iro"), f"decide {REF}")
    assert REF in matter.town.says(matter.who("iro"), "tray")
    for role in matter.procedure.digest:
        for person in matter.holders[role]:
            assert REF in matter.town.says(person, "digest")
    matter.town.ignores()


@every_procedure
@requirement("LIN-14", "BED-04")
def test_every_stage_that_may_be_entered_directly_needs_a_reason_and_asks_its_own(
    file_url: str, loaded: Loaded
) -> None:
    for stage in loaded.procedure.stages:
        if stage.id == loaded.procedure.start or not stage.entered_directly:
            continue
        with a_matter(f"{file_url}{stage.id}", loaded) as matter:
            assert "needs a reason" in matter.previews(stage.id, reason="")
            matter.raises(stage.id)
            asked = matter.agrees(stage.id)
            assert asked | matter.reached() == asked | matter.opening(stage.id, first=True)
            assert matter.now.current.stage == stage.id
            first = stage.answered_by[0]
            if stage.kind == "meeting":
                matter.submits(first, "meeting")
                matter.town.ignores()
            matter.submits(first, "answer")
            decides = ("iro", *stage.answered_by, *stage.satisfied_by)
            assert matter.reached(without=first) == matter.told("answered", and_=decides, by=first)


@every_procedure
def test_withdrawn(file_url: str, loaded: Loaded) -> None:
    with a_matter(file_url, loaded) as matter:
        matter.raises()
        met = matter.reached()
        assert "Withdrawn" in matter.submits("iro", "close")
        assert matter.reached() == met | matter.told("closed")
        assert matter.now.ended is not None


@every_procedure
def test_a_child_protection_plan_has_its_own_kinds_and_nobody_outside(file_url: str, loaded: Loaded) -> None:
    with a_matter(file_url, loaded, child="MOS-10918") as matter:
        last = loaded.procedure.stages[-1]
        matter.raises(last.id)
        matter.agrees(last.id)
        matter.submits(last.answered_by[0], "answer")
        assert "nobody outside to refer to" in matter.submits("iro", "exhaust")
        matter.town.ignores()


@every_procedure
@requirement("CARD-03")
def test_everything_that_is_asked_is_asked_for_a_reason_and_stands_on_the_record(file_url: str, loaded: Loaded) -> None:
    """Nobody fills in a field that nobody can read afterwards."""
    with a_matter(file_url, loaded) as matter:
        first, second, *_ = [stage for stage in loaded.procedure.stages if stage.formal]
        matter.raises(first.id)
        matter.agrees(first.id)
        matter.submits(first.answered_by[0], "answer")
        matter.goes_on(second.id, reason="Still no visit")
        asked = matter.town.says(matter.who(second.answered_by[0]), f"decide {REF}")
        matter.submits(second.answered_by[0], "answer")
        matter.submits("iro", "resolve")
        record = matter.town.says(matter.who("iro"), f"show {REF}")
        record += matter.town.says(matter.who("iro"), f"show {REF} page 2")
        matter.town.ignores()
    for question in loaded.procedure.questions:
        if matter.child.arena in (question.arenas or [matter.child.arena]) and question.kind in ("text", "line"):
            seen = not question.stages or {first.id, second.id} & set(question.stages)
            assert (f"About q-{question.id}" in record) == bool(seen), question.id
            assert question.at != "escalate" or f"About q-{question.id}" in asked, question.id
    assert all(ground in asked for ground in second.grounds[:1])
    assert "Still no visit" in asked


@every_procedure
@requirement("CARD-05")
def test_in_text_every_question_of_the_raise_form_is_asked_and_answered(file_url: str, loaded: Loaded) -> None:
    with a_matter(file_url, loaded) as matter:
        iro, first = matter.who("iro"), loaded.procedure.stage(loaded.procedure.start).answered_by[0]
        worker = matter.who(first)
        for person in (iro, worker):
            matter.town.says(person, "cards off")
        shape = raise_form(loaded.procedure, (matter.child,), arena=matter.child.arena, siblings=("one",), role="iro")
        asked = matter.town.says(iro, f"raise {matter.child.reference}")
        matter.town.says(iro, f"yes {code_in(questioned(matter, 'iro', shape, asked))}")
        assert matter.reached() == matter.opening(loaded.procedure.start, first=True)
        answer = form_for("answer", matter.now, loaded.procedure)
        asked = matter.town.says(worker, f"respond {REF}")
        matter.town.says(worker, f"yes {code_in(questioned(matter, first, answer, asked))}")
        assert matter.town.happened()[-1] == "StageAnswered"
        resolve = form_for("resolve", matter.now, loaded.procedure)
        asked = matter.town.says(iro, f"resolve {REF}")
        matter.town.says(iro, f"yes {code_in(questioned(matter, 'iro', resolve, asked))}")
        assert matter.now.state == "resolved"
        matter.town.ignores()


def questioned(matter: Matter, role: str, form: Form, asked: str) -> str:
    """Answer what must be answered, skip the rest; the review of it all."""
    entries = matter.filled(form)
    for _ in form.fields:
        field = next((field for field in form.fields if f"**{field.label}**" in asked), None)
        if field is None:
            break
        kept = field.required and field.id != "child"
        asked = matter.town.says(matter.who(role), entries[field.id] if kept else "skip")
    return asked
