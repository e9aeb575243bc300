"""The stories that the cards of the gallery tell: a challenge in every state, raised on 7 April 2026."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.domain import forms
from bot.domain.commands import (
    MOST_ISSUES,
    Acknowledge,
    Answer,
    Close,
    Detail,
    Escalate,
    Exhaust,
    Issue,
    IssueAnswer,
    Raise,
    Resolve,
    Verdict,
)
from bot.domain.words import Words
from cards.decision import decision_card
from cards.kit import Drawn
from cards.request import request_card
from tests.builders import IRO, MANAGER, Story, a_child, a_directory, at, facts, lincolnshire

AGE, NONCE, CODE = 9, "8mQ2xR4t", "K7M2Q"
PROCEDURE = lincolnshire()
LONGEST = "漢字かな交じり文 *bold* 🙂🙃🙂🙃 中文字幕測試 [a](b) {{DATE(0)}} Ёлка 🙂🙃🙂🙃🙂🙃🙂🙃🙂🙃 "
"""Repeated to the most characters that a text may have: mostly of three and four bytes, with what clients mind."""


NOT_THEIRS = "Isaac Obi (Independent Chair/IRO) is on record as this child's reviewing officer and is told as well."


def text(words: str) -> Words:
    return Words(words)


ISSUES = (
    Issue(
        text=text("No statutory visit is recorded since 2 March; the plan says every four weeks."),
        outcome=text("A visit this week, and the dates of the next three visits agreed with the carers."),
        kind="practice",
    ),
    Issue(
        text=text("The decision of the last review to start life story work has not been acted on."),
        outcome=text("A named worker, and a start before the next review."),
        kind="decision-timescale",
    ),
)
ADDED = Issue(
    text=text("The carers have had no delegated authority for dental treatment since January."),
    outcome=text("The signed form is with the carers before the appointment on 20 April."),
    kind="care-plan",
)
DETAILS = (
    Detail(id="conversation-how", label="How was it put to them first?", words=text("By telephone")),
    Detail(id="conversation-with", label="With whom, and when?", words=text("Sam Walker, 2 April")),
    Detail(
        id="wishes",
        label="What are the child's wishes and feelings?",
        words=text("“I want to know when somebody comes to see me.”"),
    ),
    Detail(id="needed-by", label="When does the child need this by?", words=text("2026-04-30")),
)


def longest(most: int = forms.TEXT) -> Words:
    return Words((LONGEST * most)[:most])


LONG_ISSUES = tuple(Issue(text=longest(), outcome=longest(), kind="affects-child") for _ in range(MOST_ISSUES))


def a_raise(stage: str = "informal", issues: tuple[Issue, ...] = ISSUES, *, long: bool = False) -> Raise:
    impact = "Is unsure who will come and when, and has stopped asking."
    return Raise(
        child="MOS-10423",
        arena="child-in-care",
        issues=LONG_ISSUES if long else issues,
        impact=longest() if long else text(impact),
        details=tuple(Detail(id=one.id, label=one.label, words=longest()) for one in DETAILS) if long else DETAILS,
        stage=stage,
        reason=text("" if stage == "informal" else "The Team Manager is the one who can settle this."),
    )


def raised(stage: str = "informal", when: str = "Tue 7 April 2026 10am", *, long: bool = False) -> Story:
    story = Story(facts(a_directory()))
    story.does(IRO, a_raise(stage, long=long), when)
    return story


def an_answer(*verdicts: Verdict, request: int = 1, long: bool = False) -> Answer:
    said = {
        "accepted": "We agree. The visit is booked and the carers know of it.",
        "challenged": "The work has begun: the first session was on 30 March and is on file.",
    }
    return Answer(
        request=request,
        answers=tuple(
            IssueAnswer(
                issue=number,
                verdict=verdict,
                words=longest() if long else text(said[verdict]),
                by_whom=longest(forms.LINE) if long else text("Sam Walker" if verdict == "accepted" else ""),
                by_when=date(2026, 4, 15) if verdict == "accepted" else None,
            )
            for number, verdict in enumerate(verdicts, start=1)
        ),
    )


def answered(stage: str = "informal", *, long: bool = False) -> Story:
    story = raised(stage, long=long)
    who = story.now.current.asked[0].person
    story.does(who, Acknowledge(request=1), "Tue 7 April 2026 11:30am")
    verdicts: list[Verdict] = ["accepted", "challenged", "accepted", "challenged", "accepted"]
    story.does(who, an_answer(*verdicts[: len(story.now.issues)], long=long), "Thu 9 April 2026 4:40pm")
    return story


def resolved() -> Story:
    story = answered("stage-1")
    command = Resolve(
        request=1,
        how=text("The visits are agreed until July and the work has begun."),
        outcome_for_child=text("Knows who comes and when, and has a calendar with it."),
        achieved="yes",
    )
    story.does(IRO, command, "Fri 10 April 2026 9:15am")
    return story


def moved_on(*, long: bool = False) -> Story:
    story = answered("stage-1", long=long)
    story.does(IRO, Escalate(request=1, to="stage-2", reason=text("No date for the work.")), "Fri 10 April 2026 9am")
    return story


def closed() -> Story:
    story = raised()
    story.does(IRO, Close(reason=text("The visit had been made; it was recorded late.")), "Wed 8 April 2026 12pm")
    return story


def overdue(stage: str = "informal") -> Story:
    story = raised(stage)
    story.passes("Wed 15 April 2026 10am")
    return story


def exhausted() -> Story:
    story = answered("stage-3")
    story.does(IRO, Exhaust(request=1, reason=text("There is still no date.")), "Fri 10 April 2026 9am")
    return story


def of_a_sister() -> Story:
    story = Story(facts(a_directory(a_child("MOS-10424"))), reference="PC-2026-0002")
    story.does(IRO, replace(a_raise("stage-1"), child="MOS-10424"), "Tue 7 April 2026 10am")
    return story


def vacant() -> Story:
    story = Story(facts(a_directory(without=(MANAGER,))))
    story.does(IRO, a_raise("stage-1"), "Tue 7 April 2026 10am")
    return story


NOW = at("Wed 8 April 2026 9am")
LATER = at("Thu 16 April 2026 9:30am")


def request(story: Story, number: int = 1, lead: str = "", now: str = "", *, good: bool = False) -> Drawn:
    moment = at(now) if now else NOW
    return request_card(story.now, number, PROCEDURE, age=AGE, now=moment, nonce=NONCE, lead=lead, good=good)


def decision(story: Story, now: str = "", lead: str = "", *, good: bool = False) -> Drawn:
    moment = at(now) if now else NOW
    return decision_card(story.now, PROCEDURE, age=AGE, now=moment, nonce=NONCE, lead=lead, good=good)
