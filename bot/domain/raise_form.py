"""The blank form of a new challenge, from the procedure's own words."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.commands import MOST_ISSUES
from bot.domain.forms import Choice, Field, Form, Section
from bot.domain.people import Child
from bot.domain.procedure import Act, Procedure, Question, Stage

YES_NO = (Choice("no", "No"), Choice("yes", "Yes"))


def own_questions(procedure: Procedure, act: Act, stage: str = "", arena: str = "") -> tuple[Field, ...]:
    """The procedure's own questions at an act, as fields."""
    return tuple(_question(question, stage, arena) for question in procedure.asked(act, stage, arena))


def _question(question: Question, stage: str, arena: str) -> Field:
    when = "needed" if question.required else "only"
    only = f"{when} where it starts at a formal stage" if question.formal_only and not stage else ""
    still_open = bool(only or (question.stages and not stage) or (question.arenas and not arena))
    return Field(
        id=f"q-{question.id}",
        label=question.label,
        kind=question.kind,
        required=question.required and not still_open,
        hint="; ".join(filter(None, (question.hint, only))).capitalize(),
        choices=tuple(Choice(title, title) for title in question.choices),
    )


def issue_fields(procedure: Procedure, number: int, arena: str = "", role: str = "") -> tuple[Field, ...]:
    """One issue; the kinds are those of the arena and the raising role, or of all where they aren't known."""
    offered = procedure.kinds_in(arena) if arena else procedure.kinds
    mine = [kind for kind in offered if not kind.roles or not role or role in kind.roles]
    kinds = tuple(Choice(kind.id, f"{kind.group}: {kind.title}" if kind.group else kind.title) for kind in mine)
    return (
        Field(id=f"issue-{number}", label="What is the concern?", kind="text", required=True),
        Field(
            id=f"outcome-{number}",
            label=f"What outcome do you seek for the {_subject(procedure, arena)}?",
            kind="text",
            required=True,
            hint="What should be different, or be done",
        ),
        Field(id=f"kind-{number}", label="What kind of issue is it?", kind="choice", required=True, choices=kinds),
    )


def _subject(procedure: Procedure, arena: str) -> str:
    return procedure.arena(arena).subject if arena else "child"


def raise_form(
    procedure: Procedure,
    caseload: tuple[Child, ...],
    issues: int = 1,
    arena: str = "",
    siblings: tuple[str, ...] = (),
    role: str = "",
) -> Form:
    """The form of a new challenge with room for some issues. The caseload is offered as a list where there is one.

    `arena` and `siblings` (references) are those of the child, once it is known who it is; `role` is the raiser's.
    """
    matters = tuple(
        Section(title=f"Issue {number}", fields=issue_fields(procedure, number, arena, role))
        for number in range(1, min(issues, MOST_ISSUES) + 1)
    )
    subject = _subject(procedure, arena)
    impact = Field(id="impact", label=f"What is the impact on the {subject}?", kind="text", required=True)
    questions = own_questions(procedure, "raise", arena=arena)
    return Form(
        id="raise",
        title=f"New {procedure.names.challenge}",
        lead="Nothing is sent yet: you see who will be asked, and by when, before you confirm.",
        sections=(
            *_risk(procedure),
            _about(procedure, caseload, siblings),
            *matters,
            Section(title="Why it matters", fields=(impact, *_severity(procedure), *questions, *_pauses(procedure))),
            _start(procedure),
        ),
        button="Preview",
    )


def _risk(procedure: Procedure) -> Iterator[Section]:
    route = procedure.immediate_risk
    if route is not None:
        field = Field(
            id="risk", label=route.question, kind="choice", required=True, choices=YES_NO, hint=route.signpost
        )
        yield Section(fields=(field,))


def _about(procedure: Procedure, caseload: tuple[Child, ...], siblings: tuple[str, ...]) -> Section:
    children = tuple(Choice(child.reference, child.reference) for child in caseload)
    arenas = tuple(Choice(arena.id, arena.title) for arena in procedure.arenas)
    subjects = dict.fromkeys(arena.subject for arena in procedure.arenas)
    child = Field(
        id="child",
        label=f"Which {' or '.join(subjects)}?",
        kind="choice" if children else "line",
        required=True,
        choices=children,
        hint=f"The child's reference in {procedure.names.case_system}",
    )
    hint = "Leave empty to take it from the child's record"
    arena_field = Field(id="arena", label="In which arena?", kind="choice", choices=arenas, hint=hint)
    also = Field(
        id="also",
        label="Is it about brothers or sisters as well?",
        kind="line",
        hint=f"Their references, such as {', '.join(siblings)}; leave empty if not",
    )
    return Section(fields=(child, arena_field, *((also,) if siblings else ())))


def _severity(procedure: Procedure) -> Iterator[Field]:
    if procedure.severities:
        choices = tuple(Choice(severity.id, severity.title) for severity in procedure.severities)
        yield Field(id="severity", label="How serious is it?", kind="choice", required=True, choices=choices)


def _pauses(procedure: Procedure) -> Iterator[Field]:
    for pause in procedure.pauses:
        if pause.question:
            yield Field(
                id=f"pause-{pause.id}",
                label=pause.question,
                kind="choice",
                required=True,
                choices=YES_NO,
                hint=pause.signpost,
            )


def _start(procedure: Procedure) -> Section:
    possible = [stage for stage in procedure.stages if stage.entered_directly or stage.id == procedure.start]
    stages = tuple(Choice(stage.id, stage.title) for stage in possible)
    usual = procedure.stage(procedure.start).title
    return Section(
        title="Where to start",
        fields=(
            Field(
                id="stage", label="At which stage?", kind="choice", required=True, choices=stages, value=procedure.start
            ),
            *opening_fields(possible),
            *_review(procedure),
            Field(id="reason", label=f"Why there? (only if it isn't {usual})", kind="text"),
        ),
    )


def _review(procedure: Procedure) -> Iterator[Field]:
    counted = [stage.limit for stage in procedure.stages if stage.limit is not None]
    if any(limit.counted_from == "the review" for limit in counted):
        label = "On which day was, or is, the review or conference?"
        yield Field(id="review-on", label=label, kind="date", required=True)


def opening_fields(stages: list[Stage]) -> Iterator[Field]:
    """What opening one of these stages asks besides its reason: its ground, and the day by which to answer."""
    grounds = dict.fromkeys(ground for stage in stages for ground in stage.grounds)
    if grounds:
        only = [stage.title for stage in stages if stage.grounds]
        hint = "" if len(only) == len(stages) else f"For {', '.join(only)}"
        choices = tuple(Choice(ground, ground) for ground in grounds)
        needed = len(only) == len(stages)
        yield Field(id="ground", label="What opens it?", kind="choice", required=needed, choices=choices, hint=hint)
    setting = [stage for stage in stages if stage.limit is not None and stage.limit.set_by]
    if setting:
        asked = [stage.title for stage in setting if stage.limit is not None and stage.limit.must_be_set]
        needed = len(asked) == len(stages)
        hint = f"Needed for {', '.join(asked)}" if asked else "Leave empty for the procedure's own limit"
        label = "By which day should it be answered?"
        yield Field(id="answer-by", label=label, kind="date", required=needed, hint="" if needed else hint)
