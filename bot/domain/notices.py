"""Who must be told what, after something happened, and whether it is still true when it is about to be sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from bot.domain.challenge import Challenge
from bot.domain.events import (
    AnswerOverdue,
    ChallengeClosed,
    ChallengeResolved,
    DecisionOverdue,
    Event,
    IssueAdded,
    Recorded,
    ReminderFell,
    StageAcknowledged,
    StageAnswered,
    StageAssigned,
    StageOpened,
    StagesExhausted,
    TotalOverdue,
    WaitAgreed,
)
from bot.domain.people import Party
from bot.domain.procedure import Telling, Way

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
    "vacant",
    "redraw",
    "digest",
    "undelivered",
]
"""What a message is for. `asked` and `answered` (to the raiser) ask for an act; `redraw` sends nothing new but brings
a card that lies in somebody's chat up to date; `vacant` tells the raiser and the operator that nobody can be asked."""

OPERATOR = Party(person="operator", name="the operator", role="")
"""Stands for the people who run the bot; reached by e-mail alone."""


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


def notices(recorded: Recorded, challenge: Challenge, telling: Telling) -> tuple[Notice, ...]:
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
        for way in _ways(one, recorded, telling)
    ]
    return tuple({notice.key: notice for notice in found}.values())


@dataclass(frozen=True)
class _Message:
    """Something to tell one person, by whatever ways fit."""

    kind: Kind
    to: Party
    held: bool = False


def _ways(message: _Message, recorded: Recorded, telling: Telling) -> tuple[Way, ...]:
    """The file's ways; but who did it themselves sees it in Teams anyway, and the operator has no chat."""
    if message.to == OPERATOR:
        return ("email",)
    if message.kind == "redraw":
        return ("teams",)
    ways = telling.ways_for(message.kind)
    own = message.to.person == recorded.by and message.kind not in ("asked", "vacant")
    return tuple(way for way in ways if way != "teams" or not own)


def _messages(recorded: Recorded, challenge: Challenge) -> Iterator[_Message]:
    event = recorded.event
    match event:
        case StageOpened():
            yield from _tell("asked", event.asked)
            yield from _tell("opened", event.told)
            yield from () if event.asked else _tell("vacant", (challenge.raiser, OPERATOR))
        case StageAssigned():
            yield from _tell("asked", event.asked)
        case IssueAdded():
            yield from _tell("issue added", event.told)
        case StageAcknowledged():
            yield from _tell("acknowledged", event.told)
        case StageAnswered():
            yield from _tell("answered", event.told)
        case ChallengeResolved():
            yield from _tell("resolved", event.told)
        case ChallengeClosed():
            yield from _tell("closed", event.told)
        case StagesExhausted():
            yield from _tell("exhausted", event.told)
        case AnswerOverdue() | DecisionOverdue() | TotalOverdue():
            yield from _tell("overdue", event.told, held=True)
        case ReminderFell():
            yield from _tell("reminder", event.to, held=True)
            yield from _tell("vacant", (OPERATOR,) if event.about == "nobody" else (), held=True)


def _tell(kind: Kind, people: Iterable[Party], held: bool = False) -> Iterator[_Message]:
    return (_Message(kind, party, held) for party in people)


_SETTLES = (
    StageOpened, StageAssigned, StageAnswered, ChallengeResolved, ChallengeClosed, StagesExhausted, WaitAgreed,
)  # fmt: skip
"""Not what somebody may be answering right now: an edited card would wipe what they are typing into it. An answer
that misses an issue added meanwhile comes back as a form with everything typed."""


def _redraws(recorded: Recorded, challenge: Challenge) -> Iterator[_Message]:
    """Cards already in somebody's chat that the event has made out of date, of every request so far."""
    first = isinstance(recorded.event, StageOpened) and len(challenge.requests) == 1
    if isinstance(recorded.event, _SETTLES) and not first:
        holders = [party for request in challenge.requests for party in request.asked]
        yield from _tell("redraw", (*holders, challenge.raiser))


def acting(to_raiser: bool) -> tuple[Kind, ...]:
    """The kinds of message that come as a card to act on; the others only tell what happened."""
    return ("answered", "overdue", "reminder", "exhausted", "vacant") if to_raiser else ("asked", "reminder")


def still_true(notice: Notice, recorded: Recorded, challenge: Challenge) -> bool:
    """Whether a message still says something true and needed, by the challenge as it is now."""
    event = recorded.event
    current = challenge.current
    waits = challenge.ended is None and current.number == notice.number and current.answered is None
    match notice.kind:
        case "asked":
            return waits
        case "overdue" | "reminder":
            return _clock_still_runs(notice, event, challenge, waits)
        case "vacant":
            return waits and not current.asked
        case _:
            return True


def _clock_still_runs(notice: Notice, event: Event, challenge: Challenge, waits: bool) -> bool:
    current = challenge.current
    match event:
        case TotalOverdue():
            return challenge.ended is None
        case ReminderFell(about="total"):
            return waits or (challenge.ended is None and notice.to == challenge.raiser.person)
        case DecisionOverdue() | ReminderFell(about="decision"):
            decides = current.answered is not None and not current.exhausted
            return challenge.ended is None and current.number == notice.number and decides
        case ReminderFell(about="next step"):
            return challenge.ended is None and current.exhausted
        case ReminderFell(about="nobody"):
            return waits and not current.asked
        case _:
            return waits
