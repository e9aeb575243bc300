"""Why a request to the door is turned away, each with its HTTP status.

Nothing here quotes what the sender sent: the words go into answers and logs.
"""

from __future__ import annotations

from typing import ClassVar


class TurnedAway(Exception):
    """A request that does not become an activity; `status` is the HTTP status of the answer."""

    status: ClassVar[int] = 400
    retry_after: ClassVar[int | None] = None
    """Seconds after which the sender may try again, where that can help."""


class NotAnActivity(TurnedAway):
    """The body is no Bot Framework activity, or a field that we use has the wrong type."""

    status = 400


class NoValidToken(TurnedAway):
    """The request carries no token of the Bot Framework that is meant for this bot and this activity."""

    status = 401


class NotOurs(TurnedAway):
    """The token is good, but the activity is of another tenant or another channel."""

    status = 403


class TooSlow(TurnedAway):
    """The body did not arrive within the time allowed."""

    status = 408


class TooLarge(TurnedAway):
    """The body is larger than any activity we take."""

    status = 413


class WrongContentType(TurnedAway):
    """The body is not declared as JSON."""

    status = 415


class KeysUnavailable(TurnedAway):
    """No token can be checked at present: Microsoft's signing keys cannot be fetched. Not the sender's fault."""

    status = 503
    retry_after = 5
