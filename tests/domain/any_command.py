"""Anything that anybody might ask of a challenge under any procedure: much of it is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import get_args

from hypothesis import strategies as st

from bot.domain.challenge import Challenge
from bot.domain.clocks import due
from bot.domain.commands import (
    Acknowledge,
    AddIssue,
    AddNote,
    AgreePlan,
    Answer,
    Close,
    Command,
    Detail,
    Escalate,
    Exhaust,
    FixMeeting,
    GiveAgreement,
    Issue,
    IssueAnswer,
    NoteReceipt,
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
from bot.domain.facts import Facts
from bot.domain.forms import FormId
from bot.domain.procedure import Act, Procedure
from bot.domain.terms import Limit
from bot.domain.validity_stages import may_start
from bot.domain.words import Words
from bot.domain.working_time import london_date
from tests.cards.stories import longest
from tests.domain.any_procedure import BASIC, PAUSES, STAGES
from tests.domain.any_stage import GROUNDS, maybe, some
from tests.domain.any_world import CHILDREN, SIBLING
from tests.domain.shown import Shown

FORM_OF: dict[type, FormId] = {
    AddIssue: "issue",
    Answer: "answer",
    Resolve: "resolve",
    AgreePlan: "plan",
    Escalate: "escalate",
    Exhaust: "exhaust",
    Wait: "wait",
    Close: "close",
    AddNote: "note",
    GiveAgreement: "agree",
    FixMeeting: "meeting",
    SetLimit: "limit",
    PauseClocks: "pause",
    ResumeClocks: "resume",
    Reopen: "reopen",
    TakeOver: "take",
}
TEXT = Words("Because")
LONG = longest()
reasons = st.sampled_from((TEXT, TEXT, TEXT, Words(""), LONG))
written = st.sampled_from((TEXT, TEXT, LONG))


def days(today: date) -> st.SearchStrategy[date]:
    return st.sampled_from([today + timedelta(days=after) for after in (3, 1, 0, -1, 2, 5, 7, 12, 30)])


def details(procedure: Procedure, act: Act) -> st.SearchStrategy[tuple[Detail, ...]]:
    asked = [question for question in procedure.questions if question.at == act]
    told = tuple(Detail(id=question.id, label=question.label, words=TEXT) for question in asked)
    return st.sampled_from(((), told))


@st.composite
def the_raises(draw: st.DrawFn, procedure: Procedure, today: date) -> Shown[tuple[str, Raise]]:
    """A raising by one of the procedure's raisers, and by whom."""
    arena = draw(st.sampled_from(procedure.arenas)).id
    text = draw(written)
    kinds = draw(st.lists(st.sampled_from([BASIC, *(kind.id for kind in procedure.kinds)]), min_size=1, max_size=5))
    asked = [pause.id for pause in procedure.pauses if pause.question]
    command = Raise(
        child=CHILDREN[arena],
        arena=arena,
        issues=tuple(Issue(text=text, outcome=text, kind=kind) for kind in kinds),
        impact=text,
        details=draw(details(procedure, "raise")),
        stage=draw(st.sampled_from([stage.id for stage in procedure.stages])),
        reason=draw(reasons),
        ground=draw(st.sampled_from(GROUNDS)),
        also=draw(some((SIBLING,), 0, 1)),
        severity=draw(st.sampled_from(["", *(one.id for one in procedure.severities)])),
        immediate_risk=draw(st.sampled_from((False, False, procedure.immediate_risk is not None))),
        review_on=draw(maybe(days(today))),
        answer_by=draw(maybe(days(today))),
        pauses=draw(some(asked, 0)) if asked else (),
    )
    return Shown((f"p-{draw(st.sampled_from(sorted(procedure.raising_roles)))}", command))


def raises_somehow(facts: Facts, now: datetime, can_raise: Callable[[str, Raise], bool]) -> tuple[str, Raise] | None:
    """The simplest raising that can be done, if any can."""
    return next((found for found in _plain_raises(facts, now) if can_raise(*found)), None)


def _plain_raises(facts: Facts, now: datetime) -> Iterator[tuple[str, Raise]]:
    procedure = facts.procedure
    for arena in procedure.arenas:
        for role in sorted(procedure.raising_roles):
            for stage in (stage for stage in procedure.stages if may_start(procedure, stage)):
                must_set = stage.limit is not None and stage.limit.must_be_set and role in stage.limit.set_by
                plain = Raise(
                    child=CHILDREN[arena.id],
                    arena=arena.id,
                    issues=(Issue(text=TEXT, outcome=TEXT, kind=BASIC),),
                    impact=TEXT,
                    stage=stage.id,
                    reason=TEXT,
                    ground=next(iter(stage.grounds), ""),
                    review_on=london_date(now),
                    answer_by=_soonest(stage.limit, facts, now) if stage.limit and must_set else None,
                )
                yield f"p-{role}", plain


def _soonest(limit: Limit, facts: Facts, now: datetime) -> date:
    return due(facts.reckoning, Limit(count=limit.at_least, unit=limit.unit), now).due_on


@st.composite
def any_commands(draw: st.DrawFn, challenge: Challenge, facts: Facts, now: datetime) -> Shown[Command]:
    return Shown(draw(_any_command(challenge, facts, now)))


@st.composite
def _any_command(draw: st.DrawFn, challenge: Challenge, facts: Facts, now: datetime) -> Command:
    """Of all commands, those that move a challenge on come more often."""
    procedure, today = facts.procedure, london_date(now)
    number = challenge.current.number if draw(st.integers(0, 9)) else max(1, challenge.current.number - 1)
    text, reason, day = draw(written), draw(reasons), draw(days(today))
    make = draw(st.sampled_from(_KINDS))
    match make:
        case "answer":
            return Answer(
                request=number,
                answers=tuple(
                    IssueAnswer(
                        issue=issue,
                        verdict=draw(st.sampled_from(get_args(Verdict))),
                        words=text,
                        by_whom=Words("Sam"),
                        by_when=draw(maybe(st.just(today + timedelta(days=5)))),
                    )
                    for issue in range(1, len(challenge.issues) + 1)
                ),
                details=draw(details(procedure, "answer")),
            )
        case "escalate":
            return Escalate(
                request=number,
                to=draw(st.sampled_from([stage.id for stage in procedure.stages])),
                reason=reason,
                ground=draw(st.sampled_from(GROUNDS)),
                answer_by=draw(maybe(st.just(day))),
                details=draw(details(procedure, "escalate")),
                outcomes=draw(st.sampled_from(((), ((1, Words("Another outcome")),)))),
            )
        case "resolve":
            return Resolve(
                request=number,
                how=text,
                outcome_for_child=text,
                achieved="partly",
                details=draw(details(procedure, "resolve")),
            )
        case "pause":
            return PauseClocks(pause=draw(st.sampled_from(PAUSES)), reason=reason)
        case "reopen":
            return Reopen(stage=draw(st.sampled_from(STAGES)), reason=reason)
        case _:
            agreed = draw(st.booleans())
            return _plain(make, challenge, number, text, reason, day, agreed)


_KINDS = (
    "answer", "answer", "answer", "escalate", "escalate", "acknowledge", "agree", "agree", "plan", "meeting", "limit",
    "pause", "resume", "reopen", "take", "receipt", "resolve", "exhaust", "wait", "close", "issue", "note",
)  # fmt: skip


def _plain(
    make: str, challenge: Challenge, number: int, text: Words, reason: Words, day: date, agreed: bool
) -> Command:
    made: dict[str, Command] = {
        "acknowledge": Acknowledge(request=number),
        "agree": GiveAgreement(proposal=challenge.proposals, agreed=agreed, words=reason),
        "plan": AgreePlan(request=number, until=day, words=reason),
        "meeting": FixMeeting(request=number, day=day, where=Words("Room 1")),
        "limit": SetLimit(request=number, until=day, reason=reason),
        "resume": ResumeClocks(reason=reason),
        "take": TakeOver(reason=reason, to="" if agreed else "Chair"),
        "receipt": NoteReceipt(request=number),
        "exhaust": Exhaust(request=number, reason=reason),
        "wait": Wait(request=number, until=day, reason=reason),
        "close": Close(reason=reason),
        "issue": AddIssue(issue=Issue(text=text, outcome=text, kind=BASIC)),
        "note": AddNote(kind="note", words=text),
    }
    return made[make]
