"""Whatever anybody does at any moment, in any order: what must hold all the same."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.domain.challenge import Challenge
from bot.domain.commands import (
    CLOCK,
    Acknowledge,
    AddIssue,
    AddNote,
    Answer,
    Close,
    Command,
    Escalate,
    Exhaust,
    IssueAnswer,
    LookAtClock,
    Resolve,
    Wait,
)
from bot.domain.errors import Refused
from bot.domain.events import (
    ChallengeClosed,
    ChallengeResolved,
    IssueAdded,
    ReminderFell,
    StageAcknowledged,
    StageAnswered,
    StageAssigned,
    StageOpened,
    StagesExhausted,
    WaitAgreed,
)
from bot.domain.evolve import replay
from bot.domain.notices import Notice
from bot.domain.people import Directory
from bot.domain.reminders import wakes_at
from bot.domain.words import Words
from bot.domain.working_time import Deadline, london_date
from tests.builders import (
    DIRECTOR,
    IRO,
    IRO_MANAGER,
    MANAGER,
    OTHER_IRO,
    PEOPLE,
    SERVICE,
    STRANGER,
    SUPERVISOR,
    WORKER,
    Story,
    a_child,
    a_directory,
    a_post,
    a_raise,
    an_issue,
    at,
    dated,
    facts,
)

NOBODY = "nobody-known"
STAGES = ("informal", "stage-1", "stage-2", "stage-3")
OF_THE_RAISER = (IssueAdded, ChallengeResolved, StagesExhausted, WaitAgreed, ChallengeClosed, StageOpened)
DIRECTORIES = {
    "as usual": a_directory(),
    "no managers": a_directory(without=(MANAGER, SERVICE)),
    "another manager": a_directory(without=(MANAGER,), besides=(a_post(STRANGER, "team-manager", "Boston"),)),
    "two managers": a_directory(besides=(a_post(STRANGER, "team-manager", "Boston Team 1"),)),
    "the raiser leads the team": a_directory(without=(MANAGER,), besides=(a_post(IRO, "team-manager", "Boston"),)),
    "the raiser has left": a_directory(without=(IRO,)),
    "the child moved": a_directory(a_child(unit="Lincoln Team 2")),
    "the child is gone": a_directory(a_child("MOS-30003")),
    "nobody at all": a_directory(without=tuple(PEOPLE)),
}
people = st.sampled_from(
    [IRO, OTHER_IRO, WORKER, SUPERVISOR, MANAGER, SERVICE, DIRECTOR, IRO_MANAGER, STRANGER, NOBODY]
)
texts = st.sampled_from([Words(""), Words("Because"), Words("Else")])
later = st.one_of(
    st.timedeltas(timedelta(0), timedelta(hours=30)), st.sampled_from([timedelta(days=d) for d in (1, 3, 7, 40)])
)
directories = st.sampled_from(sorted(DIRECTORIES))


class AChallenge(RuleBasedStateMachine):
    """People, the clock and the directory do whatever they like; most of it is refused."""

    def __init__(self) -> None:
        super().__init__()
        self.now = at("Tue 7 April 2026 10am")
        self.story = Story()
        self.total: Deadline | None = None

    @initialize(
        stage=st.sampled_from(STAGES),
        after=st.timedeltas(timedelta(0), timedelta(days=270)),
        directory=directories.filter(
            lambda name: name not in ("the raiser has left", "nobody at all", "the child is gone")
        ),
        issues=st.integers(1, 5),
    )
    def raised(self, stage: str, after: timedelta, directory: str, issues: int) -> None:
        self.now = at("Fri 20 March 2026 12am") + after
        self.appoint(DIRECTORIES[directory])
        self.story.does(IRO, a_raise(stage, "Urgent", issues=(an_issue(),) * issues), self.now)

    @rule(by=people, after=later, text=texts, data=st.data())
    def somebody_acts(self, by: str, after: timedelta, text: Words, data: Any) -> None:
        command = data.draw(st.sampled_from(self.possible(text)))
        self.tries(by, command, after)

    @rule(after=later, text=texts, data=st.data())
    def the_right_person_acts(self, after: timedelta, text: Words, data: Any) -> None:
        command = data.draw(st.sampled_from(self.possible(text)))
        asked = self.story.now.current.asked
        by = IRO if not isinstance(command, Answer | Acknowledge) or not asked else asked[-1].person
        self.tries(by, command, after)

    @rule(after=later)
    def the_clock_is_looked_at(self, after: timedelta) -> None:
        self.tries(CLOCK, LookAtClock(), after)

    @precondition(lambda self: wakes_at(self.story.now, self.story.facts) is not None)
    @rule()
    def it_wakes(self) -> None:
        due = wakes_at(self.story.now, self.story.facts)
        assert due is not None
        before = self.story.now.position
        self.tries(CLOCK, LookAtClock(), max(due - self.now, timedelta(0)) + timedelta(seconds=1))
        assert self.story.now.position > before, "it woke for nothing"
        awake = wakes_at(self.story.now, self.story.facts)
        assert awake is not None
        assert awake > self.now or self.somebody_was_assigned(before), "it wakes again and again"

    @rule(directory=directories)
    def posts_change(self, directory: str) -> None:
        self.appoint(DIRECTORIES[directory])

    def possible(self, text: Words) -> list[Command]:
        number = self.story.now.current.number
        old = max(1, number - 1)
        until = london_date(self.now) + timedelta(days=3)
        accepted = tuple(
            IssueAnswer(issue=issue, verdict="accepted", words=text, by_whom=text, by_when=date(2026, 6, 1))
            for issue in range(1, len(self.story.now.issues) + 1)
        )
        return [
            *(Answer(request=request, answers=accepted) for request in (number, old)),
            *(Acknowledge(request=request) for request in (number, old)),
            *(Escalate(request=number, to=stage, reason=text) for stage in STAGES),
            Escalate(request=old, to="stage-3", reason=text),
            Resolve(request=number, how=text, outcome_for_child=text, achieved="no"),
            Exhaust(request=number, reason=text),
            Wait(request=number, until=until, reason=text),
            Close(reason=text),
            AddIssue(issue=an_issue()),
            AddNote(kind="note", words=text),
        ]

    def appoint(self, directory: Directory) -> None:
        self.story.facts = facts(directory)

    def somebody_was_assigned(self, position: int) -> bool:
        """Then the reminders that would have come before now fall once, right after."""
        return any(isinstance(recorded.event, StageAssigned) for recorded in self.story.history[position:])

    def tries(self, by: str, command: Command, after: timedelta) -> None:
        self.now += after
        position, before = self.story.now.position, self.story.now
        with suppress(Refused):
            self.story.does(by, command, self.now)
        self.check_step(by, before, position)

    def check_step(self, by: str, before: Challenge, position: int) -> None:
        after = self.story.now
        assert before.parties <= after.parties
        for recorded in self.story.history[position:]:
            event = recorded.event
            if isinstance(event, OF_THE_RAISER):
                assert by == before.raiser.person
            if isinstance(event, StageAnswered | StageAcknowledged):
                assert by != before.raiser.person
            if before.ended is not None:
                assert type(event).__name__ == "NoteAdded"

    @invariant()
    def the_history_tells_all(self) -> None:
        if self.story.history:
            assert replay(self.story.history) == self.story.now
            assert [recorded.position for recorded in self.story.history] == list(range(1, len(self.story.history) + 1))

    @invariant()
    def what_is_open_wakes_again_and_what_has_ended_never(self) -> None:
        if self.story.history:
            assert (wakes_at(self.story.now, self.story.facts) is None) == (self.story.now.ended is not None)

    @invariant()
    def the_limit_on_everything_never_changes(self) -> None:
        if self.story.history:
            total = self.story.now.total
            assert self.total is None or total == self.total
            self.total = total

    @invariant()
    def everything_is_due_on_a_working_day(self) -> None:
        for request in self.story.now.requests if self.story.history else ():
            calendar = self.story.facts.calendar
            assert calendar.is_working(dated(request.due).due_on)
            assert request.answered is None or calendar.is_working(request.answered.decide_by.due_on)
            assert IRO not in {party.person for party in request.asked}
        assert self.total is None or self.story.facts.calendar.is_working(self.total.due_on)

    @invariant()
    def each_thing_is_recorded_once(self) -> None:
        once = Counter(
            (type(event).__name__, getattr(event, "number", 0))
            for event in (recorded.event for recorded in self.story.history)
            if type(event).__name__
            in (
                "StageAnswered",
                "StageAcknowledged",
                "AnswerOverdue",
                "DecisionOverdue",
                "TotalOverdue",
                "StagesExhausted",
            )
        )
        assert not [what for what, times in once.items() if times > 1]

    @invariant()
    def no_reminder_is_sent_twice(self) -> None:
        fell = [one.event for one in self.story.history if isinstance(one.event, ReminderFell)]
        assert len({(event.number, event.about, event.offset) for event in fell}) == len(fell)

    def teardown(self) -> None:
        messages = self.story.messages()
        keys = [notice.key for notice in messages]
        assert len(set(keys)) == len(keys)
        for notice in messages:
            if notice.kind in ("asked", "reminder", "overdue", "vacant") and self.story.still(notice):
                self.still_waits(notice)

    def still_waits(self, notice: Notice) -> None:
        """What asks for an act is sent only while the act is still to be done."""
        now = self.story.now
        assert now.ended is None
        if notice.kind == "asked" or (notice.kind == "reminder" and notice.to != now.raiser.person):
            assert now.current.number == notice.number
            assert now.current.answered is None


AChallenge.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
)
TestAnyWalk = AChallenge.TestCase
