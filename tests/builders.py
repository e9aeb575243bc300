"""Short ways to say what a test is about. Times are London wall time, with the weekday checked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TypeVar

from bot.domain.challenge import Challenge
from bot.domain.commands import (
    CLOCK,
    Acknowledge,
    Answer,
    Close,
    Command,
    Escalate,
    Exhaust,
    Issue,
    IssueAnswer,
    LookAtClock,
    Raise,
    Resolve,
    Sent,
    Verdict,
    Wait,
)
from bot.domain.decide import decide, role_of
from bot.domain.errors import Refused
from bot.domain.events import ChallengeRaised, Event, Recorded
from bot.domain.evolve import evolve
from bot.domain.facts import Facts
from bot.domain.notices import Kind, Notice, notices, still_true
from bot.domain.people import Child, Directory, Party, Person, Post
from bot.domain.procedure import Procedure
from bot.domain.raising import raising
from bot.domain.reminders import wakes_at
from bot.domain.words import Words
from bot.domain.working_time import LONDON, Deadline
from bot.procedures.calendar import load_calendar
from bot.procedures.load import load

One = TypeVar("One")


def day(text: str) -> date:
    """`Fri 3 April 2026`; a wrong weekday fails."""
    found = datetime.strptime(text, "%a %d %B %Y").date()
    assert found.strftime("%a") == text[:3], f"{text} is a {found:%A}"
    return found


def at(text: str) -> datetime:
    """`Tue 7 April 2026 4:40pm` in London, as an aware UTC moment."""
    words, _, hour = text.rpartition(" ")
    clock = datetime.strptime(hour.upper(), "%I:%M%p" if ":" in hour else "%I%p").time()
    return datetime.combine(day(words), clock, LONDON).astimezone(UTC)


def said(moment: datetime) -> str:
    """A moment as `at` reads it: `Tue 7 April 2026 4:40pm`."""
    local = moment.astimezone(LONDON)
    hour = f"{local:%I:%M%p}".lower().lstrip("0").replace(":00", "")
    return f"{local:%a} {local.day} {local:%B %Y} {hour}"


@cache
def lincolnshire() -> Procedure:
    return load("lincolnshire").procedure


IRO, OTHER_IRO, WORKER, SUPERVISOR, MANAGER = "p-iro", "p-iro-2", "p-sw", "p-ps", "p-tm"
SERVICE, SENIOR, DIRECTOR, IRO_MANAGER, STRANGER = "p-csm", "p-sm", "p-ad", "p-irotm", "p-stranger"

PEOPLE = {
    IRO: ("Imogen Reed", "iro", "Safeguarding and Review"),
    OTHER_IRO: ("Isaac Obi", "iro", "Safeguarding and Review"),
    WORKER: ("Sam Walker", "social-worker", "Boston Team 1"),
    SUPERVISOR: ("Priya Shah", "practice-supervisor", "Boston Team 1"),
    MANAGER: ("Tom Marsh", "team-manager", "Boston Team 1"),
    SERVICE: ("Carol Stone", "childrens-service-manager", "Boston"),
    SENIOR: ("Sunil Mehta", "senior-manager", "Children's Services"),
    DIRECTOR: ("Ada Dixon", "assistant-director", "Children's Services"),
    IRO_MANAGER: ("Irene Tate", "iro-team-manager", "Safeguarding and Review"),
    STRANGER: ("Stan Grey", "team-manager", "Lincoln Team 2"),
}
UNITS = {
    "Children's Services": None,
    "Boston": "Children's Services",
    "Boston Team 1": "Boston",
    "Lincoln": "Children's Services",
    "Lincoln Team 2": "Lincoln",
    "Safeguarding and Review": "Children's Services",
}


def a_post(person: str, role: str, unit: str, *, since: str = "", until: str = "") -> Post:
    return Post(
        person=person,
        role=role,
        unit=unit,
        since=day(since) if since else None,
        until=day(until) if until else None,
    )


def a_child(
    reference: str = "MOS-10423",
    arena: str = "child-in-care",
    unit: str = "Boston Team 1",
    without: tuple[str, ...] = (),
) -> Child:
    workers = {"social-worker": WORKER, "practice-supervisor": SUPERVISOR, "iro": IRO}
    workers = {role: person for role, person in workers.items() if person not in without}
    return Child(reference=reference, name="Alex Brown", born=date(2016, 5, 4), arena=arena, unit=unit, workers=workers)


def a_directory(*children: Child, without: tuple[str, ...] = (), besides: tuple[Post, ...] = ()) -> Directory:
    """The usual people in their usual posts, without the posts of some, and with some posts besides."""
    people = {
        id: Person(id=id, name=name, email=f"{name.lower().replace(' ', '.')}@council.example")
        for id, (name, _, _) in PEOPLE.items()
    }
    usual = tuple(Post(person=id, role=role, unit=unit) for id, (_, role, unit) in PEOPLE.items() if id not in without)
    known = children or (a_child(), a_child("MOS-20001", arena="child-protection"))
    return Directory(
        version=1,
        people=people,
        units=UNITS,
        posts=(*usual, *besides),
        children={child.reference: child for child in known},
    )


def facts(directory: Directory | None = None, procedure: Procedure | None = None) -> Facts:
    procedure = procedure or lincolnshire()
    return Facts(procedure=procedure, calendar=load_calendar("england-and-wales"), directory=directory or a_directory())


def words(text: str) -> Words:
    return Words(text)


def an_issue(text: str = "No visit since 2 March", outcome: str = "A visit this week") -> Issue:
    return Issue(text=Words(text), outcome=Words(outcome), kind="delay")


def a_raise(
    stage: str = "informal",
    reason: str = "",
    *,
    issues: tuple[Issue, ...] = (),
    child: str = "MOS-10423",
    arena: str = "child-in-care",
) -> Raise:
    return Raise(
        child=child,
        arena=arena,
        issues=issues or (an_issue(),),
        impact=Words("Alex feels forgotten"),
        stage=stage,
        reason=Words(reason),
    )


def an_answer(request: int = 1, verdict: Verdict = "accepted", issues: int = 1) -> Answer:
    answers = tuple(
        IssueAnswer(
            issue=number,
            verdict=verdict,
            words=Words("A visit is booked"),
            by_whom=Words("Sam Walker"),
            by_when=date(2027, 1, 29),
        )
        for number in range(1, issues + 1)
    )
    return Answer(request=request, answers=answers)


def satisfied(request: int = 1) -> Resolve:
    return Resolve(
        request=request, how=Words("The visit took place"), outcome_for_child=Words("Alex was seen"), achieved="yes"
    )


def on_to(stage: str, request: int = 1, reason: str = "The answer leaves it open") -> Escalate:
    return Escalate(request=request, to=stage, reason=Words(reason))


def exhausted(request: int = 1, reason: str = "Nothing has changed for Alex") -> Exhaust:
    return Exhaust(request=request, reason=Words(reason))


def a_wait(until: str, request: int = 1, reason: str = "The manager is back on that day") -> Wait:
    return Wait(request=request, until=day(until), reason=Words(reason))


def closing(reason: str = "It was a misunderstanding") -> Close:
    return Close(reason=Words(reason))


def dated(deadline: Deadline | None) -> Deadline:
    """A deadline that there must be."""
    assert deadline is not None, "there is no date"
    return deadline


def ids(parties: Iterable[Party]) -> set[str]:
    return {party.person for party in parties}


def only(kind: type[One], events: Iterable[object]) -> One:
    """The one event of this kind."""
    (found,) = (event for event in events if isinstance(event, kind))
    return found


class Story:
    """A challenge as it is told: who does what, when. Keeps every event."""

    def __init__(self, known: Facts | None = None, reference: str = "PC-2026-0001") -> None:
        self.facts = known or facts()
        self.reference = reference
        self.history: list[Recorded] = []
        self.challenge: Challenge | None = None
        self.states: list[Challenge] = []
        """The challenge right after each event."""

    def does(self, by: str, command: Command, when: str | datetime) -> list[Event]:
        """What came of it; it's all on the record then."""
        moment = at(when) if isinstance(when, str) else when
        sent = Sent(command=command, id=f"c{len(self.history)}", by=by, at=moment, via="teams", message="m")
        if self.challenge is None:
            events = raising(self.reference, sent, self.facts)
        else:
            events = decide(self.challenge, sent, self.facts)
        role = (
            role_of(self.challenge, sent, self.facts) if self.challenge else only(ChallengeRaised, events).raiser.role
        )
        for event in events:
            recorded = Recorded(
                event=event,
                position=len(self.history) + 1,
                by=by,
                role=role,
                happened_at=moment,
                recorded_at=moment,
                command=sent.id,
                via="teams",
                message="m",
            )
            self.history.append(recorded)
            self.challenge = evolve(self.challenge, recorded)
            self.states.append(self.challenge)
        return events

    def refused(self, by: str, command: Command, when: str) -> str:
        """The sentence that the person reads. Fails if it was possible after all."""
        try:
            events = self.does(by, command, when)
        except Refused as refused:
            return refused.sentence
        raise AssertionError(f"it was possible: {events}")

    def passes(self, until: str, step: timedelta = timedelta(hours=1), since: str | None = None) -> list[Event]:
        """Time passes hour by hour, and the clock is looked at each time."""
        end = at(until)
        moment = at(since) if since else self.history[-1].happened_at
        found: list[Event] = []
        while moment < end:
            moment = min(moment + step, end)
            found.extend(self.does(CLOCK, LookAtClock(), moment))
        return found

    @property
    def now(self) -> Challenge:
        assert self.challenge is not None
        return self.challenge

    @property
    def wakes(self) -> str:
        """When something falls due next, in words; empty for never."""
        moment = wakes_at(self.now, self.facts)
        return said(moment) if moment else ""

    def messages(self, *kinds: Kind, since: int = 0) -> list[Notice]:
        """Every message of some kinds, or of all, that came of the events after a position."""
        return [
            notice
            for recorded, state in zip(self.history, self.states, strict=True)
            if recorded.position > since and state.requests
            for notice in notices(recorded, state, self.facts.procedure)
            if not kinds or notice.kind in kinds
        ]

    def still(self, notice: Notice) -> bool:
        """Whether a message would still be sent now."""
        return still_true(notice, self.history[notice.position - 1], self.now)


def a_challenge(
    stage: str = "informal",
    raised: str = "Tue 7 April 2026 10am",
    *,
    answered: str = "",
    acknowledged: str = "",
    known: Facts | None = None,
    issues: tuple[Issue, ...] = (),
) -> Story:
    """A challenge raised at a stage, perhaps acknowledged and answered by the person asked."""
    story = Story(known)
    usual = story.facts.procedure.start
    story.does(IRO, a_raise(stage, reason="" if stage == usual else "Too urgent", issues=issues), raised)
    for command, when in ((Acknowledge(request=1), acknowledged), (an_answer(issues=max(1, len(issues))), answered)):
        if when:
            story.does(story.now.current.asked[0].person, command, when)
    return story
