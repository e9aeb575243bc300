"""A stage of a procedure in plain English, sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from bot.domain.phrases import WHEN, Phrases, a, ended, first_up, listed, quoted
from bot.domain.stages import Gate, Meeting, Stage, Step, TellRule

DUE: Final[Mapping[Step, str]] = {
    "answer": "The answer",
    "conversation": "The confirmation of what was said",
    "meeting": "The outcome of the meeting",
    "plan": "The agreed plan",
    "report": "The report",
}


def stage_in_words(say: Phrases, stage: Stage) -> Iterator[str]:
    """What makes a stage that stage: what it is, when it is used, how long it takes, what comes next."""
    yield from _what(say, stage)
    if stage.purpose:
        yield f"When it is used: {ended(stage.purpose)}"
    if stage.caution:
        yield f"To think of before choosing it: {ended(stage.caution)}"
    if stage.grounds:
        yield f"Whoever opens it chooses one of these grounds: {quoted(stage.grounds)}."
    yield from _clocks(say, stage)
    if stage.meeting:
        yield from _meeting(say, stage, stage.meeting)
    yield from _next(say, stage)


def rules_in_words(say: Phrases, stage: Stage) -> Iterator[str]:
    """What often holds for every stage in the same words: how it opens and ends, and what silence leads to."""
    yield from _entry(say, stage)
    if stage.gate:
        yield from _gate(say, stage.gate, say.owner(stage.opened_by))
    if stage.form:
        yield f"Its form is called “{stage.form}”."
    if stage.revises_outcomes:
        yield "When it is opened, the outcomes sought may be put anew; each version is kept."
    if stage.limit and stage.limit.counted_from == "receipt":
        yield say.received()
    if stage.acknowledge_within:
        yield say.due("Acknowledgement of the request", stage.acknowledge_within, say.owner(stage.opened_by))
    if stage.reminders:
        yield f"Reminders of its answer go out {say.reminders(stage.reminders)}."
    if stage.kind != "report":
        yield from _silence(say, stage)
    yield from _decision(say, stage)


def _what(say: Phrases, stage: Stage) -> Iterator[str]:
    names = say.procedure.names
    tier = (
        f"A formal stage, called “{names.formal}”" if stage.formal else f"An informal stage, called “{names.informal}”"
    )
    yield f"{tier}: {does(say, stage)}."
    if stage.kind == "report" or len(stage.answered_by) == 1:
        return
    if stage.answers_needed == "each":
        yield "Each of them is asked, and each is needed."
    else:
        yield "All of them are asked, and the first one settles it."


def does(say: Phrases, stage: Stage) -> str:
    """Who does what at a stage: `the Team Manager answers in writing`."""
    each = stage.answers_needed == "each" and len(stage.answered_by) > 1
    who = say.roles(stage.answered_by, "and" if each or stage.kind == "report" else "or")
    match stage.kind:
        case "answer":
            return f"{who} each answer in writing" if each else f"{who} answers in writing"
        case "conversation":
            confirmed = "each of them" if each else "whoever was spoken to"
            return f"a conversation with {who}, confirmed in writing by {confirmed}"
        case "meeting":
            return f"a meeting for which {who} {'are' if each else 'is'} responsible, and whose outcome is recorded"
        case "plan":
            return f"a plan that {who} {'each agree' if each else 'agrees'} with {say.raiser}"
        case "report":
            return f"a report to {who}, which nobody has to answer"


def _entry(say: Phrases, stage: Stage) -> Iterator[str]:
    if stage.id == say.procedure.start:
        yield f"{first_up(a(say.challenge))} usually starts here."
    elif stage.entered_directly:
        yield f"{first_up(a(say.challenge))} may start here, with a reason."
    else:
        yield f"No {say.challenge} may start here."
    yield f"It is opened by {say.owner(stage.opened_by)}."
    if stage.passed_over:
        yield "It may be passed over, with a reason."
    else:
        yield "It may not be passed over: no later stage opens before it."


def _gate(say: Phrases, gate: Gate, opener: str) -> Iterator[str]:
    who = say.roles(gate.agreed_by)
    within = f" {say.within(gate.within, 'being asked')}" if gate.within else ""
    yield f"Before it opens, {who} is asked to agree{within}{say.other_time(gate.within)}."
    if gate.confirms:
        yield f"By agreeing, they confirm: {ended(gate.confirms)}"
    yield f"After a disagreement, {opener} may open it all the same, with a reason; both are recorded."
    if gate.on_silence == "opened":
        yield "If nobody says anything in time, it opens by itself."
    else:
        yield f"If nobody says anything{' in time' if gate.within else ''}, {opener} may open it, with a reason."
    if gate.once:
        yield "One agreement serves for every later stage that needs one."
    else:
        yield "Agreement is asked for anew, whatever was agreed before."


def _clocks(say: Phrases, stage: Stage) -> Iterator[str]:
    if stage.limit:
        yield say.due(DUE[stage.kind], stage.limit, say.owner(stage.opened_by))
    elif stage.kind != "report":
        overall = "; it is due by the end of the overall time limit, where that runs" if say.procedure.overall else ""
        yield f"{DUE[stage.kind]} has no time limit of its own{overall}."


def _meeting(say: Phrases, stage: Stage, meeting: Meeting) -> Iterator[str]:
    answering = say.roles(stage.answered_by)
    convened = say.roles(meeting.convened_by) if meeting.convened_by else answering
    chaired = say.roles(meeting.chaired_by) if meeting.chaired_by else answering
    chair = "and chaired" if chaired == convened else f"by {convened} and chaired"
    yield f"The meeting is convened {chair} by {chaired}."
    if meeting.invited:
        yield f"Invited: {say.roles(meeting.invited, 'and')}."
    if meeting.first_part_only:
        yield f"For the first part only: {say.roles(meeting.first_part_only, 'and')}."
    yield f"Who takes the minutes: {ended(meeting.minuted_by or answering)}"
    if meeting.held_within:
        yield say.due("The meeting", meeting.held_within, convened)
    if meeting.minutes_within:
        yield say.due("The issue of the minutes", meeting.minutes_within, convened)
    if meeting.asks:
        yield f"The meeting settles: {quoted(meeting.asks)}."


def _decision(say: Phrases, stage: Stage) -> Iterator[str]:
    limit = stage.decide_within or say.procedure.decide_within
    yield f"It ends the matter when {satisfied(say, stage)}."
    what, since = ("on its answer", "receipt of the answer") if stage.kind != "report" else ("after it", "its opening")
    yield say.due(f"The decision {what}", limit, say.owner(stage.satisfied_by), since)
    if stage.on_no_decision == "resolved":
        yield "No decision by then counts as satisfaction."
    else:
        yield "No decision by then ends nothing: reminders go on until it is made."


def satisfied(say: Phrases, stage: Stage) -> str:
    """Whose satisfaction ends a stage: `the Reviewing Officer and the Manager are both satisfied`."""
    if len(stage.satisfied_by) < 2:
        return f"{say.owner(stage.satisfied_by)} is satisfied"
    if stage.satisfaction == "each":
        return f"{say.roles(stage.satisfied_by, 'and')} are each satisfied"
    return f"{say.roles(stage.satisfied_by)} is satisfied, the first of them settling it"


def _next(say: Phrases, stage: Stage) -> Iterator[str]:
    if after := say.procedure.after(stage.id):
        yield f"Where it does not end the matter, it may go on to {listed((later.title for later in after), 'or')}."
    else:
        yield "It is the last stage."


def _silence(say: Phrases, stage: Stage) -> Iterator[str]:
    after = say.procedure.after(stage.id)
    if stage.on_silence == "accepted":
        yield "If no answer comes in time, the silence counts as acceptance."
    elif stage.on_silence == "next stage" and after:
        yield f"If no answer comes in time, {after[0].title} opens by itself."
    else:
        yield (
            f"If no answer comes in time, nothing happens by itself: {say.raiser} chooses to go on, to wait until a "
            "day or to close it, each with a reason."
        )


def told_in_words(say: Phrases, stage: Stage) -> Iterator[str]:
    """Who is told of what: people who are told of several things in the same way are named once."""
    plain: dict[str, dict[str, None]] = {}
    special: dict[tuple[tuple[str, ...], str], list[str]] = {}
    for happening, when in WHEN.items():
        for rule in say.procedure.rules(stage.id, happening):
            if terms := _terms(say, rule):
                special.setdefault((rule.roles, terms), []).append(when)
            else:
                plain.setdefault(when, {}).update(dict.fromkeys(rule.roles))
    occasions: dict[tuple[str, ...], list[str]] = {}
    for when, roles in plain.items():
        occasions.setdefault(tuple(roles), []).append(when)
    for people, whens in occasions.items():
        yield _sentence(say, people, whens, "")
    for (people, terms), whens in special.items():
        yield _sentence(say, people, whens, terms)


def _terms(say: Phrases, rule: TellRule) -> str:
    """How and on which condition, where a rule says so."""
    terms = f", {say.ways(rule.ways)} alone" if rule.ways else ""
    terms += f", under the heading “{rule.heading}”" if rule.heading else ""
    return terms + (", unless they have been told of it before" if rule.unless_aware else "")


def _sentence(say: Phrases, people: tuple[str, ...], whens: list[str], terms: str) -> str:
    verb = "is" if len(people) == 1 else "are"
    return f"{first_up(say.roles(people, 'and'))} {verb} told {listed(whens)}{terms}."
