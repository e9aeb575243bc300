"""Every card in every state, as examples to look at and to check: name → drawn."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache

from bot.domain import blank, forms
from bot.domain.commands import (
    MOST_ISSUES,
    Acknowledge,
    AddIssue,
    AddNote,
    Answer,
    Close,
    Detail,
    Escalate,
    Exhaust,
    Issue,
    IssueAnswer,
    Raise,
    Resolve,
    Sent,
    Verdict,
    Wait,
)
from bot.domain.events import ChallengeRaised, ReminderFell, StageOpened
from bot.domain.notices import Kind
from bot.domain.opening import raising
from bot.domain.words import Words
from cards.decision import decision_card
from cards.digest import Digest, Entry, digest_card
from cards.form import form_card
from cards.help import greeting, help_card, procedure_card
from cards.kit import Drawn
from cards.notice import notice_card, reminder_lead
from cards.preview import confirm_card, preview_card
from cards.record import overview_card, record_card
from cards.request import request_card
from cards.tray import Waiting, tray_card
from cards.why import why_card
from tests.builders import IRO, MANAGER, Story, a_child, a_directory, at, day, facts, lincolnshire

AGE, NONCE, CODE = 9, "8mQ2xR4t", "K7M2Q"
PROCEDURE = lincolnshire()
LONGEST = "漢字かな交じり文 *bold* 🙂🙃🙂🙃 中文字幕測試 [a](b) Ёлка 🙂🙃🙂🙃 "
"""Repeated to the most characters that a text may have: mostly of three and four bytes, with what markdown minds."""


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


def moved_on() -> Story:
    story = answered("stage-1")
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


def vacant() -> Story:
    story = Story(facts(a_directory(without=(MANAGER,))))
    story.does(IRO, a_raise("stage-1"), "Tue 7 April 2026 10am")
    return story


NOW = at("Wed 8 April 2026 9am")
LATER = at("Thu 16 April 2026 9:30am")


def request(story: Story, number: int = 1, lead: str = "", now: str = "") -> Drawn:
    moment = at(now) if now else NOW
    return request_card(story.now, number, PROCEDURE, age=AGE, now=moment, nonce=NONCE, lead=lead)


def decision(story: Story, now: str = "", lead: str = "") -> Drawn:
    moment = at(now) if now else NOW
    return decision_card(story.now, PROCEDURE, age=AGE, now=moment, nonce=NONCE, lead=lead)


def requests() -> Iterator[tuple[str, Drawn]]:
    yield "request-informal", request(raised())
    yield "request-waiting", request(raised("stage-1"))
    acknowledged = raised("stage-1")
    acknowledged.does(MANAGER, Acknowledge(request=1), "Tue 7 April 2026 11:30am")
    yield "request-acknowledged", request(acknowledged)
    late = overdue("stage-1")
    fell = [one.event for one in late.history if isinstance(one.event, ReminderFell)]
    lead = reminder_lead(fell[0], late.now, fell[0].due_at)
    yield "request-reminder", request(raised("stage-1"), lead=lead, now="Fri 10 April 2026 9am")
    yield "request-overdue", request(late, lead=reminder_lead(fell[-1], late.now, LATER), now="Thu 16 April 2026 9am")
    yield "request-answered", request(answered("stage-1"))
    yield "request-moved-on", request(moved_on())
    yield "request-exhausted", request(exhausted())
    yield "request-resolved", request(resolved())
    yield "request-withdrawn", request(closed())
    yield "request-longest", request(raised("stage-1", long=True))
    yield "request-longest-answered", request(answered("stage-1", long=True))


def decisions() -> Iterator[tuple[str, Drawn]]:
    yield "decision-waiting", decision(raised())
    yield "decision-vacant", decision(vacant())
    yield "decision-overdue", decision(overdue(), now="Thu 16 April 2026 9am")
    patient = overdue()
    patient.does(IRO, Wait(request=1, until=day("Fri 17 April 2026"), reason=text("Sick")), "Wed 15 April 2026 11am")
    yield "decision-wait-agreed", decision(patient, now="Thu 16 April 2026 9am")
    yield "decision-answered", decision(answered("stage-1"), now="Fri 10 April 2026 9am")
    yield "decision-answered-last", decision(answered("stage-3"), now="Fri 10 April 2026 9am")
    yield "decision-late", decision(answered("stage-1"), now="Wed 15 April 2026 9am", lead="Reminder: please decide.")
    yield "decision-exhausted", decision(exhausted(), now="Fri 10 April 2026 10am")
    yield "decision-resolved", decision(resolved())
    yield "decision-withdrawn", decision(closed())
    yield "decision-longest", decision(answered("stage-1", long=True), now="Fri 10 April 2026 9am")


def form_cards() -> Iterator[tuple[str, Drawn]]:
    data = {"ref": "PC-2026-0001", "n": 1, "nonce": NONCE}
    story = raised("stage-1")
    raise_data = {"ref": "MOS-10423", "n": 0, "nonce": NONCE}
    new = blank.raise_form(PROCEDURE, (a_child(), a_child("MOS-20001")))
    yield "form-raise", form_card(new, data=raise_data, more="Add another issue", values={"child": "MOS-10423"})
    typed = {"child": "MOS-10423", "issue-1": "No visit since 2 March", "q-needed-by": "next week", "stage": "stage-1"}
    faults = {
        "outcome-1": "What outcome do you seek for the child: please answer this.",
        "q-needed-by": "When does the child need this by: “next week” isn't a date this can read.",
    }
    yield (
        "form-raise-faults",
        form_card(new, data=raise_data, more="Add another issue", values=typed, faults=faults),
    )
    many = blank.raise_form(PROCEDURE, (), MOST_ISSUES)
    full = {field.id: longest(field.most).text for field in many.fields if field.kind in ("text", "line")}
    yield "form-raise-longest", form_card(many, data=raise_data, values={**full, "child": "MOS-10423"})
    yield "form-answer", form_card(blank.answer_form(story.now), data=data)
    answer = blank.answer_form(raised(long=True).now)
    full = {field.id: longest(field.most).text for field in answer.fields if field.kind in ("text", "line")}
    wrong = {field.id: f"{field.label}: please answer this." for field in answer.fields if field.kind == "choice"}
    yield "form-answer-longest", form_card(answer, data=data, values=full, faults=wrong)
    yield "form-issue", form_card(blank.issue_form(PROCEDURE, story.now), data=data)
    yield "form-escalate", form_card(blank.escalate_form(PROCEDURE, story.now), data=data)
    yield "form-note", form_card(blank.note_form(story.now), data=data, notice="What you typed before is kept.")
    yield "form-close", form_card(blank.close_form(story.now), data=data)


def previews() -> Iterator[tuple[str, Drawn]]:
    def draft(stage: str, known: Story, *, long: bool = False) -> tuple[ChallengeRaised, StageOpened]:
        command = a_raise(stage, long=long)
        sent = Sent(command=command, id="x", by=IRO, at=at("Tue 7 April 2026 5:30pm"), via="teams")
        first, opened = raising("", sent, known.facts)
        assert isinstance(first, ChallengeRaised)
        assert isinstance(opened, StageOpened)
        return first, opened

    def preview(stage: str, known: Story, *others: Story, long: bool = False) -> Drawn:
        about = tuple(other.now for other in others)
        return preview_card(*draft(stage, known, long=long), PROCEDURE, others=about, code=CODE, age=AGE)

    yield "preview", preview("informal", raised())
    yield "preview-with-others", preview("stage-1", raised(), answered(), overdue("stage-1"))
    yield "preview-vacant", preview("stage-1", vacant())
    yield "preview-longest", preview("stage-1", raised(), *[raised(long=True)] * 7, long=True)
    told, reason = "Everyone who was asked or told is told of it.", text("The visit was made.")
    yield "confirm", confirm_card("Withdraw PC-2026-0001?", [told, ("Reason", reason)], CODE, reference="PC-2026-0001")


def notices() -> Iterator[tuple[str, Drawn]]:
    def last(kind: Kind, story: Story, name: str = "") -> tuple[str, Drawn]:
        recorded = next(one for one in reversed(story.history) if name in ("", type(one.event).__name__))
        return f"notice-{kind.replace(' ', '-')}{f'-{name}' if name else ''}", notice_card(
            kind, recorded, story.now, PROCEDURE, age=AGE
        )

    seen = raised("stage-1")
    seen.does(MANAGER, Acknowledge(request=1), "Tue 7 April 2026 11:30am")
    more = raised("stage-1")
    more.does(IRO, AddIssue(issue=ISSUES[0]), "Wed 8 April 2026 9am")
    late = answered("stage-1")
    late.passes("Mon 18 May 2026 10am", since="Thu 9 April 2026 5pm")
    yield last("opened", moved_on())
    yield last("opened", vacant(), "StageOpened")
    yield last("acknowledged", seen)
    yield last("answered", answered("stage-1"))
    yield last("issue added", more)
    yield last("overdue", overdue("stage-1"), "AnswerOverdue")
    yield last("overdue", late, "DecisionOverdue")
    yield last("overdue", late, "TotalOverdue")
    yield last("resolved", resolved())
    yield last("closed", closed())
    yield last("exhausted", exhausted())
    yield last("vacant", vacant())
    yield last("undelivered", raised())


def lists() -> Iterator[tuple[str, Drawn]]:
    def waits(number: int, when: str, left: int) -> Waiting:
        return Waiting(
            reference=f"PC-2026-{number:04}",
            number=1,
            child=f"MOS-{10400 + number}",
            what="decide" if number % 3 == 0 else "answer",
            stage="Stage 1" if number % 2 else "Informal Positive Challenge",
            due=at(when),
            left=left,
        )

    some = (
        waits(1, "Tue 7 April 2026 5pm", -1),
        waits(2, "Wed 8 April 2026 5pm", 0),
        waits(3, "Fri 10 April 2026 5pm", 2),
    )
    yield "tray", tray_card(some, now=NOW)
    yield "tray-empty", tray_card((), now=NOW)
    yield "tray-many", tray_card([waits(number, "Mon 20 April 2026 5pm", 8) for number in range(1, 25)], now=NOW)

    def entry(number: int, when: str = "", left: int | None = None) -> Entry:
        return Entry(
            reference=f"PC-2026-{number:04}",
            stage="Stage 1",
            asked="Team Manager",
            due=at(when) if when else None,
            left=left,
        )

    few = Digest(
        day=day("Wed 8 April 2026"),
        since=day("Tue 7 April 2026"),
        overdue=(entry(1, "Tue 7 April 2026 5pm", -1),),
        due_today=(entry(2, "Wed 8 April 2026 5pm", 0), entry(3, "Wed 8 April 2026 5pm", 0)),
        deciding=(entry(4, "Fri 10 April 2026 5pm", 2),),
        resolved=(entry(5),),
    )
    yield "digest", digest_card(few)
    yield "digest-empty", digest_card(Digest(day=day("Wed 8 April 2026")))
    many = tuple(entry(number, "Tue 7 April 2026 5pm", -1) for number in range(1, 40))
    crowded = Digest(day=few.day, overdue=many, due_today=many, deciding=many, raised=many, resolved=many)
    yield "digest-many", digest_card(crowded)


def records() -> Iterator[tuple[str, Drawn]]:
    story = moved_on()
    note = AddNote(kind="correspondence", words=text("E-mail from the carers: they have the dates."))
    story.does(IRO, note, "Mon 13 April 2026 9am")
    yield "record", record_card(story.now, story.history, PROCEDURE, now=NOW, age=AGE)
    ended = resolved()
    yield "record-resolved", record_card(ended.now, ended.history, PROCEDURE, now=NOW, age=AGE)
    long = answered("stage-1", long=True)
    for page in (1, 2, 3):
        yield f"record-longest-{page}", record_card(long.now, long.history, PROCEDURE, now=NOW, age=AGE, page=page)
    yield "overview", overview_card(overdue("stage-1").now, PROCEDURE, now=LATER)
    yield "overview-answered", overview_card(answered("stage-1").now, PROCEDURE, now=NOW)
    yield "why", why_card(answered("stage-1").now, PROCEDURE)
    yield "why-easter", why_card(raised("stage-1", "Thu 2 April 2026 5:30pm").now, PROCEDURE)
    yield "why-weekend", why_card(raised("informal", "Sat 4 April 2026 11am").now, PROCEDURE)


def guides() -> Iterator[tuple[str, Drawn]]:
    yield "greeting", greeting(PROCEDURE, name="Imogen Reed", raises=True, oversees=True)
    yield "greeting-asked", greeting(PROCEDURE, name="Tom Marsh", raises=False, oversees=False)
    yield "help", help_card(raises=True, oversees=True)
    yield "help-asked", help_card(raises=False, oversees=False)
    yield "procedure", procedure_card(PROCEDURE)


@cache
def gallery() -> dict[str, Drawn]:
    families = (requests, decisions, form_cards, previews, notices, lists, records, guides)
    return {name: drawn for family in families for name, drawn in family()}
