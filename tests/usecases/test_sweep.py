"""What time alone brings about is found by asking the database, and nothing keeps it from being found."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.commands import Sent
from bot.usecases import sweep as sweeping
from bot.usecases.administer import import_directory
from bot.usecases.digest import plan_digest
from bot.usecases.handle import Handled, handle
from bot.usecases.office import Office
from bot.usecases.sweep import LEAVE_ALONE, Swept, sweep
from storage import desk
from storage.desk import Draft
from tests.builders import IRO, MANAGER, SERVICE, a_directory, a_post, an_answer, at, closing
from tests.lines import lines
from tests.storage.samples import everything, execute
from tests.usecases.scene import Scene


def reminders(scene: Scene, reference: str) -> list[tuple[int, str, int]]:
    return sorted(scene.now(reference).reminded)


@pytest.mark.requirement("CARD-02")
def test_only_what_has_fallen_due_is_looked_at(scene: Scene) -> None:
    reference = scene.raises("stage-1")
    assert scene.sweeps() == Swept(looked_at=0, faulty=0)
    scene.at("Fri 10 April 2026 8:59am")
    assert scene.sweeps().looked_at == 0
    scene.at("Fri 10 April 2026 9am")
    assert scene.sweeps() == Swept(looked_at=1, faulty=0)
    assert reminders(scene, reference) == [(1, "answer", -2)]
    assert scene.sweeps().looked_at == 0


@pytest.mark.requirement("CARD-02")
def test_the_five_days_and_the_twenty_are_reminded_of_as_they_approach_fall_due_and_pass(scene: Scene) -> None:
    reference = scene.raises("stage-1")
    end = at("Fri 8 May 2026 6pm")
    while scene.clock.moment < end:
        scene.clock.moment += timedelta(hours=4)
        scene.sweeps()
    fallen = {(about, offset) for _, about, offset in scene.now(reference).reminded}
    assert {("answer", offset) for offset in (-2, 0, 1, 6, 11, 16)} <= fallen
    assert {("total", offset) for offset in (-5, -2, 0, 1)} <= fallen
    happened = scene.happened(reference)
    assert happened.count("AnswerOverdue") == happened.count("TotalOverdue") == 1


@pytest.mark.requirement("CARD-02")
def test_after_an_outage_only_the_nearest_reminder_falls(scene: Scene) -> None:
    reference = scene.raises("stage-1")
    scene.at("Wed 15 April 2026 11am")
    scene.sweeps()
    assert scene.happened(reference).count("ReminderFell") == 1
    assert reminders(scene, reference) == [(1, "answer", 1)]
    assert {row["kind"] for row in scene.rows(f"/{MANAGER}/teams")} == {"asked", "reminder"}


def test_what_has_ended_is_never_looked_at_again(scene: Scene) -> None:
    reference = scene.raises("stage-1")
    scene.does(IRO, closing(), reference)
    scene.at("Fri 1 May 2026 11am")
    assert scene.sweeps().looked_at == 0


def test_the_trail_says_that_it_was_the_clock(scene: Scene) -> None:
    scene.raises("stage-1")
    scene.at("Fri 10 April 2026 9am")
    scene.sweeps()
    reminded = next(row for row in everything(scene.database, "trail")["trail"] if row[2] == "ReminderFell")
    assert (reminded[4], reminded[5], reminded[6]) == ("clock", "", "clock")


# Faults


def near_the_end(scene: Scene) -> tuple[str, str]:
    """Two challenges; the calendar ends before the next reminder of the first can be told."""
    scene.at("Mon 18 December 2028 10am")
    faulty = scene.raises("informal")
    scene.at("Wed 20 December 2028 10am")
    sound = scene.raises("informal")
    scene.at("Thu 28 December 2028 9:30am")
    return faulty, sound


def test_a_challenge_beyond_the_known_bank_holidays_is_a_fault_and_does_not_stop_the_others(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    faulty, sound = near_the_end(scene)
    assert scene.sweeps() == Swept(looked_at=2, faulty=1)
    assert reminders(scene, faulty) == []
    assert reminders(scene, sound) == [(1, "answer", -2)]
    assert lines(caplog, "challenge_not_looked_at") == [{"reference": faulty, "fault": "CalendarEnds"}]
    assert "Alex" not in caplog.text


def test_a_faulty_challenge_is_left_alone_for_a_while_and_then_looked_at_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "BATCH", 1)
    _, sound = near_the_end(scene)
    assert [scene.sweeps() for _ in range(3)] == [
        Swept(looked_at=1, faulty=1),
        Swept(looked_at=1, faulty=0),
        Swept(looked_at=0, faulty=0),
    ]
    assert reminders(scene, sound) == [(1, "answer", -2)]
    scene.clock.moment += LEAVE_ALONE
    assert scene.sweeps() == Swept(looked_at=1, faulty=1)


def test_whatever_goes_wrong_with_one_challenge_the_others_are_looked_at(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken, sound = scene.raises("stage-1"), scene.raises("stage-1")

    def broken_handle(office: Office, sent: Sent, reference: str) -> Handled:
        if reference == broken:
            raise StopIteration
        return handle(office, sent, reference)

    monkeypatch.setattr(sweeping, "handle", broken_handle)
    scene.at("Fri 10 April 2026 9am")
    assert scene.sweeps() == Swept(looked_at=2, faulty=1)
    assert reminders(scene, sound) == [(1, "answer", -2)]
    assert broken in caplog.text


def test_a_broken_trail_of_one_challenge_does_not_stop_the_others(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    broken, sound = scene.raises("stage-1"), scene.raises("stage-1")
    execute(scene.database, f"DELETE FROM words WHERE stream = 'challenge:{broken}'")
    scene.at("Fri 10 April 2026 9am")
    assert scene.sweeps() == Swept(looked_at=2, faulty=1)
    assert reminders(scene, sound) == [(1, "answer", -2)]
    assert lines(caplog, "challenge_not_looked_at") == [{"reference": broken, "fault": "TrailBroken"}]


def test_a_digest_that_cannot_be_planned_does_not_stop_the_sweep(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    save_a_draft(scene, days=31)
    scene.at("Tue 2 January 2029 9am")
    assert scene.sweeps() == Swept(looked_at=0, faulty=0)
    assert lines(caplog, "digest_not_planned") == [{"fault": "CalendarEnds"}]
    assert everything(scene.database, "draft")["draft"] == []


@pytest.mark.requirement("CARD-02")
def test_more_than_one_batch_is_swept_one_after_the_other(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "BATCH", 2)
    for _ in range(5):
        scene.raises("stage-1")
    scene.at("Fri 10 April 2026 9am")
    assert [scene.sweeps().looked_at for _ in range(4)] == [2, 2, 1, 0]


def test_a_vacancy_is_filled_when_the_directory_knows_somebody(scene: Scene) -> None:
    import_directory(scene.office, a_directory(without=(MANAGER,)))
    reference = scene.raises("stage-1")
    assert scene.now(reference).current.asked == ()
    scene.sweeps()
    assert scene.sweeps().looked_at == 0
    import_directory(scene.office, a_directory())
    scene.clock.moment += timedelta(minutes=1)
    assert scene.sweeps().looked_at == 1
    assert [party.person for party in scene.now(reference).current.asked] == [MANAGER]
    assert scene.rows(f"/asked/{MANAGER}/teams")
    assert scene.sweeps().looked_at == 0


def test_who_takes_up_a_post_is_asked_in_place_of_who_has_left_it(scene: Scene) -> None:
    reference = scene.raises("stage-1")
    successor = a_post(SERVICE, "team-manager", "Boston Team 1")
    import_directory(scene.office, a_directory(without=(MANAGER,), besides=(successor,)))
    scene.sweeps()
    assert [party.person for party in scene.now(reference).current.asked] == [SERVICE]
    assert scene.rows(f"/asked/{SERVICE}/teams")


# Drafts


def save_a_draft(scene: Scene, days: int) -> None:
    draft = Draft(
        code="ABCDE", person=MANAGER, form="answer", subject="PC-2026-0001", number=1, entries={},
        saved_at=scene.clock.now() - timedelta(days=days),
    )  # fmt: skip
    with scene.database.writing() as connection:
        desk.save_draft(connection, draft)


@pytest.mark.parametrize(("days", "left"), [(29, 1), (31, 0)])
def test_what_was_typed_and_never_sent_is_kept_for_thirty_days(scene: Scene, days: int, left: int) -> None:
    save_a_draft(scene, days)
    scene.sweeps()
    assert len(everything(scene.database, "draft")["draft"]) == left


# The hour of the digest


@pytest.mark.requirement("CARD-06")
def test_the_digest_is_planned_once_its_hour_has_struck_and_once_only(scene: Scene) -> None:
    scene.at("Wed 8 April 2026 8:29am")
    scene.sweeps()
    assert scene.rows("digest/") == []
    scene.at("Wed 8 April 2026 8:30am")
    scene.sweeps()
    planned = scene.rows("digest/2026-04-08/")
    assert {row["person"] for row in planned} == {"p-csm", "p-sm", "p-ad", "p-irotm"}
    assert {(row["kind"], row["due_at"]) for row in planned} == {("digest", at("Wed 8 April 2026 8:30am"))}
    scene.at("Wed 8 April 2026 11am")
    scene.sweeps()
    assert scene.rows("digest/") == planned


@pytest.mark.requirement("CARD-06")
@pytest.mark.parametrize("day", ["Sat 11 April 2026", "Sun 12 April 2026", "Mon 4 May 2026", "Fri 25 December 2026"])
def test_there_is_no_digest_on_a_day_that_is_no_working_day(scene: Scene, day: str) -> None:
    scene.at(f"{day} 9am")
    assert plan_digest(scene.office, scene.clock.now()) == 0
    assert scene.rows("digest/") == []


@pytest.mark.requirement("CARD-06")
def test_the_digest_keeps_its_hour_over_a_clock_change(scene: Scene) -> None:
    for before, hour in (("Fri 27 March 2026 8:29am", "Fri 27 March 2026 8:30am"),
                         ("Mon 30 March 2026 8:29am", "Mon 30 March 2026 8:30am")):  # fmt: skip
        assert plan_digest(scene.office, at(before)) == 0
        assert plan_digest(scene.office, at(hour)) == 4


def test_the_hour_of_the_digest_is_a_setting(scene: Scene) -> None:
    office: Any = replace(scene.office, digest_at="07:15")
    scene.at("Wed 8 April 2026 7:15am")
    asyncio.run(sweep(office))
    assert scene.rows("digest/")


def test_a_digest_that_is_very_late_is_left_to_the_next_day(scene: Scene) -> None:
    assert plan_digest(scene.office, at("Wed 8 April 2026 4:29pm")) == 4
    assert plan_digest(scene.office, at("Thu 9 April 2026 4:30pm")) == 0


def test_an_answer_before_the_sweep_leaves_nothing_to_remind_of(scene: Scene) -> None:
    reference = scene.raises("stage-1")
    scene.at("Fri 10 April 2026 8:55am")
    scene.does(MANAGER, an_answer(), reference)
    scene.at("Fri 10 April 2026 9am")
    scene.sweeps()
    assert reminders(scene, reference) == []
