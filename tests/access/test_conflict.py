"""Nobody decides on their own answer, nobody answers or agrees to their own challenge: however they came to it."""

from __future__ import annotations

from dataclasses import replace
from typing import Unpack

import pytest

from bot.domain.commands import Acknowledge, GiveAgreement, TakeOver
from bot.domain.events import RaiserChanged, StageAssigned, StageOpened, StageProposed
from bot.domain.facts import Facts
from bot.domain.people import Directory, Post
from bot.domain.words import Words
from tests.builders import Story, a_raise, an_answer, ids, on_to, only, satisfied
from tests.language.town import TUESDAY, a_town, another
from tests.procedures.small import Changes, a_procedure

WEDNESDAY, THURSDAY = "Wed 8 April 2026 10am", "Thu 9 April 2026 10am"
RAISES = a_raise("first", "Too urgent", child="C-1", arena="care")
Held = tuple[str, str, str]
"""A post: its holder, the role, the unit."""
NOT_ABOUT_OWN = "nobody decides on their own answer"


def town(*posts: Held, vacant: tuple[str, ...] = (), **changes: Unpack[Changes]) -> Facts:
    """The small authority with these posts besides. Its IRO manager can hand challenges on."""
    changes.setdefault("top", 'taken_over_by = ["iro-manager"]')
    found = a_town(a_procedure(**changes), vacant=vacant)
    return replace(found, directory=holding(found.directory, *posts))


def holding(directory: Directory, *posts: Held, without: tuple[str, ...] = ()) -> Directory:
    """`without`: people who hold no post any more."""
    more = tuple(Post(person=person, role=role, unit=unit) for person, role, unit in posts)
    kept = tuple(post for post in directory.posts if post.person not in without)
    return replace(directory, posts=(*kept, *more))


def appoint(story: Story, *posts: Held, without: tuple[str, ...] = ()) -> None:
    """From now on these posts are held as well, and those of some people aren't."""
    story.facts = replace(story.facts, directory=holding(story.facts.directory, *posts, without=without))


def raised(known: Facts, by: str = "iro") -> Story:
    story = Story(known)
    story.does(by, RAISES, TUESDAY)
    return story


def hands_on(to: str) -> TakeOver:
    return TakeOver(reason=Words("Away"), to=f"{to}@anyshire.example")


def asked(story: Story) -> set[str]:
    return ids(story.now.current.asked)


def test_who_raised_it_and_leads_the_team_as_well_is_not_asked_but_their_colleague_is() -> None:
    assert asked(raised(town(("iro", "manager", "Team")))) == {"manager"}


def test_who_raised_it_and_alone_leads_the_team_is_passed_over_for_whoever_leads_above() -> None:
    story = raised(town(("iro", "manager", "Team"), ("manager-2", "manager", "Anyshire"), vacant=("manager",)))
    assert asked(story) == {"manager-2"}


def test_who_raised_it_and_alone_holds_the_post_is_passed_over_for_the_deputy() -> None:
    deputy = {"manager": 'deputy = "director"'}
    assert asked(raised(town(("iro", "manager", "Team"), vacant=("manager",), role=deputy))) == {"director"}


def test_with_nobody_else_to_ask_it_is_raised_all_the_same_and_the_clock_runs() -> None:
    story = raised(town(("iro", "manager", "Team"), vacant=("manager",)))
    assert asked(story) == set()
    assert story.now.total is not None
    assert story.refused("iro", an_answer(), WEDNESDAY).startswith("Only whoever takes up the post can do this")
    assert story.does("iro", on_to("second"), WEDNESDAY)


def test_who_raised_it_stands_in_for_nobody_who_answers() -> None:
    deputy = {"manager": 'deputy = "director"'}
    story = raised(town(("iro", "director", "Team"), vacant=("manager", "director"), role=deputy))
    assert asked(story) == set()
    assert "Only" in story.refused("iro", Acknowledge(request=1), WEDNESDAY)


def test_who_raised_it_and_moves_to_the_post_that_is_asked_answers_nothing() -> None:
    story = raised(town())
    appoint(story, ("iro", "manager", "Team"), without=("manager",))
    assert "Only" in story.refused("iro", an_answer(), WEDNESDAY)
    story.passes(THURSDAY)
    assert asked(story) == {"manager"}  # asked then, and still the one who can answer


def test_who_raised_it_handed_it_on_and_leads_the_team_now_answers_nothing() -> None:
    story = raised(town())
    story.does("iro-manager", hands_on(another("iro")), WEDNESDAY)
    appoint(story, ("iro", "manager", "Team"), without=("iro", "manager"))
    assert story.facts.asked("first", story.facts.matter(story.now), story.now.raised_at) == ()
    assert "Only" in story.refused("iro", an_answer(), THURSDAY)


def test_after_handing_on_the_next_stage_asks_the_next_holder() -> None:
    story = raised(town())
    story.does("iro-manager", hands_on(another("iro")), WEDNESDAY)
    appoint(story, ("iro", "director", "Team"), ("director-2", "director", "Anyshire"), without=("director",))
    opened = only(StageOpened, story.does(another("iro"), on_to("second"), THURSDAY))
    assert ids(opened.asked) == {"director-2"}


@pytest.mark.parametrize("answered", [True, False])
def test_whoever_is_asked_or_has_answered_takes_no_challenge_over(answered: bool) -> None:
    story = raised(town(("manager", "iro", "Reviewing")))
    if answered:
        story.does("manager", an_answer(), WEDNESDAY)
    assert NOT_ABOUT_OWN in story.refused("iro-manager", hands_on("manager"), THURSDAY)
    assert only(RaiserChanged, story.does("iro-manager", hands_on(another("iro")), THURSDAY)).to.person == "iro-2"


def test_whoever_answered_an_earlier_stage_takes_no_challenge_over_either() -> None:
    story = raised(town(("manager", "iro", "Reviewing")))
    story.does("manager", an_answer(), WEDNESDAY)
    story.does("iro", on_to("second"), WEDNESDAY)
    assert NOT_ABOUT_OWN in story.refused("iro-manager", hands_on("manager"), THURSDAY)


def test_whoever_answered_as_a_new_holder_and_moved_to_the_reviewers_takes_no_challenge_over() -> None:
    story = raised(town())
    appoint(story, ("manager-2", "manager", "Team"))
    story.does("manager-2", an_answer(), WEDNESDAY)
    moved = holding(story.facts.directory, ("manager-2", "iro", "Reviewing"), without=("manager-2",))
    child = replace(moved.children["C-1"], workers={**moved.children["C-1"].workers, "iro": "manager-2"})
    story.facts = replace(story.facts, directory=replace(moved, children={**moved.children, "C-1": child}))
    assert NOT_ABOUT_OWN in story.refused("manager-2", TakeOver(reason=Words("Mine now")), THURSDAY)
    assert "Only" in story.refused("manager-2", satisfied(), THURSDAY)


def test_whoever_is_asked_hands_no_challenge_on_and_so_chooses_nobody_who_decides_on_the_answer() -> None:
    story = raised(town(top='taken_over_by = ["manager"]'))
    assert NOT_ABOUT_OWN in story.refused("manager", hands_on(another("iro")), WEDNESDAY)


@pytest.mark.requirement("NEL-07")
def test_whoever_holds_the_answering_and_the_deciding_post_answers_and_does_not_decide() -> None:
    joint = {"first": 'satisfied_by = ["iro-manager"]\nsatisfaction = "one"'}
    story = raised(town(("manager", "iro-manager", "Reviewing"), stage=joint))
    story.does("manager", an_answer(), WEDNESDAY)
    assert "Only" in story.refused("manager", satisfied(), THURSDAY)
    assert story.does("iro-manager", satisfied(), THURSDAY)


def test_whoever_answered_as_a_new_holder_does_not_decide_after_moving_to_the_deciding_post() -> None:
    joint = {"first": 'satisfied_by = ["iro-manager"]\nsatisfaction = "one"'}
    story = raised(town(stage=joint))
    appoint(story, ("manager-2", "manager", "Team"))
    story.does("manager-2", an_answer(), WEDNESDAY)
    appoint(story, ("manager-2", "iro-manager", "Reviewing"), without=("manager-2", "iro-manager"))
    assert "Only Iro, who raised it," in story.refused("manager-2", satisfied(), THURSDAY)
    assert story.does("iro", satisfied(), THURSDAY)  # nobody is left who could decide in their place


GATE = {"second": 'gate = { agreed_by = ["iro-manager"] }'}


def test_nobody_agrees_to_their_own_challenge_and_whoever_is_next_is_asked() -> None:
    known = town(
        ("iro", "iro-manager", "Reviewing"), ("boss", "iro-manager", "Anyshire"), vacant=("iro-manager",), stage=GATE
    )
    boss = replace(known.directory.people["iro"], id="boss", name="Boss", email="boss@anyshire.example")
    known = replace(known, directory=replace(known.directory, people={**known.directory.people, "boss": boss}))
    story = raised(known)
    assert ids(only(StageProposed, story.does("iro", on_to("second"), WEDNESDAY)).asked) == {"boss"}


def test_who_raised_it_and_became_the_one_who_agrees_does_not() -> None:
    story = raised(town(stage=GATE))
    story.does("iro", on_to("second"), WEDNESDAY)
    appoint(story, ("iro", "iro-manager", "Reviewing"))
    agrees = GiveAgreement(proposal=1, agreed=True, words=Words(""))
    assert "Only" in story.refused("iro", agrees, THURSDAY)
    story.does("iro-manager", hands_on(another("iro")), THURSDAY)
    assert "Only" in story.refused("iro", agrees, THURSDAY)


def test_who_was_to_agree_and_takes_it_over_is_not_waited_for() -> None:
    story = raised(town(("iro-manager", "iro", "Reviewing"), stage=GATE))
    story.does("iro", on_to("second"), WEDNESDAY)
    story.does("iro-manager", hands_on("iro-manager"), WEDNESDAY)
    agrees = GiveAgreement(proposal=1, agreed=True, words=Words(""))
    assert "Only" in story.refused("iro-manager", agrees, THURSDAY)
    opened = only(StageOpened, story.does("iro-manager", on_to("second"), THURSDAY))
    assert opened.stage == "second"


def test_a_challenge_whose_raiser_could_only_ask_themselves_is_never_stopped() -> None:
    story = raised(town(("iro", "manager", "Team"), ("iro", "director", "Team"), vacant=("manager", "director")))
    story.does("iro", on_to("second"), WEDNESDAY)
    assert asked(story) == set()
    appoint(story, ("director-2", "director", "Team"))
    assert ids(only(StageAssigned, story.passes(THURSDAY)).asked) == {"director-2"}
    story.does("director-2", an_answer(2), THURSDAY)
    assert story.does("iro", satisfied(2), THURSDAY)
