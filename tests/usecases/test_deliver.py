"""What must be sent is sent while it is true, once where that can be known, and nothing that fails stops the rest."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.commands import Acknowledge
from bot.domain.notices import Notice
from bot.usecases import deliver as delivering
from bot.usecases.administer import import_directory
from bot.usecases.deliver import ATTEMPTS, ATTEMPTS_IN_DOUBT, LONGEST_PAUSE, deliver
from bot.usecases.draw import compose
from bot.usecases.office import Office
from bot.usecases.ports import OutcomeUnknown, Outgoing, TryAgain, Undeliverable
from storage import desk, outbox, tables
from storage.database import Connection
from storage.outbox import LEASE, Claimed
from tests.builders import (
    IRO,
    IRO_MANAGER,
    MANAGER,
    SERVICE,
    SUPERVISOR,
    WORKER,
    a_directory,
    an_answer,
    at,
    closing,
    on_to,
    satisfied,
)
from tests.usecases.scene import OPERATOR, FakeChannel, Scene

ASKED = f"/asked/{MANAGER}/teams"
BY_MAIL = f"/asked/{MANAGER}/email"


def row(scene: Scene, part: str) -> dict[str, Any]:
    (found,) = scene.rows(part)
    return found


def all_delivered(scene: Scene) -> None:
    while scene.delivers():
        pass


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
    sent = row(scene, ASKED)
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
    all_delivered(scene)
    for outgoing in (*scene.teams.tried, *scene.mail.tried):
        for public in (outgoing.subject, outgoing.shown.summary, outgoing.key):
            assert "Alex" not in public
            assert "MOS-10423" not in public
    assert "Alex" not in caplog.text


# True until the moment of sending


def test_what_is_no_longer_true_is_settled_as_stale_and_that_is_recorded(scene: Scene) -> None:
    reference = scene.raises("stage-1")
    scene.does(MANAGER, an_answer(), reference)
    all_delivered(scene)
    assert scene.teams.of(ASKED) == []
    assert row(scene, ASKED)["state"] == "stale"
    assert [outcome for _, _, outcome in scene.evidence(ASKED)] == ["stale"]
    assert scene.teams.of(f"/answered/{IRO}/teams")


def test_a_card_is_drawn_at_the_moment_of_its_sending(scene: Scene) -> None:
    reference = scene.raises("stage-1")
    scene.does(MANAGER, Acknowledge(request=1), reference)
    all_delivered(scene)
    (asked,) = scene.teams.of(ASKED)
    assert "acknowledged" in repr(asked.shown.card).lower()


@pytest.mark.requirement("CARD-02")
def test_a_reminder_waits_for_working_hours_even_after_an_outage_or_a_failure(scene: Scene) -> None:
    scene.raises("stage-1")
    all_delivered(scene)
    scene.at("Fri 10 April 2026 9am")
    scene.sweeps()
    scene.teams.troubles["/reminder/"] = [TryAgain("busy", after=9 * 3600)]
    tried = []
    for moment in ("Fri 10 April 2026 5pm", "Sat 11 April 2026 11am", "Mon 13 April 2026 8:59am",
                   "Mon 13 April 2026 9am", "Mon 13 April 2026 8pm", "Tue 14 April 2026 9am"):  # fmt: skip
        scene.at(moment)
        all_delivered(scene)
        tried.append(row(scene, f"/reminder/{MANAGER}/teams")["attempts"])
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
    all_delivered(scene)
    card = row(scene, ASKED)["sent_as"]
    scene.at("Fri 10 April 2026 9am")
    scene.sweeps()
    all_delivered(scene)
    reminder = row(scene, f"/reminder/{MANAGER}/teams")["sent_as"]
    scene.does(IRO, on_to("stage-2"), reference)
    all_delivered(scene)
    edits = scene.teams.of(f"/redraw/{MANAGER}/")
    assert {edit.replaces for edit in edits} == {card, reminder}
    assert len({edit.key for edit in edits}) == 2
    assert {row["state"] for row in scene.rows(f"/redraw/{MANAGER}/")} == {"delivered"}
    assert all(edit.shown.card is not None for edit in edits)


def test_a_redraw_with_nothing_to_redraw_is_stale(scene: Scene) -> None:
    reference = scene.raises("stage-1")
    all_delivered(scene)
    scene.does(MANAGER, an_answer(), reference)
    all_delivered(scene)
    assert row(scene, f"/3/redraw/{IRO}/")["state"] == "stale"
    assert row(scene, f"/3/redraw/{MANAGER}/")["state"] == "delivered"


def test_one_card_that_is_gone_does_not_keep_the_next_from_being_redrawn(scene: Scene) -> None:
    reference = scene.raises("stage-1")
    all_delivered(scene)
    scene.at("Fri 10 April 2026 9am")
    scene.sweeps()
    all_delivered(scene)
    scene.does(IRO, closing(), reference)
    scene.teams.troubles[f"/redraw/{MANAGER}/"] = [Undeliverable("that message is gone")]
    all_delivered(scene)
    assert len(scene.teams.of(f"/redraw/{MANAGER}/")) == 1
    assert row(scene, f"/redraw/{MANAGER}/")["state"] == "failed"
    assert scene.rows("/undelivered/") == []


# Failures


def test_what_fails_for_now_is_tried_again_when_the_other_side_says(scene: Scene) -> None:
    scene.raises("stage-1")
    scene.teams.troubles[ASKED] = [TryAgain("429", after=90.0)]
    scene.delivers()
    waiting = row(scene, ASKED)
    assert (waiting["state"], waiting["due_at"]) == ("waiting", at("Tue 7 April 2026 10am") + timedelta(seconds=90))
    assert not waiting["doubtful"]
    scene.clock.moment += timedelta(seconds=89)
    assert scene.delivers() == 0
    scene.clock.moment += timedelta(seconds=1)
    assert scene.delivers() == 1
    assert [outcome for _, _, outcome in scene.evidence(ASKED)] == ["again", "delivered"]


@pytest.mark.parametrize("after", [0.0, -5.0])
def test_who_says_at_once_is_given_a_second_all_the_same(scene: Scene, after: float) -> None:
    scene.raises("stage-1")
    scene.teams.troubles[ASKED] = [TryAgain("503", after=after)]
    scene.delivers()
    assert scene.delivers() == 0


def test_pauses_grow_to_a_ceiling_until_it_is_given_up_and_the_operator_is_told_once(scene: Scene) -> None:
    scene.raises("stage-1")
    scene.teams.troubles[ASKED] = [TryAgain("503") for _ in range(ATTEMPTS)]
    scene.mail.troubles[BY_MAIL] = [Undeliverable("no such mailbox")]
    scene.delivers()
    pauses = []
    while (waiting := row(scene, ASKED))["state"] == "waiting":
        pauses.append(waiting["due_at"] - scene.clock.now())
        scene.clock.moment = waiting["due_at"]
        scene.delivers()
    assert waiting["state"] == "failed"
    assert waiting["attempts"] == ATTEMPTS == len(pauses) + 1
    assert timedelta(seconds=5) <= pauses[0] <= timedelta(seconds=10)
    assert max(pauses) <= LONGEST_PAUSE
    assert min(pauses[10:]) >= LONGEST_PAUSE / 2
    assert timedelta(hours=12) < sum(pauses, timedelta()) < timedelta(hours=48)
    all_delivered(scene)
    (told,) = scene.mail.of("/undelivered/")
    assert told.to_email == OPERATOR
    assert "Alex" not in f"{told.subject}{told.body}"
    assert scene.evidence(ASKED)[-1][2] == "failed"


def test_an_unknown_outcome_is_flagged_and_not_repeated_for_ever(scene: Scene) -> None:
    scene.raises("stage-1")
    scene.teams.troubles[ASKED] = [OutcomeUnknown("the connection died") for _ in range(ATTEMPTS_IN_DOUBT)]
    scene.delivers()
    assert (row(scene, ASKED)["state"], row(scene, ASKED)["doubtful"]) == ("waiting", True)
    while row(scene, ASKED)["state"] == "waiting":
        scene.clock.moment = row(scene, ASKED)["due_at"]
        scene.delivers()
    assert row(scene, ASKED)["state"] == "failed"
    assert len([one for one in scene.teams.tried if ASKED in one.key]) == ATTEMPTS_IN_DOUBT
    assert len({one.key for one in scene.teams.tried if ASKED in one.key}) == 1


def test_a_message_that_arrives_after_an_unknown_outcome_stays_flagged(scene: Scene) -> None:
    scene.raises("stage-1")
    scene.teams.troubles[ASKED] = [OutcomeUnknown("time-out")]
    scene.delivers()
    scene.clock.moment += LONGEST_PAUSE
    scene.delivers()
    assert (row(scene, ASKED)["state"], row(scene, ASKED)["doubtful"]) == ("delivered", True)
    assert [outcome for _, _, outcome in scene.evidence(ASKED)] == ["unknown", "delivered"]


def address(scene: Scene, person: str) -> dict[str, str] | None:
    with scene.database.reading() as connection:
        return desk.address_of(connection, person)


def test_a_dead_address_is_dropped(scene: Scene) -> None:
    scene.raises("stage-1")
    scene.teams.troubles[ASKED] = [Undeliverable("the bot was removed", address_is_dead=True)]
    scene.delivers()
    assert row(scene, ASKED)["state"] == "failed"
    assert address(scene, MANAGER) is None
    assert address(scene, WORKER) is not None


def test_a_message_refused_for_itself_leaves_the_address(scene: Scene) -> None:
    scene.raises("stage-1")
    scene.teams.troubles[ASKED] = [Undeliverable("too large")]
    scene.delivers()
    assert address(scene, MANAGER) is not None


def test_a_dead_mailbox_is_no_reason_to_forget_a_chat(scene: Scene) -> None:
    scene.raises("stage-1")
    scene.mail.troubles[BY_MAIL] = [Undeliverable("550 5.1.1", address_is_dead=True)]
    scene.delivers()
    assert address(scene, MANAGER) is not None
    assert scene.rows("/undelivered/") == []


def test_somebody_never_reached_in_teams_has_no_address_there(scene: Scene) -> None:
    with scene.database.writing() as connection:
        desk.drop_address(connection, MANAGER)
    scene.raises("stage-1")
    scene.delivers()
    (asked,) = scene.teams.of(ASKED)
    assert asked.address is None


def test_an_acknowledgement_that_teams_cannot_carry_goes_by_e_mail(scene: Scene) -> None:
    reference = scene.raises("stage-1")
    all_delivered(scene)
    scene.does(MANAGER, Acknowledge(request=1), reference)
    scene.teams.troubles[f"/acknowledged/{IRO_MANAGER}/"] = [Undeliverable("never reached in Teams")]
    all_delivered(scene)
    assert scene.mail.of(f"/acknowledged/{IRO_MANAGER}/email")
    assert scene.rows("/undelivered/") == []


def test_a_digest_that_reaches_nobody_is_told_to_the_operator_as_such(scene: Scene) -> None:
    scene.at("Wed 8 April 2026 8:30am")
    scene.sweeps()
    part = f"/digest/{SERVICE}/"
    scene.teams.troubles[part] = [Undeliverable("never reached in Teams")]
    scene.mail.troubles[part] = [Undeliverable("no mailbox")]
    all_delivered(scene)
    (told,) = scene.mail.of("/undelivered/")
    assert told.to_email == OPERATOR
    assert "could not be delivered" in told.subject
    assert "2026-04-08" in told.subject
    assert "could not be delivered" in told.body
    assert "nothing is due" not in told.body


def test_a_vacant_post_is_told_to_the_raiser_and_the_operator(scene: Scene) -> None:
    import_directory(scene.office, a_directory(without=(MANAGER,)))
    scene.raises("stage-1")
    all_delivered(scene)
    (to_operator,) = scene.mail.of("/vacant/operator/")
    assert to_operator.to_email == OPERATOR
    assert "Alex" not in to_operator.body
    assert scene.teams.of(f"/vacant/{IRO}/teams")


# Nothing stops the rest


def test_a_channel_that_breaks_loses_no_row_and_stops_no_other(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    scene.raises("stage-1")
    scene.teams.troubles[ASKED] = [KeyError("Alex Brown")]
    assert scene.delivers() == 9
    broken = row(scene, ASKED)
    assert (broken["state"], broken["attempts"], broken["doubtful"]) == ("waiting", 1, True)
    assert {found["state"] for found in scene.rows() if found["key"] != broken["key"]} == {"delivered"}
    assert f"{broken['key']} broke its channel" in caplog.text
    scene.clock.moment += LONGEST_PAUSE
    assert scene.delivers() == 1
    assert row(scene, ASKED)["state"] == "delivered"


def test_a_way_without_a_channel_loses_no_row(scene: Scene) -> None:
    scene.raises("stage-1")
    assert scene.delivers(channels={"email": scene.mail}) == 9
    assert row(scene, ASKED)["state"] == "waiting"
    assert row(scene, BY_MAIL)["state"] == "delivered"


def test_a_message_that_cannot_be_drawn_stops_no_other_and_is_tried_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    scene.raises("stage-1")

    def broken_compose(office: Office, connection: Connection, notice: Notice) -> tuple[Outgoing, ...]:
        if notice.to == MANAGER and notice.way == "teams":
            connection.exec_driver_sql("SELECT nothing FROM nowhere")
        return compose(office, connection, notice)

    with monkeypatch.context() as patch:
        patch.setattr(delivering, "compose", broken_compose)
        assert scene.delivers() == 9
    broken = row(scene, ASKED)
    assert (broken["state"], broken["attempts"], broken["doubtful"]) == ("waiting", 1, False)
    assert {found["state"] for found in scene.rows() if found["key"] != broken["key"]} == {"delivered"}
    assert f"{broken['key']} could not be drawn" in caplog.text
    scene.clock.moment += LONGEST_PAUSE
    all_delivered(scene)
    assert row(scene, ASKED)["state"] == "delivered"


def test_a_row_that_cannot_be_settled_stops_no_other_and_comes_back_flagged(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.raises("stage-1")
    real = outbox.settle

    def settle(connection: Connection, claimed: Claimed, *args: Any, **kwargs: Any) -> bool:
        if ASKED in claimed.notice.key:
            raise MemoryError
        return real(connection, claimed, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "settle", settle)
        assert scene.delivers() == 9
    assert row(scene, ASKED)["state"] == "sending"
    scene.clock.moment += LEASE
    assert scene.delivers() == 1
    again = row(scene, ASKED)
    assert (again["state"], again["attempts"], again["doubtful"]) == ("delivered", 2, True)


def test_a_worker_that_was_too_slow_settles_nothing(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    scene.raises("stage-1")

    class Slow(FakeChannel):
        async def send(self, outgoing: Outgoing) -> str:
            if ASKED in outgoing.key:
                scene.clock.moment += LEASE
                with scene.database.writing() as connection:
                    (taken,) = outbox.claim(connection, "w2", scene.clock.now(), 50)
                    assert outbox.settle(connection, taken, "w2", scene.clock.now(), "delivered", sent_as="second")
                raise Undeliverable("the bot was removed", address_is_dead=True)
            return await super().send(outgoing)

    with scene.database.writing() as connection:
        connection.execute(tables.outbox.delete().where(tables.outbox.c.key.not_like(f"%{ASKED}")))
    scene.delivers(channels={"teams": Slow("teams"), "email": scene.mail})
    assert (row(scene, ASKED)["state"], row(scene, ASKED)["sent_as"]) == ("delivered", "second")
    assert address(scene, MANAGER) is not None
    assert scene.rows("/undelivered/") == []
    assert "was taken up by another worker" in caplog.text


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
    all_delivered(scene)
    scene.does(WORKER, an_answer(), reference)
    all_delivered(scene)
    scene.does(IRO, on_to("stage-1"), reference)
    scene.does(MANAGER, an_answer(2), reference)
    scene.does(IRO, satisfied(2), reference)
    all_delivered(scene)
    assert {one["state"] for one in scene.rows()} == {"delivered", "stale"}
    assert {key for key, _, _ in scene.evidence()} == {one["key"] for one in scene.rows()}
    assert scene.teams.of(f"/resolved/{MANAGER}/teams")
    assert scene.teams.of(f"/answered/{IRO}/teams")
    assert len([one for one in scene.teams.said if one == f"asked to {SUPERVISOR}"]) == 1
