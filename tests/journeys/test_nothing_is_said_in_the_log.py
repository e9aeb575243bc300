"""Whatever people write, and whatever breaks meanwhile: the log, the metrics and the traces have no word of it.

Everything that could identify anybody, and every secret, holds the mark. The raw records of our own loggers are
searched with everything that hangs on them; the lines of libraries as they are written.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any, NoReturn, get_args

import pytest
import structlog

from bot import jobs
from bot.demo.people import made_up_directory
from bot.domain.errors import Fault
from bot.domain.forms import Field
from bot.domain.people import Directory
from bot.domain.procedure import Procedure
from bot.mail.smtp import SmtpChannel
from bot.procedures.load import load
from bot.telemetry.logs import Log, News, Trouble, formatter
from bot.usecases import deliver, handle, sweep
from storage import index, outbox, trail
from storage.database import Connection
from tests.journeys import matter as matters
from tests.journeys import town as towns
from tests.journeys.matter import REF, Matter, a_matter
from tests.journeys.town import requirement
from tests.spans import spans_of
from tests.teams.fakes import Misbehaviour

MARK = "zq"
"""No hexadecimal code and no name in our code holds it."""


@contextmanager
def a_marked_matter(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Matter]:
    """A matter in which every name, address and answer holds the mark."""
    answer = Matter._answer

    def marked_answer(matter: Matter, field: Field) -> str:
        return f"{MARK} {field.id}" if field.kind in ("text", "line") else answer(matter, field)

    monkeypatch.setattr(matters, "made_up_directory", marked_directory)
    monkeypatch.setattr(Matter, "_answer", marked_answer)
    monkeypatch.setattr(towns, "OPERATOR", f"{MARK}@council.example")
    with a_matter(url, load("lincolnshire")) as matter:
        yield matter
        matter.town.ignores()


def marked_directory(procedure: Procedure) -> Directory:
    known = made_up_directory(procedure)
    people = {
        id: replace(one, name=f"{MARK}-{number}", email=f"{MARK}{number}@council.example")
        for number, (id, one) in enumerate(known.people.items())
    }
    children = {reference: replace(child, name=f"Alex {MARK}") for reference, child in known.children.items()}
    return replace(known, people=people, children=children)


def leaks(records: list[logging.LogRecord]) -> list[str]:
    """What holds the mark: of our own records everything that hangs on them, of others what would be written."""
    lines = formatter(structlog.processors.JSONRenderer())
    full = logging.Formatter("%(message)s")
    ours = [f"{record.__dict__} {full.format(record)}" for record in records if isinstance(record.msg, dict)]
    return [text for text in (*map(lines.format, records), *ours) if MARK in text.lower()]


def events(records: list[logging.LogRecord]) -> set[str]:
    return {record.msg["event"] for record in records if isinstance(record.msg, dict)}


def failing(kind: type[Exception] = ValueError) -> Callable[..., NoReturn]:
    """Stands for something that breaks and says of what."""

    def fail(*_: Any, **__: Any) -> NoReturn:
        raise kind(f"{MARK} was written")

    return fail


def a_story(matter: Matter) -> None:
    """Everything that can be written, by form, by line and as answers to questions."""
    town, child = matter.town, matter.child.reference
    matter.raises("stage-1", issue_1=MARK)
    matter.submits("iro", "issue")
    matter.submits("team-manager", "answer")
    matter.submits("team-manager", "note")
    matter.goes_on("stage-2", reason=MARK)
    for line in (
        f"{MARK} {MARK}",
        f"raise {child}: {MARK} > {MARK}; {MARK}",
        f"raise {MARK}: {MARK}",
        f"find {MARK}",
        f"note {REF} {MARK}",
        f"show {REF}",
        f"yes {MARK}",
        "cards off",
        f"raise {child}",
        MARK,
        "cards on",
    ):
        town.says(matter.who("iro"), line)
    town.says("nobody-we-know", MARK)
    for token in ("", f"{MARK}.{MARK}.{MARK}"):
        town.run(town.microsoft.post(f"{town.url}/api/messages", {"text": MARK}, token=token))


def everything_breaks(matter: Matter, monkeypatch: pytest.MonkeyPatch) -> None:
    """The channels, the database, a card, a decision, the clock: each fails once and says what was written."""
    town, iro = matter.town, matter.who("iro")

    def the_database_fails(connection: Connection, *_: Any, **__: Any) -> None:
        connection.exec_driver_sql(f"INSERT INTO nowhere VALUES ('{MARK}')")

    @contextmanager
    def broken(place: object, name: str, how: object) -> Iterator[None]:
        with monkeypatch.context() as patch:
            patch.setattr(place, name, how)
            yield

    def types(line: str) -> None:
        town._post(town.microsoft.message(line, town.persona(iro)))

    post = SmtpChannel(f"smtp://{MARK}:{MARK}@127.0.0.1:1", f"{MARK}@council.example")
    for place, name, how in (
        (town.running.teams.channel, "send", failing(KeyError)),
        (town.mail, "send", post.send),
        (deliver, "compose", failing()),
    ):
        with broken(place, name, how):
            matter.submits("iro", "issue")
    with broken(outbox, "settle", the_database_fails), broken(deliver, "PAUSES", (0,)):
        matter.goes_on("stage-3", reason=MARK)
    refused = Misbehaviour(status=403, code="BadSyntax", body=f'{{"error": {{"code": "{MARK} {MARK}"}}}}')
    for answer in (refused, Misbehaviour(status=500, body=MARK), Misbehaviour(drops=True)):
        town.microsoft.misbehave(answer)
        types("tray")
    with broken(town.running.teams.channel, "post", failing(KeyError)):
        types("tray")
    with broken(trail, "append", the_database_fails):
        types(f"ack {REF}")
    with broken(handle, "decide", failing()):
        types(f"ack {REF}")
    town.clock.moment += timedelta(days=5)
    for name, how in (
        ("watch_calendar", failing()),
        ("handle", failing()),
        ("plan_digest", failing(Fault)),
        ("raise_by_rules", failing(Fault)),
    ):
        with broken(sweep, name, how):
            town.run(jobs._quietly("sweep", town.running.rounds.sweep))
    with broken(index, "is_right", failing()):
        town.run(town.running.rounds.check(at_start=True))
    with broken(town.office.clock, "now", failing()):
        types("tray")


@requirement("CARD-03")
def test_a_whole_story_and_everything_that_breaks_leave_no_word_in_log_metrics_and_traces(
    url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with spans_of(monkeypatch) as spans, a_marked_matter(url, monkeypatch) as matter:
        a_story(matter)
        everything_breaks(matter, monkeypatch)
        matter.days_pass(8)
        matter.submits("iro", "wait")
        matter.submits("iro", "close")
        metrics = matter.town.office.metrics.text().decode()
    written = capfd.readouterr()
    assert leaks(caplog.records) == []
    assert [text for text in (metrics, written.out, written.err) if MARK in text.lower()] == []
    assert [span.name for span in spans.get_finished_spans() if MARK in span.to_json().lower()] == []
    assert not re.search(r"PC-[0-9]|Fenmarsh|Wolden|Saltham", metrics)
    left_out = {"command_failed", "message_taken_over", "no_token", "token_refused", "signing_keys_not_fetched"}
    left_out |= {"another_library", "backlog_not_read", "left_to_a_newer_version", "rule_could_not_raise", "listening"}
    assert {*get_args(News), *get_args(Trouble)} - events(caplog.records) == left_out


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("bot.sweep", lambda: Log("bot.sweep").info("turn_over", action=f"{MARK}!")),
        ("bot.sweep", lambda: logging.getLogger("bot.sweep").error({"event": "x"}, exc_info=KeyError(MARK))),
        ("bot.sweep", lambda: logging.getLogger("bot.sweep").error({"event": "x"}, extra={"why": MARK})),
    ],
)
def test_the_search_finds_a_word_in_a_field_an_exception_and_an_extra(
    name: str, says: Callable[[], None], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    says()
    assert leaks(caplog.records) != []


def test_of_what_a_library_writes_only_the_place_and_the_kind_of_fault_are_kept(
    caplog: pytest.LogCaptureFixture,
) -> None:
    library = logging.getLogger("library.part")
    library.warning("%s was asked", MARK)
    library.warning(f"{MARK} was asked")
    try:
        raise KeyError(MARK) from ValueError(MARK)
    except KeyError:
        library.exception(MARK)
    written = [formatter(structlog.processors.JSONRenderer()).format(record) for record in caplog.records]
    assert leaks(caplog.records) == []
    assert all('"event": "another_library"' in line and '"place": "test_nothing' in line for line in written)
    assert '"fault": "KeyError from ValueError"' in written[-1]
