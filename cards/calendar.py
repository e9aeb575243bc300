"""The calendar of a simulated challenge as plain text: a line for what happens, and below it who is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from bot.domain.challenge import Challenge
from bot.domain.commands import CLOCK
from bot.domain.events import ChallengeRaised, Recorded, ReminderFell
from bot.domain.notices import OPERATOR, Notice
from bot.domain.phrases import WAYS
from bot.domain.procedure import Procedure
from bot.domain.working_time import london_date
from cards import words
from cards.chronology import happened


def calendar_lines(
    recorded: Recorded, challenge: Challenge, procedure: Procedure, told: Iterable[Notice], out_at: datetime
) -> Iterator[str]:
    """`Thu 17 December 2026, 4:40pm  The raiser raised …`, then who is told of it, how, and when if not at once."""
    if isinstance(recorded.event, ReminderFell) and not recorded.event.to:
        return
    by_post = replace(procedure, roles=tuple(replace(role, title="") for role in procedure.roles))
    who = "The clock" if recorded.by == CLOCK else procedure.title_of(recorded.by)
    what = words.unsaid(happened(recorded.event, challenge, by_post))
    yield f"{_when(recorded.happened_at)}  {who}: {what}."
    if isinstance(recorded.event, ChallengeRaised):
        return
    later = f" at {words.moment(out_at)}" if out_at > recorded.happened_at else ""
    yield from (f"{'':27}Told{later} {line}" for line in _told(told, procedure))


def _when(at: datetime) -> str:
    return f"{words.weekday(london_date(at))[:3]} {words.when(at):<21}"


def _told(told: Iterable[Notice], procedure: Procedure) -> Iterator[str]:
    """`in Teams and by e-mail: Team Manager`, those of the same ways together."""
    ways: dict[str, list[str]] = {}
    for notice in told:
        ways.setdefault(notice.to, []).append(WAYS[notice.way])
    people = sorted(ways, key=lambda person: (ways[person], person))
    for how, group in groupby(people, key=lambda person: tuple(dict.fromkeys(ways[person]))):
        names = [OPERATOR.name if one == OPERATOR.person else procedure.title_of(one) for one in group]
        yield f"{words.listed(how)}: {', '.join(names)}"
