"""A procedure said back in plain English, section by section: everything that its file says, and what follows where it
is silent. The card, the command line and the comparison of two versions all draw on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from bot.domain import explain_beside as beside
from bot.domain.explain_stages import rules_in_words, stage_in_words, told_in_words
from bot.domain.phrases import Phrases, a, count, ended, first_up, in_words, listed, quoted
from bot.domain.procedure import Act, Arena, Assumed, Found, Kind, Procedure, Question, Role, Severity

FOUND: Final[Mapping[Found, str]] = {
    "on the child": "is named on the child's record",
    "at the child's unit": "is found at the child's unit, or the nearest above it",
    "at the raiser's unit": "is found at the unit of whoever raises, or the nearest above it",
}
ACTS: Final[Mapping[Act, str]] = {
    "raise": "Asked when it is raised",
    "escalate": "Asked when it goes on to a later stage",
    "answer": "Asked when it is answered",
    "resolve": "Asked when it is resolved",
}
ANSWERS: Final[Mapping[str, str]] = {"line": "a line", "text": "free text", "date": "a date"}
SECTIONS: Final[Mapping[str, str]] = {
    "arenas": "who may raise",
    "roles": "posts",
    "kinds": "kinds of issue",
    "hours": "working hours",
    "telling": "who is told",
    "digest": "who gets the daily digest",
    "decide_within": "time to decide",
}
"""What a part of a procedure file is called in a sentence, where its key isn't what people say."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A section of the explanation: sentences under a title, then the parts within it."""

    title: str
    sentences: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()


def explain(procedure: Procedure) -> tuple[Part, ...]:
    """The whole procedure in plain English. What the file leaves out is left out, unless the silence matters."""
    say = Phrases(procedure)
    parts = (
        _part("What it is about", _about(say)),
        Part(title="Who may raise, and about whom", sentences=(_raisers(say),), parts=_arenas(say)),
        _part("How it is raised", _raising(say)),
        _part("The overall time limit", beside.overall(say)),
        Part(title="The stages", sentences=(_order(say),), parts=_stages(say)),
        _part("Moving on, ending and taking up again", beside.moving(say)),
        _part("Pauses", beside.pauses(say)),
        _kinds(say),
        Part(title="The forms", sentences=(_always_asked(say),), parts=_forms(say)),
        _part("How people are told", beside.telling(say)),
        _part("Referral to an outside body", beside.referral(say)),
        _part("Independent legal advice", beside.legal_advice(say)),
        _part("Concerns that do not go through the stages", beside.concerns(say)),
        _part("Actions set at reviews", beside.review_actions(say)),
        _part("Good practice", beside.good_practice(say)),
        _part("Significant changes", beside.changes(say)),
        _part("Duties", beside.duties(say)),
        _part("Records", beside.records(say)),
        _part("Reports", beside.reports(say)),
        _part("Working hours and receipt", beside.hours(say)),
        _part("The posts it names", (_post(say, role) for role in procedure.roles)),
        _part("What the text leaves open, and what was assumed", (_assumed(say, one) for one in procedure.assumed)),
        Part(title="Where it comes from", sentences=(ended(procedure.source),)),
    )
    return tuple(part for part in parts if part.sentences or part.parts)


def _part(title: str, sentences: Iterable[str]) -> Part:
    return Part(title=title, sentences=tuple(sentences))


def _about(say: Phrases) -> Iterator[str]:
    procedure, names = say.procedure, say.procedure.names
    yield f"“{procedure.title}” is the procedure of {ended(procedure.authority)}"
    yield f"This is version {procedure.version}, in force from {in_words(procedure.in_force)}."
    yield (
        f"In its own words, what is raised is “{names.challenge}”, the informal tier is “{names.informal}”, the formal "
        f"tier is “{names.formal}”, what is filled in is the “{names.form}”, and the records of the child are in "
        f"“{names.case_system}”."
    )
    yield from map(ended, procedure.principles)


def _raisers(say: Phrases) -> str:
    raising = (role.id for role in say.procedure.roles if role.raises)
    return f"{first_up(a(say.challenge))} may be raised by {say.roles(raising)}."


def _arenas(say: Phrases) -> tuple[Part, ...]:
    return tuple(_part(arena.title, _arena(say, arena)) for arena in say.procedure.arenas)


def _arena(say: Phrases, arena: Arena) -> Iterator[str]:
    by = f" Here only {say.roles(arena.raised_by)} may raise it." if arena.raised_by else ""
    yield f"It is about the {arena.subject}. Whoever raises it is called “{arena.raiser}”.{by}"
    if not arena.outside_body:
        yield "When the authority's own stages are through, no outside body decides."
        return
    yield f"When the authority's own stages are through, {arena.outside_body} can decide."
    age = f"when the {arena.subject} turns {arena.outside_until_age}, or " if arena.outside_until_age else ""
    yield f"That way closes {age}when “{arena.title}” no longer applies."


def _raising(say: Phrases) -> Iterator[str]:
    procedure = say.procedure
    start = procedure.stage(procedure.start).title
    advised = any(kind.advises for kind in procedure.kinds) or any(one.advises for one in procedure.severities)
    unless = ", unless the kind of issue, or how serious it is, advises it" if advised else ""
    yield f"It usually starts at {start}. Any other start needs a reason{unless}."
    for severity in procedure.severities:
        yield _severity(say, severity)
    yield from beside.immediate_risk(say)
    yield from beside.triggers(say)


def _severity(say: Phrases, severity: Severity) -> str:
    return f"It can be marked “{severity.title}”{_starts(say, severity.advises, severity.requires)}."


def _starts(say: Phrases, advises: tuple[str, ...], requires: str) -> str:
    """Where an issue of a kind or severity starts, where the file says so."""
    advised = f"; it is advised to start at {say.stages(advises)}, which needs no reason" if advises else ""
    return advised + (f"; it has to start at {say.stages((requires,))}" if requires else "")


def _kinds(say: Phrases) -> Part:
    groups = dict.fromkeys(kind.group for kind in say.procedure.kinds)
    sentences = {
        group: tuple(_kind(say, kind) for kind in say.procedure.kinds if kind.group == group) for group in groups
    }
    return Part(
        title="Kinds of issue",
        sentences=sentences.get("", ()),
        parts=tuple(Part(title=group, sentences=sentences[group]) for group in groups if group),
    )


def _kind(say: Phrases, kind: Kind) -> str:
    arenas = f"; only in: {say.arenas(kind.arenas)}" if kind.arenas else ""
    roles = f"; only for {say.roles(kind.roles)}" if kind.roles else ""
    said = f"{kind.title.rstrip('.')}{arenas}{roles}{_starts(say, kind.advises, kind.requires)}."
    if kind.treated == "counted only":
        said += " It is counted for a theme, and not escalated one by one."
    elif kind.treated == "elsewhere":
        said += " This procedure does not deal with it."
    return f"{said} {ended(kind.signpost)}" if kind.signpost else said


def _order(say: Phrases) -> str:
    titles = [stage.title for stage in say.procedure.stages]
    if len(titles) == 1:
        return f"There is one stage: {titles[0]}."
    return f"There are {count(len(titles), 'stage')}, in this order: {listed(titles)}."


def _stages(say: Phrases) -> tuple[Part, ...]:
    """What all stages, or all of a tier, have in common, said once, and then a part for each stage."""
    stages = say.procedure.stages
    left = {stage.id: [*rules_in_words(say, stage), *told_in_words(say, stage)] for stage in stages}
    parts = []
    for title, alike in (
        ("At every stage", stages),
        ("At every informal stage", tuple(stage for stage in stages if not stage.formal)),
        ("At every formal stage", tuple(stage for stage in stages if stage.formal)),
    ):
        if len(alike) > 1 and (common := _common(left[stage.id] for stage in alike)):
            parts.append(Part(title=title, sentences=common))
            for stage in alike:
                left[stage.id] = [sentence for sentence in left[stage.id] if sentence not in common]
    own = (_part(stage.title, (*stage_in_words(say, stage), *left[stage.id])) for stage in stages)
    return (*parts, *own)


def _common(said: Iterable[list[str]]) -> tuple[str, ...]:
    first, *others = said
    return tuple(sentence for sentence in first if all(sentence in other for other in others))


def _always_asked(say: Phrases) -> str:
    subjects = listed(dict.fromkeys(arena.subject for arena in say.procedure.arenas), "or")
    return f"What is raised always says each issue with the outcome sought, and the impact on the {subjects}."


def _forms(say: Phrases) -> tuple[Part, ...]:
    asked = {act: tuple(question for question in say.procedure.questions if question.at == act) for act in ACTS}
    return tuple(
        _part(title, (_question(say, question) for question in asked[act])) for act, title in ACTS.items() if asked[act]
    )


def _question(say: Phrases, question: Question) -> str:
    answer = ANSWERS.get(question.kind) or f"one of {quoted(question.choices)}"
    needed = "has to be answered" if question.required else "may be left empty"
    where = [f"at {say.stages(question.stages)}"] if question.stages else []
    where += ["at formal stages"] if question.formal_only else []
    where += [f"in: {say.arenas(question.arenas)}"] if question.arenas else []
    only = f"; only {listed(where)}" if where else ""
    hint = f" Hint: {ended(question.hint)}" if question.hint else ""
    return f"“{question.label}” The answer is {answer}, and {needed}{only}.{hint}"


def _post(say: Phrases, role: Role) -> str:
    raises = ", and may raise" if role.raises else ""
    senior = f" Their own senior is {say.role(role.reports_to)}." if role.reports_to else ""
    deputy = f" While nobody holds the post, {say.role(role.deputy)} stands in." if role.deputy else ""
    return f"{first_up(say.role(role.id))} {FOUND[role.found]}{raises}.{senior}{deputy}"


def _assumed(say: Phrases, assumed: Assumed) -> str:
    return f"{first_up(_place(say.procedure, assumed.where))}: {ended(assumed.chosen)} {ended(assumed.why)}"


def _place(procedure: Procedure, where: str) -> str:
    """A place in the file as people would say it: `Stage 1, time limit` for `stages.stage-1.limit`."""
    section, *rest = where.split(".")
    entries = getattr(procedure, section, ())
    titles = {}
    if isinstance(entries, tuple):
        titles = {getattr(entry, "id", ""): getattr(entry, "title", getattr(entry, "label", "")) for entry in entries}
    words = [titles.get(step) or step.replace("_", " ").replace("-", " ") for step in rest]
    named = bool(rest) and rest[0] in titles
    return ", ".join(words if named else [SECTIONS.get(section, section.replace("_", " ")), *words])
