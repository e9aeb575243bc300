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
    IssueAdded,
    Recorded,
    ReminderFell,
    StageAcknowledged,
    StageAnswered,
    StageAssigned,
    StageOpened,
    StagesExhausted,
    TotalOverdue,
)
from bot.domain.people import Party
from bot.domain.procedure import Way

Kind = Literal["asked", "opened", "acknowledged", "answered", "added", "overdue", "reminder", "resolved", "closed",
               "exhausted", "vacant", "redraw", "digest", "undelivered"]
"""What a message is for. `asked` and `answered` (to the raiser) ask for an act; `redraw` sends nothing new but brings
a card that lies in somebody's chat up to date; `vacant` tells the raiser and the operator that nobody can be asked."""

OPERATOR = Party(person="operator", name="the operator", role="")
"""Stands for the people who run the bot; reached by e-mail alone."""

BOTH: tuple[Way, ...] = ("teams", "email")


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


def notices(recorded: Recorded, challenge: Challenge, ways: tuple[Way, ...]) -> tuple[Notice, ...]:
    """Every message that an event calls for, given the challenge as it was right after it."""
    number = challenge.current.number if challenge.requests else 0
    found = [
        Notice(challenge=challenge.reference, position=recorded.position, kind=kind, number=number, to=party.person,
               role=party.role, way=way, held=held)
        for kind, party, by, held in _messages(recorded, challenge, ways)
        for way in by
    ]
    return tuple({notice.key: notice for notice in found}.values())


_Message = tuple[Kind, Party, tuple[Way, ...], bool]


def _messages(recorded: Recorded, challenge: Challenge, ways: tuple[Way, ...]) -> Iterator[_Message]:
    def tell(kind: Kind, people: Iterable[Party], held: bool = False) -> Iterator[_Message]:
        return ((kind, party, ways, held) for party in people)

    event = recorded.event
    match event:
        case StageOpened():
            yield from tell("asked", event.asked)
            yield from tell("opened", event.told)
            if not event.asked:
                yield from _vacant(challenge, ways)
        case StageAssigned():
            yield from tell("asked", event.asked)
        case IssueAdded():
            yield from tell("added", event.told)
        case StageAcknowledged():
            yield from tell("acknowledged", _others(event.told, challenge))
        case StageAnswered():
            yield from tell("answered", event.told)
        case ChallengeResolved():
            yield from tell("resolved", event.told)
        case ChallengeClosed():
            yield from tell("closed", event.told)
        case StagesExhausted():
            yield from tell("exhausted", event.told)
        case AnswerOverdue() | DecisionOverdue() | TotalOverdue():
            yield from tell("overdue", event.told, held=True)
        case ReminderFell():
            yield from tell("reminder", event.to, held=True)
            if event.about == "nobody":
                yield "vacant", OPERATOR, ("email",), True
        case _:
            pass
    yield from _redraws(recorded, challenge)


def _others(told: tuple[Party, ...], challenge: Challenge) -> tuple[Party, ...]:
    """An acknowledgement reaches the raiser through their own card; nobody needs a message for it but those named."""
    return tuple(party for party in told if party.person != challenge.raiser.person)


def _vacant(challenge: Challenge, ways: tuple[Way, ...]) -> Iterator[_Message]:
    yield "vacant", challenge.raiser, ways, False
    yield "vacant", OPERATOR, ("email",), False


def _redraws(recorded: Recorded, challenge: Challenge) -> Iterator[_Message]:
    """Cards already in somebody's chat that the event has made out of date, of every request so far."""
    if isinstance(recorded.event, ReminderFell | AnswerOverdue | DecisionOverdue | TotalOverdue):
        return
    holders = [party for request in challenge.requests for party in request.asked]
    if len(challenge.requests) == 1 and isinstance(recorded.event, StageOpened):
        return
    for party in (*holders, challenge.raiser):
        yield "redraw", party, ("teams",), False


def still_true(notice: Notice, recorded: Recorded, challenge: Challenge) -> bool:
    """Whether a message still says something true and needed, by the challenge as it is now."""
    event = recorded.event
    current = challenge.current
    waits = challenge.ended is None and current.number == notice.number and current.answered is None
    match notice.kind:
        case "asked":
            return waits
        case "overdue" | "reminder":
            return _clock_still_runs(event, challenge, waits)
        case "vacant":
            return waits and not current.asked
        case _:
            return True


def _clock_still_runs(event: object, challenge: Challenge, waits: bool) -> bool:
    if isinstance(event, TotalOverdue) or (isinstance(event, ReminderFell) and event.about == "total"):
        return challenge.ended is None
    if isinstance(event, DecisionOverdue) or (isinstance(event, ReminderFell) and event.about == "decision"):
        return challenge.state in ("waiting for a decision", "stages exhausted")
    return waits
