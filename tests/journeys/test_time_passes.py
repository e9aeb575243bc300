"""Reminders, silence and the digest, as time passes hour by hour."""

from __future__ import annotations

from tests.builders import IRO, MANAGER, SERVICE, WORKER
from tests.journeys.test_main_story import answers, satisfied
from tests.journeys.town import Town, a_town, raises, requirement

REF = "PC-2026-0001"


def quiet(town: Town) -> list[str]:
    """What has come besides digests."""
    return sorted(line for line in town.ignores() if "igest" not in line)


@requirement("CARD-02")
def test_the_person_asked_is_reminded_before_on_and_after_the_day_and_the_others_learn_of_the_silence(
    url: str,
) -> None:
    with a_town(url) as town:
        raises(town, stage="stage-1", reason="Urgent")
        town.ignores()
        town.passes("Fri 10 April 2026 8am")
        assert quiet(town) == []
        town.passes("Fri 10 April 2026 9am")
        assert quiet(town) == [
            "Tom Marsh email PC-2026-0001: reminder: please answer by 5pm on 14 April 2026",
            "Tom Marsh teams PC-2026-0001: please answer by 5pm on 14 April 2026",
        ]
        assert "is due in 2 working days" in town.chat(MANAGER)[-1]
        town.passes("Tue 14 April 2026 9am")
        assert "is due today at 5pm" in town.chat(MANAGER)[-1]
        town.ignores()
        town.passes("Tue 14 April 2026 11pm")
        assert quiet(town) == []
        town.passes("Wed 15 April 2026 9am")
        assert quiet(town) == [
            "Imogen Reed email PC-2026-0001: no answer came by 5pm on 14 April 2026",
            "Imogen Reed teams PC-2026-0001: no answer came by 5pm on 14 April 2026",
            "Irene Tate email PC-2026-0001: no answer yet",
            "Irene Tate teams PC-2026-0001: no answer yet",
            "Tom Marsh email PC-2026-0001: late: your answer was due by 5pm on 14 April 2026",
            "Tom Marsh teams PC-2026-0001: late: your answer was due by 5pm on 14 April 2026",
        ]
        assert town.happened().count("AnswerOverdue") == 1


@requirement("CARD-02", "LIN-06")
def test_the_20_working_days_are_announced_before_they_end_and_their_passing_is_told(url: str) -> None:
    with a_town(url) as town:
        raises(town, stage="stage-1", reason="Urgent")
        town.passes("Tue 28 April 2026 5pm")
        town.ignores()
        town.passes("Wed 29 April 2026 9am")
        assert "the time for all stages ends in 5 working days" in "".join(town.chat(MANAGER))
        town.passes("Thu 7 May 2026 9am")
        told = [line for line in town.ignores() if "Sunil Mehta" in line and "igest" not in line]
        assert len(told) == 2
        assert town.happened().count("TotalOverdue") == 1


@requirement("CARD-02")
def test_after_an_outage_only_the_nearest_reminder_comes(url: str) -> None:
    with a_town(url) as town:
        raises(town)
        town.ignores()
        town.at("Fri 24 April 2026 10am")
        town.passes("Fri 24 April 2026 11am")
        reminders = [line for line in quiet(town) if line.startswith("Sam Walker")]
        assert reminders == [
            "Sam Walker email PC-2026-0001: late: your answer was due by 5pm on 14 April 2026",
            "Sam Walker teams PC-2026-0001: late: your answer was due by 5pm on 14 April 2026",
        ]


@requirement("CARD-02")
def test_nobody_is_reminded_of_what_was_answered_in_the_meantime(url: str) -> None:
    with a_town(url) as town:
        raises(town)
        town.at("Tue 14 April 2026 11pm")
        town.run(town.running.rounds.sweep())
        town.at("Wed 15 April 2026 8:30am")
        answers(town, WORKER)
        town.ignores()
        town.passes("Wed 15 April 2026 10am")
        assert [line for line in quiet(town) if "overdue" in line or "was due" in line] == []


def test_the_iro_is_reminded_to_decide_and_can_still_do_so(url: str) -> None:
    with a_town(url) as town:
        raises(town)
        answers(town, WORKER)
        town.ignores()
        town.passes("Fri 10 April 2026 9am")
        assert [line for line in quiet(town) if line.startswith("Imogen")] == [
            "Imogen Reed email PC-2026-0001: due today: please decide by 5pm on 9 April 2026",
            "Imogen Reed email PC-2026-0001: late: your decision was due by 5pm on 9 April 2026",
            "Imogen Reed teams PC-2026-0001: due today: please decide by 5pm on 9 April 2026",
            "Imogen Reed teams PC-2026-0001: late: your decision was due by 5pm on 9 April 2026",
        ]
        assert "✓ Resolved" in satisfied(town)
        town.ignores()


def test_an_iro_who_waits_for_a_late_answer_is_left_in_peace_until_then(url: str) -> None:
    with a_town(url) as town:
        raises(town)
        town.passes("Wed 15 April 2026 10am")
        town.submits(IRO, "wait", "Wait", until="2026-04-29", reason="The team is short of staff this week")
        town.ignores()
        town.passes("Wed 29 April 2026 5pm")
        lines = quiet(town)
        assert [line for line in lines if line.startswith("Imogen")] == []
        assert any(line.startswith("Sam Walker") for line in lines)
        town.passes("Thu 7 May 2026 5pm")
        assert any(line.startswith("Imogen Reed teams") for line in quiet(town))


@requirement("CARD-06")
def test_service_managers_get_the_digest_at_half_past_eight_on_working_days_only(url: str) -> None:
    with a_town(url, now="Thu 2 April 2026 10am") as town:
        raises(town)
        town.ignores()
        town.passes("Tue 7 April 2026 8am")
        before = [line for line in town.ignores() if "igest" in line and line.startswith("Carol")]
        assert before == ["Carol Stone teams Digest for 2 April 2026: 1 new"]
        town.at("Tue 7 April 2026 8:30am")
        town.passes("Tue 7 April 2026 9:30am")
        digests = [line for line in town.ignores() if "igest" in line]
        assert sorted(line.split(" teams")[0] for line in digests) == [
            "Ada Dixon", "Carol Stone", "Irene Tate", "Sunil Mehta",
        ]  # fmt: skip
        text = town.chat(SERVICE)[-1]
        assert "Newly raised" in text
        assert REF in text
        assert "Alex" not in text


@requirement("CARD-06")
def test_a_digest_with_nothing_to_say_says_so_in_one_line(url: str) -> None:
    with a_town(url, now="Tue 7 April 2026 8am") as town:
        town.passes("Tue 7 April 2026 9am")
        assert "nothing is due today, overdue, waiting for a decision, new or resolved" in town.chat(SERVICE)[-1]
        town.ignores()


def test_why_explains_every_date_with_the_days_that_did_not_count(url: str) -> None:
    with a_town(url, now="Thu 2 April 2026 5:30pm") as town:
        raises(town, stage="stage-1", reason="Urgent")
        text = town.says(IRO, f"why {REF}")
        assert "Good Friday" in text
        assert "Easter Monday" in text
        assert "Tuesday 14 April 2026" in text
        town.ignores()
