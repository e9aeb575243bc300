"""Moving a running challenge to another version of its procedure: what would change, and doing it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.challenge import Challenge
from bot.domain.commands import OPERATOR, MoveToVersion, Sent
from bot.domain.decide import decide
from bot.domain.differences import Difference, differences
from bot.domain.events import DatesMoved
from bot.domain.words import Words
from bot.usecases.administer import keep_procedure
from bot.usecases.handle import handle
from bot.usecases.office import Office


@dataclass(frozen=True, kw_only=True)
class Moving:
    """What moving a challenge to the procedure of today would change."""

    challenge: Challenge
    sent: Sent
    moved: DatesMoved
    differences: tuple[Difference, ...]


def plan_move(office: Office, reference: str, reason: str) -> Moving:
    """Find out what would change; nothing is written. Raises `Refused` where it can't be moved."""
    command = MoveToVersion(reason=Words(reason.strip()))
    now = office.now()
    sent = Sent(command=command, id=f"move/{reference}/{now.isoformat()}", by=OPERATOR, at=now, via="console")
    with office.database.reading() as connection:
        challenge, _ = office.record(connection, reference)
        facts = office.facts(connection)
        before = office.pinned(connection, challenge.procedure)
    (moved,) = decide(challenge, sent, facts)
    assert isinstance(moved, DatesMoved), "moving to a version moves dates"
    return Moving(challenge=challenge, sent=sent, moved=moved, differences=differences(before, facts.procedure))


def move(office: Office, moving: Moving) -> None:
    """Do what was planned, through the one door. Raises `Refused` where it has become impossible."""
    keep_procedure(office)
    handle(office, moving.sent, moving.challenge.reference)
