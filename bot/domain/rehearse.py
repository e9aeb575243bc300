"""Whether an act could be done now, found out before anybody fills in its form: the rules are asked, with made-up
words in place of those still to be written."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.challenge import Challenge
from bot.domain.commands import (
    AddIssue,
    AddNote,
    Answer,
    Close,
    Command,
    Escalate,
    Exhaust,
    Issue,
    IssueAnswer,
    Resolve,
    Sent,
    Wait,
)
from bot.domain.decide import decide
from bot.domain.facts import Facts
from bot.domain.forms import FormId
from bot.domain.words import Words
from bot.domain.working_time import ONE_DAY, london_date

_SAID = Words("to be written")


def rehearse(form: FormId, challenge: Challenge, sent: Sent, facts: Facts) -> None:
    """Raise `Refused` where the form of an act would be filled in for nothing. `sent` says who, when and how."""
    decide(challenge, replace(sent, command=_made_up(form, challenge, sent, facts)), facts)


def _made_up(form: FormId, challenge: Challenge, sent: Sent, facts: Facts) -> Command:
    number = challenge.current.number
    match form:
        case "answer":
            accepted = (
                IssueAnswer(issue=issue, verdict="accepted", words=_SAID, by_whom=_SAID, by_when=None)
                for issue in range(1, len(challenge.issues) + 1)
            )
            return Answer(request=number, answers=tuple(accepted))
        case "resolve":
            return Resolve(request=number, how=_SAID, outcome_for_child=_SAID, achieved="yes")
        case "escalate":
            later = facts.procedure.after(challenge.current.stage)
            return Escalate(request=number, to=later[0].id if later else "a later stage", reason=_SAID)
        case "exhaust":
            return Exhaust(request=number, reason=_SAID)
        case "wait":
            return Wait(request=number, until=london_date(sent.at) + ONE_DAY, reason=_SAID)
        case "close":
            return Close(reason=_SAID)
        case "issue":
            return AddIssue(issue=Issue(text=_SAID, outcome=_SAID, kind=facts.procedure.kinds[0].id))
        case "note":
            return AddNote(kind="note", words=_SAID)
        case "raise":
            raise AssertionError("a raising has no challenge yet")
