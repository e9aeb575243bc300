"""What makes the stages of a procedure unusable: how they are reached and left, and who is asked and told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.domain.beside import Concern, Duty, Reopening
from bot.domain.places import Trouble, join, shown, stages, tables
from bot.domain.procedure import Kind, Procedure, Question, Severity
from bot.domain.stages import Gate, Stage, TellRule

MOST_REVIEWS_OR_MONTHS = 240
OLDEST = 26
"""Years; nobody is in care, or leaving it, beyond."""


def faulty_stages(procedure: Procedure) -> Iterator[Trouble]:
    """Everything about the stages, and the ways to them, that can't work."""
    for where, stage in stages(procedure):
        yield from _asked(where, stage)
        yield from _silence(procedure, where, stage)
    yield from _unreachable(procedure)
    yield from _direct_entries(procedure)
    yield from _overall(procedure)


def faulty_people(procedure: Procedure) -> Iterator[Trouble]:
    """Everything about who does, and who is told, what, that can't work."""
    if not procedure.raising_roles:
        yield Trouble("roles", "nobody may raise a challenge; give at least one role `raises = true`")
    for key in ("deputy", "reports_to"):
        yield from _circles(procedure, key)
    yield from _notices(procedure)
    for where, table in tables(procedure):
        match table:
            case Gate(agreed_by=()):
                yield Trouble(join(where, "agreed_by"), "nobody can agree; name at least one role")
            case Gate(on_silence="opened", within=None):
                yield Trouble(join(where, "within"), "silence can't open the stage without a limit; add one")
            case Reopening(by=()):
                yield Trouble(join(where, "by"), "nobody may reopen; name at least one role, or leave the table out")
            case Concern(heard_by=(), signpost=""):
                yield Trouble(where, "nobody hears it; name roles in heard_by, or say in signpost where it goes")


def faulty_matters(procedure: Procedure) -> Iterator[Trouble]:
    """Everything about arenas, kinds of issue, questions and triggers that can't work."""
    yield from _arenas(procedure)
    yield from _kinds(procedure)
    for where, table in tables(procedure):
        if isinstance(table, Question):
            yield from _question(procedure, where, table)
    yield from _triggers(procedure)


def may_start(procedure: Procedure, stage: Stage) -> bool:
    """Whether a challenge may start at this stage, and somebody who raises may open it."""
    return stage.entered_directly and (not stage.opened_by or not procedure.raising_roles.isdisjoint(stage.opened_by))


def ever_due(procedure: Procedure, stage: Stage) -> bool:
    """Whether an answer at this stage is due at some time: by its own limit, or by the end of the whole."""
    return stage.limit is not None or stage in within_overall(procedure)


def within_overall(procedure: Procedure) -> tuple[Stage, ...]:
    """The stages at which the overall limit runs, if nothing was passed over."""
    if procedure.overall is None:
        return ()
    starts = procedure.overall.starts
    if starts == "the raising":
        return procedure.stages
    formally = starts == "the first formal stage"
    first = (n for n, stage in enumerate(procedure.stages) if stage.id == starts or (formally and stage.formal))
    return procedure.stages[next(first, len(procedure.stages)) :]


def _asked(where: str, stage: Stage) -> Iterator[Trouble]:
    report = stage.kind == "report"
    if not stage.answered_by:
        nobody = "names nobody who gets the report" if report else "names nobody who answers"
        yield Trouble(join(where, "answered_by"), f"{nobody}; name at least one role")
    if not report:
        return
    stated = {
        "limit": stage.limit is not None,
        "acknowledge_within": stage.acknowledge_within is not None,
        "answers_needed": stage.answers_needed != "one",
        "on_silence": stage.on_silence != "offered",
        "meeting": stage.meeting is not None,
    }
    for key in (key for key, there in stated.items() if there):
        yield Trouble(join(where, key), "nobody has to answer a report; leave it out, or choose another kind of stage")


def _silence(procedure: Procedure, where: str, stage: Stage) -> Iterator[Trouble]:
    """What silence leads to must be there, and silence must be able to happen."""
    if stage.kind == "report" or stage.on_silence == "offered":
        return
    place = join(where, "on_silence")
    if stage.on_silence == "next stage" and stage is procedure.stages[-1]:
        yield Trouble(place, "this is the last stage; nothing can open after it")
    if not ever_due(procedure, stage):
        yield Trouble(place, "without a limit an answer is never late; add one, or leave this out")


def _unreachable(procedure: Procedure) -> Iterator[Trouble]:
    """From every stage the next one can be opened, so only stages before the first possible start are out of reach."""
    for where, stage in stages(procedure):
        if may_start(procedure, stage):
            return
        if stage.id != procedure.start:  # said there
            yield Trouble(
                where, "can't be reached: no challenge may start here, or at a stage before; let one, or leave it out"
            )


def _direct_entries(procedure: Procedure) -> Iterator[Trouble]:
    """Wherever the file says that a challenge starts, it must be able to."""
    wanted = [("start", procedure.start)]
    if procedure.immediate_risk:
        wanted.append(("immediate_risk.stage", procedure.immediate_risk.stage))
    for where, table in tables(procedure):
        if isinstance(table, (Kind, Severity)):
            wanted.extend((join(where, "advises"), stage) for stage in table.advises)
            wanted.extend((join(where, "requires"), stage) for stage in (table.requires,) if stage)
            if table.requires and set(table.advises) - {table.requires}:
                yield Trouble(join(where, "advises"), "advises another stage than the one it requires; leave one out")
    wanted.extend((join(f"triggers.{trigger.id}", "stage"), trigger.stage) for trigger in procedure.triggers)
    for place, id in wanted:
        stage = next((stage for stage in procedure.stages if stage.id == id), None)
        if stage is None:
            continue
        if not stage.entered_directly:
            yield Trouble(place, f"no challenge may start at “{shown(id)}”: it has `entered_directly = false`")
        elif not may_start(procedure, stage):
            yield Trouble(place, f"no role that raises may open “{shown(id)}”; add one to its opened_by")


def _overall(procedure: Procedure) -> Iterator[Trouble]:
    starts_formally = procedure.overall and procedure.overall.starts == "the first formal stage"
    if starts_formally and procedure.stages and not any(stage.formal for stage in procedure.stages):
        yield Trouble(
            "overall.starts", "no stage is formal, so the overall limit would never start; name another start"
        )


def _circles(procedure: Procedure, key: str) -> Iterator[Trouble]:
    """Roles that come round to themselves by what they name under the key."""
    above: Mapping[str, str] = {role.id: getattr(role, key) for role in procedure.roles}
    for role in above:
        chain = [role]
        while (following := above.get(chain[-1], "")) and following not in chain:
            chain.append(following)
        if following == role:
            circle = " → ".join(map(shown, (*chain, role)))
            yield Trouble(join(join("roles", role), key), f"goes round in a circle: {circle}; leave one of them out")


def _notices(procedure: Procedure) -> Iterator[Trouble]:
    """Notices to nobody, or of nothing."""
    if not procedure.telling.ways:
        yield Trouble("telling.ways", "names no way to tell anybody; name at least one")
    told = {"telling.informal": procedure.telling.informal, "telling.formal": procedure.telling.formal}
    told |= {join(where, "tell"): stage.tell for where, stage in stages(procedure)}
    for where, happenings in told.items():
        yield from (
            Trouble(join(where, happening), "tells nobody; name at least one role, or leave it out")
            for happening, roles in happenings.items()
            if not roles
        )
    seniors = {role.reports_to for role in procedure.roles}
    if procedure.telling.seniors and not any(seniors):
        yield Trouble("telling.seniors", "no role has a senior; say so in their reports_to, or leave it out")
    for where, table in tables(procedure):
        match table:
            case TellRule():
                yield from _rule(procedure, where, table)
            case Duty(roles=()):
                yield Trouble(join(where, "roles"), "reminds nobody; name at least one role")


def _rule(procedure: Procedure, where: str, rule: TellRule) -> Iterator[Trouble]:
    if not rule.when:
        yield Trouble(join(where, "when"), "tells of nothing; name at least one happening")
    if not rule.roles:
        yield Trouble(join(where, "roles"), "tells nobody; name at least one role")
    named = [stage for stage in procedure.stages if stage.id in rule.stages]
    if rule.tier and named and not any(stage.formal == (rule.tier == "formal") for stage in named):
        yield Trouble(join(where, "stages"), f"none of these stages is {rule.tier}; leave out the tier or the stages")


def _arenas(procedure: Procedure) -> Iterator[Trouble]:
    raising = procedure.raising_roles
    for arena in procedure.arenas:
        where = join("arenas", arena.id)
        yield from (
            Trouble(join(where, "raised_by"), f"“{shown(role)}” may not raise; give that role `raises = true`")
            for role in arena.raised_by
            if any(known.id == role and not known.raises for known in procedure.roles)
        )
        kinds = [kind for kind in procedure.kinds_in(arena.id) if kind.treated == "as a challenge"]
        choosers = [role for role in raising if not arena.raised_by or role in arena.raised_by]
        if not kinds:
            yield Trouble(where, "no kind of issue can be chosen in this arena; add one")
        for role in sorted(choosers) if kinds else ():
            if not any(not kind.roles or role in kind.roles for kind in kinds):
                yield Trouble(
                    where, f"“{shown(role)}” can choose no kind of issue in this arena; add one for that role"
                )
        if not 0 <= arena.outside_until_age <= OLDEST:
            yield Trouble(
                join(where, "outside_until_age"), f"must be an age up to {OLDEST}, or 0; not {arena.outside_until_age}"
            )
        elif arena.outside_until_age and not arena.outside_body:
            yield Trouble(join(where, "outside_until_age"), "no outside_body is named; name it, or leave the age out")


def _kinds(procedure: Procedure) -> Iterator[Trouble]:
    for kind in procedure.kinds:
        where = join("kinds", kind.id)
        if kind.treated != "as a challenge" and not kind.signpost.strip():
            yield Trouble(join(where, "signpost"), f"an issue treated as “{kind.treated}” must say where else it goes")
        yield from (
            Trouble(
                join(where, "roles"), f"“{shown(role)}” never raises, so this is never offered; name a role that does"
            )
            for role in kind.roles
            if any(known.id == role and not known.raises for known in procedure.roles)
        )


def _question(procedure: Procedure, where: str, question: Question) -> Iterator[Trouble]:
    if (question.kind == "choice") != bool(question.choices):
        yield Trouble(join(where, "choices"), "a question has choices if its kind is “choice”, and only then")
    for twice in dict.fromkeys(each for each in question.choices if question.choices.count(each) > 1):
        yield Trouble(join(where, "choices"), f"“{shown(twice)}” is there twice; leave one out")
    named = [stage for stage in procedure.stages if stage.id in question.stages]
    if question.formal_only and named and not any(stage.formal for stage in named):
        yield Trouble(join(where, "formal_only"), "none of its stages is formal, so it is never asked; leave one out")


def _triggers(procedure: Procedure) -> Iterator[Trouble]:
    kinds = {kind.id: kind for kind in procedure.kinds}
    for trigger in procedure.triggers:
        where = join("triggers", trigger.id)
        if not 1 <= trigger.at_least <= MOST_REVIEWS_OR_MONTHS:
            yield Trouble(
                join(where, "at_least"), f"must be from 1 to {MOST_REVIEWS_OR_MONTHS}, not {trigger.at_least}"
            )
        kind = kinds.get(trigger.kind)
        if kind is None:
            continue
        if kind.arenas and trigger.arena not in kind.arenas:
            yield Trouble(
                join(where, "kind"), f"“{shown(kind.id)}” can't be chosen in the arena “{shown(trigger.arena)}”"
            )
        if kind.treated != "as a challenge":
            yield Trouble(join(where, "kind"), f"“{shown(kind.id)}” isn't treated as a challenge; name another kind")
        if kind.requires and kind.requires != trigger.stage:
            yield Trouble(join(where, "stage"), f"“{shown(kind.id)}” requires “{shown(kind.requires)}”; start it there")
