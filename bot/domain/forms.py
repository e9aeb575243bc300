"""The forms: what is asked of whom, and whether what came back will do.

One description of a form serves the card that shows it, the check on the server, and the questions that go through
the same form in text for somebody whose phone can't show cards. Values are what people typed: text by field id.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from bot.domain.challenge import Challenge
from bot.domain.decide import MOST_ISSUES
from bot.domain.errors import FormIncomplete
from bot.domain.people import Child
from bot.domain.procedure import Procedure, Question

FormId = Literal["raise", "issue", "answer", "resolve", "escalate", "exhaust", "wait", "close", "note"]
Values = Mapping[str, str]

LINE, TEXT = 120, 600
"""The most characters of a one-line and of a longer answer, so that a card of five issues fits into a message."""


@dataclass(frozen=True)
class Choice:
    value: str
    title: str


@dataclass(frozen=True, kw_only=True)
class Field:
    """One question of a form."""

    id: str
    label: str
    kind: Literal["line", "text", "choice", "date"]
    required: bool = False
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    value: str = ""
    """What stands in it at first."""

    @property
    def most(self) -> int:
        """Characters."""
        return LINE if self.kind == "line" else TEXT


@dataclass(frozen=True, kw_only=True)
class Section:
    """Fields that belong together, under words that say what they are about."""

    title: str = ""
    lead: str = ""
    fields: tuple[Field, ...]


@dataclass(frozen=True, kw_only=True)
class Form:
    """Everything that is asked at once for one act."""

    id: FormId
    title: str
    lead: str
    sections: tuple[Section, ...]
    button: str

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(field for section in self.sections for field in section.fields)


def check(form: Form, values: Values, today: date) -> dict[str, str]:
    """The values with dates as ISO text and choices by value; empty ones left out.

    Raises `FormIncomplete` with a sentence for each field that won't do.
    """
    good: dict[str, str] = {}
    bad: dict[str, str] = {}
    for field in form.fields:
        given = values.get(field.id, "").strip()
        if not given:
            if field.required:
                bad[field.id] = f"{field.label.rstrip('?:.')}: please answer this."
            continue
        try:
            good[field.id] = _checked(field, given, today)
        except ValueError as wrong:
            bad[field.id] = f"{field.label.rstrip('?:.')}: {wrong}"
    if bad:
        raise FormIncomplete(bad)
    return good


def _checked(field: Field, given: str, today: date) -> str:
    if field.kind == "date":
        return read_date(given, today).isoformat()
    if field.kind == "choice":
        return _chosen(field, given)
    if len(given) > field.most:
        raise ValueError(f"{len(given)} characters; at most {field.most} fit. Shorten it or add a note.")
    return given


def _chosen(field: Field, given: str) -> str:
    """By value, by number as listed in text, or by the start of its title."""
    for number, choice in enumerate(field.choices, start=1):
        if given == choice.value or given == str(number) or given.casefold() == choice.title.casefold():
            return choice.value
    starting = [choice for choice in field.choices if choice.title.casefold().startswith(given.casefold())]
    if len(starting) == 1:
        return starting[0].value
    titles = ", ".join(choice.title for choice in field.choices)
    raise ValueError(f"“{given}” isn't one of: {titles}.")


def read_date(given: str, today: date) -> date:
    """A day as people write it: 12 June, Fri 12 June 2026, 12/6/2026, 2026-06-12, tomorrow.

    A day without a year is the next such day. Raises `ValueError` with a sentence.
    """
    text = " ".join(given.casefold().replace(",", " ").split())
    if text in ("today", "tomorrow"):
        return today + timedelta(days=int(text == "tomorrow"))
    first, _, rest = text.partition(" ")
    weekday = next((number for number, name in enumerate(_WEEKDAYS) if name.startswith(first) and len(first) > 2), None)
    text = text if weekday is None else rest
    for candidate, yearless in ((text, False), (f"{text} {today.year}", True), (f"{text} {today.year + 1}", True)):
        found = _date_in(candidate)
        if found and not (yearless and found < today) and weekday in (None, found.weekday()):
            return found
    raise ValueError(f"“{given}” isn't a date this can read. Write it like 12 June 2026.")


_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _date_in(text: str) -> date | None:
    for shape in ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y"):
        try:
            return datetime.strptime(text, shape).date()  # noqa: DTZ007  (a day has no zone)
        except ValueError:
            continue
    return None


def _stages(procedure: Procedure) -> tuple[Choice, ...]:
    return tuple(Choice(stage.id, stage.title) for stage in procedure.stages)


def _question(question: Question) -> Field:
    return Field(
        id=f"q-{question.id}",
        label=question.label,
        kind=question.kind,
        required=question.required,
        hint=question.hint,
        choices=tuple(Choice(title, title) for title in question.choices),
    )


def issue_fields(procedure: Procedure, number: int, *, required: bool) -> tuple[Field, ...]:
    kinds = tuple(Choice(kind.id, kind.title) for kind in procedure.kinds)
    return (
        Field(id=f"issue-{number}", label="What is the concern?", kind="text", required=required),
        Field(
            id=f"outcome-{number}",
            label="What outcome do you seek for the child?",
            kind="text",
            required=required,
            hint="What should be different, or be done",
        ),
        Field(id=f"kind-{number}", label="What kind of issue is it?", kind="choice", required=required, choices=kinds),
    )


def raise_form(procedure: Procedure, caseload: tuple[Child, ...], issues: int = 1) -> Form:
    """The form of a new challenge with room for some issues. The caseload is offered as a list where there is one."""
    children = tuple(Choice(child.reference, child.reference) for child in caseload)
    arenas = tuple(Choice(arena.id, arena.title) for arena in procedure.arenas)
    about = Section(
        fields=(
            Field(id="child", label="Which child?", kind="choice" if children else "line", required=True,
                  choices=children, hint="The child's reference, for example MOS-10423"),
            Field(id="arena", label="In which arena?", kind="choice", choices=arenas,
                  hint="Leave empty to take it from the child's record"),
        )
    )
    matters = tuple(
        Section(title=f"Issue {number}", fields=issue_fields(procedure, number, required=True))
        for number in range(1, min(issues, MOST_ISSUES) + 1)
    )
    why = Section(
        title="Why it matters",
        fields=(
            Field(id="impact", label="What is the impact on the child?", kind="text", required=True),
            *(_question(question) for question in procedure.questions),
        ),
    )
    usual = procedure.stage(procedure.start).title
    start = Section(
        title="Where to start",
        fields=(
            Field(id="stage", label="At which stage?", kind="choice", required=True, choices=_stages(procedure),
                  value=procedure.start),
            Field(id="reason", label=f"Why there? (only if it isn't {usual})", kind="text"),
        ),
    )
    return Form(
        id="raise",
        title=f"New {procedure.names.challenge}",
        lead="Nothing is sent yet: you see who will be asked, and by when, before you confirm.",
        sections=(about, *matters, why, start),
        button="Preview",
    )


def issue_form(procedure: Procedure, challenge: Challenge) -> Form:
    number = len(challenge.issues) + 1
    return Form(
        id="issue",
        title=f"Another issue on {challenge.reference}",
        lead="The person asked sees it at once; the dates stay as they are.",
        sections=(Section(fields=issue_fields(procedure, number, required=True)),),
        button="Add this issue",
    )


def answer_form(challenge: Challenge) -> Form:
    """Each issue is accepted, with what will be done by whom and when, or challenged, with why."""
    return Form(
        id="answer",
        title=f"Your answer to {challenge.reference}",
        lead="",
        sections=tuple(
            Section(title=f"Issue {number}", lead=issue.text.text, fields=tuple(_answer_fields(number)))
            for number, issue in enumerate(challenge.issues, start=1)
        ),
        button="Send answer",
    )


def _answer_fields(number: int) -> Iterator[Field]:
    verdicts = (Choice("accepted", "I accept it"), Choice("challenged", "I challenge it"))
    yield Field(id=f"verdict-{number}", label=f"Issue {number}: do you accept it?", kind="choice", required=True,
                choices=verdicts)
    yield Field(id=f"words-{number}", label="What will be done? Or, if you challenge it, why?", kind="text",
                required=True)
    yield Field(id=f"whom-{number}", label="Who will do it?", kind="line")
    yield Field(id=f"when-{number}", label="By when?", kind="date")


def resolve_form(challenge: Challenge) -> Form:
    achieved = (Choice("yes", "Yes"), Choice("partly", "Partly"), Choice("no", "No"))
    return Form(
        id="resolve",
        title=f"{challenge.reference}: you are satisfied",
        lead="This is the final section of the record. Everybody concerned is told.",
        sections=(
            Section(
                fields=(
                    Field(id="how", label="How was it resolved?", kind="text", required=True),
                    Field(id="outcome", label="What has changed for the child?", kind="text", required=True),
                    Field(id="achieved", label="Is that the outcome you sought?", kind="choice", required=True,
                          choices=achieved),
                )
            ),
        ),
        button="Record and resolve",
    )


def escalate_form(procedure: Procedure, challenge: Challenge) -> Form:
    """Go on to a later stage, the next one first."""
    later = tuple(Choice(stage.id, stage.title) for stage in procedure.after(challenge.current.stage))
    return Form(
        id="escalate",
        title=f"{challenge.reference}: go on to a later stage",
        lead="",
        sections=(
            Section(
                fields=(
                    Field(id="to", label="Which stage next?", kind="choice", required=True, choices=later,
                          value=later[0].value if later else ""),
                    Field(id="reason", label="Why?", kind="text", required=True,
                          hint="What the answer leaves open, or why it can't wait"),
                )
            ),
        ),
        button="Go on to this stage",
    )


def reason_form(
    id: Literal["exhaust", "close"], challenge: Challenge, title: str, button: str, question: str = "Why?"
) -> Form:
    fields = (Field(id="reason", label=question, kind="text", required=True),)
    return Form(id=id, title=f"{challenge.reference}: {title}", lead="", sections=(Section(fields=fields),),
                button=button)


def wait_form(challenge: Challenge) -> Form:
    fields = (
        Field(id="until", label="Wait until which day?", kind="date", required=True),
        Field(id="reason", label="Why?", kind="text", required=True),
    )
    return Form(id="wait", title=f"{challenge.reference}: wait for an answer", lead="",
                sections=(Section(fields=fields),), button="Wait")


def note_form(challenge: Challenge) -> Form:
    kinds = (Choice("note", "A note"), Choice("correspondence", "A piece of correspondence"))
    fields = (
        Field(id="kind", label="What is it?", kind="choice", required=True, choices=kinds, value="note"),
        Field(id="words", label="What should be on the record?", kind="text", required=True),
    )
    return Form(id="note", title=f"Add to the record of {challenge.reference}",
                lead="Everyone who is party to this challenge can read it.", sections=(Section(fields=fields),),
                button="Add to the record")


def exhaust_form(procedure: Procedure, challenge: Challenge) -> Form:
    """Not satisfied after the last stage: what the arena offers then stands in the question."""
    body = procedure.arena(challenge.arena).outside_body
    offer = f" You are then offered a referral to {body}." if body else ""
    return reason_form(
        "exhaust", challenge, "no further stage is left", "Record this", f"What does the answer leave open?{offer}"
    )


def close_form(challenge: Challenge) -> Form:
    """Withdrawing before an answer, or not going further after one."""
    answered = challenge.current.answered is not None
    title, action = ("close without going further", "Close it") if answered else ("withdraw", "Withdraw it")
    return reason_form("close", challenge, title, action, "Why? Everyone who was asked or told sees this.")
