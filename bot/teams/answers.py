"""What a pressed button gets back in the response to its own request: the forms that Teams knows.

Bodies are bytes already: the SDK copies an answer deeply on its way, and bytes cost nothing to copy.
"""

from __future__ import annotations

from typing import Any

import orjson
from botbuilder.core import InvokeResponse

from bot.teams.channel import CARD_TYPE
from bot.teams.turns import CannotAnswer
from bot.usecases.ports import Reply, Shown

_MESSAGE_TYPE = "application/vnd.microsoft.activity.message"
_ERROR_TYPE = "application/vnd.microsoft.error"
_SHORT = 250
"""Characters up to which Teams shows words beside a card; longer ones go into the chat."""


def answer_to_press(reply: Reply) -> tuple[InvokeResponse, tuple[Shown, ...]]:
    """The response, and what is left to be sent as messages."""
    if not reply.shown:
        return _response(200, _MESSAGE_TYPE, "Done."), ()
    first, rest = reply.shown[0], reply.shown[1:]
    if first.card is None and len(first.text) <= _SHORT:
        return _response(200, _MESSAGE_TYPE, first.text or "Done."), rest
    if reply.replaces and first.card is not None:
        return _response(200, CARD_TYPE, first.card), rest
    return _response(200, _MESSAGE_TYPE, first.summary or "Please see the message below."), reply.shown


def answer_to_fault(problem: CannotAnswer) -> InvokeResponse:
    """The response to a button that could not be followed."""
    value = {"code": problem.code, "message": str(problem)}
    return _response(problem.inner, _ERROR_TYPE, value, http=problem.http)


def not_offered() -> InvokeResponse:
    """The SDK's own answer to an invoke that nobody handles."""
    return InvokeResponse(status=501)


def _response(inner: int, kind: str, value: Any, *, http: int = 200) -> InvokeResponse:
    return InvokeResponse(status=http, body=orjson.dumps({"statusCode": inner, "type": kind, "value": value}))
