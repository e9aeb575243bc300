"""The blank forms: what is asked of whom for each act, from the procedure's own words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from bot.domain.challenge import Challenge
from bot.domain.commands import MOST_ISSUES, Issue
from bot.domain.forms import Choice, Field, Form, Quoted, Section
from bot.domain.people import Child
from bot.domain.procedure import Procedure, Question


def _question(question: Question) -> Field:
    only = "only where it starts at a formal stage" if question.formal_only else ""
    return Field(
        id=f"q-{question.id}",
        label=question.label,
        kind=question.kind,
        required=question.required,
        hint="; ".join(filter(None, (question.hint, only))).capitalize(),
        choices=tuple(Choice(title, title) for title in question.choices),
    )


def issue_fields(procedure: Procedure, number: int, arena: str = "") -> tuple[Field, ...]:
    """One issue; the kinds are those of the arena, or of all where nobody has said which it is."""
    offered = procedure.kinds_in(arena) if arena else procedure.kinds
    kinds = tuple(Choice(kind.id, kind.title) for kind in offered)
    return (
        Field(id=f"issue-{number}", label="What is the concern?", kind="text", required=True),
        Field(
            id=f"outcome-{number}",
            label="What outcome do you seek for the child?",
            kind="text",
            required=True,
            hint="What should be different, or be done",
        ),
        Field(id=f"kind-{number}", label="What kind of issue is it?", kind="choice", required=True, choices=kinds),
    )


def raise_form(procedure: Procedure, caseload: tuple[Child, ...], issues: int = 1, arena: str = "") -> Form:
    """The form of a new challenge with room for some issues. The caseload is offered as a list where there is one."""
    matters = tuple(
        Section(title=f"Issue {number}", fields=issue_fields(procedure, number, arena))
        for number in range(1, min(issues, MOST_ISSUES) + 1)
    )
    impact = Field(id="impact", label="What is the impact on the child?", kind="text", required=True)
    questions = (_question(question) for question in procedure.questions)
    return Form(
        id="raise",
        title=f"New {procedure.names.challenge}",
        lead="Nothing is sent yet: you see who will be asked, and by when, before you confirm.",
        sections=(
            _about(procedure, caseload),
            *matters,
            Section(title="Why it matters", fields=(impact, *questions)),
            _start(procedure),
        ),
        button="Preview",
    )


def _about(procedure: Procedure, caseload: tuple[Child, ...]) -> Section:
    children = tuple(Choice(child.reference, child.reference) for child in caseload)
    arenas = tuple(Choice(arena.id, arena.title) for arena in procedure.arenas)
    child = Field(
        id="child",
        label="Which child?",
        kind="choice" if children else "line",
        required=True,
        choices=children,
        hint=f"The child's reference in {procedure.names.case_system}",
    )
    hint = "Leave empty to take it from the child's record"
    return Section(fields=(child, Field(id="arena", label="In which arena?", kind="choice", choices=arenas, hint=hint)))


def _start(procedure: Procedure) -> Section:
    stages = tuple(Choice(stage.id, stage.title) for stage in procedure.stages)
    usual = procedure.stage(procedure.start).title
    return Section(
        title="Where to start",
        fields=(
            Field(
                id="stage", label="At which stage?", kind="choice", required=True, choices=stages, value=procedure.start
            ),
            Field(id="reason", label=f"Why there? (only if it isn't {usual})", kind="text"),
        ),
    )


def issue_form(procedure: Procedure, challenge: Challenge) -> Form:
    number = len(challenge.issues) + 1
    return Form(
        id="issue",
        title=f"Another issue on {challenge.reference}",
        lead="The person asked sees it at once; the dates stay as they are.",
        sections=(Section(fields=issue_fields(procedure, number, challenge.arena)),),
        button="Add this issue",
    )


def answer_form(challenge: Challenge) -> Form:
    """Each issue is accepted, with what will be done by whom and when, or challenged, with why."""
    return Form(
        id="answer",
        title=f"Your answer to {challenge.reference}",
        lead="",
        sections=tuple(
            Section(
                title=f"Issue {number}",
                about=tuple(_about_issue(challenge, number, issue)),
                fields=tuple(_answer_fields(number)),
            )
            for number, issue in enumerate(challenge.issues, start=1)
        ),
        button="Send answer",
    )


def _about_issue(challenge: Challenge, number: int, issue: Issue) -> Iterator[Quoted]:
    """The issue, the outcome sought, and what was answered at the stages before this one."""
    yield Quoted(str(issue.text))
    yield Quoted(str(issue.outcome), "Outcome sought:")
    for request in challenge.requests[:-1]:
        if request.answered is None:
            continue
        for answer in request.answered.answers:
            if answer.issue == number:
                yield Quoted(str(answer.words), f"{request.answered.by.name} {answer.verdict} it before:", brief=True)


def _answer_fields(number: int) -> Iterator[Field]:
    verdicts = (Choice("accepted", "I accept it", "yes"), Choice("challenged", "I challenge it", "no"))
    yield Field(
        id=f"verdict-{number}",
        label=f"Issue {number}: do you accept it?",
        kind="choice",
        required=True,
        choices=verdicts,
    )
    yield Field(
        id=f"words-{number}", label="What will be done? Or, if you challenge it, why?", kind="text", required=True
    )
    yield Field(id=f"whom-{number}", label="Who will do it?", kind="line")
    yield Field(id=f"when-{number}", label="By when?", kind="date")


def resolve_form(challenge: Challenge) -> Form:
    achieved = (Choice("yes", "Yes"), Choice("partly", "Partly"), Choice("no", "No"))
    return Form(
        id="resolve",
        title=f"{challenge.reference}: you are satisfied",
        lead="This is the final section of the record. Everyone whom the procedure names is told.",
        sections=(
            Section(
                fields=(
                    Field(id="how", label="How was it resolved?", kind="text", required=True),
                    Field(id="outcome", label="What has changed for the child?", kind="text", required=True),
                    Field(
                        id="achieved",
                        label="Is that the outcome you sought?",
                        kind="choice",
                        required=True,
                        choices=achieved,
                    ),
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
                    Field(
                        id="to",
                        label="Which stage next?",
                        kind="choice",
                        required=True,
                        choices=later,
                        value=later[0].value if later else "",
                    ),
                    Field(
                        id="reason",
                        label="Why?",
                        kind="text",
                        required=True,
                        hint="What the answer leaves open, or why it can't wait",
                    ),
                )
            ),
        ),
        button="Go on to this stage",
    )


def reason_form(
    id: Literal["exhaust", "close"], challenge: Challenge, title: str, button: str, question: str = "Why?"
) -> Form:
    fields = (Field(id="reason", label=question, kind="text", required=True),)
    return Form(
        id=id, title=f"{challenge.reference}: {title}", lead="", sections=(Section(fields=fields),), button=button
    )


def wait_form(challenge: Challenge) -> Form:
    fields = (
        Field(id="until", label="Wait until which day?", kind="date", required=True),
        Field(id="reason", label="Why?", kind="text", required=True),
    )
    return Form(
        id="wait",
        title=f"{challenge.reference}: wait for an answer",
        lead="",
        sections=(Section(fields=fields),),
        button="Wait",
    )


def note_form(challenge: Challenge) -> Form:
    kinds = (Choice("note", "A note"), Choice("correspondence", "A piece of correspondence"))
    fields = (
        Field(id="kind", label="What is it?", kind="choice", required=True, choices=kinds, value="note"),
        Field(id="words", label="What should be on the record?", kind="text", required=True),
    )
    return Form(
        id="note",
        title=f"Add to the record of {challenge.reference}",
        lead="Everyone who is party to this challenge can read it.",
        sections=(Section(fields=fields),),
        button="Add to the record",
    )


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
