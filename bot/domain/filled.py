"""From what stands in a checked form to the command that it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import cast

from bot.domain.commands import (
    Achieved,
    AddIssue,
    AddNote,
    Answer,
    Close,
    Command,
    Correspondence,
    Detail,
    Escalate,
    Exhaust,
    Issue,
    IssueAnswer,
    Raise,
    Resolve,
    Verdict,
    Wait,
)
from bot.domain.errors import FormIncomplete
from bot.domain.forms import FormId
from bot.domain.people import Child
from bot.domain.procedure import Procedure
from bot.domain.words import Words

Good = Mapping[str, str]


def command(form: FormId, good: Good, number: int) -> Command:
    """The command of a form about a challenge that exists already; `number` is the stage request's."""

    def said(id: str) -> Words:
        return Words(good.get(id, ""))

    match form:
        case "answer":
            return Answer(request=number, answers=_answers(good))
        case "resolve":
            return Resolve(
                request=number,
                how=said("how"),
                outcome_for_child=said("outcome"),
                achieved=cast(Achieved, good["achieved"]),
            )
        case "escalate":
            return Escalate(request=number, to=good["to"], reason=said("reason"))
        case "exhaust":
            return Exhaust(request=number, reason=said("reason"))
        case "wait":
            return Wait(request=number, until=date.fromisoformat(good["until"]), reason=said("reason"))
        case "close":
            return Close(reason=said("reason"))
        case "note":
            return AddNote(kind=cast(Correspondence, good["kind"]), words=said("words"))
        case "issue":
            return AddIssue(issue=_issues(good)[0])
        case "raise":
            raise AssertionError("a raising has its own way: `raising_command`")


def raising_command(good: Good, procedure: Procedure, child: Child) -> Raise:
    """The command of a filled raise form. Raises `FormIncomplete` where a start elsewhere has no reason."""
    stage = good["stage"]
    if stage != procedure.start and not good.get("reason"):
        title = procedure.stage(stage).title
        raise FormIncomplete({"reason": f"Why there: starting at {title} needs a reason."})
    details = tuple(
        Detail(id=question.id, label=question.label, words=Words(good[f"q-{question.id}"]))
        for question in procedure.questions
        if f"q-{question.id}" in good
    )
    return Raise(
        child=child.reference,
        arena=good.get("arena") or child.arena,
        issues=_issues(good),
        impact=Words(good["impact"]),
        details=details,
        stage=stage,
        reason=Words(good.get("reason", "")),
    )


def _numbers(good: Good, prefix: str) -> list[str]:
    found = (id.removeprefix(prefix) for id in good if id.startswith(prefix))
    return sorted((number for number in found if number.isdigit()), key=int)


def _issues(good: Good) -> tuple[Issue, ...]:
    return tuple(
        Issue(
            text=Words(good[f"issue-{number}"]),
            outcome=Words(good[f"outcome-{number}"]),
            kind=good[f"kind-{number}"],
        )
        for number in _numbers(good, "issue-")
    )


def _answers(good: Good) -> tuple[IssueAnswer, ...]:
    return tuple(
        IssueAnswer(
            issue=int(number),
            verdict=cast(Verdict, good[f"verdict-{number}"]),
            words=Words(good[f"words-{number}"]),
            by_whom=Words(good.get(f"whom-{number}", "")),
            by_when=date.fromisoformat(good[f"when-{number}"]) if f"when-{number}" in good else None,
        )
        for number in _numbers(good, "verdict-")
    )
