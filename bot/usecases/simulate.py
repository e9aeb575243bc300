"""The whole calendar of a made-up challenge: what falls due when, who is told, under given answers and silences.

Every post of the procedure is held by one made-up person, named by the post; nothing is stored or sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from bot.domain.challenge import Challenge, Request
from bot.domain.commands import (
    CLOCK,
    Answer,
    Command,
    Escalate,
    Exhaust,
    GiveAgreement,
    Issue,
    IssueAnswer,
    LookAtClock,
    Raise,
    Resolve,
    Sent,
)
from bot.domain.decide import decide
from bot.domain.errors import Fault, Refused
from bot.domain.events import Event, Recorded
from bot.domain.evolve import evolve
from bot.domain.facts import Facts
from bot.domain.notices import Notice, notices
from bot.domain.people import Child, Directory, Person, Post
from bot.domain.procedure import Procedure, Stage
from bot.domain.raising import raising
from bot.domain.reminders import wakes_at
from bot.domain.words import Words
from bot.domain.working_time import ONE_DAY, WorkingCalendar, london_date, moment, next_working_moment

CHILD, UNIT, REFERENCE = "CHILD-1", "The authority", "PC-0000-0001"
HOUR = time(10)
"""London; when people in the simulation act."""
LONGEST = timedelta(days=60)
"""How far it goes where nothing ends it."""
_SAID = Words("made up")


@dataclass(frozen=True, kw_only=True)
class Script:
    """What people do, by stage id, in working days after it was opened or proposed. Who isn't in it is silent."""

    answer: Mapping[str, int] = field(default_factory=dict)
    agree: Mapping[str, int] = field(default_factory=dict)
    go_on: Mapping[str, int] = field(default_factory=dict)
    satisfied: Mapping[str, int] = field(default_factory=dict)

    def stages(self) -> set[str]:
        return {*self.answer, *self.agree, *self.go_on, *self.satisfied}


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that happens, the challenge right after it, and every message that goes out because of it."""

    recorded: Recorded
    challenge: Challenge
    notices: tuple[Notice, ...]
    out_at: datetime
    """When they go out: reminders, and what time alone has brought about, wait for working hours."""


def simulate(
    procedure: Procedure, calendar: WorkingCalendar, raised_at: datetime, stage: str, script: Script
) -> Iterator[Step]:
    """What happens after a challenge is raised at a stage, until it has ended or for two months.

    Raises `Fault` for a stage that the procedure doesn't have, or where it can't be raised like that.
    """
    known = [one.id for one in procedure.stages]
    for named in sorted({stage, *script.stages()} - set(known)):
        raise Fault(f"The procedure has no stage “{named}”; there are: {', '.join(known)}.")
    run = _Run(made_up_facts(procedure, calendar), script)
    try:
        yield from run.does(run.raiser, _raise(procedure, stage, raised_at), raised_at)
    except Refused as refused:
        raise Fault(f"It can't be raised at {procedure.stage(stage).title}: {refused.sentence}") from refused
    while (due := run.next()) is not None and due[0] <= raised_at + LONGEST:
        at, by, command = due
        try:
            yield from run.does(by, command, at)
        except Refused as refused:
            raise Fault(f"At {at:%d %B %Y} this can't be done: {refused.sentence}") from refused


def made_up_facts(procedure: Procedure, calendar: WorkingCalendar) -> Facts:
    """A directory in which one person holds each post, under the post's own title."""
    roles = procedure.roles
    people = {role.id: Person(id=role.id, name=role.title, email="") for role in roles}
    workers = {role.id: role.id for role in roles if role.found == "on the child"}
    child = Child(reference=CHILD, name="A B", born=None, arena=procedure.arenas[0].id, unit=UNIT, workers=workers)
    directory = Directory(
        version=1,
        people=people,
        units={UNIT: None},
        posts=tuple(Post(person=role.id, role=role.id, unit=UNIT) for role in roles),
        children={CHILD: child},
    )
    return Facts(procedure=procedure, calendar=calendar, directory=directory)


def _raise(procedure: Procedure, stage: str, at: datetime) -> Raise:
    here = procedure.stage(stage)
    arena = procedure.arenas[0].id
    kinds = [kind for kind in procedure.kinds_in(arena) if kind.treated == "as a challenge" and not kind.requires]
    issue = Issue(text=_SAID, outcome=_SAID, kind=(kinds or procedure.kinds)[0].id)
    return Raise(
        child=CHILD,
        arena=arena,
        issues=(issue,),
        impact=_SAID,
        stage=stage,
        reason=_SAID,
        ground=next(iter(here.grounds), ""),
        review_on=london_date(at),
        answer_by=_must_be_set(here, at),
    )


def _must_be_set(stage: Stage, at: datetime) -> date | None:
    limit = stage.limit
    if limit is None or not limit.must_be_set:
        return None
    return london_date(at) + ONE_DAY * max(limit.count, limit.at_least, 1)


class _Run:
    """A challenge on its way through the simulation."""

    def __init__(self, facts: Facts, script: Script) -> None:
        self._facts = facts
        self._script = script
        self._challenge: Challenge | None = None
        self._tried: set[tuple[str, int]] = set()
        self._position = 0

    @property
    def raiser(self) -> str:
        arena = self._facts.procedure.arenas[0]
        return next(iter(arena.raised_by), min(self._facts.procedure.raising_roles))

    def does(self, by: str, command: Command, at: datetime) -> list[Step]:
        """Carry out one act; every step that it leads to."""
        sent = Sent(command=command, id="simulated", by=by, at=at, via="console")
        before = self._challenge
        events = raising(REFERENCE, sent, self._facts) if before is None else decide(before, sent, self._facts)
        return [self._step(event, by, at) for event in events]

    def _step(self, event: Event, by: str, at: datetime) -> Step:
        self._position += 1
        role = "" if by == CLOCK else by
        recorded = Recorded(
            event=event,
            position=self._position,
            by=by,
            role=role,
            happened_at=at,
            recorded_at=at,
            command="simulated",
            via="console",
            message="",
        )
        after = self._challenge = evolve(self._challenge, recorded)
        told = notices(recorded, after, self._facts.procedure)
        out = tuple(one for one in told if one.kind != "redraw")
        held = any(one.held for one in out)
        out_at = next_working_moment(self._facts.calendar, self._facts.hours, at) if held else at
        return Step(recorded=recorded, challenge=after, notices=out, out_at=out_at)

    def next(self) -> tuple[datetime, str, Command] | None:
        """Whatever comes first: an act of the script, or the clock; None once it has ended."""
        challenge = self._challenge
        if challenge is None or challenge.ended is not None:
            return None
        planned = min(self._planned(challenge), key=lambda one: one[0], default=None)
        wakes = wakes_at(challenge, self._facts)
        if planned is not None and (wakes is None or planned[0] <= wakes):
            self._tried.add((type(planned[2]).__name__, challenge.current.number))
            return planned
        # What is due by a moment is late right after it.
        return (wakes + timedelta(seconds=1), CLOCK, LookAtClock()) if wakes is not None else None

    def _planned(self, challenge: Challenge) -> Iterator[tuple[datetime, str, Command]]:
        proposal, request = challenge.proposal, challenge.current
        if proposal is not None and proposal.given is None and proposal.asked and proposal.stage in self._script.agree:
            agreed = GiveAgreement(proposal=proposal.number, agreed=True, words=_SAID)
            yield self._after(proposal.at, self._script.agree[proposal.stage]), proposal.asked[0].person, agreed
        if not challenge.requests:
            return
        for days, by, command in self._acts(challenge, request):
            if (type(command).__name__, request.number) not in self._tried or isinstance(command, Answer):
                yield self._after(request.opened_at, days), by, command

    def _acts(self, challenge: Challenge, request: Request) -> Iterator[tuple[int, str, Command]]:
        script, stage = self._script, request.stage
        if stage in script.answer and request.waits and request.still_asked:
            yield script.answer[stage], request.still_asked[0].person, _answer(request.number)
        if stage in script.satisfied and challenge.proposal is None:
            resolve = Resolve(request=request.number, how=_SAID, outcome_for_child=_SAID, achieved="yes")
            for party in self._facts.satisfying(challenge, request.opened_at):
                if party not in request.satisfied:
                    yield script.satisfied[stage], party.person, resolve
                    break
        if stage in script.go_on and challenge.proposal is None and not request.exhausted:
            yield script.go_on[stage], *self._onward(request)

    def _onward(self, request: Request) -> tuple[str, Command]:
        procedure = self._facts.procedure
        later = procedure.after(request.stage)
        if not later:
            return self.raiser, Exhaust(request=request.number, reason=_SAID)
        stage = later[0]
        at = self._after(request.opened_at, self._script.go_on[request.stage])
        escalate = Escalate(
            request=request.number,
            to=stage.id,
            reason=_SAID,
            ground=next(iter(stage.grounds), ""),
            answer_by=_must_be_set(stage, at),
        )
        return (stage.opened_by[0] if stage.opened_by else self.raiser), escalate

    def _after(self, start: datetime, days: int) -> datetime:
        """So many working days later, at the hour at which people act; at once, where that is no working day later."""
        later = moment(self._facts.calendar.add(london_date(start), days), HOUR)
        return max(later, start + timedelta(minutes=1))


def _answer(number: int) -> Answer:
    said = IssueAnswer(issue=1, verdict="accepted", words=_SAID, by_whom=_SAID, by_when=None)
    return Answer(request=number, answers=(said,))
