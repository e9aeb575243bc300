"""Whatever can happen under any procedure is kept in the trail and read back as it was."""

from __future__ import annotations

from bot.domain.words import Words
from storage.codec import pack, unpack
from storage.index import _row, _turns
from tests.domain.any_walk import AnyWalk, walking


class Kept(AnyWalk):
    """A challenge whose every event goes into the trail's form and back."""

    def happened(self, position: int) -> None:
        for recorded in self.history[position:]:
            body, said = pack(recorded.event)
            shelf = {one.digest: Words(one.text) for one in said}
            assert unpack(type(recorded.event).__name__, body.decode(), shelf) == recorded.event
        self.each_person_has_one_turn()

    def each_person_has_one_turn(self) -> None:
        turns = list(_turns(self.challenge))
        assert len({turn["person"] for turn in turns}) == len(turns)
        assert _row(self.challenge, None)["state"] == self.challenge.state
        if self.challenge.ended is not None:
            assert turns == []


Kept.TestCase.settings = walking(40, 20)
TestAnyWalkKept = Kept.TestCase
