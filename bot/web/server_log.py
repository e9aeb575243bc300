"""What aiohttp's own server logs about a request that it could not read or that broke something.

By itself it writes the whole fault: the beginning of a header that is too long, which is a token, or whatever the words
of an error quote. Here only the fault's class and the place stay.
"""

from __future__ import annotations

import logging

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.telemetry.logs import fields_of

_SERVER = logging.getLogger("aiohttp.server")
_OF_THE_SENDER = (HttpProcessingError, web.RequestPayloadError)
"""Bytes that are no HTTP: nothing that an operator could act on."""


def keep_words_out_of_the_server_log() -> None:
    """From now on; asking twice is asking once."""
    _SERVER.addFilter(_class_and_place)


def _class_and_place(record: logging.LogRecord) -> bool:
    fault = record.exc_info[1] if record.exc_info else None
    if fault is not None:
        known = fields_of(fault)
        record.__dict__.update(known)
        record.msg, record.args = f"a request could not be handled: {known['fault']} at {known['place']}", ()
        record.exc_info = record.exc_text = None
        if isinstance(fault, _OF_THE_SENDER):
            record.levelno, record.levelname = logging.INFO, logging.getLevelName(logging.INFO)
    return True
