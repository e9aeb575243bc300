"""The main story, through the real door: raised, answered, decided, and everybody told whom the procedure names."""

from __future__ import annotations

from tests.builders import DIRECTOR, IRO, MANAGER, SENIOR, SERVICE, STRANGER, WORKER
from tests.journeys.town import Town, a_town, raises, requirement

REF = "PC-2026-0001"


@requirement("CARD-01", "CARD-04", "CARD-05", "LIN-02", "LIN-03")
def test_an_informal_challenge_is_answered_and_the_iro_is_satisfied(url: str) -> None:
    with a_town(url) as town:
        raises(town)
        town.expects(
            "Sam Walker teams PC-2026-0001: please answer by 5pm on 14 April 2026",
            "Sam Walker email PC-2026-0001: please answer by 5pm on 14 April 2026",
            "Priya Shah teams PC-2026-0001: please answer by 5pm on 14 April 2026",
            "Priya Shah email PC-2026-0001: please answer by 5pm on 14 April 2026",
        )
        town.at("Wed 8 April 2026 9am")
        shown = town.presses(WORKER, "Acknowledge")
        assert "✓ Acknowledged by Sam Walker" in shown
        town.expects("Imogen Reed teams PC-2026-0001: acknowledged")
        shown = answers(town, WORKER)
        assert "Answered by Sam Walker (Social Worker)" in shown
        assert "Visit booked for Thursday" in shown
        town.expects(
            "Imogen Reed teams PC-2026-0001: please decide by 5pm on 10 April 2026",
            "Imogen Reed email PC-2026-0001: please decide by 5pm on 10 April 2026",
            "Priya Shah teams PC-2026-0001: answered",
            "Priya Shah email PC-2026-0001: answered",
            "Sam Walker card PC-2026-0001: answered",
            "Priya Shah card PC-2026-0001: answered",
        )
        shown = satisfied(town)
        assert "✓ Resolved" in shown
        town.expects_people(
            teams="Sam Walker, Priya Shah", email="Sam Walker, Priya Shah", card="Sam Walker, Priya Shah, Imogen Reed"
        )
        assert town.happened() == [
            "ChallengeRaised", "StageOpened", "StageAcknowledged", "StageAnswered", "ChallengeResolved",
        ]  # fmt: skip


@requirement("LIN-06", "LIN-07", "LIN-08", "LIN-09", "LIN-10", "LIN-11", "LIN-12", "LIN-13")
def test_through_all_three_formal_stages_to_the_offer_of_cafcass(url: str) -> None:
    with a_town(url) as town:
        raises(town, stage="stage-1", reason="Informal talks did not help")
        town.expects_people(
            teams="Tom Marsh, Sam Walker, Priya Shah, Irene Tate",
            email="Tom Marsh, Sam Walker, Priya Shah, Irene Tate, Imogen Reed",
        )
        assert total_ends(town) == "2026-05-06"
        answers(town, MANAGER)
        town.expects_people(
            teams="Imogen Reed, Sam Walker, Priya Shah, Irene Tate",
            email="Imogen Reed, Sam Walker, Priya Shah, Irene Tate",
            card="Tom Marsh",
        )
        not_satisfied(town, "Stage 2")
        town.expects_people(
            teams="Carol Stone, Tom Marsh, Irene Tate, Sunil Mehta",
            email="Carol Stone, Tom Marsh, Irene Tate, Sunil Mehta",
            card="Tom Marsh, Imogen Reed",
        )
        assert total_ends(town) == "2026-05-06"
        answers(town, SERVICE)
        town.expects_people(
            teams="Imogen Reed, Tom Marsh, Sam Walker, Priya Shah, Irene Tate",
            email="Imogen Reed, Tom Marsh, Sam Walker, Priya Shah, Irene Tate",
            card="Tom Marsh, Carol Stone, Imogen Reed",
        )
        not_satisfied(town, "Stage 3")
        town.expects_people(
            teams="Ada Dixon, Carol Stone, Tom Marsh, Irene Tate, Sunil Mehta",
            email="Ada Dixon, Carol Stone, Tom Marsh, Irene Tate, Sunil Mehta",
            card="Tom Marsh, Carol Stone, Imogen Reed, Imogen Reed",
        )
        answers(town, DIRECTOR)
        town.ignores()
        shown = town.submits(IRO, "exhaust", "Record this", reason="Still no visit")
        assert "You can refer the matter to Cafcass" in shown
        town.expects_people(
            teams="Irene Tate",
            email="Irene Tate",
            card="Tom Marsh, Carol Stone, Ada Dixon, Imogen Reed, Imogen Reed, Imogen Reed",
        )
        assert town.record()[0].state == "stages exhausted"


@requirement("LIN-01")
def test_a_child_protection_challenge_has_nobody_outside_to_go_to(url: str) -> None:
    with a_town(url) as town:
        raises(town, child="MOS-20001", stage="stage-3", reason="Only the Assistant Director can decide")
        answers(town, DIRECTOR)
        shown = town.submits(IRO, "exhaust", "Record this", reason="Not enough")
        assert "nobody outside to refer to" in shown
        assert "Cafcass" not in shown
        town.ignores()


@requirement("LIN-05", "LIN-14")
def test_any_stage_may_be_entered_or_skipped_with_a_reason(url: str) -> None:
    with a_town(url) as town:
        raises(town)
        town.presses(IRO, "Escalate now")
        shown = town.submits(IRO, "escalate", "Go on to this stage", to="stage-3")
        assert "1 answer needs another look" in shown
        shown = town.submits(IRO, "escalate", "Go on to this stage", to="stage-3", reason="She may be moved tomorrow")
        assert "Ada Dixon" in shown
        opened = town.record()[1][-1].event
        assert getattr(opened, "because", "") == "urgent"
        town.ignores()
        assert any("Moved on to Stage 3" in text for text in town.chat(WORKER))


@requirement("LIN-03")
def test_an_informal_challenge_can_end_without_going_formal_but_never_without_a_reason(url: str) -> None:
    with a_town(url) as town:
        raises(town)
        answers(town, WORKER, verdict="challenged", words="We saw her on Monday")
        shown = town.submits(IRO, "close", "Close it")
        assert "1 answer needs another look" in shown
        shown = town.submits(IRO, "close", "Close it", reason="She was indeed seen on Monday")
        assert "Not taken further" in shown
        assert town.record()[0].ended is not None
        town.ignores()


@requirement("LIN-15")
def test_letters_and_notes_go_on_the_record_even_after_the_end(url: str) -> None:
    with a_town(url) as town:
        raises(town)
        town.says(IRO, f"withdraw {REF} She was seen after all")
        town.presses(IRO, "Withdraw it", inputs={"close.reason": "She was seen after all"})
        town.says(WORKER, f"note {REF}")
        town.submits(WORKER, "note", "Add to the record", kind="correspondence", words="E-mail of 7 April: seen at 4pm")
        record = town.says(IRO, f"show {REF}")
        assert "E-mail of 7 April: seen at 4pm" in record
        assert "Sam Walker" in record
        town.ignores()


@requirement("NEL-18")
def test_a_reference_that_is_not_yours_looks_exactly_like_one_that_does_not_exist(url: str) -> None:
    with a_town(url) as town:
        raises(town)
        town.ignores()
        for command in ("show", "why", "ack", "respond", "decide", "escalate", "withdraw", "note", "issue"):
            mine = town.says(STRANGER, f"{command} PC-2026-0001")
            nobodys = town.says(STRANGER, f"{command} PC-2026-0009")
            assert mine.replace("0001", "0009") == nobodys
            assert "There is no challenge" in mine


@requirement("NEL-18")
def test_a_digest_reader_sees_where_it_stands_and_no_more(url: str) -> None:
    with a_town(url) as town:
        raises(town)
        town.ignores()
        seen = town.says(SENIOR, f"show {REF}")
        assert REF in seen
        assert "14 April 2026" in seen
        for hidden in ("No visit since", "forgotten", "MOS-10423", "AB"):
            assert hidden not in seen


@requirement("NEL-18")
def test_a_party_finds_a_challenge_by_its_child_and_an_overseer_does_not(url: str) -> None:
    with a_town(url) as town:
        raises(town)
        town.ignores()
        assert REF in town.says(WORKER, "find MOS-10423")
        assert REF not in town.says(SENIOR, "find MOS-10423")
        seen = town.says(SENIOR, "find boston")
        assert REF in seen
        assert "MOS-10423" not in seen
        assert REF not in town.says(STRANGER, "find")


@requirement("NEL-19")
def test_the_tray_holds_what_waits_for_me_soonest_first(url: str) -> None:
    with a_town(url) as town:
        raises(town, stage="stage-1", reason="Urgent")
        town.at("Wed 8 April 2026 10am")
        raises(town, child="MOS-20001", stage="stage-1", reason="Urgent")
        tray = town.says(MANAGER, "tray")
        assert tray.index("PC-2026-0001") < tray.index("PC-2026-0002")
        assert "Your tray is empty" in town.says(SERVICE, "tray")
        town.ignores()


@requirement("OMB-10", "CARD-03")
def test_the_record_says_who_did_what_in_which_role_when_and_by_which_message(url: str) -> None:
    with a_town(url) as town:
        raises(town)
        answers(town, WORKER)
        raised, _, answered = town.record()[1]
        assert (raised.by, raised.role, raised.via) == (IRO, "iro", "teams")
        assert (answered.by, answered.role) == (WORKER, "social-worker")
        assert all(one.message.startswith("incoming-") and len(one.hash) == 64 for one in (raised, answered))
        assert raised.happened_at == raised.recorded_at == town.clock.now()
        assert "Imogen Reed (Independent Chair/IRO)" in town.says(IRO, f"show {REF}")
        town.ignores()


def answers(town: Town, person: str, verdict: str = "accepted", words: str = "Visit booked for Thursday") -> str:
    return town.submits(person, "answer", "Send answer", verdict_1=verdict, words_1=words)


def satisfied(town: Town) -> str:
    return town.submits(
        IRO, "resolve", "Record and resolve", how="Sam saw Alex", outcome="Alex was heard", achieved="yes"
    )


def not_satisfied(town: Town, stage: str) -> str:
    return town.submits(
        IRO, "escalate", "Go on to this stage", to=stage.lower().replace(" ", "-"), reason="Nothing has changed"
    )


def total_ends(town: Town) -> str:
    total = town.record()[0].total
    assert total is not None
    return total.due_on.isoformat()
