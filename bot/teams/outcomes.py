"""What an answer of the Bot Connector means for the message: the table of Microsoft's error codes, decided once."""

from __future__ import annotations

import email.utils
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from bot.usecases.ports import NotDelivered, OutcomeUnknown, TryAgain, Undeliverable

_PASSES = frozenset({408, 412, 429, 502, 503, 504})
_LONGEST_WAIT = 3600.0
_CODE = re.compile(r"[A-Za-z]{1,64}")


class MessageGone(Undeliverable):
    """The message that was to be replaced is not there any more; its conversation may well be."""


def failure_of(status: int, code: str, *, retry_after: float | None, updating: bool) -> NotDelivered:
    """What to raise for an answer outside 200 to 299.

    Statuses after msteams-docs, "status codes from agent conversational APIs" and "rate limit": 412, 429, 502, 503
    and 504 pass; 500 must not be repeated blindly, for the message may have been delivered.
    """
    why = f"{status} {code}".strip()
    if status in _PASSES:
        return TryAgain(why, after=retry_after)
    if status >= 500:
        return OutcomeUnknown(why)
    if status == 404 and updating and code != "ConversationNotFound":
        return MessageGone(why)
    return Undeliverable(why, address_is_dead=status in (403, 404))


def code_in(body: bytes) -> str:
    """The connector's own name for an error, or an empty string: never its message, which may quote us."""
    try:
        document: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    error = document.get("error") if isinstance(document, Mapping) else None
    code = error.get("code") if isinstance(error, Mapping) else None
    return code if isinstance(code, str) and _CODE.fullmatch(code) else ""


def id_in(body: bytes) -> str:
    """The id of the message or conversation in an answer, or an empty string."""
    try:
        document: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    found = document.get("id") if isinstance(document, Mapping) else None
    return found if isinstance(found, str) else ""


def seconds_in(retry_after: str | None) -> float | None:
    """Retry-After, given as seconds or as a date, in seconds from now; at most an hour."""
    if not retry_after:
        return None
    try:
        seconds = float(retry_after)
    except ValueError:
        try:
            when = email.utils.parsedate_to_datetime(retry_after)
        except ValueError:
            return None
        aware = when if when.tzinfo else when.replace(tzinfo=UTC)
        seconds = (aware - datetime.now(UTC)).total_seconds()
    if seconds != seconds:  # NaN
        return None
    return min(max(seconds, 0.0), _LONGEST_WAIT)
