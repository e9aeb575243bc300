"""Alerts, log and metrics are explained in the runbook, each under the name that it has, and nothing else is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import yaml

from bot.jobs import ROUNDS
from bot.telemetry.logs import Fields, News, Trouble
from bot.telemetry.metrics import OUTCOMES, PREFIX, WAYS, Metrics
from storage.backlog import LEFT

DOCS = Path(__file__).parents[2] / "docs"
RUNBOOK = (DOCS / "runbook.md").read_text("utf-8")
_PARTS = re.split(r"^## (.+)\n", RUNBOOK, flags=re.MULTILINE)
PARTS = dict(zip(_PARTS[1::2], _PARTS[2::2], strict=True))
OPERATIONS = (DOCS / "operations.md").read_text("utf-8")
OURS = {
    "event": set(get_args(Trouble)),
    "outcome": {*OUTCOMES, "answered", "failed"},
    "way": set(WAYS),
    "state": set(LEFT),
    "round": set(ROUNDS),
    "kind": {"SomebodyWasFirst"},
    "route": {"/api/messages"},
}
"""Values that a label can have, as far as an alert may ask for them."""


def alerts() -> Iterator[dict[str, Any]]:
    for group in yaml.safe_load((DOCS / "alerts.yml").read_text("utf-8"))["groups"]:
        yield from group["rules"]


def families() -> dict[str, tuple[str, ...]]:
    """Our metrics as they are documented, with their labels."""
    metrics = Metrics()
    found = {}
    for metric in vars(metrics).values():
        name = getattr(metric, "_name", None)
        if name is not None:
            found[name + ("_total" if metric._type == "counter" else "")] = metric._labelnames
    return found


def first_column(part: str) -> list[str]:
    return re.findall(r"^\| `([^|]+)` \|", part, re.MULTILINE)


def headings(part: str) -> list[str]:
    return re.findall(r"^### (.+)$", part, re.MULTILINE)


def test_every_alert_has_its_place_in_the_runbook_and_the_runbook_has_no_other() -> None:
    assert headings(PARTS["Alerts"]) == [alert["alert"] for alert in alerts()]


def test_every_place_says_who_waits_where_to_look_and_what_to_do() -> None:
    for place in re.split(r"^### ", PARTS["Alerts"], flags=re.MULTILINE)[1:]:
        said = re.findall(r"^- \*\*(.+?):\*\*", place, re.MULTILINE)
        assert said == ["Who waits", "Look at", "Do"], place.splitlines()[0]


def test_every_alert_is_severe_to_a_degree_and_says_what_is_the_matter() -> None:
    for alert in alerts():
        assert alert["labels"]["severity"] in ("critical", "warning")
        assert alert["annotations"]["summary"].endswith(".")


def test_an_alert_asks_only_for_metrics_labels_and_values_that_there_are() -> None:
    known = families()
    for alert in alerts():
        asked = re.findall(rf"\b({PREFIX}_\w+)(?:\{{(.*?)\}})?", alert["expr"])
        assert asked, alert["alert"]
        for name, matchers in asked:
            labels = known[name.removesuffix("_bucket")]
            for label, value in re.findall(r'(\w+)(?:=|!=|=~|!~)"([^"]*)"', matchers):
                assert label in labels, (alert["alert"], name, label)
                if label != "status":
                    assert set(value.split("|")) <= OURS[label], (alert["alert"], value)
        grouped = {label for labels in re.findall(r"by \(([\w, ]+)\)", alert["expr"]) for label in labels.split(", ")}
        assert grouped - {"le"} <= {label for name, _ in asked for label in known[name.removesuffix("_bucket")]}


def test_every_trouble_in_the_log_sets_off_an_alert() -> None:
    expressions = " ".join(alert["expr"] for alert in alerts())
    named = {word for value in re.findall(r'event=~?"([^"]*)"', expressions) for word in value.split("|")}
    assert named == set(get_args(Trouble))


def test_every_event_of_the_log_is_explained_and_no_other() -> None:
    news, troubles = PARTS["The log"].split("Warnings and errors:")
    assert first_column(news.split("Information, nothing to do:")[1]) == list(get_args(News))
    assert first_column(troubles) == list(get_args(Trouble))


def test_every_field_of_a_line_is_explained_and_no_other() -> None:
    rows = re.findall(r"^\| (`.+?) \|", PARTS["The log"].split("Information, nothing to do:")[0], re.MULTILINE)
    explained = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert explained == {*Fields.__annotations__, "trace_id"}


def test_every_metric_is_explained_with_its_labels_and_no_other() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.*?) ?\|", PARTS["Metrics"], re.MULTILINE)
    explained = {name: tuple(re.findall(r"`(\w+)`", labels)) for name, labels in rows}
    assert explained == families()


def test_links_inside_the_runbook_lead_somewhere() -> None:
    anchors = {heading.lower().replace(" ", "-") for heading in re.findall(r"^#+ (.+)$", RUNBOOK, re.MULTILINE)}
    outside = {heading.lower().replace(" ", "-") for heading in re.findall(r"^#+ (.+)$", OPERATIONS, re.MULTILINE)}
    assert set(re.findall(r"\(#([\w-]+)\)", RUNBOOK)) <= anchors
    assert set(re.findall(r"\(operations\.md#([\w-]+)\)", RUNBOOK)) <= outside
