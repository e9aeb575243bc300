"""Every card in every state, as examples to look at and to check: name → drawn."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from bot.domain import blank
from bot.domain.authority import RecordReconciled
from bot.domain.commands import (
    MOST_ISSUES,
    Acknowledge,
    AddIssue,
    AddNote,
    Sent,
    Wait,
)
from bot.domain.events import ChallengeRaised, ReminderFell, StageOpened
from bot.domain.notices import Kind
from bot.domain.raise_form import raise_form
from bot.domain.raising import raising
from cards.digest import Digest, Entry, digest_card
from cards.form import form_card
from cards.help import greeting, help_card
from cards.keeping import reconciled_card, sealed_card
from cards.kit import Drawn
from cards.notice import notice_card, reminder_lead
from cards.preview import discarded_card, preview_card
from cards.procedure import procedure_card
from cards.record import overview_card, record_card
from cards.tray import Waiting, tray_card
from cards.why import why_card
from tests.builders import IRO, MANAGER, Story, a_child, at, day
from tests.cards import course_stories
from tests.cards.stories import (
    ADDED,
    AGE,
    CODE,
    LATER,
    NONCE,
    NOT_THEIRS,
    NOW,
    PROCEDURE,
    a_raise,
    answered,
    closed,
    decision,
    exhausted,
    longest,
    moved_on,
    of_a_sister,
    overdue,
    raised,
    request,
    resolved,
    text,
    vacant,
)

SEALED = (
    "trail.fenmarsh.example\n41872\nBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n\n— trail.fenmarsh.example "
    "3q2+7wABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=\n"
)
"""A signed head as it looks; nothing is checked by drawing it."""


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
    yield "request-stage-2", request(moved_on(), number=2, now="Fri 10 April 2026 10am")
    yield "request-exhausted", request(exhausted())
    yield "request-resolved", request(resolved())
    yield "request-withdrawn", request(closed())
    yield "request-longest", request(raised("stage-1", long=True))
    yield "request-longest-later", request(moved_on(long=True), number=2, now="Fri 10 April 2026 10am")
    yield "request-longest-answered", request(answered("stage-1", long=True))


def decisions() -> Iterator[tuple[str, Drawn]]:
    yield "decision-raised", decision(raised(), lead="Raised: PC-2026-0001.", good=True)
    yield "decision-waiting", decision(raised())
    yield "decision-vacant", decision(vacant())
    yield "decision-overdue", decision(overdue(), now="Thu 16 April 2026 9am")
    patient = overdue()
    patient.does(IRO, Wait(request=1, until=day("Fri 17 April 2026"), reason=text("Sick")), "Wed 15 April 2026 11am")
    yield "decision-wait-agreed", decision(patient, now="Thu 16 April 2026 9am")
    yield "decision-answered", decision(answered("stage-1"), now="Fri 10 April 2026 9am")
    yield "decision-answered-last", decision(answered("stage-3"), now="Fri 10 April 2026 9am")
    yield "decision-late", decision(answered("stage-1"), now="Wed 15 April 2026 9am", lead="Reminder: please decide.")
    endless = raised("stage-1")
    endless.passes("Mon 11 May 2026 10am")
    yield "decision-total-over", decision(endless, now="Mon 11 May 2026 10am")
    yield "decision-exhausted", decision(exhausted(), now="Fri 10 April 2026 10am")
    yield "decision-resolved", decision(resolved())
    yield "decision-withdrawn", decision(closed())
    yield "decision-longest", decision(answered("stage-1", long=True), now="Fri 10 April 2026 9am")


def form_cards() -> Iterator[tuple[str, Drawn]]:
    data = {"ref": "PC-2026-0001", "n": 1, "nonce": NONCE}
    story = raised("stage-1")
    raise_data = {"ref": "MOS-10423", "n": 0, "nonce": NONCE}
    new = raise_form(PROCEDURE, (a_child(), a_child("MOS-20001")))
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
    many = raise_form(PROCEDURE, (), MOST_ISSUES)
    full = {field.id: longest(field.most).text for field in many.fields if field.kind in ("text", "line")}
    yield "form-raise-longest", form_card(many, data=raise_data, values={**full, "child": "MOS-10423"})
    yield "form-answer", form_card(blank.answer_form(PROCEDURE, story.now), data=data)
    yield "form-answer-stage-2", form_card(blank.answer_form(PROCEDURE, moved_on().now), data={**data, "n": 2})
    answer = blank.answer_form(PROCEDURE, moved_on(long=True).now)
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

    def preview(stage: str, known: Story, *others: Story, long: bool = False, note: str = "") -> Drawn:
        about = tuple(other.now for other in others)
        return preview_card(*draft(stage, known, long=long), PROCEDURE, others=about, code=CODE, age=AGE, note=note)

    yield "preview", preview("informal", raised())
    yield "preview-with-others", preview("stage-1", raised(), answered(), of_a_sister(), note=NOT_THEIRS)
    yield "preview-vacant", preview("stage-1", vacant())
    yield "preview-longest", preview("stage-1", raised(), *[raised(long=True)] * 7, long=True)
    yield "discarded", discarded_card()


def notices() -> Iterator[tuple[str, Drawn]]:
    def last(kind: Kind, story: Story, name: str = "", to: str = "") -> tuple[str, Drawn]:
        recorded = next(one for one in reversed(story.history) if name in ("", type(one.event).__name__))
        parts = ["notice", kind.replace(" ", "-"), *([name] if name else []), *(["asked"] if to else [])]
        return "-".join(parts), notice_card(kind, recorded, story.now, PROCEDURE, age=AGE, to=to)

    seen = raised("stage-1")
    seen.does(MANAGER, Acknowledge(request=1), "Tue 7 April 2026 11:30am")
    more = raised("stage-1")
    more.does(IRO, AddIssue(issue=ADDED), "Wed 8 April 2026 9am")
    late = answered("stage-1")
    late.passes("Mon 18 May 2026 10am", since="Thu 9 April 2026 5pm")
    yield last("opened", moved_on())
    yield last("opened", vacant(), "StageOpened")
    yield last("acknowledged", seen)
    yield last("answered", answered("stage-1"))
    yield last("issue added", more)
    yield last("issue added", more, to=MANAGER)
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

    def entry(number: int, when: str = "", left: int | None = None, **more: str) -> Entry:
        said = {"stage": "Stage 1", "asked": "Team Manager", **more}
        due = at(when) if when else None
        return Entry(reference=f"PC-2026-{number:04}", due=due, left=left, **said)  # type: ignore[arg-type]

    few = Digest(
        day=day("Wed 8 April 2026"),
        since=day("Tue 7 April 2026"),
        overdue=(entry(1, "Tue 7 April 2026 5pm", -1),),
        due_today=(
            entry(2, "Wed 8 April 2026 5pm", 0),
            entry(3, "Wed 8 April 2026 5pm", 0, asked="nobody holds the post"),
        ),
        deciding=(entry(4, "Fri 10 April 2026 5pm", 2),),
        resolved=(entry(5, ended="resolved"), entry(6, ended="withdrawn")),
        sealed=SEALED,
    )
    yield "digest", digest_card(few)
    yield "digest-empty", digest_card(Digest(day=day("Wed 8 April 2026")))
    many = tuple(entry(number, "Tue 7 April 2026 5pm", -1) for number in range(1, 40))
    crowded = Digest(day=few.day, overdue=many, due_today=many, deciding=many, raised=many, resolved=many)
    yield "digest-many", digest_card(crowded)
    yield "seal", sealed_card(SEALED, at("Wed 8 April 2026 8:30am"))
    missing = RecordReconciled(
        checked=14,
        index=("PC-2026-0003",),
        messages=("PC-2026-0003/2/asked/p-tm/teams",),
        clock=("PC-2026-0004",),
        unreadable=("PC-2026-0009",),
    )
    yield "check", reconciled_card(missing)


def records() -> Iterator[tuple[str, Drawn]]:
    story = moved_on()
    note = AddNote(kind="correspondence", words=text("E-mail from the carers: they have the dates."))
    story.does(IRO, note, "Mon 13 April 2026 9am")
    lead = "Added to the record."
    yield "record", record_card(story.now, story.history, PROCEDURE, now=NOW, age=AGE, lead=lead, good=True)
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
    yield "help", help_card(PROCEDURE, raises=True, oversees=True)
    yield "help-asked", help_card(PROCEDURE, raises=False, oversees=False)
    yield "help-special", help_card(course_stories.procedure(), raises=True, oversees=False)
    yield "procedure", procedure_card(PROCEDURE)


@cache
def gallery() -> dict[str, Drawn]:
    families = (requests, decisions, form_cards, previews, notices, lists, records, guides, course_stories.cards)
    return {name: drawn for family in families for name, drawn in family()}
