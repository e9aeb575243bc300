"""The log: lines of named fields on standard error, as JSON or readable.

A line can hold nothing but `Fields`, and those hold references, actions and names out of the code: no words, no names
of people, no addresses, no secrets. Of an exception only its class and its way through the code are written, because
its message may quote a person. Lines of other libraries are cut down to the same.
"""

from __future__ import annotations

import logging
import secrets
import sys
from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime
from pathlib import PurePath
from traceback import walk_tb
from typing import Any, Literal, TextIO, TypedDict, Unpack

import orjson
import structlog
from opentelemetry import trace
from structlog.stdlib import ProcessorFormatter

News = Literal[
    "listening",
    "turn_over",
    "challenge_changed",
    "left_to_a_newer_version",
    "record_checked",
    "settling_put_off",
    "request_turned_away",
    "stranger_wrote",
]
Trouble = Literal[
    "activity_failed",
    "another_library",
    "backlog_not_read",
    "challenge_not_checked",
    "challenge_not_looked_at",
    "channel_broke",
    "command_failed",
    "digest_not_planned",
    "message_not_delivered",
    "message_not_drawn",
    "message_not_settled",
    "message_taken_over",
    "no_token",
    "record_mended",
    "reply_failed",
    "reply_not_delivered",
    "round_failed",
    "rule_could_not_raise",
    "rules_not_looked_at",
    "signing_keys_not_fetched",
    "token_refused",
    "turn_failed",
]
"""Every event there is; `docs/runbook.md` explains each."""
FOREIGN: Trouble = "another_library"
"""What a library wrote."""
OWN = ("app", "bot")
"""The roots of our own loggers."""


class Fields(TypedDict, total=False):
    """Everything that a line may say besides its time, its level, who says it, and its event."""

    reference: str
    """Of a challenge, or of a digest."""
    action: str
    """A command, a verb or the kind of a message, by its name in the code; a rule by its id in the procedure's file."""
    person: str
    """Entra object id, where the operator must act for this very person."""
    code: str
    """What the person was shown, so that they can name it."""
    outcome: str
    way: str
    """The channel: `teams` or `email`."""
    status: int
    """Of HTTP."""
    why: str
    """A reason in the code's own words, the name of its class, or another service's own code for it."""
    fault: str
    """The class of an exception, and of what caused it."""
    place: str
    """Where in the code."""
    milliseconds: int
    checked: int
    found: int
    """How many challenges were checked against the record, and how much was wrong or missing."""
    port: int


class Log:
    """Writes lines in the name of one part of the program."""

    def __init__(self, part: str) -> None:
        self._logger: Any = structlog.wrap_logger(
            logging.getLogger(part),
            processors=[structlog.stdlib.filter_by_level, ProcessorFormatter.wrap_for_formatter],
            wrapper_class=structlog.stdlib.BoundLogger,
        ).bind()

    def info(self, event: News, **fields: Unpack[Fields]) -> None:
        """Something that is as it should be."""
        self._logger.info(event, **_said(fields))

    def warning(self, event: Trouble, **fields: Unpack[Fields]) -> None:
        """Something that an operator may have to act on if it goes on."""
        self._logger.warning(event, **_said(fields))

    def error(self, event: Trouble, **fields: Unpack[Fields]) -> None:
        """Something that an operator must act on."""
        self._logger.error(event, **_said(fields))

    def fault(self, event: Trouble, problem: BaseException, **fields: Unpack[Fields]) -> str:
        """Something that should not have happened, under a short code, which is returned."""
        code = secrets.token_hex(3).upper()
        self._logger.error(event, **_said(fields), code=code, **fields_of(problem))
        return code


def _said(fields: Fields) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value != ""}


def configure(*, as_json: bool, to: TextIO | None = None) -> None:
    """Write the log of this process from now on, to standard error unless told otherwise."""
    stream = to or sys.stderr
    render = structlog.processors.JSONRenderer(serializer=_json) if as_json else _readable(stream.isatty())
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter(render))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    for name in OWN:
        logging.getLogger(name).setLevel(logging.INFO)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a tick that comes while a round runs is no news


def formatter(render: structlog.typing.Processor) -> logging.Formatter:
    """From records, our own and others', to lines."""
    return ProcessorFormatter(
        foreign_pre_chain=[_foreign], processors=[_headed, ProcessorFormatter.remove_processors_meta, render]
    )


def event_of(record: logging.LogRecord) -> str:
    """The event of a record, out of the closed list."""
    fields: Any = record.msg
    own = isinstance(fields, dict) and record.name.split(".")[0] in OWN
    return str(fields["event"]) if own else FOREIGN


def fields_of(problem: BaseException) -> Fields:
    """What may be said of an exception: its class, that of its cause, and its way through the code."""
    classes = [type(problem).__name__]
    cause = problem.__cause__ or problem.__context__
    if cause is not None:
        classes.append(type(cause).__name__)
    frames = walk_tb(problem.__traceback__)
    way = " > ".join(f"{PurePath(frame.f_code.co_filename).name}:{line}" for frame, line in frames)
    return Fields(fault=" from ".join(classes), place=way)


def _foreign(_: Any, __: str, line: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """What a library wrote, without a word of it: where, and what was the matter."""
    record: logging.LogRecord = line["_record"]
    problem = (record.exc_info or (None, None, None))[1]
    fields = fields_of(problem) if problem is not None else Fields(place=f"{record.filename}:{record.lineno}")
    known: dict[str, Any] = {name: record.__dict__[name] for name in ("fault", "place") if name in record.__dict__}
    return {"event": FOREIGN, "_record": record, "_from_structlog": False, **fields, **known}


def _headed(_: Any, __: str, line: MutableMapping[str, Any]) -> Mapping[str, Any]:
    record: logging.LogRecord = line["_record"]
    head = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "part": record.name,
        "event": line["event"],
    }
    span = trace.get_current_span().get_span_context()
    if span.is_valid:
        head["trace_id"] = trace.format_trace_id(span.trace_id)
    return {**head, **line}


def _json(line: Mapping[str, Any], **_: Any) -> str:
    return orjson.dumps(line).decode()


def _readable(colours: bool) -> structlog.typing.Processor:
    return structlog.dev.ConsoleRenderer(colors=colours, timestamp_key="time", pad_event_to=28, sort_keys=False)
