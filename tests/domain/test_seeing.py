"""Who is what to a challenge, what they may see of it, and what they may add to its record."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.access import Relation
from bot.domain.commands import Acknowledge, AddNote, Close, Resolve, Sent
from bot.domain.decide import role_of
from bot.domain.events import NoteAdded
from bot.domain.words import Words
from tests.builders import (
    DIRECTOR,
    IRO,
    IRO_MANAGER,
    MANAGER,
    OTHER_IRO,
    SENIOR,
    SERVICE,
    STRANGER,
    SUPERVISOR,
    WORKER,
    Story,
    a_challenge,
    a_child,
    a_directory,
    a_post,
    an_answer,
    at,
    closing,
    facts,
    on_to,
    satisfied,
)

WEDNESDAY, THURSDAY = "Wed 8 April 2026 10am", "Thu 9 April 2026 10am"
NOTE = AddNote(kind="correspondence", words=Words("E-mail of 8 April: the visit is booked."))


def relation(story: Story, person: str, when: str = WEDNESDAY) -> Relation:
    return story.facts.relation(story.now, person, at(when))


@pytest.mark.requirement("NEL-18")
@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (IRO, "raiser"),
        (WORKER, "asked"),
        (SUPERVISOR, "asked"),
        (IRO_MANAGER, "manager"),
        (SERVICE, "overseer"),
        (SENIOR, "overseer"),
        (DIRECTOR, "overseer"),
        (MANAGER, "bystander"),
        (OTHER_IRO, "bystander"),
        (STRANGER, "bystander"),
        ("nobody-known", "stranger"),
    ],
)
def test_what_each_person_is_to_an_informal_challenge(person: str, expected: Relation) -> None:
    assert relation(a_challenge("informal"), person) == expected


@pytest.mark.requirement("NEL-18")
@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (IRO, "raiser"),
        (SERVICE, "asked"),
        (MANAGER, "party"),  # told
        (WORKER, "worker"),
        (SENIOR, "party"),  # told
        (DIRECTOR, "overseer"),
        (STRANGER, "bystander"),
    ],
)
def test_what_each_person_is_to_a_challenge_at_stage_2(person: str, expected: Relation) -> None:
    assert relation(a_challenge("stage-2"), person) == expected


@pytest.mark.requirement("NEL-18")
def test_who_was_asked_at_an_earlier_stage_stays_a_party() -> None:
    story = a_challenge("stage-1")
    story.does(IRO, on_to("stage-3"), WEDNESDAY)
    assert relation(story, MANAGER) == "party"


@pytest.mark.requirement("NEL-18")
def test_who_takes_over_a_post_that_was_told_becomes_a_party() -> None:
    story = a_challenge("stage-2")
    follows = a_post(STRANGER, "senior-manager", "Children's Services", since="Thu 9 April 2026")
    story.facts = facts(a_directory(besides=(follows,)))
    assert relation(story, STRANGER, WEDNESDAY) == "bystander"
    assert relation(story, STRANGER, THURSDAY) == "party"


@pytest.mark.requirement("NEL-18")
def test_the_childs_new_worker_becomes_a_party() -> None:
    story = a_challenge("stage-2")
    child = a_child()
    story.facts = facts(a_directory(replace(child, workers={**child.workers, "social-worker": OTHER_IRO})))
    assert relation(story, OTHER_IRO) == "worker"
    assert relation(story, WORKER) == "bystander"


@pytest.mark.requirement("NEL-18")
def test_a_party_stays_one_after_the_end() -> None:
    story = a_challenge("stage-1", answered=WEDNESDAY)
    story.does(IRO, satisfied(), THURSDAY)
    assert relation(story, WORKER) == "worker"
    assert relation(story, MANAGER) == "asked"


def test_an_overseer_oversees_only_at_or_above_the_childs_or_the_raisers_unit() -> None:
    elsewhere = a_post(STRANGER, "childrens-service-manager", "Lincoln")
    story = a_challenge("informal", known=facts(a_directory(besides=(elsewhere,))))
    assert relation(story, STRANGER) == "bystander"
    assert relation(story, SERVICE) == "overseer"


@pytest.mark.parametrize("person", [SERVICE, SENIOR, DIRECTOR])
def test_an_overseer_reads_no_record_and_adds_nothing_to_it(person: str) -> None:
    said_to_them = a_challenge("informal").refused(person, NOTE, WEDNESDAY)
    assert said_to_them.startswith("There is no challenge PC-2026-0001 that you can see.")


@pytest.mark.requirement("NEL-18")
def test_the_unknown_and_the_forbidden_get_one_and_the_same_reply() -> None:
    story = a_challenge("informal")
    assert story.refused(STRANGER, NOTE, WEDNESDAY) == story.refused("nobody-known", NOTE, WEDNESDAY)


@pytest.mark.requirement("LIN-15")
@pytest.mark.parametrize("person", [IRO, MANAGER, WORKER, SUPERVISOR, IRO_MANAGER])
def test_every_party_can_put_correspondence_on_the_record(person: str) -> None:
    (event,) = a_challenge("stage-1").does(person, NOTE, WEDNESDAY)
    assert event == NoteAdded(kind="correspondence", words=Words("E-mail of 8 April: the visit is booked."))


@pytest.mark.requirement("LIN-15")
@pytest.mark.parametrize("end", [satisfied(), closing()])
def test_after_the_end_notes_can_still_be_added(end: Resolve | Close) -> None:
    story = a_challenge("stage-1", answered=WEDNESDAY)
    story.does(IRO, end, THURSDAY)
    assert story.does(MANAGER, NOTE, "Mon 1 June 2026 10am")
    assert story.wakes == ""


@pytest.mark.requirement("OMB-10")
def test_each_entry_of_the_record_names_who_and_in_which_role() -> None:
    story = a_challenge("stage-1", acknowledged=WEDNESDAY, answered=WEDNESDAY)
    story.does(WORKER, NOTE, WEDNESDAY)
    story.passes("Fri 10 April 2026 10am")
    story.does(IRO, satisfied(), "Fri 10 April 2026 11am")
    told = [(type(one.event).__name__, one.by, one.role) for one in story.history]
    assert told == [
        ("ChallengeRaised", IRO, "iro"),
        ("StageOpened", IRO, "iro"),
        ("StageAcknowledged", MANAGER, "team-manager"),
        ("StageAnswered", MANAGER, "team-manager"),
        ("NoteAdded", WORKER, "social-worker"),
        ("ReminderFell", "clock", ""),
        ("ChallengeResolved", IRO, "iro"),
    ]


def test_somebody_never_met_acts_in_the_post_they_hold() -> None:
    story = a_challenge("informal")
    sent = Sent(command=NOTE, id="1", by=SENIOR, at=at(WEDNESDAY), via="teams")
    assert role_of(story.now, sent, story.facts) == "senior-manager"
    sent = Sent(command=Acknowledge(request=1), id="1", by="nobody-known", at=at(WEDNESDAY), via="teams")
    assert role_of(story.now, sent, story.facts) == ""


def test_parties_only_grow() -> None:
    story = a_challenge("stage-1", acknowledged=WEDNESDAY, answered=WEDNESDAY)
    story.does(IRO, on_to("stage-2"), THURSDAY)
    story.does(SERVICE, an_answer(2), THURSDAY)
    for before, after in zip(story.states, story.states[1:], strict=False):
        assert before.parties <= after.parties
