"""From each filled form to the command it asks for."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.blank import (
    answer_form,
    close_form,
    escalate_form,
    exhaust_form,
    issue_form,
    note_form,
    resolve_form,
    wait_form,
)
from bot.domain.commands import (
    AddIssue,
    AddNote,
    Answer,
    Close,
    Command,
    Detail,
    Escalate,
    Exhaust,
    Issue,
    IssueAnswer,
    Raise,
    Resolve,
    Wait,
)
from bot.domain.errors import FormIncomplete
from bot.domain.filled import command, raising_command
from bot.domain.forms import Form, check
from bot.domain.raise_form import raise_form
from bot.domain.words import Words
from tests.builders import a_challenge, a_child, an_issue, day, lincolnshire

TODAY = day("Tue 7 April 2026")
PROCEDURE = lincolnshire()
CHALLENGE = a_challenge("stage-1", issues=(an_issue(), an_issue())).now
RAISED = {
    "child": "MOS-10423",
    "issue-1": "No visit",
    "outcome-1": "A visit",
    "kind-1": "Delay in the care plan",
    "impact": "Alex feels forgotten",
    "q-conversation-how": "By telephone",
    "q-needed-by": "30 April",
    "stage": "informal",
}


@pytest.mark.parametrize(
    ("form", "typed", "expected"),
    [
        (
            resolve_form(PROCEDURE, CHALLENGE),
            {"how": "Visited", "outcome": "Seen", "achieved": "partly"},
            Resolve(request=3, how=Words("Visited"), outcome_for_child=Words("Seen"), achieved="partly"),
        ),
        (
            escalate_form(PROCEDURE, CHALLENGE),
            {"to": "Stage 3", "reason": "Urgent"},
            Escalate(request=3, to="stage-3", reason=Words("Urgent")),
        ),
        (exhaust_form(PROCEDURE, CHALLENGE), {"reason": "Open"}, Exhaust(request=3, reason=Words("Open"))),
        (
            wait_form(CHALLENGE),
            {"until": "20 April", "reason": "Back then"},
            Wait(request=3, until=date(2026, 4, 20), reason=Words("Back then")),
        ),
        (close_form(CHALLENGE), {"reason": "A mistake"}, Close(reason=Words("A mistake"))),
        (
            note_form(CHALLENGE),
            {"kind": "2", "words": "An e-mail"},
            AddNote(kind="correspondence", words=Words("An e-mail")),
        ),
        (
            issue_form(PROCEDURE, CHALLENGE),
            {"issue-3": "No plan", "outcome-3": "A plan", "kind-3": "practice"},
            AddIssue(issue=Issue(text=Words("No plan"), outcome=Words("A plan"), kind="practice")),
        ),
    ],
    ids=["resolve", "escalate", "exhaust", "wait", "close", "note", "issue"],
)
def test_each_form_asks_for_its_command(form: Form, typed: dict[str, str], expected: Command) -> None:
    assert command(form.id, check(form, typed, TODAY), 3, PROCEDURE) == expected


@pytest.mark.requirement("LIN-09")
def test_an_answer_says_of_each_issue_what_will_be_done_by_whom_and_when_or_why_not() -> None:
    form = answer_form(PROCEDURE, CHALLENGE)
    typed = {
        "verdict-1": "I accept it",
        "words-1": "A visit is booked",
        "whom-1": "Sam Walker",
        "when-1": "14 April",
        "verdict-2": "I challenge it",
        "words-2": "It was done",
    }
    assert command(form.id, check(form, typed, TODAY), 1, PROCEDURE) == Answer(
        request=1,
        answers=(
            IssueAnswer(
                issue=1,
                verdict="accepted",
                words=Words("A visit is booked"),
                by_whom=Words("Sam Walker"),
                by_when=date(2026, 4, 14),
            ),
            IssueAnswer(issue=2, verdict="challenged", words=Words("It was done"), by_whom=Words(""), by_when=None),
        ),
    )


@pytest.mark.requirement("LIN-02", "BED-17")
def test_a_filled_raise_form_asks_for_a_challenge() -> None:
    good = check(raise_form(PROCEDURE, ()), RAISED, TODAY)
    assert raising_command(good, PROCEDURE, a_child()) == Raise(
        child="MOS-10423",
        arena="child-in-care",
        issues=(Issue(text=Words("No visit"), outcome=Words("A visit"), kind="delay"),),
        impact=Words("Alex feels forgotten"),
        details=(
            Detail(id="conversation-how", label="How was it put to them first?", words=Words("By telephone")),
            Detail(id="needed-by", label="When does the child need this by?", words=Words("2026-04-30")),
        ),
        stage="informal",
        reason=Words(""),
    )


@pytest.mark.requirement("LIN-01")
def test_the_arena_is_taken_from_the_childs_record_unless_it_is_chosen() -> None:
    good = check(raise_form(PROCEDURE, ()), RAISED, TODAY)
    assert raising_command(good, PROCEDURE, a_child(arena="child-protection")).arena == "child-protection"
    chosen = check(raise_form(PROCEDURE, ()), {**RAISED, "arena": "Child in care"}, TODAY)
    assert raising_command(chosen, PROCEDURE, a_child(arena="child-protection")).arena == "child-in-care"


def test_issues_keep_their_order_even_beyond_nine() -> None:
    good = {f"{what}-{number}": f"{number}" for number in (10, 2, 1) for what in ("issue", "outcome", "kind")}
    made = raising_command({**good, "stage": "informal", "impact": "x"}, PROCEDURE, a_child())
    assert [issue.text.text for issue in made.issues] == ["1", "2", "10"]


@pytest.mark.requirement("LIN-05")
def test_another_start_without_a_reason_is_named_beside_its_field() -> None:
    good = check(raise_form(PROCEDURE, ()), {**RAISED, "stage": "Stage 2"}, TODAY)
    with pytest.raises(FormIncomplete) as refused:
        raising_command(good, PROCEDURE, a_child())
    assert refused.value.by_field == {"reason": "Why there: starting at Stage 2 needs a reason."}
