"""Challenges that a rule of the procedure raises, with no person behind it: a third conference, months on a plan."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.domain.beside import Trigger
from bot.domain.commands import CLOCK, Issue, Raise, Sent
from bot.domain.errors import Refused
from bot.domain.facts import Facts
from bot.domain.people import Child
from bot.domain.words import Words
from bot.domain.working_time import london_date, within_working_hours
from bot.telemetry.logs import Log
from bot.usecases.handle import handle
from bot.usecases.office import Office
from storage import trail

log = Log("bot.rules")


def raise_by_rules(office: Office, now: datetime) -> int:
    """Raise, in working hours, what the rules ask for and was not raised before. Returns how many there were.

    A rule raises once for each child and plan, in the name of whoever the child's record has as reviewing officer;
    where it has nobody, the operator finds that in the log each time the rule is looked at.
    """
    if not office.procedure.triggers:
        return 0
    with office.database.reading() as connection:
        facts = office.facts(connection)
        if not within_working_hours(facts.calendar, facts.hours, now):
            return 0
        wanted = [one for one in _wanted(facts, now) if trail.was_done(connection, one.id) is None]
    return sum(_raised(office, sent) for sent in wanted)


def _wanted(facts: Facts, now: datetime) -> Iterator[Sent]:
    for trigger in facts.procedure.triggers:
        for child in facts.directory.children.values():
            if child.arena == trigger.arena and _reached(trigger, child, now) >= trigger.at_least:
                since = child.plan_since.isoformat() if child.plan_since else ""
                id = f"rule/{trigger.id}/{child.reference}/{since}"
                yield Sent(command=_raise(trigger, child, facts), id=id, by=CLOCK, at=now, via="clock")


def _reached(trigger: Trigger, child: Child, now: datetime) -> int:
    match trigger.when:
        case "reviews held":
            return child.reviews_held or 0
        case "months on plan":
            return child.months_on_plan(london_date(now)) or 0


def _raise(trigger: Trigger, child: Child, facts: Facts) -> Raise:
    roles = [role for role in facts.procedure.roles if role.raises and role.id in child.workers]
    return Raise(
        child=child.reference,
        arena=trigger.arena,
        issues=(Issue(text=Words(trigger.issue), outcome=Words(trigger.outcome), kind=trigger.kind),),
        impact=Words(trigger.impact),
        stage=trigger.stage,
        reason=Words(trigger.title),
        trigger=trigger.id,
        raiser=child.workers[roles[0].id] if roles else "",
    )


def _raised(office: Office, sent: Sent) -> int:
    try:
        handle(office, sent)
    except Refused as refused:
        assert isinstance(sent.command, Raise)
        log.error("rule_could_not_raise", action=sent.command.trigger, why=refused.reason)
        return 0
    return 1
