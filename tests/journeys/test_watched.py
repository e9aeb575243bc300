"""What an operator sees of a story: counts, spans and lines, each by action and reference."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import get_args

import pytest
import structlog
from opentelemetry.trace import StatusCode
from prometheus_client import CollectorRegistry

from bot.domain.errors import Refused
from bot.domain.events import Event
from bot.telemetry.logs import Trouble, formatter
from bot.telemetry.metrics import OUTCOMES, WAYS
from bot.usecases import handle as handling
from bot.usecases.interpret import SYNONYMS
from bot.usecases.observe import OTHER, VERBS
from tests.builders import IRO, WORKER
from tests.journeys.town import Town, a_town, previews, raises
from tests.lines import lines
from tests.spans import spans_of
from tests.teams.fakes import Misbehaviour

REF = "PC-2026-0001"


@pytest.fixture
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """One database is enough: nothing here depends on its kind."""
    return f"sqlite:///{tmp_path_factory.mktemp('town') / 'town.db'}"


def counted(town: Town, name: str, **labels: str) -> float:
    return town.office.metrics.registry.get_sample_value(f"positive_challenge_{name}", labels) or 0.0


def label_values(registry: CollectorRegistry) -> dict[str, set[str]]:
    """Every value of every label of ours but the bounds of a histogram."""
    found: dict[str, set[str]] = {}
    for family in registry.collect():
        for sample in family.samples:
            for label, value in sample.labels.items():
                if label != "le":
                    found.setdefault(label, set()).add(value)
    return found


def test_turns_are_timed_by_kind_action_and_outcome(url: str) -> None:
    with a_town(url) as town:
        town.says(IRO, "tray")
        town.says(IRO, "inbox")
        town.says(IRO, "what a day")
        raises(town)
        town.says(WORKER, f"show {REF}")
        town.ignores()
        told = {"kind": "message", "outcome": "answered"}
        assert counted(town, "turn_seconds_count", action="tray", **told) == 2
        assert counted(town, "turn_seconds_count", action=OTHER, **told) == 1
        assert counted(town, "turn_seconds_count", action="confirm", kind="press", outcome="answered") == 1
        assert 0 < counted(town, "turn_seconds_sum", action="show", **told) < 5


def test_events_refusals_and_deliveries_are_counted(url: str) -> None:
    with a_town(url) as town:
        raises(town)
        assert counted(town, "events_total", event="ChallengeRaised") == 1
        assert counted(town, "deliveries_total", way="teams", outcome="delivered") == 2
        town.submits(WORKER, "answer", "Send answer", verdict_1="accepted", words_1="Thursday")
        town.says(WORKER, f"ack {REF}")
        assert counted(town, "refusals_total", reason="AlreadyAnswered") == 1
        town.ignores()


def test_what_is_sent_again_after_an_unknown_outcome_is_counted_as_doubtful(url: str) -> None:
    with a_town(url) as town:
        code = previews(town).partition("Or type yes ")[2][:5]
        lost = Misbehaviour(drops=True)
        town.says(IRO, f"yes {code}", before_delivery=lambda: town.microsoft.misbehave(lost))
        assert counted(town, "deliveries_total", way="teams", outcome="unknown") == 1
        assert counted(town, "doubtful_deliveries_total", way="teams") == 0
        town.passes("Tue 7 April 2026 12pm")
        assert counted(town, "doubtful_deliveries_total", way="teams") == 1
        town.ignores()


def test_errors_of_the_database_are_counted_by_kind(url: str) -> None:
    with a_town(url) as town:
        for statement in ("SELECT nothing FROM nowhere", "INSERT INTO unit (name) VALUES ('Boston')"):
            with suppress(Exception), town.office.database.writing() as connection:
                connection.exec_driver_sql(statement)
        assert counted(town, "database_errors_total", kind="OperationalError") == 1
        assert counted(town, "database_errors_total", kind="SomebodyWasFirst") == 1


def test_whatever_people_type_and_press_labels_have_values_out_of_closed_lists(url: str) -> None:
    with a_town(url) as town:
        raises(town)
        for number, line in enumerate((*SYNONYMS, *(f"{word}{REF}" for word in SYNONYMS), "Ana Brown", "/show")):
            town._post(town.microsoft.message(line, town.persona(IRO)))
            town._post(town.microsoft.press(f"{line}{number}", {"ref": line}, town.persona(IRO)))
        town._skip_news()
        town.ignores()
        found = label_values(town.office.metrics.registry)
    assert found.pop("kind") == {"message", "press", "installation"}
    assert found.pop("action") <= {*SYNONYMS.values(), *VERBS, OTHER, "installed", "removed"}
    assert found.pop("outcome") == {"answered", *OUTCOMES}
    assert found.pop("way") == set(WAYS)
    assert found.pop("route") == {"/api/messages"}
    assert found.pop("status") == {"200", "201"}
    assert found.pop("event") <= {*get_args(Trouble), *(kind.__name__ for kind in get_args(Event))}
    assert found.pop("reason", set()) <= {kind.__name__ for kind in Refused.__subclasses__()}
    assert found == {}


def test_a_turn_and_what_it_led_to_are_one_trace_through_the_storage_threads(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_town(url) as town, spans_of(monkeypatch) as exporter:
        raises(town)
        town.ignores()
        town.run(town.running.rounds.sweep())
        spans = exporter.get_finished_spans()
    (raising,) = (span for span in spans if span.attributes == {"action": "Raise"})
    (turn,) = (span for span in spans if span.name == "turn" and span.attributes == {"action": "confirm"})
    assert raising.name == "handle"
    assert raising.parent is not None
    assert raising.parent.span_id == turn.context.span_id
    assert {span.name for span in spans} == {"turn", "handle", "deliver", "sweep"}
    assert all(set(span.attributes or {}) <= {"action", "reference"} for span in spans)


def test_a_span_that_fails_says_of_what_kind_and_a_line_names_its_trace(
    url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(*_: object) -> None:
        raise KeyError("Alex Brown")

    with a_town(url) as town, spans_of(monkeypatch) as exporter:
        raises(town)
        exporter.clear()
        caplog.handler.setFormatter(formatter(structlog.processors.JSONRenderer()))
        caplog.set_level(logging.INFO, "bot")
        monkeypatch.setattr(handling, "decide", breaks)
        town.says(WORKER, f"ack {REF}")
        town.ignores()
        handled, turn = (span for span in exporter.get_finished_spans() if span.name in ("handle", "turn"))
    assert handled.attributes == {"action": "Acknowledge", "reference": REF}
    assert turn.attributes == {"action": "ack", "reference": REF}
    assert (turn.status.status_code, turn.status.description) == (StatusCode.ERROR, "KeyError")
    assert (handled.events, turn.events) == ((), ())
    assert counted(town, "turn_seconds_count", kind="message", action="ack", outcome="failed") == 1
    assert lines(caplog, "turn_failed") == [{"fault": "KeyError"}]
    assert f'"trace_id": "{turn.context.trace_id:032x}"' in caplog.text


def test_a_turn_and_a_change_have_a_line_with_reference_and_action(url: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "bot")
    with a_town(url) as town:
        raises(town)
        town.says(WORKER, f"ack {REF}")
        town.says(WORKER, f"show {REF}")
        town.ignores()
    assert lines(caplog, "challenge_changed") == [
        {"reference": REF, "action": "Raise"},
        {"reference": REF, "action": "Acknowledge"},
    ]
    assert lines(caplog, "turn_over")[-1] == {"reference": REF, "action": "show", "outcome": "answered"}
