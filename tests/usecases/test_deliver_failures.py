"""Whatever goes wrong with one message is proved, tried again or told, and stops no other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.commands import Acknowledge
from bot.domain.notices import Notice
from bot.usecases import deliver as delivering
from bot.usecases.administer import import_directory
from bot.usecases.deliver import ATTEMPTS, ATTEMPTS_IN_DOUBT, LONGEST_PAUSE
from bot.usecases.draw import compose
from bot.usecases.office import Office
from bot.usecases.ports import OutcomeUnknown, Outgoing, TryAgain, Undeliverable
from storage import desk, outbox, tables
from storage.database import Connection
from storage.outbox import LEASE, Settled
from tests.builders import (
    IRO,
    IRO_MANAGER,
    MANAGER,
    SERVICE,
    WORKER,
    a_directory,
    at,
)
from tests.lines import lines
from tests.usecases.scene import OPERATOR, FakeChannel, Scene

ASKED = f"/asked/{MANAGER}/teams"
BY_MAIL = f"/asked/{MANAGER}/email"


def test_what_fails_for_now_is_tried_again_when_the_other_side_says(scene: Scene) -> None:
    scene.raises("stage-1")
    scene.teams.troubles[ASKED] = [TryAgain("429", after=90.0)]
    scene.delivers()
    waiting = scene.row(ASKED)
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
    while (waiting := scene.row(ASKED))["state"] == "waiting":
        pauses.append(waiting["due_at"] - scene.clock.now())
        scene.clock.moment = waiting["due_at"]
        scene.delivers()
    assert waiting["state"] == "failed"
    assert waiting["attempts"] == ATTEMPTS == len(pauses) + 1
    assert timedelta(seconds=5) <= pauses[0] <= timedelta(seconds=10)
    assert max(pauses) <= LONGEST_PAUSE
    assert min(pauses[10:]) >= LONGEST_PAUSE / 2
    assert timedelta(hours=12) < sum(pauses, timedelta()) < timedelta(hours=48)
    scene.delivers_all()
    (told,) = scene.mail.of("/undelivered/")
    assert told.to_email == OPERATOR
    assert "Alex" not in f"{told.subject}{told.body}"
    assert scene.evidence(ASKED)[-1][2] == "failed"


def test_an_unknown_outcome_is_flagged_and_not_repeated_for_ever(scene: Scene) -> None:
    scene.raises("stage-1")
    scene.teams.troubles[ASKED] = [OutcomeUnknown("the connection died") for _ in range(ATTEMPTS_IN_DOUBT)]
    scene.delivers()
    assert (scene.row(ASKED)["state"], scene.row(ASKED)["doubtful"]) == ("waiting", True)
    while scene.row(ASKED)["state"] == "waiting":
        scene.clock.moment = scene.row(ASKED)["due_at"]
        scene.delivers()
    assert scene.row(ASKED)["state"] == "failed"
    assert len([one for one in scene.teams.tried if ASKED in one.key]) == ATTEMPTS_IN_DOUBT
    assert len({one.key for one in scene.teams.tried if ASKED in one.key}) == 1


def test_a_message_that_arrives_after_an_unknown_outcome_stays_flagged(scene: Scene) -> None:
    scene.raises("stage-1")
    scene.teams.troubles[ASKED] = [OutcomeUnknown("time-out")]
    scene.delivers()
    scene.clock.moment += LONGEST_PAUSE
    scene.delivers()
    assert (scene.row(ASKED)["state"], scene.row(ASKED)["doubtful"]) == ("delivered", True)
    assert [outcome for _, _, outcome in scene.evidence(ASKED)] == ["unknown", "delivered"]


def address(scene: Scene, person: str) -> dict[str, str] | None:
    with scene.database.reading() as connection:
        return desk.address_of(connection, person)


def test_a_dead_address_is_dropped(scene: Scene) -> None:
    scene.raises("stage-1")
    scene.teams.troubles[ASKED] = [Undeliverable("the bot was removed", address_is_dead=True)]
    scene.delivers()
    assert scene.row(ASKED)["state"] == "failed"
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
    scene.delivers_all()
    scene.does(MANAGER, Acknowledge(request=1), reference)
    scene.teams.troubles[f"/acknowledged/{IRO_MANAGER}/"] = [Undeliverable("never reached in Teams")]
    scene.delivers_all()
    assert scene.mail.of(f"/acknowledged/{IRO_MANAGER}/email")
    assert scene.rows("/undelivered/") == []


def test_a_digest_that_reaches_nobody_is_told_to_the_operator_as_such(scene: Scene) -> None:
    scene.at("Wed 8 April 2026 8:30am")
    scene.sweeps()
    part = f"/digest/{SERVICE}/"
    scene.teams.troubles[part] = [Undeliverable("never reached in Teams")]
    scene.mail.troubles[part] = [Undeliverable("no mailbox")]
    scene.delivers_all()
    (told,) = scene.mail.of("/undelivered/")
    assert told.to_email == OPERATOR
    assert "could not be delivered" in told.subject
    assert "2026-04-08" in told.subject
    assert "could not be delivered" in told.body
    assert "nothing is due" not in told.body


def test_a_vacant_post_is_told_to_the_raiser_and_the_operator(scene: Scene) -> None:
    import_directory(scene.office, a_directory(without=(MANAGER,)))
    scene.raises("stage-1")
    scene.delivers_all()
    (to_operator,) = scene.mail.of("/vacant/operator/")
    assert to_operator.to_email == OPERATOR
    assert "Alex" not in to_operator.body
    assert scene.teams.of(f"/vacant/{IRO}/teams")


# Nothing stops the rest


def test_a_channel_that_breaks_loses_no_row_and_stops_no_other(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    scene.raises("stage-1")
    scene.teams.troubles[ASKED] = [KeyError("Alex Brown")]
    assert scene.delivers() == 9
    broken = scene.row(ASKED)
    assert (broken["state"], broken["attempts"], broken["doubtful"]) == ("waiting", 1, True)
    assert {found["state"] for found in scene.rows() if found["key"] != broken["key"]} == {"delivered"}
    asked = {"reference": broken["reference"], "action": "asked", "way": "teams", "outcome": "unknown"}
    assert lines(caplog, "channel_broke") == [{**asked, "fault": "KeyError"}]
    scene.clock.moment += LONGEST_PAUSE
    assert scene.delivers() == 1
    assert scene.row(ASKED)["state"] == "delivered"


def test_a_way_without_a_channel_loses_no_row(scene: Scene) -> None:
    scene.raises("stage-1")
    assert scene.delivers(channels={"email": scene.mail}) == 9
    assert scene.row(ASKED)["state"] == "waiting"
    assert scene.row(BY_MAIL)["state"] == "delivered"


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
    broken = scene.row(ASKED)
    assert (broken["state"], broken["attempts"], broken["doubtful"]) == ("waiting", 1, False)
    assert {found["state"] for found in scene.rows() if found["key"] != broken["key"]} == {"delivered"}
    (line,) = lines(caplog, "message_not_drawn")
    assert (line["reference"], line["action"], line["way"]) == (broken["reference"], "asked", "teams")
    assert line["fault"] in ("OperationalError from OperationalError", "ProgrammingError from UndefinedTable")
    scene.clock.moment += LONGEST_PAUSE
    scene.delivers_all()
    assert scene.row(ASKED)["state"] == "delivered"


def test_a_row_that_cannot_be_settled_stops_no_other_and_comes_back_flagged(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.raises("stage-1")
    real = outbox.settle

    def settle(connection: Connection, results: Sequence[Settled], *args: Any) -> list[Settled]:
        if any(ASKED in result.claimed.notice.key for result in results):
            raise MemoryError
        return real(connection, results, *args)

    with monkeypatch.context() as patch:
        patch.setattr(delivering, "PAUSES", (0,))
        patch.setattr(outbox, "settle", settle)
        assert scene.delivers() == 9
    assert scene.row(ASKED)["state"] == "sending"
    scene.clock.moment += LEASE
    assert scene.delivers() == 1
    again = scene.row(ASKED)
    assert (again["state"], again["attempts"], again["doubtful"]) == ("delivered", 2, True)


def test_a_worker_that_was_too_slow_settles_nothing(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    scene.raises("stage-1")

    class Slow(FakeChannel):
        async def send(self, outgoing: Outgoing) -> str:
            if ASKED in outgoing.key:
                scene.clock.moment += LEASE
                with scene.database.writing() as connection:
                    (taken,) = outbox.claim(connection, "w2", scene.clock.now(), 50)
                    second = Settled(claimed=taken, outcome="delivered", sent_as="second")
                    assert outbox.settle(connection, [second], "w2", scene.clock.now()) == [second]
                raise Undeliverable("the bot was removed", address_is_dead=True)
            return await super().send(outgoing)

    with scene.database.writing() as connection:
        connection.execute(tables.outbox.delete().where(tables.outbox.c.key.not_like(f"%{ASKED}")))
    scene.delivers(channels={"teams": Slow("teams"), "email": scene.mail})
    assert (scene.row(ASKED)["state"], scene.row(ASKED)["sent_as"]) == ("delivered", "second")
    assert address(scene, MANAGER) is not None
    assert scene.rows("/undelivered/") == []
    assert [line["outcome"] for line in lines(caplog, "message_taken_over")] == ["failed"]
