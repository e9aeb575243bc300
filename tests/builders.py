"""Short ways to say what a test is about. Times are London wall time, with the weekday checked."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache

from bot.domain.challenge import Challenge, evolve
from bot.domain.commands import (
    CLOCK,
    Acknowledge,
    Answer,
    Command,
    Issue,
    IssueAnswer,
    LookAtClock,
    Raise,
    Sent,
)
from bot.domain.decide import decide, raising, role_of
from bot.domain.events import Event, Recorded
from bot.domain.facts import Facts
from bot.domain.people import Child, Directory, Person, Post
from bot.domain.procedure import Procedure
from bot.domain.words import Words
from bot.domain.working_time import LONDON
from bot.procedures.calendar import load_calendar
from bot.procedures.load import load


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


def a_child(reference: str = "MOS-10423", arena: str = "child-in-care", unit: str = "Boston Team 1") -> Child:
    workers = {"social-worker": WORKER, "practice-supervisor": SUPERVISOR, "iro": IRO}
    return Child(reference=reference, name="Alex Brown", born=date(2016, 5, 4), arena=arena, unit=unit, workers=workers)


def a_directory(*children: Child, without: tuple[str, ...] = ()) -> Directory:
    people = {
        id: Person(id=id, name=name, email=f"{name.lower().replace(' ', '.')}@council.example")
        for id, (name, _, _) in PEOPLE.items()
    }
    posts = tuple(Post(person=id, role=role, unit=unit) for id, (_, role, unit) in PEOPLE.items() if id not in without)
    known = children or (a_child(), a_child("MOS-20001", arena="child-protection"))
    return Directory(
        version=1, people=people, units=UNITS, posts=posts, children={child.reference: child for child in known}
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


def an_answer(request: int = 1, verdict: str = "accepted", issues: int = 1) -> Answer:
    answers = tuple(
        IssueAnswer(
            issue=number,
            verdict=verdict,  # type: ignore[arg-type]
            words=Words("A visit is booked"),
            by_whom=Words("Sam Walker"),
            by_when=date(2026, 4, 14),
        )
        for number in range(1, issues + 1)
    )
    return Answer(request=request, answers=answers)


class Story:
    """A challenge as it is told: who does what, when. Keeps every event."""

    def __init__(self, known: Facts | None = None, reference: str = "PC-2026-0001") -> None:
        self.facts = known or facts()
        self.reference = reference
        self.history: list[Recorded] = []
        self.challenge: Challenge | None = None

    def does(self, by: str, command: Command, when: str | datetime) -> list[Event]:
        moment = at(when) if isinstance(when, str) else when
        sent = Sent(command=command, id=f"c{len(self.history)}", by=by, at=moment, via="teams", message="m")
        if self.challenge is None:
            events = raising(self.reference, sent, self.facts)
        else:
            events = decide(self.challenge, sent, self.facts)
        role = role_of(self.challenge, sent, self.facts) if self.challenge else "iro"
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
        return events

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
