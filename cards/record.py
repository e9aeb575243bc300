"""The record of a challenge, whole for those who are party to it, and its outline for those who oversee."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final

from bot.domain.challenge import Challenge, Request
from bot.domain.events import Recorded
from bot.domain.procedure import Procedure
from cards import chronology, parts, words
from cards.kit import Drawn, Element, button, drawn, facts, group, heading, row, size, text
from cards.verbs import OPEN, SHOW, WHY

NOBODY: Final[Mapping[str, str]] = MappingProxyType({})
PAGE = 14 * 1024
"""Bytes after which a page is full: a page is read on a phone. An answer alone may be longer, and still fits a card."""


def record_card(
    challenge: Challenge,
    history: Sequence[Recorded],
    procedure: Procedure,
    *,
    now: datetime,
    age: int | None = None,
    page: int = 1,
    people: Mapping[str, str] = NOBODY,
    lead: str = "",
    good: bool = False,
) -> Drawn:
    """One page of everything that is on the record. A page beyond the last shows the last.

    `people`: names by id, for whoever acted without ever being asked or told. `lead` stands over everything; `good`
    when it is good news.
    """
    facts_ = facts(*_facts(challenge, procedure, age, now))
    pages = _pages([facts_, *_elements(challenge, history, procedure, people)])
    here = min(max(page, 1), len(pages))
    ref = challenge.reference
    more = [button("Next page", SHOW, {"ref": ref, "page": here + 1})] if here < len(pages) else []
    back = [button("Page before", SHOW, {"ref": ref, "page": here - 1})] if here > 1 else []
    note = [button("Add a note", OPEN, {"form": "note", "ref": ref, "n": challenge.current.number})]
    open_ = note if challenge.ended is None else []
    body = [
        *parts.lead(lead, good=good),
        heading(f"Record of {ref}", top=True),
        text(_status(challenge, procedure, now), gap="None"),
        *pages[here - 1],
        *([text(f"Page {here} of {len(pages)}", subtle=True, small=True, gap="Large")] if len(pages) > 1 else []),
        row(*more, *back, button("Why these dates", WHY, {"ref": ref}), *open_),
    ]
    of = f", page {here} of {len(pages)}" if len(pages) > 1 else ""
    return drawn(body, f"{ref}: the record{of}")


def overview_card(challenge: Challenge, procedure: Procedure, *, now: datetime) -> Drawn:
    """What an overseer sees: reference, stage and due date."""
    ref, request = challenge.reference, challenge.current
    stage = parts.stage_of(procedure, request.stage)
    titles = words.listed((procedure.title_of(role) for role in stage.answered_by), "or") if stage else ""
    body = [
        heading(ref, top=True),
        text(_status(challenge, procedure, now), gap="None"),
        facts(
            ("Stage", parts.stage_title(procedure, request.stage)),
            ("Asked", words.said(titles)),
            ("Answer due", words.moment(request.due.due_at) if request.due else ""),
            ("Decision due", words.moment(request.decide_by.due_at) if request.decide_by else ""),
            parts.all_stages(challenge, now),
        ),
        text("The whole record is open to those who are party to it.", subtle=True, small=True),
    ]
    return drawn(body, f"{ref}: {challenge.state}")


def _status(challenge: Challenge, procedure: Procedure, now: datetime) -> str:
    request, state = challenge.current, challenge.state
    if challenge.ended is not None:
        return f"{words.first_up(challenge.ended.how)} at {words.moment(challenge.ended.at)}"
    due = parts.due_now(challenge)
    late = "⚠ Late: " if parts.is_late(due, now) and state != "stages exhausted" else ""
    by = "" if state == "stages exhausted" or due is None else f", due by {words.moment(due.due_at)}"
    return words.first_up(f"{late}{parts.stage_title(procedure, request.stage)}: {state}{by}")


def _facts(challenge: Challenge, procedure: Procedure, age: int | None, now: datetime) -> Iterator[tuple[str, str]]:
    yield parts.about(challenge, procedure, age)
    yield "Arena", parts.arena_title(procedure, challenge.arena)
    yield "Raised by", words.person(challenge.raiser, procedure)
    yield "Raised at", words.moment(challenge.raised_at)
    yield parts.all_stages(challenge, now)


def _elements(
    challenge: Challenge, history: Sequence[Recorded], procedure: Procedure, people: Mapping[str, str]
) -> Iterator[Element]:
    """Everything in the order of reading, in pieces that stay together on a page."""
    yield from parts.ending(challenge, procedure)
    yield from parts.issues(challenge.issues, procedure)
    yield parts.why_it_matters(challenge, procedure)
    for request in challenge.requests:
        yield from _stage(request, challenge, procedure)
    yield group(heading("What happened"), line=True, gap="Large")
    for recorded in chronology.lines(history):
        yield chronology.entry(recorded, challenge, procedure, people)


def _stage(request: Request, challenge: Challenge, procedure: Procedure) -> Iterator[Element]:
    seen = request.acknowledged
    answered = request.answered
    yield group(
        heading(parts.stage_title(procedure, request.stage)),
        facts(
            ("Opened", words.moment(request.opened_at)),
            ("Because", words.first_up(parts.BECAUSE[request.because])),
            ("Asked", parts.asked_of(request, procedure)),
            ("Told", words.people(request.told, procedure)),
            ("Due", parts.date_of(request.due) + (" · no answer in time" if request.answer_overdue else "")),
            ("Acknowledged", f"{words.said(seen[0].name)}, {words.when(seen[1])}" if seen else ""),
            ("Answered", f"{words.person(answered.by, procedure)}, {words.when(answered.at)}" if answered else ""),
            ("Decision due", words.moment(request.decide_by.due_at) if request.decide_by else ""),
            ("Waits until", words.weekday(request.wait_until) if request.wait_until else ""),
        ),
        *parts.why_opened(request),
        line=True,
        gap="Large",
    )
    for answer in answered.answers if answered else ():
        yield group(text(f"Answer to issue {answer.issue}", bold=True), parts.answer_to(answer))
    if answered and answered.details:
        yield group(*parts.answers_to(answered.details))


def _pages(elements: list[Element]) -> list[list[Element]]:
    pages: list[list[Element]] = [[]]
    filled = 0
    for element in elements:
        weight = size(element)
        if pages[-1] and filled + weight > PAGE:
            pages.append([])
            filled = 0
        pages[-1].append(element)
        filled += weight
    return pages
