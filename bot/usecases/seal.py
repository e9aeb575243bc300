"""Sealing the record: what has happened is entered into the log, and the log's head is signed and kept elsewhere."""

from __future__ import annotations

from bot.domain.authority import TrailKeyChanged
from bot.usecases.administer import record_of_authority
from bot.usecases.office import Office
from storage import log
from storage.database import Connection
from storage.files import add_line_safely
from storage.log import KeptHead
from storage.signing import Signer, TrailKeys, public_line, signed_head


def seal(office: Office) -> KeptHead | None:
    """Enter what has happened since the last time, sign the head, and keep it. None: there is nothing new to sign.

    Any number of processes may do it at once; the database lets one of two be first, and the other does it again.
    """
    _enter(office)
    return _kept(office, [office.seal.keys.signer]) if office.seal is not None else None


def _enter(office: Office) -> None:
    while office.database.change(log.enter):
        pass


def change_key(office: Office, new: TrailKeys) -> KeptHead:
    """Let another key sign from now on. The head at which it takes over is signed by both.

    Raises `AssertionError` where the office has no key to begin with.
    """
    assert office.seal is not None, "there is no key yet"
    before, now = office.seal.keys.signer, office.now()
    changed = TrailKeyChanged(before=public_line(before.key), after=public_line(new.signer.key))
    office.database.change(lambda connection: record_of_authority(connection, changed, now))
    _enter(office)
    head = _kept(office, [before, new.signer])
    assert head is not None, "the change of the key is new"
    return head


def _kept(office: Office, signers: list[Signer]) -> KeptHead | None:
    def sign(connection: Connection) -> KeptHead | None:
        size, last = log.size(connection), log.last_head(connection)
        if size == (last.size if last else 0):
            return None
        note = signed_head(size, log.root(connection, size), signers)
        head = KeptHead(size=size, note=note, at=office.now())
        log.keep_head(connection, head)
        return head

    head = office.database.change(sign)
    if head is not None and office.seal is not None:
        add_line_safely(office.seal.kept_in, f"{head.note}\n")
    return head
