"""How plain English says dates, hours and lists, and the pieces of a procedure of which its explanation is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Final

from bot.domain.procedure import Procedure
from bot.domain.stages import Happening, Way
from bot.domain.terms import Limit, Receipt, Reminders

STARTS: Final[Mapping[str, str]] = {
    "the raising": "the raising",
    "the step before": "the opening of the step before",
    "the review": "the day of the review or conference",
    "the meeting": "the day of the meeting",
}
"""From what a limit is counted, where not from receipt."""
WAYS: Final[Mapping[Way, str]] = {"teams": "in Teams", "email": "by e-mail"}
WHEN: Final[Mapping[Happening, str]] = {
    "raised": "when it is raised",
    "opened": "when this stage opens",
    "escalated": "when it goes on to this stage",
    "acknowledged": "when the request is acknowledged",
    "answered": "when the answer is given",
    "overdue": "when something is overdue",
    "agreement asked": "when agreement is asked for",
    "agreement given": "when agreement is given or refused",
    "plan agreed": "when the plan is agreed",
    "meeting fixed": "when the day of the meeting is fixed",
    "limit set": "when another time is set",
    "paused": "when the clocks are paused",
    "resumed": "when the clocks run again",
    "resolved": "when it is resolved",
    "closed": "when it is withdrawn or not taken further",
    "reopened": "when it is reopened",
    "taken over": "when somebody else takes it over",
    "exhausted": "when the stages are used up without agreement",
    "issue added": "when an issue is added",
    "total overdue": "when the overall time limit has passed",
}


def count(number: int, thing: str, things: str = "") -> str:
    """`1 issue`, `2 issues`."""
    return f"{number} {thing if number == 1 else things or thing + 's'}"


def listed(items: Iterable[str], joiner: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    *first, last = list(items) or [""]
    return f"{', '.join(first)} {joiner} {last}" if first else last


def first_up(text: str) -> str:
    return text[:1].upper() + text[1:]


def in_words(day: date) -> str:
    """`5 June 2026`."""
    return f"{day.day} {day:%B %Y}"


def hour(at: time) -> str:
    """The hour as people say it: `5pm`, `5:30pm`, `midday`."""
    if at.minute == 0 and at.hour in (0, 12):
        return "midday" if at.hour else "midnight"
    minutes = f":{at.minute:02}" if at.minute else ""
    return f"{at.hour % 12 or 12}{minutes}{'am' if at.hour < 12 else 'pm'}"


def a(thing: str) -> str:
    """`a challenge`, `an escalation`."""
    return f"{'an' if thing[:1].lower() in 'aeiou' else 'a'} {thing}"


def ended(text: str) -> str:
    """The procedure's own words as a sentence, with a full stop where they have no end of their own."""
    text = " ".join(text.split())
    return text if text.endswith((".", "!", "?", ".”", ".)")) else f"{text}."


def quoted(texts: Iterable[str]) -> str:
    """`“a”; “b”`, each in the procedure's own words."""
    return "; ".join(f"“{' '.join(text.split())}”" for text in texts)


@dataclass(frozen=True)
class Phrases:
    """A procedure's roles, stages and limits in words."""

    procedure: Procedure

    @property
    def challenge(self) -> str:
        return self.procedure.names.challenge

    @property
    def raiser(self) -> str:
        """Nobody's title, as it differs by arena."""
        return f"whoever raised the {self.challenge}"

    def role(self, id: str) -> str:
        """`the Team Manager`."""
        title = self.procedure.title_of(id)
        return title if title.lower().startswith("the ") else f"the {title}"

    def roles(self, ids: Iterable[str], joiner: str = "or") -> str:
        return listed(map(self.role, ids), joiner)

    def stages(self, ids: Iterable[str], joiner: str = "or") -> str:
        return listed((self.procedure.stage(id).title for id in ids), joiner)

    def arenas(self, ids: Iterable[str]) -> str:
        return listed((self.procedure.arena(id).title for id in ids), "or")

    def owner(self, ids: tuple[str, ...], joiner: str = "or") -> str:
        """The roles, or whoever raised it where none is named."""
        return self.roles(ids, joiner) if ids else self.raiser

    def span(self, limit: Limit) -> str:
        """`5 working days`, `the same working day`."""
        if limit.unit == "at once":
            hours = count(self.procedure.hours.at_once, "working hour")
            return f"at once, which means within {hours}"
        return limit.unit if limit.unit == "the same working day" else count(limit.count, limit.unit.removesuffix("s"))

    def within(self, limit: Limit, receipt: str = "receipt") -> str:
        """`within 5 working days of receipt`. `receipt`: what that is here, such as receipt of the answer."""
        start = STARTS.get(limit.counted_from, receipt)
        match limit.unit:
            case "at once":
                return f"{self.span(limit)} of {start}"
            case "the same working day":
                return f"on the same working day as {start}"
            case _:
                return f"within {self.span(limit)} of {start}"

    def due(self, what: str, limit: Limit, opener: str, receipt: str = "receipt") -> str:
        """When something is due, and who may set another time within which bounds. `opener` names the day if any."""
        when = self.by_a_day(limit, opener, receipt) if limit.must_be_set else self.within(limit, receipt)
        return f"{what} is due {when}{self.other_time(limit)}."

    def by_a_day(self, limit: Limit, opener: str, receipt: str = "receipt") -> str:
        """`by a day that the Manager has to name, from 1 to 5 working days`, where a day must be named."""
        usual = f", usually {self.within(limit, receipt)}" if limit.count else ""
        return f"by a day that {opener} has to name{usual}{_bounds(limit)}"

    def other_time(self, limit: Limit | None) -> str:
        """Who may set another time, within which bounds, as the end of a sentence; nothing where nobody may."""
        if limit is None or not limit.set_by:
            return ""
        bounds = "" if limit.must_be_set else _bounds(limit)
        return f"; {self.roles(limit.set_by)} may set another time, always with a reason{bounds}"

    def received(self) -> str:
        """What counts as receipt."""
        hours = self.procedure.hours
        late = f"after {hour(hours.cut_off or hours.closes)}, or on a day that is not a working day,"
        sentences: Mapping[Receipt, str] = {
            "sent": "A request counts as received on the day on which it is sent, whatever the hour.",
            "sent before the cut-off": f"A request sent {late} counts as received on the next working day.",
            "delivered": "A request counts as received when the first message about it is delivered; one delivered "
            f"{late} on the next working day.",
        }
        return sentences[hours.receipt]

    def reminders(self, reminders: Reminders) -> str:
        """`2 working days before, on the day, 1 working day after, and then every 5 working days, at 9am`."""
        moments = [_days(reminders.before, "before")] if reminders.before else []
        moments += ["on the day"] if reminders.on_the_day else []
        moments += [_days(reminders.after, "after")] if reminders.after else []
        every = "every working day" if reminders.then_every == 1 else f"every {reminders.then_every} working days"
        at = hour(reminders.at or self.procedure.hours.remind_at)
        also = f", to whoever has to act and to {self.roles(reminders.also, 'and')}" if reminders.also else ""
        return f"{', '.join([*moments, f'and then {every}'])}, at {at}{also}"

    def ways(self, ways: Iterable[Way]) -> str:
        return listed(WAYS[way] for way in ways)


def _days(days: tuple[int, ...], side: str) -> str:
    """`5 and 2 working days before`."""
    return f"{listed(map(str, days))} working {'day' if days == (1,) else 'days'} {side}"


def _bounds(limit: Limit) -> str:
    """`, from 1 to 5 working days`, where there are any."""
    unit = limit.unit.removesuffix("s") if limit.unit.endswith("s") else "working day"
    if limit.at_most:
        return f", from {limit.at_least} to {count(limit.at_most, unit)}"
    return f", of {count(limit.at_least, unit)} or more" if limit.at_least > 1 else ""
