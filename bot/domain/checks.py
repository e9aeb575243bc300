"""What several acts on a challenge check in the same way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from bot.domain.access import Action
from bot.domain.challenge import Challenge, Request
from bot.domain.commands import (
    Acknowledge,
    AddIssue,
    AddNote,
    AgreePlan,
    Answer,
    Close,
    Escalate,
    Exhaust,
    FixMeeting,
    GiveAgreement,
    LookAtClock,
    MoveToVersion,
    NoteReceipt,
    PauseClocks,
    Raise,
    Reopen,
    Resolve,
    ResumeClocks,
    Sent,
    SetLimit,
    TakeOver,
    Wait,
)
from bot.domain.errors import AlreadyAnswered, DateNotPossible, MovedOn, NotYours
from bot.domain.facts import Facts
from bot.domain.people import Party
from bot.domain.procedure import Happening
from bot.domain.working_time import in_words

ASKS: Final[Mapping[type, Action]] = {
    Raise: "raise",
    AddIssue: "add an issue",
    Acknowledge: "acknowledge",
    Answer: "answer",
    Resolve: "decide",
    Escalate: "go on",
    Exhaust: "exhaust",
    Wait: "wait",
    Close: "withdraw",
    AddNote: "note",
    GiveAgreement: "agree",
    AgreePlan: "plan",
    FixMeeting: "fix the meeting",
    SetLimit: "set a date",
    PauseClocks: "stop the clock",
    ResumeClocks: "stop the clock",
    Reopen: "reopen",
    TakeOver: "hand on",
    NoteReceipt: "look at the clock",
    MoveToVersion: "follow another version",
    LookAtClock: "look at the clock",
}
"""What each command asks for, in the words of the access table."""


def allowed(challenge: Challenge, sent: Sent, facts: Facts, *, named: bool = False) -> bool:
    """Whether the access table lets the sender do what they ask for; `named`: a post of theirs is named for it."""
    return facts.may(challenge, sent.by, ASKS[type(sent.command)], sent.at, named=named)


def as_named(challenge: Challenge, roles: Iterable[str], sent: Sent, facts: Facts) -> Party:
    """The sender as the holder of one of the roles that the procedure names for this."""
    named = tuple(roles)
    party = facts.in_role(challenge, sent.by, named, sent.at)
    if party is None or not allowed(challenge, sent, facts, named=True):
        who = " or ".join(facts.procedure.title_of(role) for role in named)
        raise NotYours(who=f"the {who}" if who else "nobody")
    return party


def current_request(challenge: Challenge, number: int, facts: Facts) -> Request:
    """The request that a button names, which must still be the current one."""
    if challenge.current.number != number:
        stage = facts.procedure.stage(challenge.current.stage)
        raise MovedOn(reference=challenge.reference, stage=stage.title)
    return challenge.current


def as_asked(challenge: Challenge, number: int, sent: Sent, facts: Facts) -> tuple[Request, Party]:
    """The request and its sender as one who may still answer it."""
    request = current_request(challenge, number, facts)
    if request.answered is not None:
        raise AlreadyAnswered(who=request.answered.by.name)
    party = facts.asked_now(challenge, sent.by, sent.at) if request.waits else None
    if party is None or not allowed(challenge, sent, facts):
        names = " or ".join(asked.name for asked in request.asked) or "whoever takes up the post"
        raise NotYours(who=names)
    before = next((answer.by for answer in request.partly if answer.by.role == party.role), None)
    if before is not None:
        raise AlreadyAnswered(who=before.name)
    return request, party


def as_raiser(challenge: Challenge, sent: Sent, facts: Facts) -> None:
    """Raise `NotYours` for anybody but whoever raised it."""
    if not allowed(challenge, sent, facts):
        raise NotYours(who=f"{challenge.raiser.name}, who raised it,")


def as_deciding(challenge: Challenge, sent: Sent, facts: Facts) -> Party:
    """The sender as one whose satisfaction counts at the present stage, the raiser among them."""
    satisfying = facts.satisfying(challenge, sent.at)
    party = next((party for party in satisfying if party.person == sent.by), None)
    if party is None or not allowed(challenge, sent, facts):
        who = " or ".join(dict.fromkeys(one.name for one in satisfying))
        raise NotYours(who=f"{who}, who raised it," if satisfying == (challenge.raiser,) else who)
    return party


def told(
    challenge: Challenge, happening: Happening, sent: Sent, facts: Facts, *without: Party, stage: str = ""
) -> tuple[Party, ...]:
    """Whom the file names for a happening at the present stage, or at another."""
    return facts.told(stage or challenge.current.stage, happening, facts.matter(challenge), sent.at, without)


def everyone(challenge: Challenge) -> tuple[Party, ...]:
    """Everyone who was ever asked or told, once, without the raiser."""
    met = {party.person: party for party in sorted(challenge.parties, key=str)}
    return tuple(party for party in met.values() if party.person != challenge.raiser.person)


def not_before(day: date, first: date, field: str, what: str) -> None:
    if day < first:
        raise DateNotPossible(field=field, what=what, rule=f"{in_words(first)} or later", given=in_words(day))


def not_after(day: date, last: date, field: str, what: str) -> None:
    if day > last:
        raise DateNotPossible(field=field, what=what, rule=f"{in_words(last)} or sooner", given=in_words(day))
