"""Whether an act could be done now, found out before anybody fills in its form: the rules are asked, with made-up
words in place of those still to be written."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, assert_never

from bot.domain.blank import next_stages
from bot.domain.challenge import Challenge
from bot.domain.commands import (
    AddIssue,
    AddNote,
    AgreePlan,
    Answer,
    Close,
    Command,
    Escalate,
    Exhaust,
    FixMeeting,
    GiveAgreement,
    Issue,
    IssueAnswer,
    PauseClocks,
    Reopen,
    Resolve,
    ResumeClocks,
    Sent,
    SetLimit,
    TakeOver,
    Wait,
)
from bot.domain.decide import decide
from bot.domain.facts import Facts
from bot.domain.forms import FormId
from bot.domain.opening import earliest_day
from bot.domain.procedure import Stage
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
            return _onward(challenge, sent, facts)
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
        case _:
            return _step(form, challenge, sent, facts)


def _onward(challenge: Challenge, sent: Sent, facts: Facts) -> Escalate:
    """On to the nearest stage that the sender may open, or to the nearest, where they may open none."""
    later = next_stages(facts.procedure, challenge)
    roles = {stage.id: _opening_role(stage, challenge, sent, facts) for stage in later}
    stage = next((one for one in later if roles[one.id]), later[0] if later else None)
    limit = stage.limit if stage is not None else None
    must_set = stage is not None and limit is not None and limit.must_be_set and roles[stage.id] in limit.set_by
    return Escalate(
        request=challenge.current.number,
        to=stage.id if stage is not None else "a later stage",
        reason=_SAID,
        ground=next(iter(stage.grounds), "") if stage is not None else "",
        answer_by=earliest_day(limit, sent.at, facts) if must_set and limit is not None else None,
    )


def _taker(challenge: Challenge, sent: Sent, facts: Facts) -> str:
    """Who might take the raiser's place: the sender, said by nothing, or a colleague whose post raises, by e-mail."""
    roles, today = facts.procedure.raising_roles, london_date(sent.at)
    if facts.directory.post_in(sent.by, roles, sent.at) is not None and sent.by != challenge.raiser.person:
        return ""
    posts = (post for post in facts.directory.posts if post.role in roles and post.held_on(today))
    people = (post.person for post in posts if post.person != challenge.raiser.person)
    free = (one for one in people if not any(request.asks(one) for request in challenge.requests))
    return next((facts.directory.people[one].email for one in free), "")


def _opening_role(stage: Stage, challenge: Challenge, sent: Sent, facts: Facts) -> str:
    """The role in which the sender may open a stage; empty where they may not."""
    if not stage.opened_by:
        return challenge.raiser.role if sent.by == challenge.raiser.person else ""
    opener = facts.in_role(challenge, sent.by, stage.opened_by, sent.at)
    return opener.role if opener is not None else ""


def _step(
    form: Literal["plan", "agree", "meeting", "limit", "pause", "resume", "reopen", "take"],
    challenge: Challenge,
    sent: Sent,
    facts: Facts,
) -> Command:
    number, procedure = challenge.current.number, facts.procedure
    soon = facts.calendar.add(london_date(sent.at), 1)
    match form:
        case "plan":
            return AgreePlan(request=number, until=soon, words=_SAID)
        case "agree":
            return GiveAgreement(proposal=challenge.proposals, agreed=True, words=_SAID)
        case "meeting":
            return FixMeeting(request=number, day=soon, where=_SAID)
        case "limit":
            limit = procedure.stage(challenge.current.stage).limit
            until = earliest_day(limit, sent.at, facts) if limit is not None else soon
            return SetLimit(request=number, until=until, reason=_SAID)
        case "pause":
            possible = [one for one in procedure.pauses if one.stops]
            mine = (one.id for one in possible if facts.in_role(challenge, sent.by, one.by, sent.at))
            return PauseClocks(pause=next(mine, possible[0].id if possible else ""), reason=_SAID)
        case "resume":
            return ResumeClocks(reason=_SAID)
        case "reopen":
            return Reopen(stage=procedure.start, reason=_SAID)
        case "take":
            return TakeOver(reason=_SAID, to=_taker(challenge, sent, facts))
        case _:
            assert_never(form)
