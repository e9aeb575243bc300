"""Nobody ever sees anything outside their cells, whatever people do; and the test that says so can fail."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis.stateful import run_state_machine_as_test

from bot.domain.access import TABLE
from bot.usecases import draw, show
from cards.plain import as_text
from storage import index
from tests.access.any_turns import AnyTurns
from tests.domain.any_walk import walking

pytestmark = pytest.mark.timeout(600)  # seconds, on a machine that does much else


@pytest.mark.requirement("NEL-18")
def test_nobody_sees_anything_outside_their_cells() -> None:
    run_state_machine_as_test(AnyTurns, settings=walking(5, 20))


@pytest.mark.deep
@pytest.mark.timeout(3600)
def test_nobody_sees_anything_outside_their_cells_however_far_they_go() -> None:
    run_state_machine_as_test(AnyTurns, settings=walking(150, 60, anew=True))


def caught(what: str) -> None:
    with pytest.raises(AssertionError, match=what):
        run_state_machine_as_test(AnyTurns, settings=walking(60, 12, shrinks=False))


@pytest.mark.parametrize(
    ("action", "relation", "what"),
    [
        ("read the record", "bystander", r"reads zq|learns of"),
        ("read the record", "overseer", r"reads zq|learns of KID"),
        ("see where it stands", "bystander", r"learns of PC-"),
    ],
)
def test_a_cell_that_lets_somebody_in_is_caught(
    monkeypatch: pytest.MonkeyPatch, action: Any, relation: Any, what: str
) -> None:
    monkeypatch.setitem(TABLE[action], relation, "yes")
    caught(what)


def test_a_search_that_ignores_who_asks_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(show, "units_overseen", lambda *_: ("Team", "Far team", "Office"))
    caught(r"learns of PC-")


def test_a_search_that_names_every_child_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(show, "_knows_child", lambda _: True)
    caught(r"learns of KID-")


def test_a_subject_that_quotes_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draw, "mail_subject", lambda kind, drawn, heading: as_text(drawn.card))
    caught(r"zq\d+qz|KID-")


def test_a_tray_of_somebody_else_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = index.tray
    monkeypatch.setattr(index, "tray", lambda connection, _: mine(connection, "p-manager"))
    caught(r"learns of")
