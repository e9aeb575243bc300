"""From what stands in a checked form to the command that it asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Literal, assert_never, cast

from bot.domain.blank import OUTSIDE_CONTROL
from bot.domain.commands import (
    Achieved,
    AddIssue,
    AddNote,
    AgreePlan,
    Answer,
    Close,
    Command,
    Correspondence,
    Detail,
    Escalate,
    Exhaust,
    FixMeeting,
    GiveAgreement,
    Issue,
    IssueAnswer,
    PauseClocks,
    Raise,
    Reopen,
    Resolve,
    ResumeClocks,
    SetLimit,
    TakeOver,
    Verdict,
    Wait,
)
from bot.domain.errors import FormIncomplete
from bot.domain.forms import FormId
from bot.domain.people import Child
from bot.domain.procedure import Act, Procedure, Question
from bot.domain.raising import advised
from bot.domain.words import Words

Good = Mapping[str, str]


def command(form: FormId, good: Good, number: int, procedure: Procedure, arena: str = "") -> Command:
    """The command of a form about a challenge that exists already; `number` is the stage request's or proposal's.

    Raises `FormIncomplete` where the stage chosen needs an answer that the others don't.
    """

    def said(id: str) -> Words:
        return Words(good.get(id, ""))

    match form:
        case "answer":
            return Answer(request=number, answers=_answers(good), details=_details(good, procedure, "answer"))
        case "resolve":
            return Resolve(
                request=number,
                how=said("how"),
                outcome_for_child=said("outcome"),
                achieved=cast(Achieved, good["achieved"]),
                details=_details(good, procedure, "resolve"),
            )
        case "escalate":
            return _escalate(good, number, procedure, arena)
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
        case _:
            return _step(form, good, number)


def _step(
    form: Literal["plan", "agree", "meeting", "limit", "pause", "resume", "reopen", "take"], good: Good, number: int
) -> Command:
    """The commands of the forms that only some procedures have."""
    reason = Words(good.get("reason", ""))
    match form:
        case "plan":
            until = date.fromisoformat(good["until"])
            return AgreePlan(request=number, until=until, words=Words(good.get("words", "")))
        case "agree":
            return GiveAgreement(proposal=number, agreed=good["agreed"] == "yes", words=Words(good.get("words", "")))
        case "meeting":
            return FixMeeting(request=number, day=date.fromisoformat(good["day"]), where=Words(good["where"]))
        case "limit":
            return SetLimit(request=number, until=date.fromisoformat(good["until"]), reason=reason)
        case "pause":
            return PauseClocks(pause=good["pause"], reason=reason)
        case "resume":
            return ResumeClocks(reason=reason)
        case "reopen":
            return Reopen(stage=good["stage"], reason=reason)
        case "take":
            return TakeOver(reason=reason, to=good.get("to", ""))
        case _:
            assert_never(form)


def _escalate(good: Good, number: int, procedure: Procedure, arena: str) -> Escalate:
    outcomes = ((int(number), Words(good[f"outcome-{number}"])) for number in _numbers(good, "outcome-"))
    missing = _missing(good, procedure.asked("escalate", good["to"], arena))
    if missing:
        raise FormIncomplete(missing)
    return Escalate(
        request=number,
        to=good["to"],
        reason=Words(good.get("reason", "")),
        ground=good.get("ground", ""),
        answer_by=_day(good, "answer-by"),
        details=_details(good, procedure, "escalate"),
        outcomes=tuple(outcomes),
    )


def _day(good: Good, id: str) -> date | None:
    return date.fromisoformat(good[id]) if id in good else None


def _details(good: Good, procedure: Procedure, act: Act) -> tuple[Detail, ...]:
    """The answers to the procedure's own questions at an act, in its order."""
    asked = [(question.id, question.label) for question in procedure.questions if question.at == act]
    if act == "answer" and procedure.outside_control:
        asked.append(("outside-control", OUTSIDE_CONTROL))
    return tuple(Detail(id=id, label=label, words=Words(good[f"q-{id}"])) for id, label in asked if f"q-{id}" in good)


def raising_command(good: Good, procedure: Procedure, child: Child) -> Raise:
    """The command of a filled raise form. Raises `FormIncomplete` where a start elsewhere has no reason.

    A challenge because of an immediate risk starts where the procedure says, whatever stage was chosen.
    """
    risk = procedure.immediate_risk if good.get("risk") == "yes" else None
    stage = risk.stage if risk is not None else good["stage"]
    references = re.split(r"[\s,;]+", good.get("also", ""))
    made = Raise(
        child=child.reference,
        arena=good.get("arena") or child.arena,
        issues=_issues(good),
        impact=Words(good["impact"]),
        details=_details(good, procedure, "raise"),
        stage=stage,
        reason=Words(good.get("reason", "")),
        ground=good.get("ground", ""),
        also=tuple(dict.fromkeys(reference.upper() for reference in references if reference)),
        severity=good.get("severity", ""),
        immediate_risk=risk is not None,
        review_on=_day(good, "review-on"),
        answer_by=_day(good, "answer-by"),
        pauses=tuple(pause.id for pause in procedure.pauses if good.get(f"pause-{pause.id}") == "yes"),
    )
    _check_raise(made, good, procedure)
    return made


def _check_raise(made: Raise, good: Good, procedure: Procedure) -> None:
    """What only some choices need, beside the field that it is about."""
    faults: dict[str, str] = {}
    stage = procedure.stage(made.stage)
    usual = made.stage == procedure.start or made.immediate_risk or made.stage in advised(made, procedure)
    if not usual and not made.reason:
        faults["reason"] = f"Why there: starting at {stage.title} needs a reason."
    if stage.grounds and made.ground not in stage.grounds and not made.immediate_risk:
        faults["ground"] = f"What opens it: choose what opens {stage.title}."
    arena = made.arena if any(arena.id == made.arena for arena in procedure.arenas) else ""
    faults |= _missing(good, procedure.asked("raise", made.stage, arena))
    if faults:
        raise FormIncomplete(faults)


def _missing(good: Good, asked: tuple[Question, ...]) -> dict[str, str]:
    """What only this stage or arena asks and must be answered; what is always asked the form itself insists on."""
    only_here = (one for one in asked if one.required and (one.formal_only or one.stages or one.arenas))
    return {
        f"q-{one.id}": f"{one.label.rstrip('?:.')}: please answer this."
        for one in only_here
        if f"q-{one.id}" not in good
    }


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
