"""What stands beside the stages of a procedure, and around them, in plain English, sentence by sentence.

Each function says one section; it says nothing where the file has nothing to say there, unless the silence matters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from bot.domain.beside import Retention, RetentionStart
from bot.domain.phrases import WHEN, Phrases, a, count, ended, first_up, hour, in_words, listed, quoted
from bot.domain.stages import Noise
from bot.domain.terms import Pause
from bot.domain.working_time import Nation

NATIONS: Final[Mapping[Nation, str]] = {
    "england-and-wales": "England and Wales",
    "scotland": "Scotland",
    "northern-ireland": "Northern Ireland",
}
KEPT_FROM: Final[Mapping[RetentionStart, str]] = {
    "the end": "the end of the matter",
    "birth": "birth",
    "the eighteenth birthday": "the eighteenth birthday",
}
NOISE: Final[Mapping[Noise, str]] = {
    "acknowledged": "that a request was acknowledged",
    "answered": "that an answer was given",
    "closed": "that it was closed",
    "digest": "the daily digest",
    "issue added": "that an issue was added",
    "opened": "that a stage was opened",
    "reminder": "a reminder",
    "resolved": "that it was resolved",
}


def immediate_risk(say: Phrases) -> Iterator[str]:
    risk = say.procedure.immediate_risk
    if risk is None:
        return
    stage = say.procedure.stage(risk.stage)
    yield f"It is asked: “{risk.question}” If so, first of all: {ended(risk.signpost)}"
    yield f"Such {a(say.challenge)} starts at {stage.title}."
    if risk.limit:
        yield say.due("The answer there", risk.limit, say.owner(stage.opened_by))
    if risk.tell:
        yield f"Told of it at once: {say.roles(risk.tell, 'and')}."


def triggers(say: Phrases) -> Iterator[str]:
    procedure = say.procedure
    for trigger in procedure.triggers:
        if trigger.when == "reviews held":
            when = f"{count(trigger.at_least, 'review')} or more have been held"
        else:
            when = f"a plan has run for {count(trigger.at_least, 'month')} or more"
        yield (
            f"“{trigger.title}”: when {when}, {a(say.challenge)} is raised by itself, with no person behind it, in the "
            f"name of the child's own reviewing officer, in: {procedure.arena(trigger.arena).title}. It starts at "
            f"{procedure.stage(trigger.stage).title}, as “{procedure.kind(trigger.kind).title}”. Its issue: "
            f"{ended(trigger.issue)} The outcome sought: {ended(trigger.outcome)} The impact: {ended(trigger.impact)}"
        )


def overall(say: Phrases) -> Iterator[str]:
    whole = say.procedure.overall
    if whole is None:
        yield "There is no overall time limit: only the stages have theirs."
        return
    named = {"the first formal stage": "the opening of the first formal stage", "the raising": "the raising"}
    start = named.get(whole.starts) or f"the opening of {say.stages((whole.starts,))}"
    other = say.other_time(whole.limit)
    yield f"Everything together takes at most {say.span(whole.limit)}, counted from {start}{other}."
    yield "Moving on never starts it again."
    if whole.beyond == "cap":
        yield "No stage is due later than the end of the whole: its own day is brought forward to that."
    else:
        yield "Where a stage is due after the end of the whole, both days are said, and the stage keeps its own."
    yield "When it has passed, that is recorded and people are told; nothing ends or moves on by itself."
    yield f"Reminders of it go out {say.reminders(whole.reminders)}."


def moving(say: Phrases) -> Iterator[str]:
    procedure = say.procedure
    yield say.due("A decision on an answer", procedure.decide_within, say.raiser, "receipt of the answer")
    yield f"Reminders of a decision go out {say.reminders(procedure.decision_reminders)}."
    yield "Whoever is not satisfied may go on to a later stage, and past stages that may be passed over, with a reason."
    yield f"{first_up(say.raiser)} may withdraw it, or close it without going further, at any time, with a reason."
    if reopening := procedure.reopening:
        within = f", {say.within(reopening.within, 'its end')}" if reopening.within else ""
        other = say.other_time(reopening.within)
        yield f"After its end it may be reopened by {say.roles(reopening.by)}{within}{other}."
    else:
        yield "What has ended stays ended."
    others = f", and so may {say.roles(procedure.taken_over_by)}" if procedure.taken_over_by else ""
    yield f"When its raiser has left, whoever raises for the child today may take it over{others}."
    if procedure.outside_control:
        yield f"Obstacles outside the authority's control, asked at each answer: {ended(procedure.outside_control)}"


def pauses(say: Phrases) -> Iterator[str]:
    for pause in say.procedure.pauses:
        yield f"“{pause.title}”: {say.roles(pause.by)} may pause and resume. {first_up(_stops(say, pause))}."
        if pause.question:
            yield f"Asked when {a(say.challenge)} is raised: “{pause.question}”"
        if pause.signpost:
            yield f"Meanwhile: {ended(pause.signpost)}"


def _stops(say: Phrases, pause: Pause) -> str:
    if not pause.stops:
        return "it is noted, and stops no clock"
    clocks = {"the answer": "the time for the answer", "the whole": "the overall time"}
    stopped = f"{listed(clocks[clock] for clock in pause.stops)} {'stand' if len(pause.stops) > 1 else 'stands'} still"
    if pause.at_most:
        return f"{stopped} for at most {say.span(pause.at_most)}{say.other_time(pause.at_most)}"
    return f"{stopped} until somebody resumes"


def telling(say: Phrases) -> Iterator[str]:
    procedure, told = say.procedure, say.procedure.telling
    yield f"Everybody is told {say.ways(told.ways)}. Another way is tried only where all of these have failed."
    if told.teams_only:
        yield f"In Teams alone: {listed(NOISE[what] for what in told.teams_only)}."
    if told.heading:
        yield f"Every message about a challenge has the heading “{told.heading}”, unless it is said otherwise."
    if told.seniors:
        when = listed(WHEN[what] for what in told.seniors)
        yield f"At every stage, the senior of everyone who is asked is told {when}."
    yield f"Reminders of an answer go out {say.reminders(procedure.reminders)}, where a stage does not say otherwise."
    if procedure.digest:
        yield f"A daily digest goes to {say.roles(procedure.digest, 'and')}."


def referral(say: Phrases) -> Iterator[str]:
    referral = say.procedure.referral
    if referral is None:
        return
    yield f"{first_up(say.role(referral.officer))} must have been told before a referral is recorded as made."
    if referral.consulted:
        yield f"It is considered with {say.roles(referral.consulted, 'and')}."
    if referral.asked_at_each_stage:
        yield "Every formal stage asks whether a referral should be made at the same time."
    if referral.questions:
        yield f"Recorded when it is considered: {quoted(referral.questions)}. An answer may warn; it never blocks."
    if referral.steps:
        yield f"Its steps are kept with their dates: {quoted(referral.steps)}."
    if referral.outcomes:
        yield f"What came of it is one of: {quoted(referral.outcomes)}."


def legal_advice(say: Phrases) -> Iterator[str]:
    advice = say.procedure.legal_advice
    if advice is None:
        return
    yield f"{first_up(say.raiser)} may take independent legal advice. Nobody on the operational side sees it."
    if advice.when:
        yield f"When: {ended(advice.when)}"
    for lead, roles in (
        ("Supported by", advice.supported_by),
        ("Briefed", advice.briefed),
        ("Notified", advice.notified),
    ):
        if roles:
            yield f"{lead}: {say.roles(roles, 'and')}."
    if advice.steps:
        yield f"Its steps are kept with their dates: {quoted(advice.steps)}."


def concerns(say: Phrases) -> Iterator[str]:
    raising = say.roles(role.id for role in say.procedure.roles if role.raises)
    for concern in say.procedure.concerns:
        by = say.roles(concern.raised_by) if concern.raised_by else raising
        heard = f" It is heard by {listed(map(say.role, concern.heard_by), 'then')}." if concern.heard_by else ""
        where = f" {ended(concern.signpost)}" if concern.signpost else ""
        kept = f" How it is kept: {ended(concern.kept_as)}" if concern.kept_as else ""
        yield f"{concern.title.rstrip('.')}, raised by {by}.{heard}{where}{kept}"


def review_actions(say: Phrases) -> Iterator[str]:
    actions = say.procedure.review_actions
    if actions is None:
        return
    yield f"What a review sets is called “{actions.title}”: each has somebody responsible and a date."
    if actions.confirmed_with:
        yield f"They are confirmed with {say.roles(actions.confirmed_with, 'and')}."
    if actions.discussed_with:
        yield f"One that is late is discussed with {say.roles(actions.discussed_with)}: a new date, or going formal."
    if actions.asks:
        yield f"Recorded after each review as well: {quoted(actions.asks)}."
    if actions.signpost:
        yield ended(actions.signpost)


def good_practice(say: Phrases) -> Iterator[str]:
    good = say.procedure.good_practice
    if good is None:
        return
    shared = f", and shared with {say.roles(good.shared_with, 'and')}" if good.shared_with else ""
    yield f"Good practice is recorded and reported beside the concerns{shared}."
    if good.signpost:
        yield ended(good.signpost)


def changes(say: Phrases) -> Iterator[str]:
    first = tuple(change.title for change in say.procedure.changes if change.review_first)
    others = tuple(change.title for change in say.procedure.changes if not change.review_first)
    if first:
        yield f"The reviewing officer is told of these, and they must not happen before a review: {quoted(first)}."
    if others:
        yield f"The reviewing officer is told of these, and decides whether a review is needed: {quoted(others)}."
    for change in say.procedure.changes:
        if change.signpost:
            yield f"“{change.title}” calls for more: {ended(change.signpost)}"


def duties(say: Phrases) -> Iterator[str]:
    for duty in say.procedure.duties:
        where = f"At {say.stages(duty.stages, 'and')}" if duty.stages else "At every formal stage"
        yield f"{where}, {say.roles(duty.roles, 'and')}: {ended(duty.text)}"


def records(say: Phrases) -> Iterator[str]:
    records = say.procedure.records
    for when, heading in (("is raised", records.case_note_at_raising), ("ends", records.case_note_at_end)):
        if heading:
            yield f"When it {when}, a case note is made with the heading “{heading}”."
    if records.headings:
        yield f"A case note says: {quoted(records.headings)}."
    if records.no_pasted_mail:
        yield "No e-mail is pasted into a case note."
    if records.file_copy:
        yield f"Put onto the child's file: {ended(records.file_copy)}"
    if records.on_file_within:
        yield say.due("What goes onto the file", records.on_file_within, say.raiser, "what it records")
    if records.retention:
        yield f"How long everything is kept: {ended(records.retention)}"
    for rule in say.procedure.retention:
        yield _kept(say, rule)


def _kept(say: Phrases, rule: Retention) -> str:
    what = say.arenas(rule.arenas) if rule.arenas else "everything that no other rule names"
    long = f"{count(rule.years, 'year')} from {KEPT_FROM[rule.counted_from]}"
    died = rule.years_after_death
    early = f", or {count(died, 'year')} from a death before the age of 18" if died else ""
    return f"What is written about {what} is kept for {long}{early}, and is then due to be erased: {ended(rule.source)}"


def reports(say: Phrases) -> Iterator[str]:
    for report in say.procedure.reports:
        named = "It may name children." if report.names_children else "It names no child."
        what = f" It contains: {quoted(report.contents)}." if report.contents else ""
        yield f"“{report.title}”, every {report.every}, for {ended(report.readers)} {named}{what}"


def hours(say: Phrases) -> Iterator[str]:
    hours = say.procedure.hours
    day = f"from {hour(hours.opens)} to {hour(hours.closes)}"
    yield f"The working day is {day}, and reminders go out at {hour(hours.remind_at)}, London time."
    yield (
        "Working days are Monday to Friday, without the bank holidays of "
        f"{NATIONS[say.procedure.nation]}. The day of receipt is not counted, and what is due on a day is due by the "
        "end of the working day."
    )
    yield say.received()
    if say.procedure.closures:
        days = "; ".join(f"{in_words(closure.day)} ({closure.title})" for closure in say.procedure.closures)
        yield f"The authority is also closed on: {days}."
