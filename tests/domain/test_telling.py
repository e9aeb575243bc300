"""Who is asked and who is told of what, stage by stage, exactly as the published text has it."""

from __future__ import annotations

import pytest

from bot.domain.commands import Acknowledge, AddIssue, AddNote
from bot.domain.events import (
    AnswerOverdue,
    ChallengeClosed,
    ChallengeResolved,
    DecisionOverdue,
    IssueAdded,
    StageAcknowledged,
    StageAnswered,
    StageOpened,
    StagesExhausted,
    TotalOverdue,
)
from bot.domain.words import Words
from tests.builders import (
    DIRECTOR,
    IRO,
    IRO_MANAGER,
    MANAGER,
    SENIOR,
    SERVICE,
    SUPERVISOR,
    WORKER,
    a_challenge,
    a_directory,
    a_post,
    an_answer,
    an_issue,
    closing,
    exhausted,
    facts,
    ids,
    on_to,
    only,
    satisfied,
)

WEDNESDAY, THURSDAY = "Wed 8 April 2026 10am", "Thu 9 April 2026 10am"
INFORMAL = pytest.param("informal", marks=pytest.mark.requirement("LIN-02"))
STAGE_1 = pytest.param("stage-1", marks=pytest.mark.requirement("LIN-08"))
STAGE_2 = pytest.param("stage-2", marks=pytest.mark.requirement("LIN-11"))
STAGE_3 = pytest.param("stage-3", marks=pytest.mark.requirement("LIN-12"))
STAGES = [INFORMAL, STAGE_1, STAGE_2, STAGE_3]
FORMAL = ["stage-1", "stage-2", "stage-3"]

ASKED = {
    "informal": {WORKER, SUPERVISOR},
    "stage-1": {MANAGER},
    "stage-2": {SERVICE},
    "stage-3": {DIRECTOR},
}
OPENED = {
    "informal": set[str](),
    "stage-1": {WORKER, SUPERVISOR, IRO, IRO_MANAGER},
    "stage-2": {MANAGER, IRO_MANAGER, SENIOR},
    "stage-3": {SERVICE, MANAGER, IRO_MANAGER, SENIOR},
}
ANSWERED = {
    "informal": {IRO},
    "stage-1": {IRO, WORKER, SUPERVISOR, IRO_MANAGER},
    "stage-2": {IRO, MANAGER, WORKER, SUPERVISOR, IRO_MANAGER},
    "stage-3": {IRO, SERVICE, MANAGER, IRO_MANAGER, SENIOR},
}
RESOLVED = {
    "informal": {WORKER, SUPERVISOR},
    "stage-1": {MANAGER, IRO_MANAGER},
    "stage-2": {SERVICE, MANAGER, IRO_MANAGER, SENIOR},
    "stage-3": {DIRECTOR, MANAGER, IRO_MANAGER},
}


@pytest.mark.parametrize("stage", STAGES)
def test_who_is_asked_at_each_stage(stage: str) -> None:
    assert ids(a_challenge(stage).now.current.asked) == ASKED[stage]


@pytest.mark.parametrize("stage", STAGES)
def test_who_is_told_that_a_stage_was_opened(stage: str) -> None:
    assert ids(a_challenge(stage).now.current.told) == OPENED[stage]


@pytest.mark.parametrize("stage", STAGES)
def test_it_is_the_same_whether_a_stage_is_entered_directly_or_reached(stage: str) -> None:
    if stage == "informal":
        return
    story = a_challenge("informal", answered=WEDNESDAY)
    opened = only(StageOpened, story.does(IRO, on_to(stage), THURSDAY))
    assert (ids(opened.asked), ids(opened.told)) == (ASKED[stage], OPENED[stage])


def test_whoever_was_asked_and_needs_not_answer_any_more_is_told_that_it_went_on() -> None:
    opened = only(StageOpened, a_challenge("informal").does(IRO, on_to("stage-2"), WEDNESDAY))
    assert ids(opened.told) == OPENED["stage-2"] | ASKED["informal"]


@pytest.mark.requirement("LIN-09")
@pytest.mark.parametrize("stage", STAGES)
def test_who_is_told_of_the_answer(stage: str) -> None:
    story = a_challenge(stage)
    by = story.now.current.asked[0].person
    others_asked = ASKED[stage] - {by}
    assert ids(only(StageAnswered, story.does(by, an_answer(), WEDNESDAY)).told) == ANSWERED[stage] | others_asked


@pytest.mark.requirement("LIN-10")
@pytest.mark.parametrize("stage", STAGES)
def test_who_is_told_that_it_is_resolved(stage: str) -> None:
    story = a_challenge(stage, answered=WEDNESDAY)
    assert ids(only(ChallengeResolved, story.does(IRO, satisfied(), THURSDAY)).told) == RESOLVED[stage]


@pytest.mark.requirement("LIN-03")
def test_who_is_told_that_an_informal_challenge_is_closed() -> None:
    story = a_challenge("informal", answered=WEDNESDAY)
    assert ids(only(ChallengeClosed, story.does(IRO, closing(), THURSDAY)).told) == {WORKER, SUPERVISOR}


@pytest.mark.requirement("LIN-07")
@pytest.mark.parametrize("stage", FORMAL)
def test_the_raisers_manager_is_kept_informed_of_everything_in_the_formal_process(stage: str) -> None:
    story = a_challenge(stage)
    asked = story.now.current.asked[0].person
    opened = story.now.current.told
    added = only(IssueAdded, story.does(IRO, AddIssue(issue=an_issue()), WEDNESDAY)).told
    seen = only(StageAcknowledged, story.does(asked, Acknowledge(request=1), WEDNESDAY)).told
    late = only(AnswerOverdue, story.passes("Wed 15 April 2026 9am")).told
    answered = only(StageAnswered, story.does(asked, an_answer(issues=2), "Wed 15 April 2026 10am")).told
    undecided = only(DecisionOverdue, story.passes("Mon 20 April 2026 9am")).told
    beyond = only(TotalOverdue, story.passes("Thu 7 May 2026 9am")).told
    ended = only(ChallengeResolved, story.does(IRO, satisfied(), "Thu 7 May 2026 10am")).told
    for told in (opened, added, seen, late, answered, undecided, beyond, ended):
        assert IRO_MANAGER in ids(told)


@pytest.mark.requirement("LIN-07")
@pytest.mark.parametrize("stage", FORMAL)
def test_whoever_was_asked_or_told_and_the_raisers_manager_are_told_of_a_withdrawal(stage: str) -> None:
    closed = only(ChallengeClosed, a_challenge(stage).does(IRO, closing(), WEDNESDAY))
    assert ids(closed.told) == (ASKED[stage] | OPENED[stage] | {IRO_MANAGER}) - {IRO}


@pytest.mark.requirement("LIN-07", "LIN-13")
def test_the_raisers_manager_is_told_that_the_stages_are_exhausted() -> None:
    story = a_challenge("stage-3", answered=WEDNESDAY)
    assert ids(only(StagesExhausted, story.does(IRO, exhausted(), THURSDAY)).told) == {IRO_MANAGER}


def test_the_raisers_manager_is_left_alone_while_it_is_informal() -> None:
    story = a_challenge("informal", acknowledged=WEDNESDAY, answered=WEDNESDAY)
    story.does(IRO, satisfied(), THURSDAY)
    assert all(notice.to != IRO_MANAGER for notice in story.messages())


@pytest.mark.requirement("CARD-02")
def test_silence_on_an_informal_challenge_is_told_to_the_raiser_and_the_manager_of_the_team() -> None:
    late = only(AnswerOverdue, a_challenge("informal").passes("Wed 15 April 2026 9am"))
    assert ids(late.told) == {IRO, MANAGER}


@pytest.mark.requirement("CARD-02")
def test_the_twenty_days_passing_is_told_to_the_raiser_their_manager_and_the_senior_manager() -> None:
    beyond = only(TotalOverdue, a_challenge("stage-1").passes("Thu 7 May 2026 9am"))
    assert ids(beyond.told) == {IRO, IRO_MANAGER, SENIOR}


def test_whoever_is_asked_is_not_told_besides_in_another_post_of_theirs() -> None:
    both = a_post(SERVICE, "senior-manager", "Children's Services")
    known = facts(a_directory(without=(SENIOR,), besides=(both,)))
    request = a_challenge("stage-2", known=known).now.current
    assert ids(request.asked) == {SERVICE}
    assert ids(request.told) == {MANAGER, IRO_MANAGER}


def test_who_is_told_in_two_posts_is_told_once() -> None:
    both = a_post(SENIOR, "iro-team-manager", "Safeguarding and Review")
    story = a_challenge("stage-2", known=facts(a_directory(without=(IRO_MANAGER,), besides=(both,))))
    assert [party.person for party in story.now.current.told] == [MANAGER, SENIOR]


def test_whoever_answers_is_not_told_of_their_own_answer() -> None:
    story = a_challenge("informal")
    assert ids(only(StageAnswered, story.does(SUPERVISOR, an_answer(), WEDNESDAY)).told) == {IRO, WORKER}


def test_a_note_is_told_to_nobody() -> None:
    story = a_challenge("stage-1")
    before = story.now.position
    story.does(IRO, AddNote(kind="note", words=Words("Spoke to Tom")), WEDNESDAY)
    assert story.messages(since=before) == []


@pytest.mark.requirement("LIN-07")
def test_the_raisers_manager_is_still_found_when_the_raiser_has_left() -> None:
    story = a_challenge("stage-1")
    left = a_post(IRO, "iro", "Safeguarding and Review", until="Wed 8 April 2026")
    story.facts = facts(a_directory(without=(IRO,), besides=(left,)))
    late = only(AnswerOverdue, story.passes("Wed 15 April 2026 9am"))
    assert ids(late.told) == {IRO, IRO_MANAGER}
