"""What must be sent is sent while it is true, once where that can be known, and nothing that fails stops the rest."""

from __future__ import annotations

import asyncio
import logging

import pytest

from bot.domain.commands import Acknowledge
from bot.usecases.deliver import deliver
from bot.usecases.ports import TryAgain, Undeliverable
from storage import desk
from tests.builders import (
    IRO,
    MANAGER,
    SUPERVISOR,
    WORKER,
    an_answer,
    at,
    closing,
    on_to,
    satisfied,
)
from tests.usecases.scene import Scene

ASKED = f"/asked/{MANAGER}/teams"
BY_MAIL = f"/asked/{MANAGER}/email"


@pytest.mark.requirement("LIN-08", "CARD-05")
def test_a_stage_that_is_opened_reaches_who_is_asked_and_who_is_told_by_every_listed_way(scene: Scene) -> None:
    reference = scene.raises("stage-1")
    assert scene.delivers() == 9
    assert scene.delivers() == 0
    told = sorted(["asked to p-tm", "opened to p-sw", "opened to p-ps", "opened to p-irotm"])
    assert sorted(scene.teams.said) == told
    assert sorted(scene.mail.said) == sorted([*told, "opened to p-iro"])
    (asked,) = scene.teams.of(ASKED)
    assert asked.key == f"{reference}/2/asked/{MANAGER}/teams"
    assert asked.address is not None
    assert asked.address.conversation == f"a:{MANAGER}"
    assert (asked.to_name, asked.to_email) == ("Tom Marsh", "tom.marsh@council.example")
    assert asked.shown.card is not None
    assert reference in asked.subject


@pytest.mark.requirement("CARD-03")
def test_what_was_sent_leaves_evidence_and_the_id_of_the_message(scene: Scene) -> None:
    reference = scene.raises("stage-1")
    scene.delivers()
    sent = scene.row(ASKED)
    assert (sent["state"], sent["settled_at"]) == ("delivered", at("Tue 7 April 2026 10am"))
    assert sent["sent_as"].startswith("teams-")
    assert scene.evidence(ASKED) == [(f"{reference}/2/asked/{MANAGER}/teams", 1, "delivered")]
    assert len(scene.evidence()) == len(scene.rows()) == 9


def test_nothing_of_a_child_stands_in_a_summary_a_subject_or_the_log(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    scene.raises("stage-1")
    scene.mail.troubles[BY_MAIL] = [Undeliverable("no such mailbox"), KeyError("Alex")]
    scene.delivers_all()
    for outgoing in (*scene.teams.tried, *scene.mail.tried):
        for public in (outgoing.subject, outgoing.shown.summary, outgoing.key):
            assert "Alex" not in public
            assert "MOS-10423" not in public
    assert "Alex" not in caplog.text


# True until the moment of sending


def test_what_is_no_longer_true_is_settled_as_stale_and_that_is_recorded(scene: Scene) -> None:
    reference = scene.raises("stage-1")
    scene.does(MANAGER, an_answer(), reference)
    scene.delivers_all()
    assert scene.teams.of(ASKED) == []
    assert scene.row(ASKED)["state"] == "stale"
    assert [outcome for _, _, outcome in scene.evidence(ASKED)] == ["stale"]
    assert scene.teams.of(f"/answered/{IRO}/teams")


def test_a_card_is_drawn_at_the_moment_of_its_sending(scene: Scene) -> None:
    reference = scene.raises("stage-1")
    scene.does(MANAGER, Acknowledge(request=1), reference)
    scene.delivers_all()
    (asked,) = scene.teams.of(ASKED)
    assert "acknowledged" in repr(asked.shown.card).lower()


@pytest.mark.requirement("CARD-02")
def test_a_reminder_waits_for_working_hours_even_after_an_outage_or_a_failure(scene: Scene) -> None:
    scene.raises("stage-1")
    scene.delivers_all()
    scene.at("Fri 10 April 2026 9am")
    scene.sweeps()
    scene.teams.troubles["/reminder/"] = [TryAgain("busy", after=9 * 3600)]
    tried = []
    for moment in ("Fri 10 April 2026 5pm", "Sat 11 April 2026 11am", "Mon 13 April 2026 8:59am",
                   "Mon 13 April 2026 9am", "Mon 13 April 2026 8pm", "Tue 14 April 2026 9am"):  # fmt: skip
        scene.at(moment)
        scene.delivers_all()
        tried.append(scene.row(f"/reminder/{MANAGER}/teams")["attempts"])
    assert tried == [0, 0, 0, 1, 1, 2]
    assert len(scene.teams.of(f"/reminder/{MANAGER}/")) == 1


def test_what_people_did_goes_out_at_any_hour(scene: Scene) -> None:
    scene.at("Sat 11 April 2026 11pm")
    scene.raises("stage-1")
    scene.delivers()
    assert scene.teams.of(ASKED)


def test_beyond_the_known_bank_holidays_only_what_is_held_waits(scene: Scene) -> None:
    scene.raises("stage-1")
    scene.at("Tue 2 January 2029 10am")
    assert scene.delivers() == 9


def test_somebody_who_wants_text_gets_text(scene: Scene) -> None:
    with scene.database.writing() as connection:
        desk.keep_habit(connection, MANAGER, plain=True)
    scene.raises("stage-1")
    scene.delivers()
    (asked,) = scene.teams.of(ASKED)
    assert asked.shown.card is None
    assert asked.shown.text


# Cards that lie in chats


def test_a_card_that_has_become_out_of_date_is_brought_up_to_date_where_it_lies(scene: Scene) -> None:
    reference = scene.raises("stage-1")
    scene.delivers_all()
    card = scene.row(ASKED)["sent_as"]
    scene.at("Fri 10 April 2026 9am")
    scene.sweeps()
    scene.delivers_all()
    reminder = scene.row(f"/reminder/{MANAGER}/teams")["sent_as"]
    scene.does(IRO, on_to("stage-2"), reference)
    scene.delivers_all()
    edits = scene.teams.of(f"/redraw/{MANAGER}/")
    assert {edit.replaces for edit in edits} == {card, reminder}
    assert len({edit.key for edit in edits}) == 2
    assert {row["state"] for row in scene.rows(f"/redraw/{MANAGER}/")} == {"delivered"}
    assert all(edit.shown.card is not None for edit in edits)


def test_a_redraw_with_nothing_to_redraw_is_stale(scene: Scene) -> None:
    reference = scene.raises("stage-1")
    scene.delivers_all()
    scene.does(MANAGER, an_answer(), reference)
    scene.delivers_all()
    assert scene.row(f"/3/redraw/{IRO}/")["state"] == "stale"
    assert scene.row(f"/3/redraw/{MANAGER}/")["state"] == "delivered"


def test_one_card_that_is_gone_does_not_keep_the_next_from_being_redrawn(scene: Scene) -> None:
    reference = scene.raises("stage-1")
    scene.delivers_all()
    scene.at("Fri 10 April 2026 9am")
    scene.sweeps()
    scene.delivers_all()
    scene.does(IRO, closing(), reference)
    scene.teams.troubles[f"/redraw/{MANAGER}/"] = [Undeliverable("that message is gone")]
    scene.delivers_all()
    assert len(scene.teams.of(f"/redraw/{MANAGER}/")) == 1
    assert scene.row(f"/redraw/{MANAGER}/")["state"] == "failed"
    assert scene.rows("/undelivered/") == []


def test_two_workers_send_each_message_once(scene: Scene) -> None:
    for _ in range(4):
        scene.raises("stage-1")

    async def both() -> list[int]:
        channels = {"teams": scene.teams, "email": scene.mail}
        return await asyncio.gather(*(deliver(scene.office, channels, worker) for worker in ("w1", "w2", "w3")))

    assert sum(asyncio.run(both())) == 36
    keys = [outgoing.key for outgoing in (*scene.teams.sent, *scene.mail.sent)]
    assert len(keys) == len(set(keys)) == 36
    assert {one["state"] for one in scene.rows()} == {"delivered"}


def test_a_whole_story_ends_with_everything_settled_and_proved(scene: Scene) -> None:
    reference = scene.raises("informal")
    scene.delivers_all()
    scene.does(WORKER, an_answer(), reference)
    scene.delivers_all()
    scene.does(IRO, on_to("stage-1"), reference)
    scene.does(MANAGER, an_answer(2), reference)
    scene.does(IRO, satisfied(2), reference)
    scene.delivers_all()
    assert {one["state"] for one in scene.rows()} == {"delivered", "stale"}
    assert {key for key, _, _ in scene.evidence()} == {one["key"] for one in scene.rows()}
    assert scene.teams.of(f"/resolved/{MANAGER}/teams")
    assert scene.teams.of(f"/answered/{IRO}/teams")
    assert len([one for one in scene.teams.said if one == f"asked to {SUPERVISOR}"]) == 1
