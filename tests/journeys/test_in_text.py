"""Without cards: everything can be typed, seen, corrected and gone on with, and no line is taken for another."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.demo.clock import DemoClock
from bot.demo.play import Stage
from bot.mail.folder import FolderChannel
from bot.usecases.ports import Turn, Typed
from tests.builders import IRO, MANAGER, SERVICE, WORKER
from tests.journeys.town import Town, a_town, raises, requirement

REF = "PC-2026-0001"
RAISING = ("No visit since 2 March", "A visit this week", "delay", "Alex feels forgotten", "telephone", "skip", "skip")
"""Answers up to the day by which the child needs it."""


def code_in(text: str, word: str = "yes") -> str:
    """The last code offered after this word."""
    return str(re.findall(rf"`{word} (\w{{5}})`", text)[-1])


def in_text(town: Town, *people: str) -> None:
    for person in people:
        town.says(person, "cards off")


def says_all(town: Town, person: str, *lines: str) -> str:
    """What comes back to the last of these lines."""
    return [town.says(person, line) for line in lines][-1]


def to_review(town: Town, child: str = "MOS-10423") -> str:
    """The review of a challenge that is all answered."""
    return says_all(town, IRO, f"raise {child}", *RAISING, "Friday", "skip", "informal", "skip")


def test_what_was_stopped_goes_on_at_its_open_question_and_nothing_is_asked_again(url: str) -> None:
    with a_town(url) as town:
        in_text(town, IRO)
        says_all(town, IRO, "raise MOS-10423", "No visit since 2 March")
        code = code_in(town.says(IRO, "stop"), "edit")
        going_on = town.says(IRO, f"edit {code}.")
        assert "What outcome do you seek" in going_on
        assert "Going on with what you typed before" in going_on
        assert "What kind of issue" in town.says(IRO, "A visit this week")
        assert "What kind of issue" in town.says(IRO, "raise MOS-10423")
        assert "Going on with what you typed before" in town.says(IRO, "raise MOS-10423")


@requirement("CARD-05")
def test_the_review_shows_every_answer_in_words_and_each_can_be_changed_by_its_number(url: str) -> None:
    with a_town(url) as town:
        in_text(town, IRO)
        review = to_review(town)
        assert "Friday 10 April 2026" in review
        assert "Delay in the care plan" in review
        assert "**2** What is the concern? No visit since 2 March" in review
        assert "**7** With whom, and when? (nothing)" in review
        again = town.says(IRO, "2")
        assert "Your answer so far: No visit since 2 March" in again
        assert "No visit since Easter" in town.says(IRO, "No visit since Easter")
        assert "**4** What kind of issue is it? Delay" in says_all(town, IRO, "change 4", "keep")
        assert "numbers 1 to 12" in town.says(IRO, "40")
        assert "Raised" in town.says(IRO, f"yes {code_in(to_review(town))}")
        assert town.record()[0].issues[0].text.text == "No visit since Easter"
        town.ignores()


def test_a_fault_that_shows_at_the_review_has_its_question_asked_again_at_once(url: str) -> None:
    with a_town(url) as town:
        in_text(town, IRO)
        to_review(town)
        asked = says_all(town, IRO, "11", "Stage 1")
        assert "starting at Stage 1 needs a reason" in asked
        assert "**Why there?" in asked
        assert "Nothing has happened yet" in town.says(IRO, "He is alone")
        assert "the number of an answer to change it" in town.says(IRO, "That is all")


def test_an_unknown_child_is_refused_at_its_own_question_at_once(url: str) -> None:
    with a_town(url) as town:
        in_text(town, IRO)
        for line in ("raise 99999", "raise 99999", "99998"):
            refused = town.says(IRO, line)
            assert "No child has the reference 9999" in refused
            assert "**Which child?**" in refused
        assert "What is the concern?" in town.says(IRO, "mos-10423")
        town.says(IRO, "stop")
        assert "What is the concern?" in says_all(town, IRO, "raise", "1")


def test_an_unknown_child_costs_nothing_of_what_was_typed_in_the_line(url: str) -> None:
    with a_town(url) as town:
        in_text(town, IRO)
        says_all(town, IRO, "raise : No visit > A visit", "stop")
        assert "Which child?" in town.says(IRO, "raise 99999")
        assert "What kind of issue" in town.says(IRO, "MOS-10423")
        assert "Your answer so far: No visit" in says_all(town, IRO, "back", "back")


def test_a_child_named_later_brings_back_what_was_kept_about_them(url: str) -> None:
    with a_town(url) as town:
        in_text(town, IRO)
        says_all(town, IRO, "raise MOS-10423", "No visit since 2 March", "stop", "raise")
        going_on = town.says(IRO, "MOS-10423")
        assert "Going on with what you typed before" in going_on
        assert "What outcome do you seek" in going_on


@pytest.mark.parametrize("line", ["tray", "help", f"show {REF}", "why pc 2026 1.", "show PC-2026-0999", "yes 22222"])
def test_a_command_amid_questions_is_carried_out_and_the_question_stands_there_again(url: str, line: str) -> None:
    with a_town(url) as town:
        raises(town)
        town.ignores()
        in_text(town, IRO)
        town.says(IRO, "raise MOS-20001")
        town.says(IRO, line)
        done, again = town.chat(IRO)[-2:]
        assert "What is the concern?" not in done
        assert "What is the concern?" in again
        assert "`say:`" in again
        assert "What outcome do you seek" in town.says(IRO, "No visit")


@pytest.mark.parametrize(
    "line",
    [
        f"Note that in {REF} we said this before",
        f"Show {REF} has nothing",
        "Raise it with the school",
        "Challenge",
        "no beds",
        "say: tray",
        "SAY: stop",
    ],
)
def test_a_line_that_only_begins_like_a_command_is_the_answer(url: str, line: str) -> None:
    with a_town(url) as town:
        in_text(town, IRO)
        town.says(IRO, "raise MOS-10423")
        assert "What outcome do you seek" in town.says(IRO, line)
        assert f"Your answer so far: {line.partition(': ')[2] or line}" in town.says(IRO, "back")


def test_another_raising_amid_questions_begins_and_the_first_is_kept_under_its_code(url: str) -> None:
    with a_town(url) as town:
        in_text(town, IRO)
        says_all(town, IRO, "raise MOS-10423", "No visit since 2 March")
        other = town.says(IRO, "raise MOS-20001: No plan > A plan")
        assert "What you were typing about MOS-10423 is kept" in other
        assert "What kind of issue" in other
        bare = town.says(IRO, "raise")
        assert "Which child?" in bare
        assert "MOS-20001 is kept" in bare
        assert "What outcome do you seek" in town.says(IRO, f"edit {code_in(other, 'edit')}")


def test_an_answer_is_given_in_everyday_words_and_shown_as_it_was_understood(url: str) -> None:
    with a_town(url) as town:
        raises(town)
        town.ignores()
        in_text(town, WORKER)
        assert "A visit this week" in town.says(WORKER, f"respond {REF}")
        assert "I challenge it." in town.says(WORKER, "no")
        assert "Your answer so far: I challenge it" in town.says(WORKER, "back")
        assert "I accept it." in town.says(WORKER, "accept")
        review = says_all(town, WORKER, "A visit", "Sam Walker", "next Friday")
        assert "By when? Friday 17 April 2026." in review
        assert "**1** Issue 1: do you accept it? I accept it" in review
        assert "**Issue 1**" in review
        assert "Type `yes" in town.says(WORKER, "yes")
        assert "Answered by Sam Walker" in town.says(WORKER, f"yes {code_in(review)}.")
        town.ignores()


def test_a_day_that_is_past_is_asked_for_again_before_anything_is_sent(url: str) -> None:
    with a_town(url) as town:
        raises(town)
        town.ignores()
        in_text(town, WORKER)
        refused = says_all(town, WORKER, f"respond {REF}", "1", "A visit", "Sam", "1 April 2026")
        assert "or later" in refused
        assert "**By when?**" in refused
        assert "Nothing has happened yet" in town.says(WORKER, "tomorrow")
        town.says(WORKER, "stop")


def test_a_form_that_could_not_be_sent_is_not_asked(url: str) -> None:
    with a_town(url) as town:
        raises(town)
        town.ignores()
        in_text(town, IRO)
        refused = town.says(IRO, f"exhaust {REF}")
        assert "What does the answer leave open?" not in refused
        assert "I don't know that word" in town.says(IRO, "Everything")


def test_an_issue_added_meanwhile_is_asked_for_before_the_answer_goes(url: str) -> None:
    with a_town(url) as town:
        raises(town)
        in_text(town, WORKER)
        code = code_in(says_all(town, WORKER, f"respond {REF}", "yes", "A visit", "Sam", "skip"))
        town.says(IRO, f"issue {REF}")
        town.submits(IRO, "issue", "Add this issue", issue_2="No plan", outcome_2="A plan", kind_2="delay")
        asked = town.says(WORKER, f"yes {code}")
        assert "Issue 2: do you accept it?" in asked
        review = says_all(town, WORKER, "no", "There is one", "skip", "skip")
        assert review.index("**Issue 1**") < review.index("**1**") < review.index("**Issue 2**") < review.index("**5**")
        assert "Answered by" in town.says(WORKER, f"yes {code_in(review)}")
        town.ignores()


def test_what_people_wrote_is_no_markdown(url: str) -> None:
    with a_town(url) as town:
        raises(town, issue_1="Look [here](http://x.example)")
        town.ignores()
        in_text(town, WORKER)
        assert r"\[here\]" in town.says(WORKER, f"respond {REF}")
        assert r"“\*\*so\*\*” isn't" in town.says(WORKER, "**so**")
        assert r"\[him\]" in says_all(town, WORKER, "1", "Ask [him](http://x.example)", "Sam", "skip")
        assert "Did you mean `raise`?" in town.says(WORKER, "rais `x`")


def test_yes_alone_names_the_code_that_it_needs(url: str) -> None:
    with a_town(url) as town:
        in_text(town, IRO)
        assert "Nothing waits for your `yes`" in town.says(IRO, "yes")
        code = code_in(to_review(town))
        assert f"`yes {code}` for what you began with `raise` about MOS-10423" in town.says(IRO, "yes")
        says_all(town, IRO, "raise MOS-20001", "stop")
        assert town.says(IRO, "no").count("`no ") == 2


def test_a_slip_is_offered_with_the_whole_line(url: str) -> None:
    with a_town(url) as town:
        assert f"`respond {REF}`" in town.says(WORKER, f"respnd {REF}")
        assert "`raise MOS-10423: No visit > A visit`" in town.says(IRO, "rais MOS-10423: No visit > A visit")
        assert "No question is open" in town.says(IRO, "stop")


@pytest.mark.parametrize("cards", ["on", "off"])
def test_issues_for_which_a_challenge_has_no_room_are_named(url: str, cards: str) -> None:
    with a_town(url) as town:
        town.says(IRO, f"cards {cards}")
        shown = town.says(IRO, "raise MOS-10423: 1a > b; 2a > b; 3a > b; 4a > b; 5a > b; Six > seven; Eight")
        assert "- Six > seven" in shown
        assert "- Eight" in shown
        assert "`raise MOS-10423: …`" in shown
        assert "1a" in shown if cards == "off" else "5a" in str(town.card(IRO))


def test_whoever_has_no_digest_is_told_so(url: str) -> None:
    with a_town(url) as town:
        assert "You have no daily digest" in town.says(MANAGER, "digest")
        assert "You have no daily digest" not in town.says(SERVICE, "digest")


def test_cards_on_amid_questions_leaves_them_and_the_code_opens_the_form(url: str) -> None:
    with a_town(url) as town:
        in_text(town, IRO)
        says_all(town, IRO, "raise MOS-10423", "No visit since 2 March")
        code = code_in(town.says(IRO, "cards on"), "edit")
        assert "I don't know that word" in town.says(IRO, "A visit this week")
        town.says(IRO, f"edit {code}")
        assert "No visit since 2 March" in str(town.card(IRO))


def test_the_demo_says_how_far_its_clock_can_be_moved_at_once(url: str, tmp_path: Path) -> None:
    async def moves(town: Town, text: str) -> str:
        mail = FolderChannel(tmp_path / "mail", "bot@council.example")
        stage = Stage(
            office=town.office, clock=DemoClock(tmp_path / "clock.json"), mail=mail, folder=tmp_path, tenant="t"
        )
        turn = Turn(person=IRO, ask=Typed(text=text), message="1", at=town.clock.now(), personal=True, address=None)
        reply = await stage.around(lambda _: pytest.fail("this is the demo's own"), town.running.rounds)(turn)
        return reply.shown[0].text

    with a_town(url) as town:
        assert "at most 120 days at once" in town.run(moves(town, "clock +200 days"))


def test_a_line_that_is_delivered_twice_answers_one_question(url: str) -> None:
    with a_town(url) as town:
        town.says(IRO, "cards off")
        town.says(IRO, "raise MOS-10423")
        line = town.microsoft.message("No visit since 2 March", town.persona(IRO))
        first, second = town._turn(IRO, line), town._turn(IRO, line)
        assert "outcome" in first
        assert second == first
