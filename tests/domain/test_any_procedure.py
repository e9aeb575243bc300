"""What holds of a challenge under any procedure that the language can say, whatever anybody does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.domain.challenge import Challenge
from bot.domain.commands import CLOCK, LookAtClock
from bot.domain.decide import decide
from bot.domain.events import DatesMoved, MeetingFixed, ReminderFell, StageOpened
from bot.domain.evolve import evolve, replay
from bot.domain.notices import notices, still_true
from bot.domain.reminders import wakes_at
from bot.domain.working_time import Deadline
from tests.domain.any_walk import AnyWalk, walking

PATIENCE = timedelta(days=60)
"""How long nothing may be said to anybody about an open challenge: longer than any pause or limit of these walks."""


def deadlines(challenge: Challenge) -> Iterator[Deadline]:
    """Every date of a challenge, those of stages that are over among them."""
    found = [challenge.total, challenge.proposal.due if challenge.proposal else None]
    for request in challenge.requests:
        found += [request.due, request.acknowledge_by, request.decide_by]
    return (deadline for deadline in found if deadline is not None)


class Sound(AnyWalk):
    """A challenge that is looked at after every step."""

    def happened(self, position: int) -> None:
        self.the_record_tells_the_same()
        self.every_date_lies_on_a_day_that_counts()
        self.the_whole_is_moved_by_nothing_but_what_moves_dates(position)
        self.nobody_is_reminded_of_what_is_answered_or_stands_still(position)
        self.what_is_open_wakes_again()

    def the_record_tells_the_same(self) -> None:
        assert replay(self.history) == self.challenge

    def every_date_lies_on_a_day_that_counts(self) -> None:
        for deadline in deadlines(self.challenge):
            assert self.calendars[deadline.calendar].is_working(deadline.due_on), deadline
            assert deadline.due_at >= deadline.started_at, deadline

    def the_whole_is_moved_by_nothing_but_what_moves_dates(self, position: int) -> None:
        for before, recorded, after in self.step(position):
            if before is not None and before.total != after.total:
                starts = before.total is None and isinstance(recorded.event, StageOpened)
                assert starts or isinstance(recorded.event, DatesMoved | MeetingFixed), recorded.event

    def nobody_is_reminded_of_what_is_answered_or_stands_still(self, position: int) -> None:
        for before, recorded, after in self.step(position):
            event = recorded.event
            if isinstance(event, ReminderFell) and event.about == "answer":
                assert before is not None
                assert before.current.waits
                answered = {answer.by.role for answer in before.current.partly}
                assert not {party.role for party in event.to if party in before.current.asked} & answered
                pause = self.procedure.pause(before.paused.pause) if before.paused else None
                assert pause is None or "the answer" not in pause.stops
            for notice in notices(recorded, after, self.procedure):
                if notice.kind == "reminder" and isinstance(event, ReminderFell) and event.about == "answer":
                    assert still_true(notice, recorded, after)

    def what_is_open_wakes_again(self) -> None:
        assert (wakes_at(self.challenge, self.facts) is None) == (self.challenge.ended is not None)

    def teardown(self) -> None:
        """However it was left: if everybody is silent from now on, somebody is told of it, or it ends."""
        if not self.states or self.challenge.ended is not None:
            return
        challenge, position, until = self.challenge, len(self.history), self.now + PATIENCE
        while challenge.ended is None:
            wakes = wakes_at(challenge, self.facts)
            assert wakes is not None
            assert wakes <= until, f"nobody is told of anything for {PATIENCE.days} days"
            self.now = max(wakes, self.now) + timedelta(seconds=1)
            sent = self.sent(CLOCK, LookAtClock())
            events = decide(challenge, sent, self.facts)
            assert events or wakes_at(challenge, self.facts) != wakes, "the clock wakes again and again for nothing"
            for event in events:
                position += 1
                recorded = self.as_recorded(event, sent, "", position)
                challenge = evolve(challenge, recorded)
                if any(notice.kind != "redraw" for notice in notices(recorded, challenge, self.procedure)):
                    return


Sound.TestCase.settings = walking(60, 25)
TestAnyWalk = Sound.TestCase


class SoundForLong(Sound):
    """The same, much further."""


SoundForLong.TestCase.settings = walking(600, 40, anew=True)
TestAnyLongWalk = pytest.mark.deep(pytest.mark.timeout(3600)(SoundForLong.TestCase))
