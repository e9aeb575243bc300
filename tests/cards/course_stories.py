"""Stories of what a challenge's course has besides its stages: agreements, meetings, plans, pauses, several answers.

Under a small made-up procedure that has them all; one person holds each post, named by it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from bot.domain.access import Relation
from bot.domain.commands import (
    Acknowledge,
    Answer,
    Detail,
    Escalate,
    FixMeeting,
    GiveAgreement,
    Issue,
    IssueAnswer,
    PauseClocks,
    Raise,
    Reopen,
    SetLimit,
    TakeOver,
)
from bot.domain.facts import Facts
from bot.domain.notices import Kind
from bot.domain.procedure import Procedure
from bot.procedures.calendar import load_calendar
from bot.usecases.show import present_card
from bot.usecases.simulate import CHILD, made_up_facts
from cards.kit import Drawn
from cards.notice import notice_card
from cards.why import why_card
from tests.builders import Story, at, closing, day, words
from tests.procedures.small import a_procedure

IRO, WORKER, MANAGER, DIRECTOR, LEAD, PARTNER = "iro", "worker", "manager", "director", "iro-manager", "partner"


@cache
def procedure() -> Procedure:
    return a_procedure(
        role={"partner": 'title = "Health lead"\nfound = "at the child\'s unit"'},
        stage={
            "first": (
                'limit = { count = 5, set_by = ["iro", "iro-manager"], at_most = 10 }\n'
                'acknowledge_within = { count = 1 }\nanswers_needed = "each"\nanswered_by = ["manager", "partner"]\n'
                'gate = { agreed_by = ["iro-manager"], within = { count = 1 }, '
                'confirms = "every attempt was made to settle it informally" }'
            ),
            "second": (
                'kind = "meeting"\ngrounds = ["Still not resolved", "A serious safeguarding issue"]\n'
                'limit = { count = 3, counted_from = "the meeting" }\nsatisfied_by = ["iro", "iro-manager"]\n'
                'meeting = { held_within = { count = 5 }, chaired_by = ["director"], invited = ["manager"], '
                'first_part_only = ["iro"], minuted_by = "an independent minute taker", '
                'asks = ["What would prevent the next level"] }'
            ),
        },
        top='outside_control = "Go on all the same, if the child\'s needs are affected."\n'
        'taken_over_by = ["iro-manager"]',
        extra='[[pauses]]\nid = "court"\ntitle = "A hearing is fixed"\nby = ["iro"]\nat_most = { count = 10 }\n'
        'signpost = "Tell the Children\'s Guardian as well."\n\n[reopening]\nby = ["iro"]\n',
    )


def facts_of() -> Facts:
    return made_up_facts(procedure(), load_calendar("england-and-wales"))


def raised(stage: str = "talk") -> Story:
    story = Story(facts_of())
    issue = Issue(text=words("No visit since 2 March."), outcome=words("A visit this week."), kind="delay")
    command = Raise(
        child=CHILD,
        arena="care",
        issues=(issue,),
        impact=words("Does not know who will come."),
        stage=stage,
        reason=words("" if stage == "talk" else "It was tried twice without an answer."),
        ground="A serious safeguarding issue" if stage == "second" else "",
    )
    story.does(IRO, command, "Tue 7 April 2026 10am")
    return story


def agreed(agrees: bool = True) -> Story:
    story = raised("first")
    said = "" if agrees else "The team asked for two more days on the telephone."
    story.does(LEAD, GiveAgreement(proposal=1, agreed=agrees, words=words(said)), "Tue 7 April 2026 2pm")
    return story


def an_answer(number: int = 1) -> Answer:
    said = IssueAnswer(
        issue=1, verdict="accepted", words=words("A visit is booked."), by_whom=words("Sam Walker"), by_when=None
    )
    outside = Detail(
        id="outside-control",
        label="Does an obstacle lie outside the authority's control?",
        words=words("The contact centre is closed until May."),
    )
    return Answer(request=number, answers=(said,), details=(outside,))


def partly() -> Story:
    story = agreed()
    story.does(MANAGER, Acknowledge(request=1), "Tue 7 April 2026 3pm")
    story.does(MANAGER, an_answer(), "Wed 8 April 2026 10am")
    return story


def answered() -> Story:
    story = partly()
    story.does(PARTNER, an_answer(), "Thu 9 April 2026 10am")
    return story


def at_a_meeting(fixed: bool = True) -> Story:
    story = answered()
    onward = Escalate(request=1, to="second", reason=words("No date for the visit."), ground="Still not resolved")
    story.does(IRO, onward, "Fri 10 April 2026 9am")
    if fixed:
        where = words("2pm, Room 4 at County Hall, and on Teams")
        story.does(DIRECTOR, FixMeeting(request=2, day=day("Wed 15 April 2026"), where=where), "Fri 10 April 2026 4pm")
    return story


def paused() -> Story:
    story = partly()
    story.does(IRO, PauseClocks(pause="court", reason=words("The hearing is on 14 April.")), "Wed 8 April 2026 11am")
    return story


def resumed() -> Story:
    story = paused()
    story.passes("Thu 23 April 2026 10am")
    return story


def another_day() -> Story:
    story = agreed()
    until = SetLimit(request=1, until=day("Fri 17 April 2026"), reason=words("The manager is away until the 15th."))
    story.does(LEAD, until, "Wed 8 April 2026 9am")
    return story


def cards() -> Iterator[tuple[str, Drawn]]:
    """Every card of the course, by whom it is for and how it stands."""

    def card(story: Story, relation: Relation, now: str = "Wed 8 April 2026 9am", number: int = 0) -> Drawn:
        drawn = present_card(story.now, story.facts, relation, at(now), number=number)
        return _still(drawn)

    def told(kind: Kind, story: Story, name: str) -> Drawn:
        recorded = next(one for one in reversed(story.history) if type(one.event).__name__ == name)
        return notice_card(kind, recorded, story.now, procedure())

    yield "course-agreement", card(raised("first"), "agrees", "Tue 7 April 2026 11am")
    yield "course-agreement-waits", card(raised("first"), "raiser", "Tue 7 April 2026 11am")
    yield "course-agreement-refused", card(agreed(agrees=False), "raiser")
    yield "course-request", card(agreed(), "asked")
    yield "course-request-partly", card(partly(), "asked")
    yield "course-decision", card(answered(), "raiser", "Fri 10 April 2026 9am")
    yield "course-meeting", card(at_a_meeting(fixed=False), "asked", "Fri 10 April 2026 10am", 2)
    yield "course-meeting-fixed", card(at_a_meeting(), "asked", "Mon 13 April 2026 10am", 2)
    yield "course-paused", card(paused(), "raiser")
    yield "course-why", why_card(resumed().now, procedure())
    yield "notice-agreement-given", told("agreement given", agreed(agrees=False), "AgreementGiven")
    yield "notice-meeting-fixed", told("meeting fixed", at_a_meeting(), "MeetingFixed")
    yield "notice-dates-moved-set", told("dates moved", another_day(), "DatesMoved")
    yield "notice-dates-moved-resumed", told("dates moved", resumed(), "DatesMoved")
    yield "notice-paused", told("paused", paused(), "ClocksPaused")
    yield "notice-taken-over", told("taken over", _taken_over(), "RaiserChanged")
    yield "notice-reopened", told("reopened", _reopened(), "ChallengeReopened")


def _still(drawn: Drawn) -> Drawn:
    """The card with the one nonce that its buttons carry made the same for every run."""
    nonce = r'"nonce": "[^".]+'
    return Drawn(json.loads(re.sub(nonce, '"nonce": "8mQ2xR4t', json.dumps(drawn.card))), drawn.summary)


def _taken_over() -> Story:
    story = agreed()
    raises = a_raising_lead(story.facts)
    story.facts = raises
    story.does(LEAD, TakeOver(reason=words("The reviewing officer has left.")), "Wed 8 April 2026 9am")
    return story


def a_raising_lead(known: Facts) -> Facts:
    """The same people, with the manager of the reviewing officers holding that post as well."""
    post = next(post for post in known.directory.posts if post.role == IRO)
    directory = replace(known.directory, posts=(*known.directory.posts, replace(post, person=LEAD)))
    return replace(known, directory=directory)


def _reopened() -> Story:
    story = agreed()
    story.does(IRO, closing("The visit had been made."), "Wed 8 April 2026 9am")
    story.does(IRO, Reopen(stage="talk", reason=words("It has happened again.")), "Mon 20 April 2026 9am")
    return story
