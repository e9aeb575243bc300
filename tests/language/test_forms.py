"""What a procedure file asks, of whom, at which act, stage and arena."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.blank import answer_form, escalate_form, resolve_form
from bot.domain.commands import Escalate
from bot.domain.errors import FormIncomplete
from bot.domain.filled import command
from bot.domain.forms import Form
from bot.domain.raise_form import raise_form
from bot.domain.words import Words
from tests.builders import day
from tests.language.town import TUESDAY, a_story, due, going_on, names, raised, raising

WEDNESDAY = "Wed 8 April 2026 10am"
LEAVING = 'title = "Care leaver"\nraiser = "IRO"\nsubject = "young person"'


def a_question(lines: str = "") -> str:
    return f'[[questions]]\nid = "wishes"\nlabel = "What does the child want?"\n{lines}'


def asks(form: Form) -> bool:
    """Whether the procedure's own question is on the form."""
    return any(field.id == "q-wishes" for section in form.sections for field in section.fields)


def required(form: Form) -> bool:
    return any(field.required for section in form.sections for field in section.fields if field.id == "q-wishes")


@pytest.mark.parametrize("act", ["raise", "escalate", "answer", "resolve"])
def test_a_question_is_asked_at_its_act_alone(act: str) -> None:
    story = raised(extra=a_question(f'at = "{act}"'))
    procedure, now = story.facts.procedure, story.now
    forms = {
        "raise": raise_form(procedure, ()),
        "escalate": escalate_form(procedure, now),
        "answer": answer_form(procedure, now),
        "resolve": resolve_form(procedure, now),
    }
    assert [name for name, form in forms.items() if asks(form)] == [act]


def test_a_question_is_asked_at_its_stages_alone() -> None:
    extra = a_question('at = "answer"\nstages = ["second"]')
    for stage, asked in (("first", False), ("second", True)):
        story = raised(stage, extra=extra)
        assert asks(answer_form(story.facts.procedure, story.now)) is asked


def test_a_question_for_formal_stages_is_not_asked_at_an_informal_one() -> None:
    for stage, asked in (("talk", False), ("first", True)):
        story = raised(stage, extra=a_question('at = "answer"\nformal_only = true'))
        assert asks(answer_form(story.facts.procedure, story.now)) is asked


def test_a_question_of_one_arena_is_not_asked_in_another() -> None:
    story = a_story(extra=a_question('arenas = ["leaving"]\nrequired = true'), arena={"leaving": LEAVING})
    assert not asks(raise_form(story.facts.procedure, (), arena="care"))
    assert required(raise_form(story.facts.procedure, (), arena="leaving"))


def test_a_required_question_of_one_arena_holds_nobody_up_before_the_arena_is_known() -> None:
    story = a_story(extra=a_question('arenas = ["leaving"]\nrequired = true'), arena={"leaving": LEAVING})
    assert not required(raise_form(story.facts.procedure, ()))


@pytest.mark.parametrize(("to", "wanted"), [("first", False), ("second", True)])
def test_a_required_question_of_a_later_stage_is_insisted_on_once_that_stage_is_chosen(to: str, wanted: bool) -> None:
    story = raised("talk", extra=a_question('at = "escalate"\nstages = ["second"]\nrequired = true'))
    good = {"to": to, "reason": "Still open"}
    if wanted:
        with pytest.raises(FormIncomplete) as refused:
            command("escalate", good, 1, story.facts.procedure, "care")
        assert refused.value.by_field == {"q-wishes": "What does the child want: please answer this."}
    else:
        assert command("escalate", good, 1, story.facts.procedure, "care") == Escalate(
            request=1, to=to, reason=Words("Still open")
        )


def test_a_required_question_of_another_arena_does_not_keep_a_challenge_from_moving_up() -> None:
    extra = a_question('at = "escalate"\narenas = ["leaving"]\nrequired = true')
    story = raised(extra=extra, arena={"leaving": LEAVING})
    assert not asks(escalate_form(story.facts.procedure, story.now))
    made = command("escalate", {"to": "second", "reason": "Still open"}, 1, story.facts.procedure, "care")
    assert isinstance(made, Escalate)


def test_kinds_are_offered_by_arena_and_by_the_raisers_role() -> None:
    kinds = {"leaving": 'title = "Leaving"\narenas = ["leaving"]', "chairs": 'title = "Chairs"\nroles = ["worker"]'}
    procedure = a_story(kind=kinds, arena={"leaving": LEAVING}, role={"worker": "raises = true"}).facts.procedure
    for arena, role, extra in (("care", "iro", set()), ("leaving", "iro", {"leaving"}), ("care", "worker", {"chairs"})):
        form = raise_form(procedure, (), arena=arena, role=role)
        field = next(field for section in form.sections for field in section.fields if field.id == "kind-1")
        assert {choice.value for choice in field.choices} == {"delay", "plan"} | extra


@pytest.mark.parametrize("treated", ["counted only", "elsewhere"])
def test_a_kind_that_is_no_challenge_leads_to_its_signpost(treated: str) -> None:
    story = a_story(kind={"delay": f'treated = "{treated}"\nsignpost = "Tell the quality team."'})
    assert "Tell the quality team." in story.refused("iro", raising(), TUESDAY)


def test_whoever_opens_a_stage_names_the_day_for_the_answer_where_the_file_wants_it() -> None:
    must = 'limit = { must_be_set = true, set_by = ["iro"] }'
    story = raised(stage={"second": must})
    assert "named" in story.refused("iro", going_on("second"), WEDNESDAY)
    story.does("iro", going_on("second", answer_by=day("Mon 20 April 2026")), WEDNESDAY)
    assert due(story) == "Mon 20 April 2026 5pm"


def test_a_day_for_the_answer_is_refused_where_the_file_leaves_it_to_nobody() -> None:
    made = replace(raising("first"), answer_by=day("Mon 20 April 2026"))
    assert "nobody may set it" in a_story().refused("iro", made, TUESDAY)


@pytest.mark.parametrize(("words", "happens"), [("A visit a week", True), ("A visit this week", False)])
def test_an_outcome_is_put_anew_and_the_one_before_stays_on_the_record(words: str, happens: bool) -> None:
    story = raised(stage={"second": "revises_outcomes = true"})
    events = story.does("iro", replace(going_on("second"), outcomes=((1, Words(words)),)), WEDNESDAY)
    assert ("OutcomeRevised" in names(events)) is happens
    assert story.now.issues[0].outcome == Words(words)
    assert story.states[0].issues[0].outcome == Words("A visit this week")
