"""Who must be told what, after something happened, and whether it is still true when it is about to be sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from bot.domain.access import Relation
from bot.domain.challenge import Challenge
from bot.domain.commands import CLOCK
from bot.domain.events import (
    AcknowledgementOverdue,
    AgreementGiven,
    AgreementOverdue,
    AnswerOverdue,
    ChallengeClosed,
    ChallengeReopened,
    ChallengeResolved,
    ClocksPaused,
    DatesMoved,
    DecisionOverdue,
    Event,
    IssueAdded,
    MeetingFixed,
    PlanAgreed,
    RaiserChanged,
    Recorded,
    ReminderFell,
    SatisfactionGiven,
    SilenceAccepted,
    StageAcknowledged,
    StageAnswered,
    StageAssigned,
    StageOpened,
    StageProposed,
    StagesExhausted,
    TotalOverdue,
    WaitAgreed,
)
from bot.domain.people import Party
from bot.domain.procedure import Happening, Procedure, Way

Kind = Literal[
    "asked",
    "opened",
    "acknowledged",
    "answered",
    "issue added",
    "overdue",
    "reminder",
    "resolved",
    "closed",
    "exhausted",
    "agreement asked",
    "agreement given",
    "satisfied",
    "plan agreed",
    "meeting fixed",
    "dates moved",
    "paused",
    "reopened",
    "taken over",
    "vacant",
    "redraw",
    "digest",
    "undelivered",
    "sealed",
    "reconciled",
]
"""What a message is for. `asked`, `agreement asked` and `answered` (to whoever decides) ask for an act; `redraw` sends
nothing new but brings a card that lies in somebody's chat up to date; `vacant` tells the raiser and the operator that
nobody can be asked; `sealed` brings the auditor the signed head of the record, and `reconciled` the operator what was
missing and is put right."""

HAPPENING: dict[Kind, Happening] = {
    "asked": "opened",
    "opened": "opened",
    "acknowledged": "acknowledged",
    "answered": "answered",
    "issue added": "issue added",
    "overdue": "overdue",
    "resolved": "resolved",
    "satisfied": "resolved",
    "closed": "closed",
    "exhausted": "exhausted",
    "agreement asked": "agreement asked",
    "agreement given": "agreement given",
    "plan agreed": "plan agreed",
    "meeting fixed": "meeting fixed",
    "dates moved": "limit set",
    "paused": "paused",
    "reopened": "reopened",
    "taken over": "taken over",
}
"""By which of the file's happenings a message is told, for its ways and its heading."""

OPERATOR = Party(person="operator", name="the operator", role="")
"""Stands for the people who run the bot; reached by e-mail alone."""

AUDITOR = Party(person="auditor", name="the auditor", role="")
"""Stands for whoever keeps the signed heads of the record; reached by e-mail alone."""


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One message to one person by one way. Ids only: the words are drawn at the moment of sending."""

    challenge: str
    position: int
    """Of the event that caused it."""
    kind: Kind
    number: int
    """Of the stage request that it is about."""
    to: str
    role: str
    way: Way
    held: bool
    """Whether it waits for working hours: reminders and what time alone has brought about."""

    @property
    def key(self) -> str:
        """One message has one key, however often it is derived or tried."""
        return f"{self.challenge}/{self.position}/{self.kind}/{self.to}/{self.way}"


def notices(recorded: Recorded, challenge: Challenge, procedure: Procedure) -> tuple[Notice, ...]:
    """Every message that an event calls for, given the challenge as it was right after it."""
    number = challenge.current.number if challenge.requests else 0
    found = [
        Notice(
            challenge=challenge.reference,
            position=recorded.position,
            kind=one.kind,
            number=number,
            to=one.to.person,
            role=one.to.role,
            way=way,
            held=one.held,
        )
        for one in (*_messages(recorded, challenge), *_redraws(recorded, challenge))
        for way in _ways(one, recorded, challenge, procedure)
    ]
    return tuple({notice.key: notice for notice in found}.values())


@dataclass(frozen=True)
class _Message:
    """Something to tell one person, by whatever ways fit."""

    kind: Kind
    to: Party
    held: bool = False


def heading(kind: Kind, role: str, stage: str, procedure: Procedure) -> str:
    """The fixed heading under which the file wants this told to this role; empty where it has none."""
    happening = HAPPENING.get(kind)
    if happening is None or stage not in [known.id for known in procedure.stages]:
        return procedure.telling.heading
    rules = (rule for rule in procedure.rules(stage, happening) if role in rule.roles and rule.heading)
    return next((rule.heading for rule in rules), procedure.telling.heading)


def _ways(message: _Message, recorded: Recorded, challenge: Challenge, procedure: Procedure) -> tuple[Way, ...]:
    """The file's ways; but who did it themselves sees it in Teams anyway, and the operator has no chat."""
    if message.to == OPERATOR:
        return ("email",)
    if message.kind == "redraw":
        return ("teams",)
    happening = HAPPENING.get(message.kind)
    rules = procedure.rules(challenge.current.stage, happening) if happening is not None else ()
    named = next((rule.ways for rule in rules if message.to.role in rule.roles and rule.ways), ())
    ways = named or procedure.telling.ways_for(message.kind)
    own = message.to.person == recorded.by and message.kind not in ("asked", "vacant")
    return tuple(way for way in ways if way != "teams" or not own)


def _messages(recorded: Recorded, challenge: Challenge) -> Iterator[_Message]:
    event = recorded.event
    match event:
        case StageOpened():
            yield from _tell("asked", event.asked)
            yield from _tell("opened", event.told)
            vacant = not event.asked and event.decide_by is None
            yield from _tell("vacant", (challenge.raiser, OPERATOR)) if vacant else ()
        case StageProposed():
            yield from _tell("agreement asked", (*event.asked, *event.told))
            yield from () if event.asked else _tell("vacant", (challenge.raiser, OPERATOR))
        case StageAssigned():
            yield from _tell("asked", event.asked)
        case AnswerOverdue() | DecisionOverdue() | TotalOverdue() | AcknowledgementOverdue() | AgreementOverdue():
            yield from _tell("overdue", event.told, held=True)
        case ReminderFell():
            yield from _tell("reminder", event.to, held=True)
            yield from _tell("vacant", (OPERATOR,) if event.about == "nobody" else (), held=True)
        case _:
            kind = _TELLS.get(type(event))
            held = recorded.by == CLOCK and not isinstance(event, DatesMoved)
            yield from _tell(kind, getattr(event, "told", ()), held) if kind is not None else ()


_TELLS: dict[type, Kind] = {
    IssueAdded: "issue added",
    StageAcknowledged: "acknowledged",
    StageAnswered: "answered",
    SilenceAccepted: "answered",
    ChallengeResolved: "resolved",
    ChallengeClosed: "closed",
    StagesExhausted: "exhausted",
    AgreementGiven: "agreement given",
    SatisfactionGiven: "satisfied",
    PlanAgreed: "plan agreed",
    MeetingFixed: "meeting fixed",
    DatesMoved: "dates moved",
    ClocksPaused: "paused",
    ChallengeReopened: "reopened",
    RaiserChanged: "taken over",
}
"""What is told of each happening to everyone whom it names."""


def _tell(kind: Kind, people: Iterable[Party], held: bool = False) -> Iterator[_Message]:
    return (_Message(kind, party, held) for party in people)


_SETTLES = (
    StageOpened, StageAssigned, StageAnswered, SilenceAccepted, ChallengeResolved, ChallengeClosed, StagesExhausted,
    WaitAgreed, AgreementGiven, PlanAgreed, SatisfactionGiven, ChallengeReopened, RaiserChanged,
)  # fmt: skip
"""Not what somebody may be answering right now: an edited card would wipe what they are typing into it. An answer
that misses an issue added meanwhile comes back as a form with everything typed."""


def _redraws(recorded: Recorded, challenge: Challenge) -> Iterator[_Message]:
    """Cards already in somebody's chat that the event has made out of date, of every request so far."""
    first = isinstance(recorded.event, StageOpened) and len(challenge.requests) == 1
    if isinstance(recorded.event, _SETTLES) and not first:
        holders = [party for request in challenge.requests for party in (*request.asked, *request.deciding)]
        agreeing = sorted(challenge.gatekeepers, key=str)
        yield from _tell("redraw", (*holders, *agreeing, challenge.raiser))


def acting(relation: Relation) -> tuple[Kind, ...]:
    """The kinds of message that come as a card to act on; the others only tell what happened."""
    match relation:
        case "raiser":
            return ("answered", "overdue", "reminder", "exhausted", "vacant", "agreement given", "satisfied")
        case "decides":
            return ("answered", "reminder", "satisfied")
        case "asked":
            return ("asked", "reminder")
        case "agrees":
            return ("agreement asked", "reminder")
        case _:
            return ()


def still_true(notice: Notice, recorded: Recorded, challenge: Challenge) -> bool:
    """Whether a message still says something true and needed, by the challenge as it is now."""
    event = recorded.event
    current = challenge.current
    open_ = challenge.ended is None
    waits = open_ and bool(challenge.requests) and current.number == notice.number and current.waits
    match notice.kind:
        case "asked":
            return waits and notice.to in {party.person for party in current.still_asked}
        case "agreement asked":
            return open_ and _agreement_waits(event, challenge)
        case "overdue" | "reminder":
            return _clock_still_runs(notice, event, challenge, waits)
        case "vacant":
            return open_ if isinstance(event, StageProposed) else waits and not current.asked
        case _:
            return True


def _agreement_waits(event: Event, challenge: Challenge) -> bool:
    proposal, number = challenge.proposal, getattr(event, "proposal", getattr(event, "number", 0))
    return proposal is not None and proposal.number == number and proposal.given is None


def _clock_still_runs(notice: Notice, event: Event, challenge: Challenge, waits: bool) -> bool:
    current, open_ = challenge.current, challenge.ended is None
    match event:
        case TotalOverdue():
            return open_
        case ReminderFell(about="total"):
            return waits or (open_ and notice.to == challenge.raiser.person)
        case DecisionOverdue() | ReminderFell(about="decision"):
            decides = current.decide_by is not None and not current.exhausted
            return open_ and current.number == notice.number and decides
        case ReminderFell(about="next step"):
            return open_ and (current.exhausted or challenge.proposal is not None)
        case ReminderFell(about="nobody"):
            return waits and not current.asked
        case ReminderFell(about="acknowledgement") | AcknowledgementOverdue():
            return waits and current.acknowledged is None
        case ReminderFell(about="agreement") | AgreementOverdue():
            return open_ and _agreement_waits(event, challenge)
        case ReminderFell(about="pause"):
            return open_ and challenge.paused is not None
        case ReminderFell(about="answer"):
            answered = notice.to in {answer.by.person for answer in current.partly}
            return waits and not answered
        case _:
            return waits
