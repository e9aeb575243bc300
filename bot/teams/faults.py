"""Logging of what should not have happened: where, never what anybody wrote."""

from __future__ import annotations

import logging
import secrets
import traceback
from pathlib import PurePath


def logged(logger: logging.Logger, what: str, fault: BaseException) -> str:
    """Log a fault under a short code and return the code.

    Only its class and the lines of code that it passed are logged: its message may quote a person.
    """
    code = secrets.token_hex(3).upper()
    frames = traceback.extract_tb(fault.__traceback__)
    lines = " > ".join(f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in frames)
    logger.error("%s failed, code %s: %s at %s", what, code, type(fault).__name__, lines)
    return code
