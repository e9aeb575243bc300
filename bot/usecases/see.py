"""Looking at a challenge: who may, by the access table; that somebody read it; and that somebody was refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.domain.access import Action, Relation, may, may_ask
from bot.domain.challenge import Challenge
from bot.domain.commands import LookAtClock
from bot.domain.errors import NotKnown
from bot.domain.events import Recorded
from bot.domain.facts import Facts
from bot.domain.forms import FormId
from bot.usecases.handle import keep_refusal
from bot.usecases.talk import Talk

ACTS: Final[dict[FormId, Action]] = {
    "raise": "raise",
    "answer": "answer",
    "resolve": "decide",
    "plan": "plan",
    "escalate": "go on",
    "exhaust": "exhaust",
    "wait": "wait",
    "close": "withdraw",
    "note": "note",
    "issue": "add an issue",
    "agree": "agree",
    "meeting": "fix the meeting",
    "limit": "set a date",
    "pause": "stop the clock",
    "resume": "stop the clock",
    "reopen": "reopen",
    "take": "hand on",
}
"""What is asked for by filling in a form."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A challenge before the eyes of one person."""

    challenge: Challenge
    history: list[Recorded]
    facts: Facts
    relations: tuple[Relation, ...]

    @property
    def relation(self) -> Relation:
        """The closest."""
        return self.relations[0]

    def may(self, action: Action) -> bool:
        return may(self.relations, action)


def see(talk: Talk, reference: str, action: Action) -> Seen:
    """A challenge for somebody who asks for this. Raises `NotKnown`, one and the same for unknown and forbidden ones,
    and keeps it in the person's stream as any refusal."""
    try:
        return _look(talk, reference, action)
    except NotKnown as refused:
        sent = talk.sent(LookAtClock(), f"see/{talk.turn.message}")
        keep_refusal(talk.office, sent, action, reference, refused)
        raise


def _look(talk: Talk, reference: str, action: Action) -> Seen:
    with talk.office.database.reading() as connection:
        challenge, history = talk.office.record(connection, reference)
        facts = talk.office.facts(connection, challenge.procedure)
    relations = facts.relations(challenge, talk.me.id, talk.turn.at)
    if not may_ask(relations, action):
        raise NotKnown(what=f"challenge {reference}")
    return Seen(challenge=challenge, history=history, facts=facts, relations=relations)
