"""Challenges in which every name and every text is what somebody hostile chose, and every card that shows one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, TypeVar, get_args

from bot.domain.access import Relation
from bot.domain.blank import answer_form
from bot.domain.challenge import Challenge
from bot.domain.facts import Facts
from bot.domain.forms import Form
from bot.domain.notices import Kind
from bot.domain.people import Party, Person
from bot.domain.words import Words
from bot.usecases.show import present_card
from cards.kit import Drawn
from cards.notice import notice_card
from cards.record import overview_card, record_card
from cards.why import why_card
from tests.builders import Story, at
from tests.cards import course_stories, stories

T = TypeVar("T")
LATER = at("Thu 16 April 2026 9:30am")


def spoiled(node: T, text: str) -> T:
    """The same with every name and every text of a person's put in place of what stood there."""
    return _spoiled(node, text)  # type: ignore[no-any-return]


def _spoiled(node: Any, text: str) -> Any:
    if isinstance(node, Words):
        return Words(text) if node else node
    if isinstance(node, Party | Person):
        return replace(node, name=text)
    if isinstance(node, tuple | list | frozenset):
        return type(node)(_spoiled(each, text) for each in node)
    if isinstance(node, Mapping):
        return {key: _spoiled(each, text) for key, each in node.items()}
    if is_dataclass(node) and not isinstance(node, type):
        return replace(
            node, **{each.name: _spoiled(getattr(node, each.name), text) for each in fields(node) if each.init}
        )
    return node


@cache
def told() -> tuple[Story, ...]:
    """Challenges in every state, with everything that can be in one."""
    return (
        stories.raised("stage-1"),
        stories.answered("stage-1"),
        stories.resolved(),
        stories.moved_on(),
        stories.closed(),
        stories.exhausted(),
        stories.vacant(),
        course_stories.raised("first"),
        course_stories.agreed(agrees=False),
        course_stories.partly(),
        course_stories.at_a_meeting(),
        course_stories.paused(),
        course_stories.another_day(),
        course_stories._taken_over(),
        course_stories._reopened(),
    )


def cards(text: str) -> Iterator[Drawn]:
    """Every card of every story, spoiled with this text."""
    for story in told():
        challenge = replace(spoiled(story.now, text), child=text, initials=text)
        yield from _of_people(challenge, _about(story.facts, challenge, text))
        history = spoiled(story.history, text)
        procedure, names = story.facts.procedure, dict.fromkeys(story.facts.directory.people, text)
        yield record_card(challenge, history, procedure, now=LATER, people=names, age=9, lead=text)
        yield overview_card(challenge, procedure, now=LATER)
        yield why_card(challenge, procedure)
        for kind in get_args(Kind):
            yield notice_card(kind, history[-1], challenge, procedure, age=9)


def _about(facts: Facts, challenge: Challenge, text: str) -> Facts:
    child = next(iter(facts.directory.children.values()))
    known = replace(spoiled(facts.directory, text), children={text: replace(child, reference=text)})
    return replace(facts, directory=known)


def _of_people(challenge: Challenge, facts: Facts) -> Iterator[Drawn]:
    for relation in get_args(Relation) if challenge.requests else ("raiser", "agrees"):
        yield present_card(challenge, facts, relation, LATER, lead=challenge.child)


def forms(text: str) -> Iterator[Form]:
    """The forms that show what others wrote, spoiled with this text."""
    for story in told():
        challenge = spoiled(story.now, text)
        if challenge.requests:
            yield replace(answer_form(story.facts.procedure, challenge), lead=text)
