"""The two families of what can go wrong.

`Refused`: something a person can act on. One class per reason; its docstring is the sentence they read.
`Fault`: something an operator must act on.
"""

from __future__ import annotations

from collections.abc import Callable


class Refused(Exception):
    """This can't be done."""

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """The class's docstring with the facts of this case filled in, as one line."""
        return self.sentence_with(str)

    def sentence_with(self, shown: Callable[[object], str]) -> str:
        """The same for a place that needs names and words written in its own way."""
        facts = {name: shown(fact) for name, fact in self.facts.items()}
        return " ".join((self.__doc__ or "").split()).format(**facts)

    @property
    def reason(self) -> str:
        """The reason's name in the trail, without a word of the case."""
        return type(self).__name__


class NotKnown(Refused):
    """There is no {what} that you can see. Type `tray` for what waits for you, or check the reference."""


class NotYours(Refused):
    """Only {who} can do this. Nothing was changed."""


class InConflict(Refused):
    """{who} is asked in {reference}, or was, so can't take it over or hand it on: nobody decides on their own answer.
    A colleague can."""


class MayNotRaise(Refused):
    """Your post does not raise challenges under this procedure; {who} can. If that is wrong, tell {operator}."""


class AlreadyEnded(Refused):
    """{reference} has already ended: {how}. Nothing was changed."""


class AlreadyAnswered(Refused):
    """{who} has already answered this. Nothing was changed."""


class MovedOn(Refused):
    """{reference} has moved on to {stage}, so this is no longer asked. Nothing was changed; what you typed is kept."""


class NotAnswered(Refused):
    """{stage} has not been answered yet, so there is no answer to be satisfied with. You can escalate or withdraw."""


class NoSuchStage(Refused):
    """The procedure has no stage “{stage}” that can come next. Possible: {possible}."""


class ReasonNeeded(Refused):
    """Say why: {what} needs a reason."""


class AnswerIncomplete(Refused):
    """Every issue needs an answer: issue {missing} has none. Accept it and say what will be done, or say why not."""


class TooManyIssues(Refused):
    """A challenge holds at most {most} issues. Raise another challenge for the rest."""


class WrongArena(Refused):
    """{child} is not recorded as “{arena}”. Choose one of: {possible}."""


class StageRequired(Refused):
    """{what} has to start at {stage}. Choose that stage."""


class NotEnteredHere(Refused):
    """A challenge can't start at {stage} under this procedure. It can start at: {possible}."""


class NotAChallenge(Refused):
    """“{kind}” is not raised as a challenge under this procedure. {signpost}"""


class NotASibling(Refused):
    """{child} is not recorded as a brother or sister of {of}. Leave it out, or raise a challenge of its own."""


class NoAgreementAsked(Refused):
    """Nobody's agreement is waited for in {reference} now. Nothing was changed."""


class AgreementAwaited(Refused):
    """{who} must say first whether they agree. You can go on when they have, or when the time for it has passed."""


class NotPausedSo(Refused):
    """{reference} can't be paused like that: {why}."""


class NothingToReopen(Refused):
    """{reference} can't be reopened: {why}."""


class SameVersion(Refused):
    """{reference} already follows this version. Nothing was changed."""


class StageGone(Refused):
    """The new version has no stage “{stage}”, at which {reference} stands. Move it when that stage is over."""


class NoMeetingHere(Refused):
    """{stage} is not held as a meeting under this procedure. Nothing was changed."""


class DateNotPossible(Refused):
    """{what} must be {rule}. You gave {given}."""

    def __init__(self, *, field: str, what: str, rule: str, given: str) -> None:
        self.field = field
        super().__init__(what=what, rule=rule, given=given)


class NothingWaits(Refused):
    """Nothing in {reference} can be put off now: {why}."""


class FormIncomplete(Refused):
    """Some answers need another look: {faults}"""

    def __init__(self, by_field: dict[str, str]) -> None:
        self.by_field = by_field
        super().__init__(faults=" ".join(by_field.values()))


class Fault(Exception):
    """Something an operator must act on."""


class Outdated(Fault):
    """Somebody else changed the same record in between; the whole step is done again."""


class TrailBroken(Fault):
    """The trail holds something this version can't read."""


class NewerEvent(TrailBroken):
    """The trail holds an event of a kind that only a newer version of the program knows."""
