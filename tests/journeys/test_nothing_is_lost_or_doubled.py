"""Pressed twice, by two, too late, after a restart, with a bad value: one effect, and nothing typed is lost."""

from __future__ import annotations

from dataclasses import replace

from bot.usecases.administer import import_directory
from tests.builders import IRO, IRO_MANAGER, MANAGER, OTHER_IRO, SUPERVISOR, WORKER, a_directory
from tests.journeys.test_main_story import answers
from tests.journeys.town import OPERATOR, a_town, previews, raises, requirement
from tests.teams.fakes import Misbehaviour

REF = "PC-2026-0001"


@requirement("CARD-04")
def test_nothing_is_sent_before_it_is_confirmed_and_a_preview_survives_a_restart_and_a_lapse_of_days(
    url: str,
) -> None:
    with a_town(url) as town:
        preview = previews(town, issue_1="No visit", outcome_1="A visit")
        assert "Sam Walker (Social Worker) or Priya Shah (Practice Supervisor)" in preview
        assert "5pm on Tuesday 14 April 2026" in preview
        code = preview.partition("Or type yes ")[2][:5]
        town.expects()
    with a_town(url, now="Mon 13 April 2026 10am", everybody=False) as town:
        shown = town.says(IRO, f"yes {code}")
        assert f"Raised: {REF}" in shown
        assert "5pm on Monday 20 April 2026" in shown
        assert f"{REF}" in town.says(IRO, f"yes {code}")
        assert town.happened() == ["ChallengeRaised", "StageOpened"]
        town.ignores()


def test_a_half_written_challenge_survives_a_restart(url: str) -> None:
    with a_town(url) as town:
        town.says(IRO, "raise MOS-10423")
        shown = town.submits(IRO, "raise", "Preview", child="MOS-10423", issue_1="Half a thought", stage="informal")
        assert "another look" in shown
    with a_town(url, everybody=False) as town:
        assert "Half a thought" in str(town.says(IRO, "raise MOS-10423")) or "Half a thought" in str(town.card(IRO))


def test_a_bad_value_is_named_beside_its_field_and_everything_typed_stands_there_still(url: str) -> None:
    with a_town(url) as town:
        raises(town)
        town.submits(
            WORKER,
            "answer",
            "Send answer",
            verdict_1="accepted",
            words_1="A visit on Thursday",
            when_1="soonish",
        )
        card = town.card(WORKER)
        assert "“soonish” isn't a date" in str(card)
        assert "A visit on Thursday" in str(card)
        assert town.happened() == ["ChallengeRaised", "StageOpened"]
        town.ignores()


def test_another_issue_can_be_added_while_raising_and_afterwards(url: str) -> None:
    with a_town(url) as town:
        town.says(IRO, "raise MOS-10423")
        town.submits(IRO, "raise", "Add another issue", child="MOS-10423", issue_1="First", stage="informal")
        assert "raise.issue-2" in str(town.card(IRO))
        assert "First" in str(town.card(IRO))
        town.submits(
            IRO,
            "raise",
            "Preview",
            child="MOS-10423",
            issue_1="First",
            outcome_1="One",
            kind_1="delay",
            issue_2="Second",
            outcome_2="Two",
            kind_2="practice",
            impact="It hurts",
            stage="informal",
            q_conversation_how="In person",
        )
        town.presses(IRO, "Raise it")
        town.presses(IRO, "Add an issue")
        town.submits(IRO, "issue", "Add this issue", issue_3="Third", outcome_3="Three", kind_3="delay")
        assert len(town.record()[0].issues) == 3
        town.ignores()
        inputs = {
            "answer.verdict-1": "accepted",
            "answer.words-1": "Carefully typed",
            "answer.verdict-2": "accepted",
            "answer.words-2": "Yes",
        }
        card = next(one for one in town.microsoft.chat(town.persona(WORKER)) if "Send answer" in str(one))
        shown = town.presses(WORKER, "Send answer", card=card["attachments"][0]["content"], inputs=inputs)
        assert "2 answers need another look" in shown
        assert "Third" in shown
        assert "Carefully typed" in str(town.card(WORKER))
        town.expects()


@requirement("CARD-05")
def test_the_same_press_delivered_twice_even_under_two_ids_has_one_effect(url: str) -> None:
    with a_town(url) as town:
        raises(town)
        card = town.card(WORKER)
        inputs = {"answer.verdict-1": "accepted", "answer.words-1": "Thursday"}
        first = town.presses(WORKER, "Send answer", card=card, inputs=inputs)
        second = town.presses(WORKER, "Send answer", card=card, inputs=inputs, id="another-id")
        assert "Answered by Sam Walker" in first
        assert "Answered by Sam Walker" in second
        assert town.happened().count("StageAnswered") == 1
        news = town.ignores()
        assert news.count("Imogen Reed email PC-2026-0001: please decide by 5pm on 9 April 2026") == 1


def test_of_two_people_who_answer_at_once_the_first_settles_and_the_second_sees_what_was_said(url: str) -> None:
    with a_town(url) as town:
        raises(town)
        late = town.card(SUPERVISOR)
        answers(town, WORKER)
        inputs = {"answer.verdict-1": "challenged", "answer.words-1": "No"}
        shown = town.presses(SUPERVISOR, "Send answer", card=late, inputs=inputs)
        assert "Sam Walker has already answered this" in shown
        assert "Visit booked for Thursday" in shown
        assert town.happened().count("StageAnswered") == 1
        town.ignores()


def test_a_button_of_a_stage_that_is_over_brings_the_present_card_and_keeps_what_was_typed(url: str) -> None:
    with a_town(url) as town:
        raises(town)
        old = town.card(WORKER)
        town.presses(IRO, "Escalate now")
        town.submits(IRO, "escalate", "Go on to this stage", to="stage-1", reason="Cannot wait")
        inputs = {"answer.verdict-1": "accepted", "answer.words-1": "My long and careful answer"}
        shown = town.presses(WORKER, "Send answer", card=old, inputs=inputs)
        assert "has moved on to Stage 1" in shown
        assert "StageAnswered" not in town.happened()
        town.ignores()


def test_an_older_client_that_knows_only_submit_does_the_whole_story(url: str) -> None:
    with a_town(url) as town:
        raises(town)
        inputs = {"answer.verdict-1": "accepted", "answer.words-1": "Thursday"}
        town.presses(WORKER, "Acknowledge", submit=True)
        town.presses(WORKER, "Send answer", submit=True, inputs=inputs)
        assert "Answered by Sam Walker" in town.chat(WORKER)[-1]
        inputs = {"resolve.how": "Seen", "resolve.outcome": "Alex was heard", "resolve.achieved": "yes"}
        town.presses(IRO, "Record and resolve", submit=True, inputs=inputs)
        assert town.record()[0].state == "resolved"
        town.ignores()


@requirement("CARD-05")
def test_everything_can_be_done_in_text_alone(url: str) -> None:
    with a_town(url) as town:
        for person in (IRO, WORKER):
            assert "text" in town.says(person, "cards off")
        assert "What is the concern?" in town.says(IRO, "raise MOS-10423")
        for line in ("No visit since 2 March", "A visit this week", "2", "Alex feels forgotten", "1", "skip"):
            town.says(IRO, line)
        assert "When does the child need this by?" in town.says(IRO, "Show me the plan, Alex said")
        assert "isn't a date" in town.says(IRO, "one day")
        for line in ("20 April", "skip"):
            town.says(IRO, line)
        assert "Why there?" in town.says(IRO, "informal")
        preview = town.says(IRO, "skip")
        code = preview.partition("Or type yes ")[2][:5]
        assert f"Raised: {REF}" in town.says(IRO, f"yes {code}")
        assert f"ack {REF}" in town.chat(WORKER)[-1]
        assert "Acknowledged by Sam Walker" in town.says(WORKER, f"ack {REF.lower()}")
        assert "do you accept it?" in town.says(WORKER, f"respond {REF}")
        town.says(WORKER, "1")
        town.says(WORKER, "Show him the plan and visit on Thursday")
        town.says(WORKER, "Sam Walker")
        last = town.says(WORKER, "16 April")
        assert "Show him the plan" in last
        code = last.partition("Type `yes ")[2][:5]
        assert "Answered by Sam Walker" in town.says(WORKER, f"yes {code}")
        town.says(IRO, f"resolve {REF}")
        for line in ("Sam saw Alex", "Alex was heard"):
            town.says(IRO, line)
        code = town.says(IRO, "1").partition("Type `yes ")[2][:5]
        assert "✓ Resolved" in town.says(IRO, f"yes {code}")
        town.ignores()


def test_nobody_to_ask_never_stops_a_challenge(url: str) -> None:
    with a_town(url, directory=a_directory(without=(MANAGER,))) as town:
        shown = raises(town, stage="stage-1", reason="Urgent")
        assert "Nobody can be asked at present" in shown
        news = town.ignores()
        assert any(line.startswith("the operator email PC-2026-0001") for line in news)
        assert any(line.startswith("Imogen Reed email PC-2026-0001: nobody can be asked") for line in news)
        import_directory(town.office, a_directory())
        town.passes("Wed 8 April 2026 10am")
        assert any(line.startswith("Tom Marsh teams PC-2026-0001") for line in town.ignores())
        assert "StageAssigned" in town.happened()


def test_when_the_person_asked_leaves_their_successor_is_asked(url: str) -> None:
    with a_town(url) as town:
        raises(town, stage="stage-1", reason="Urgent")
        town.ignores()
        left = a_directory()
        posts = tuple(replace(post, person=SUPERVISOR) if post.person == MANAGER else post for post in left.posts)
        import_directory(town.office, replace(left, posts=posts))
        town.passes("Tue 7 April 2026 11am")
        assert any(line.startswith("Priya Shah teams PC-2026-0001: please answer by") for line in town.ignores())
        assert "Answered by Priya Shah (Team Manager)" in answers(town, SUPERVISOR)
        town.ignores()


def test_open_challenges_about_the_same_child_are_shown_before_another_is_raised_and_never_merged(
    url: str,
) -> None:
    with a_town(url) as town:
        raises(town)
        preview = previews(town, issue_1="School", outcome_1="A place", impact="Alex misses school")
        assert preview.index(REF) < preview.index("Asked:")
        town.presses(IRO, "Raise it")
        assert town.record("PC-2026-0002")[0].issues[0].text.text == "School"
        assert len(town.record()[0].issues) == 1
        town.ignores()


def test_strangers_get_one_plain_sentence_and_groups_are_asked_to_come_in_private(url: str) -> None:
    with a_town(url) as town:
        reply = town.says("somebody-else", "raise MOS-10423")
        assert "I don't know you" in reply
        assert OPERATOR in reply
        answer = town._post(town.microsoft.in_a_group(town.microsoft.message("show PC-2026-0001", town.persona(IRO))))
        assert answer.status in (200, 201)
        assert "personal chats only" in town.microsoft.calls[-1].body["text"]
        town._skip_news()


@requirement("CARD-05")
def test_when_teams_fails_the_message_is_tried_again_and_when_it_is_impossible_the_mail_has_it(url: str) -> None:
    with a_town(url) as town:
        previews(town, issue_1="No visit", outcome_1="A visit")
        code = str(town.card(IRO)).partition("yes ")[2][:5]
        throttled = Misbehaviour(status=429, code="Throttled", headers={"Retry-After": "60"})
        gone = Misbehaviour(status=403, code="ConversationBlockedByUser")
        town.says(IRO, f"yes {code}", before_delivery=lambda: town.microsoft.misbehave(throttled, gone))
        town.passes("Tue 7 April 2026 11am")
        told = town.ignores()
        assert town.microsoft.chat(town.persona(SUPERVISOR))[1:] or town.microsoft.chat(town.persona(WORKER))[1:]
        assert sum(" email PC-2026-0001: please answer by" in line for line in told) == 2
        assert sum(" teams PC-2026-0001: please answer by" in line for line in told) == 3


def test_typed_nonsense_gets_the_nearest_guesses(url: str) -> None:
    with a_town(url) as town:
        assert "`raise MOS-10423`" in town.says(IRO, "rase MOS-10423")
        assert "`tray`" in town.says(IRO, "Guten Tag")
        assert "Which challenge?" in town.says(IRO, "respond")


def test_a_refused_act_says_why_over_what_can_be_seen(url: str) -> None:
    with a_town(url) as town:
        raises(town)
        town.ignores()
        assert "Only Imogen Reed, who raised it, can do this" in town.says(WORKER, f"escalate {REF}")
        assert "Only Imogen Reed, who raised it, can do this" in town.says(IRO_MANAGER, f"withdraw {REF}")
        town.says(WORKER, f"note {REF} Seen at school")
        shown = town.submits(WORKER, "note", "Add to the record", kind="note", words="Seen at school")
        assert "Added to the record." in shown
        town.expects()


def test_raising_for_somebody_elses_child_says_whose_it_is_and_tells_them(url: str) -> None:
    with a_town(url) as town:
        raises(town, OTHER_IRO, stage="stage-1", reason="Imogen is on leave")
        assert any(line.startswith("Imogen Reed teams") for line in town.ignores())
        preview = previews(town, OTHER_IRO, issue_1="School", outcome_1="A place", impact="Alex misses school")
        assert "The child's record names Imogen Reed as Independent Chair/IRO, not you." in preview
        assert "Discarded. Nothing was sent." in town.presses(OTHER_IRO, "Discard")
        assert town.buttons(OTHER_IRO) == []
