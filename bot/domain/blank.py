"""The blank forms: what is asked of whom for each act, from the procedure's own words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from bot.domain.challenge import Challenge
from bot.domain.commands import Issue
from bot.domain.forms import Choice, Field, Form, FormId, Quoted, Section
from bot.domain.procedure import Names, Procedure, Stage
from bot.domain.raise_form import issue_fields, opening_fields, own_questions


def issue_form(procedure: Procedure, challenge: Challenge) -> Form:
    number = len(challenge.issues) + 1
    return Form(
        id="issue",
        title=f"Another issue on {challenge.reference}",
        lead="The person asked sees it at once; the dates stay as they are.",
        sections=(Section(fields=issue_fields(procedure, number, challenge.arena)),),
        button="Add this issue",
    )


def answer_form(procedure: Procedure, challenge: Challenge) -> Form:
    """Each issue is accepted, with what will be done by whom and when, or challenged, with why."""
    request = challenge.current
    own = own_questions(procedure, "answer", request.stage, challenge.arena)
    beyond = (*own, *_outside_control(procedure))
    return Form(
        id="answer",
        title=f"{_form_name(procedure, request.stage)}our answer to {challenge.reference}",
        lead="",
        sections=(
            *(
                Section(
                    title=f"Issue {number}",
                    about=tuple(_about_issue(challenge, number, issue)),
                    fields=tuple(_answer_fields(number)),
                )
                for number, issue in enumerate(challenge.issues, start=1)
            ),
            *((Section(fields=beyond),) if beyond else ()),
        ),
        button="Send answer",
    )


def _form_name(procedure: Procedure, stage: str) -> str:
    """How the title of the answer's form begins: with the procedure's own name for it, where it has one."""
    name = procedure.stage(stage).form or procedure.names.form
    return "Y" if name == Names.form else f"{name}: y"


def _outside_control(procedure: Procedure) -> Iterator[Field]:
    if procedure.outside_control:
        yield Field(
            id="q-outside-control",
            label=OUTSIDE_CONTROL,
            kind="line",
            hint="If so, what it is; leave empty if not",
        )


OUTSIDE_CONTROL = "Does an obstacle lie outside the authority's control?"


def _about_issue(challenge: Challenge, number: int, issue: Issue) -> Iterator[Quoted]:
    """The issue, the outcome sought, and what was answered at the stages before this one."""
    yield Quoted(str(issue.text))
    yield Quoted(str(issue.outcome), "Outcome sought:")
    for given in (answered for request in challenge.requests for answered in request.all_answers):
        for answer in given.answers:
            if answer.issue == number:
                yield Quoted(str(answer.words), f"{given.by.name} {answer.verdict} it before:", brief=True)


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


def resolve_form(procedure: Procedure, challenge: Challenge) -> Form:
    achieved = (Choice("yes", "Yes"), Choice("partly", "Partly"), Choice("no", "No"))
    subject = procedure.arena(challenge.arena).subject
    return Form(
        id="resolve",
        title=f"{challenge.reference}: you are satisfied",
        lead="This is the final section of the record. Everyone whom the procedure names is told.",
        sections=(
            Section(
                fields=(
                    Field(id="how", label="How was it resolved?", kind="text", required=True),
                    Field(id="outcome", label=f"What has changed for the {subject}?", kind="text", required=True),
                    Field(
                        id="achieved",
                        label="Is that the outcome you sought?",
                        kind="choice",
                        required=True,
                        choices=achieved,
                    ),
                    *own_questions(procedure, "resolve", challenge.current.stage, challenge.arena),
                )
            ),
        ),
        button="Record and resolve",
    )


def next_stages(procedure: Procedure, challenge: Challenge) -> tuple[Stage, ...]:
    """The stages that can be opened next, the nearest first; at the start, the one whose agreement is waited for."""
    if not challenge.requests and challenge.proposal is not None:
        return (procedure.stage(challenge.proposal.stage),)
    return procedure.after(challenge.current.stage)


def escalate_form(procedure: Procedure, challenge: Challenge) -> Form:
    """Go on to a later stage, the next one first."""
    later = next_stages(procedure, challenge)
    choices = tuple(
        Choice(stage.id, f"{stage.title} ({stage.caution})" if stage.caution else stage.title) for stage in later
    )
    to = Field(
        id="to",
        label="Which stage next?",
        kind="choice",
        required=True,
        choices=choices,
        value=later[0].id if later else "",
    )
    reason = Field(
        id="reason",
        label="Why?",
        kind="text",
        required=True,
        hint="What the answer leaves open, or why it can't wait",
    )
    own = own_questions(procedure, "escalate", later[0].id if len(later) == 1 else "", challenge.arena) if later else ()
    outcomes = tuple(_outcomes(challenge)) if any(stage.revises_outcomes for stage in later) else ()
    return Form(
        id="escalate",
        title=f"{challenge.reference}: go on to a later stage",
        lead="",
        sections=(Section(fields=(to, *opening_fields(list(later)), reason, *own, *outcomes)),),
        button="Go on to this stage",
    )


def _outcomes(challenge: Challenge) -> Iterator[Field]:
    for number, issue in enumerate(challenge.issues, start=1):
        yield Field(
            id=f"outcome-{number}",
            label=f"Outcome sought for issue {number}, if it has changed",
            kind="text",
            value=str(issue.outcome),
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


def agreement_form(procedure: Procedure, challenge: Challenge) -> Form:
    """Whoever must agree before a stage opens says whether they do."""
    proposal = challenge.proposal
    stage = procedure.stage(proposal.stage if proposal is not None else challenge.current.stage)
    confirms = stage.gate.confirms if stage.gate is not None else ""
    choices = (Choice("yes", "I agree"), Choice("no", "I don't agree"))
    return Form(
        id="agree",
        title=f"{challenge.reference}: do you agree to {stage.title}?",
        lead=f"By agreeing you confirm: {confirms}" if confirms else "",
        sections=(
            Section(
                fields=(
                    Field(id="agreed", label="Do you agree?", kind="choice", required=True, choices=choices),
                    Field(id="words", label="Why? (needed if you don't agree)", kind="text"),
                )
            ),
        ),
        button="Send",
    )


def _short_form(id: FormId, challenge: Challenge, title: str, button: str, *fields: Field) -> Form:
    return Form(
        id=id, title=f"{challenge.reference}: {title}", lead="", sections=(Section(fields=fields),), button=button
    )


def _reason(question: str = "Why?") -> Field:
    return Field(id="reason", label=question, kind="text", required=True)


def plan_form(challenge: Challenge) -> Form:
    """The answer is agreed as the plan, and looked at again on a day."""
    until = Field(id="until", label="On which day do you look at it again?", kind="date", required=True)
    words = Field(id="words", label="What is agreed? (if the answer doesn't say it all)", kind="text")
    return _short_form("plan", challenge, "agree to this as the plan", "Agree to the plan", until, words)


def meeting_form(challenge: Challenge) -> Form:
    day = Field(id="day", label="On which day is the meeting?", kind="date", required=True)
    where = Field(id="where", label="When and where, and who chairs it?", kind="line", required=True)
    return _short_form("meeting", challenge, "fix the meeting", "Tell everybody concerned", day, where)


def limit_form(challenge: Challenge) -> Form:
    until = Field(id="until", label="By which day should it be answered?", kind="date", required=True)
    return _short_form("limit", challenge, "set another day for the answer", "Set this day", until, _reason())


def pause_form(procedure: Procedure, challenge: Challenge) -> Form:
    pauses = tuple(Choice(pause.id, pause.title) for pause in procedure.pauses if pause.stops)
    which = Field(id="pause", label="For which reason?", kind="choice", required=True, choices=pauses)
    return _short_form("pause", challenge, "let the clock stand still", "Pause", which, _reason("What has happened?"))


def resume_form(challenge: Challenge) -> Form:
    return _short_form("resume", challenge, "let the clock go on", "Resume", _reason("What has changed?"))


def reopen_form(procedure: Procedure, challenge: Challenge) -> Form:
    stages = tuple(Choice(stage.id, stage.title) for stage in procedure.stages)
    stage = Field(id="stage", label="At which stage does it go on?", kind="choice", required=True, choices=stages)
    return _short_form("reopen", challenge, "take it up again", "Reopen", stage, _reason())


def take_form(challenge: Challenge) -> Form:
    to = Field(id="to", label="Who takes it over? (empty: you do)", kind="line", hint="A colleague's name or e-mail")
    return _short_form("take", challenge, "take it over", "Take it over", to, _reason())
