"""One person's turn with the bot: who they are, what binds, and how what they get is put together."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from bot.domain.commands import Command, Sent
from bot.domain.errors import Refused
from bot.domain.people import Person
from bot.usecases.office import Office
from bot.usecases.ports import Reply, Shown, Turn
from cards.kit import Drawn
from cards.plain import as_text
from cards.words import said

CODE_LENGTH = 5
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


@dataclass(frozen=True, kw_only=True)
class Talk:
    """A turn by somebody the directory knows."""

    office: Office
    turn: Turn
    me: Person
    plain: bool
    """Whether they want text in place of cards."""
    read: set[str] = field(default_factory=set)
    """References of the challenges whose reading in this turn is on record."""

    def sent(self, command: Command, id: str) -> Sent:
        """A command in this person's name. `id` is the same for every delivery of the same act."""
        return Sent(
            command=command,
            id=f"{id}/{self.me.id}",
            by=self.me.id,
            at=self.turn.at,
            via="teams",
            message=self.turn.message,
        )


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a turn leads to, before it is put into cards or into text."""

    parts: tuple[Drawn | str, ...] = field(default_factory=tuple)
    replaces: bool = False

    def as_reply(self, plain: bool) -> Reply:
        return Reply(shown=tuple(shown(part, plain) for part in self.parts), replaces=self.replaces and not plain)


def say(*parts: Drawn | str, replaces: bool = False) -> Said:
    return Said(parts=parts, replaces=replaces)


def refusal(refused: Refused) -> str:
    """Why something can't be done, as a message: our own words keep their marks, what people wrote has none."""
    return refused.sentence_with(lambda fact: said(str(fact)))


def shown(part: Drawn | str, plain: bool) -> Shown:
    """A card or words as one message; for somebody who wants text, a card becomes text."""
    if isinstance(part, str):
        return Shown(text=part, summary="A message about your challenges")
    if plain:
        return Shown(text=as_text(part.card), markdown=False, summary=part.summary)
    return Shown(card=part.card, summary=part.summary)


def new_code() -> str:
    """Five characters that can't be mistaken for one another, to type after `yes`."""
    return "".join(secrets.choice(_LETTERS) for _ in range(CODE_LENGTH))


def new_nonce() -> str:
    """For one drawing of a card: its buttons carry it, so that a press delivered twice is known."""
    return secrets.token_urlsafe(9)
