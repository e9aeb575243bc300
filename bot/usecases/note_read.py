"""Each read of a child's record is itself on record."""

from __future__ import annotations

from bot.domain.evidence import RecordRead
from bot.usecases.see import Seen
from bot.usecases.talk import Talk
from storage import evidence
from storage.database import Connection


def note_read(talk: Talk, seen: Seen, what: str) -> None:
    """Record that this person is about to be shown a part of a child's record, once in a turn.

    Written before anything is shown: where it can't be written, nothing is. An overview without content (the tray, the
    digest, where a challenge stands) is no read, and neither is what comes back from one's own act, which is
    on record itself.
    """
    reference = seen.challenge.reference
    if reference in talk.read:
        return
    read = RecordRead(by=talk.me.id, relation=seen.relation, what=what)

    def keep(connection: Connection) -> None:
        evidence.note_read(connection, reference, read, talk.turn.at)

    talk.office.database.change(keep)
    talk.read.add(reference)
