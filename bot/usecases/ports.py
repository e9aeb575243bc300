"""What the use cases need of the outside world, and what the outside world hands to them.

Teams, e-mail and the clock implement these protocols; `app.py` passes them in. Nothing here knows a
framework: a `Turn` is plain data, a `Reply` is plain data.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

Card = Mapping[str, Any]
"""The JSON of an Adaptive Card, without its attachment envelope."""


class Clock(Protocol):
    """The only source of the present moment."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where one person's personal chat with the bot is reached.

    Working state, not record: every activity that arrives from the person renews it.
    """

    person: str
    """Entra object id of the person."""
    account: str
    """The person's channel account (`29:…`)."""
    tenant: str
    service_url: str
    conversation: str
    bot: str
    """The bot's own channel account (`28:…`), which signs what is sent."""


@dataclass(frozen=True, kw_only=True)
class Typed:
    """A line (or several) that a person wrote to the bot, mentions and markup removed."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Pressed:
    """A button of a card that a person pressed, with what stood in the card's inputs."""

    verb: str
    data: Mapping[str, Any]
    card: str | None
    """The id of the message that holds the card, where the channel says it."""


@dataclass(frozen=True)
class Installed:
    """The person can be reached from now on."""


@dataclass(frozen=True)
class Removed:
    """The person took the bot away; their address is worth nothing any more."""


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One thing that one person did, as it arrived."""

    person: str
    """Entra object id, from a request whose token was checked. Never a name, never card data."""
    message: str
    """The channel's id of the activity. The channel may deliver one act twice, even under two ids."""
    at: datetime
    """The server's arrival, aware, in UTC."""
    personal: bool
    """Whether it came from the person's own chat with the bot, not from a group or a channel."""
    address: Address | None
    """Where to reach the person from now on; None outside the personal chat."""
    ask: Typed | Pressed | Installed | Removed


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One message to a person: words, or a card with the words for its notification."""

    text: str = ""
    """Empty when there is a card."""
    markdown: bool = True
    """Whether the text is light markdown as Teams shows it; else it holds people's words and is shown as it is."""
    card: Card | None = None
    summary: str = ""
    """What a locked phone may show: says nothing about a child but a reference."""


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What comes back to the person who acted: first shown first."""

    shown: tuple[Shown, ...] = field(default_factory=tuple)
    replaces: bool = False
    """Whether the first thing shown takes the place of the card whose button was pressed."""


Converse = Callable[[Turn], Awaitable[Reply]]
"""How a channel hands over what arrived. Raises nothing that a person could act on: that is in the reply."""


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """One message that the bot sends of its own accord."""

    key: str
    """The same for every attempt at the same message; a channel passes it on where it can."""
    to_name: str
    to_email: str
    address: Address | None
    """None where the person was never reached in the channel."""
    shown: Shown
    subject: str = ""
    """Subject of an e-mail: a reference, never a name of a child."""
    body: str = ""
    """Plain text of an e-mail."""
    html: str = ""
    """The same as HTML, without the page around it; empty for an e-mail in plain text alone."""
    replaces: str | None = None
    """The id of an earlier message that this one takes the place of."""


class Channel(Protocol):
    """A way to reach people."""

    name: str

    async def send(self, outgoing: Outgoing) -> str:
        """Send one message and return the id under which the channel knows it.

        Raises `Undeliverable`, `TryAgain` or `OutcomeUnknown`; nothing else for what the other side does.
        """
        ...


class NotDelivered(Exception):
    """A message that did not certainly arrive."""


class Undeliverable(NotDelivered):
    """Final: this message cannot reach this person by this channel, however often it is tried."""

    def __init__(self, why: str, *, address_is_dead: bool = False) -> None:
        super().__init__(why)
        self.address_is_dead = address_is_dead


class TryAgain(NotDelivered):
    """Not sent now, for a reason that passes. `after` is in seconds, where the other side says it."""

    def __init__(self, why: str, *, after: float | None = None) -> None:
        super().__init__(why)
        self.after = after


class OutcomeUnknown(NotDelivered):
    """Sent, and then the connection died or the time ran out: it may have arrived."""
