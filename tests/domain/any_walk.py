"""A challenge under any procedure: people, the clock, the directory and the calendar do whatever they like.

`AnyWalk` is the machine; what must hold is said by those that extend it, in `test_any_procedure` and elsewhere. Each
step that changed anything ends in `happened`, which they override.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, assume, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from bot.domain.challenge import Challenge
from bot.domain.commands import CLOCK, OPERATOR, Command, LookAtClock, MoveToVersion, Raise, Sent
from bot.domain.decide import decide, role_of
from bot.domain.errors import Refused
from bot.domain.events import ChallengeRaised, Event, Recorded
from bot.domain.evolve import evolve
from bot.domain.facts import Facts
from bot.domain.notices import Notice, notices
from bot.domain.people import Directory
from bot.domain.procedure import Procedure
from bot.domain.raising import raising
from bot.domain.rehearse import rehearse
from bot.domain.reminders import wakes_at
from bot.domain.words import Words
from bot.domain.working_time import london_date
from tests.builders import at, said
from tests.domain.any_command import FORM_OF, any_commands, raises_somehow, the_raises
from tests.domain.any_procedure import any_procedures
from tests.domain.any_world import AS_USUAL, PEOPLE, any_directories, the_calendar, with_holiday
from tests.domain.shown import Shown, brief

later = st.one_of(
    st.timedeltas(timedelta(0), timedelta(hours=30)), st.sampled_from([timedelta(days=d) for d in (1, 3, 7, 30)])
)


def walking(examples: int, steps: int, *, anew: bool = False, shrinks: bool = True) -> settings:
    """How far to walk: the same ways each time or, `anew`, others. Failures are shrunk, unless they are wanted; why
    they fail isn't explained, as that takes minutes."""
    return settings(
        derandomize=not anew,
        database=None,
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.reuse, Phase.generate, *((Phase.shrink,) if shrinks else ())),
    )


class AnyWalk(RuleBasedStateMachine):
    """People, the clock, the directory and the calendar do whatever they like; much of it is refused."""

    def __init__(self) -> None:
        super().__init__()
        self.now = at("Tue 7 April 2026 10am")
        self.versions: dict[str, Procedure] = {}
        self.bound = ""
        """Fingerprint of the procedure that binds."""
        self.calendar = the_calendar()
        self.calendars = {self.calendar.version: self.calendar}
        self.directory = AS_USUAL
        self.history: list[Recorded] = []
        self.states: list[Challenge] = []
        """The challenge right after each event."""

    @property
    def challenge(self) -> Challenge:
        return self.states[-1]

    @property
    def procedure(self) -> Procedure:
        return self.versions[self.bound]

    @property
    def facts(self) -> Facts:
        return Facts(procedure=self.procedure, calendar=self.calendar, directory=self.directory)

    @initialize(written=any_procedures(), after=st.timedeltas(timedelta(0), timedelta(days=30)), data=st.data())
    def raised(self, written: Shown[Procedure], after: timedelta, data: Any) -> None:
        """Somehow, if that can be done; otherwise in the simplest way that can."""
        self.binds(written.value)
        self.now += after
        by, wanted = data.draw(the_raises(written.value, london_date(self.now))).value
        if not self.raises(by, wanted):
            possible = raises_somehow(self.facts, self.now, self.can_raise)
            assume(possible is not None)
            assert possible is not None
            assert self.raises(*possible)

    def can_raise(self, by: str, wanted: Raise) -> bool:
        try:
            raising("PC-2026-0001", self.sent(by, wanted), self.facts)
        except Refused:
            return False
        return True

    def raises(self, by: str, wanted: Raise) -> bool:
        sent = self.sent(by, wanted)
        try:
            events = raising("PC-2026-0001", sent, self.facts)
        except Refused as refused:
            self.refused(refused)
            return False
        assert isinstance(events[0], ChallengeRaised)
        self.records(events, sent, events[0].raiser.role)
        return True

    @rule(by=st.sampled_from(PEOPLE), after=later, data=st.data())
    def somebody_acts(self, by: str, after: timedelta, data: Any) -> None:
        self.now += after
        self.tries(by, data.draw(any_commands(self.challenge, self.facts, self.now)).value)

    @rule(after=later, data=st.data())
    def the_right_person_acts(self, after: timedelta, data: Any) -> None:
        """Whoever may do it, if anybody may."""
        self.now += after
        command = data.draw(any_commands(self.challenge, self.facts, self.now)).value
        able = [person for person in PEOPLE if self.allowed(person, command)]
        if able:
            self.tries(data.draw(st.sampled_from(able)), command)

    def allowed(self, by: str, command: Command) -> bool:
        try:
            decide(self.challenge, self.sent(by, command), self.facts)
        except Refused:
            return False
        return True

    @rule(after=later)
    def the_clock_is_looked_at(self, after: timedelta) -> None:
        self.now += after
        self.tries(CLOCK, LookAtClock())

    @precondition(lambda self: self.challenge.ended is None)
    @rule()
    def it_wakes(self) -> None:
        due = wakes_at(self.challenge, self.facts)
        assert due is not None
        self.now = max(due, self.now) + timedelta(seconds=1)
        self.tries(CLOCK, LookAtClock())

    @rule(directory=any_directories())
    def posts_change(self, directory: Shown[Directory]) -> None:
        self.directory = directory.value

    @rule(days=st.integers(1, 12))
    def a_bank_holiday_is_announced(self, days: int) -> None:
        self.calendar = with_holiday(self.calendar, london_date(self.now) + timedelta(days=days))
        self.calendars[self.calendar.version] = self.calendar
        self.tries(CLOCK, LookAtClock())

    @precondition(lambda self: len(self.versions) < 3)
    @rule(written=any_procedures())
    def another_version_comes_into_force(self, written: Shown[Procedure]) -> None:
        before = self.bound
        self.binds(written.value)
        if not self.tries(OPERATOR, MoveToVersion(reason=Words("A new version"))):
            self.bound = before

    def binds(self, procedure: Procedure) -> None:
        self.versions[procedure.fingerprint] = procedure
        self.bound = procedure.fingerprint

    def sent(self, by: str, command: Command) -> Sent:
        return Sent(command=command, id=f"c{len(self.history)}", by=by, at=self.now, via="teams", message="m")

    def tries(self, by: str, command: Command) -> bool:
        """Whether it could be done. What a person could do, they could also open the form for."""
        sent = self.sent(by, command)
        try:
            events = decide(self.challenge, sent, self.facts)
        except Refused as refused:
            note(f"  {by}: {brief(command)}: {refused.sentence}")
            self.refused(refused)
            return False
        if type(command) in FORM_OF and by in PEOPLE:
            rehearse(FORM_OF[type(command)], self.challenge, sent, self.facts)
        self.records(events, sent, role_of(self.challenge, sent, self.facts))
        return True

    def refused(self, refused: Refused) -> None:
        """Every refusal is a sentence."""
        sentence = refused.sentence
        assert sentence == sentence.strip()
        assert sentence[-1] in ".?!", sentence
        assert "{" not in sentence
        assert "None" not in sentence

    def records(self, events: Sequence[Event], sent: Sent, role: str) -> None:
        position = len(self.history)
        for event in events:
            recorded = self.as_recorded(event, sent, role, len(self.history) + 1)
            note(f"  {said(sent.at)} {sent.by}: {brief(event)}")
            self.history.append(recorded)
            self.states.append(evolve(self.states[-1] if self.states else None, recorded))
        if events:
            self.happened(position)

    def as_recorded(self, event: Event, sent: Sent, role: str, position: int) -> Recorded:
        return Recorded(
            event=event,
            position=position,
            by=sent.by,
            role=role,
            happened_at=sent.at,
            recorded_at=sent.at,
            command=sent.id,
            via="teams",
            message="m",
        )

    def happened(self, position: int) -> None:
        """What must hold after each step; the events of the step come after this position."""

    def step(self, position: int) -> list[tuple[Challenge | None, Recorded, Challenge]]:
        """Each event since a position, with the challenge before and after it."""
        before: list[Challenge | None] = [None, *self.states]
        return list(zip(before[position:-1], self.history[position:], self.states[position:], strict=True))

    def messages(self, position: int = 0) -> list[Notice]:
        """Every message of the events since a position."""
        return [
            notice
            for recorded, state in zip(self.history[position:], self.states[position:], strict=True)
            for notice in notices(recorded, state, self.procedure)
        ]
