"""The commands about the record and its keys: check it, export it, make and change keys, erase words."""

from __future__ import annotations

import sys
from pathlib import Path

from bot.domain.errors import Fault
from bot.usecases.export import export, read_kept
from bot.usecases.office import Office
from bot.usecases.seal import change_key
from cards.words import count
from storage import audit, cipher, log, trail
from storage.database import Connection, Database
from storage.resealing import reseal_drafts, reseal_words, used_keys
from storage.signing import TrailKeys, new_signer, public_line, read_keys, write_keys
from storage.verifier import Head, read_heads


def verify(database: Database, trail_key: Path | None, reference: str, checkpoint: Path | None) -> None:
    """Check the whole record, or the events and words of one challenge. Raises `Fault` where something is wrong."""
    kept, known = read_kept(checkpoint), read_keys(trail_key).known if trail_key else ()
    with database.reading() as connection:
        if reference:
            _verify_one(connection, reference)
            return
        found = audit.everything(connection, kept, known)
        heads = [head for row in log.heads(connection) for head in read_heads(row.note)]
        events, streams = audit.counted(connection)
        sealed, waiting = log.size(connection), log.waiting(connection)
    _raise(found)
    print(f"{count(events, 'event')} in {count(streams, 'stream')} checked: every hash is right, and every word fits.")
    print(f"The log holds {sealed} of them{_signed(heads, kept)}; {waiting} came since and wait to be entered.")
    if database.word_keys is None:
        print("Not checked: whether words that are sealed are those that were written. Set WORDS_KEY_FILE.")
    for what in _unchecked(known, kept, heads):
        print(f"Not checked: {what}")


def _signed(heads: list[Head], kept: list[Head]) -> str:
    return f", under {count(len(heads) + len(kept), 'signed head')} that fit" if heads or kept else ""


def _unchecked(known: object, kept: list[Head], heads: list[Head]) -> list[str]:
    found = []
    if not known:
        found.append("who signed the heads. Set TRAIL_KEY_FILE.")
    if not kept:
        found.append(
            "whether somebody with all rights on the database has cut or rewritten the record together with its heads. "
            "Give a head that was kept elsewhere, with --checkpoint."
        )
    if not heads:
        found.append("the log: no head was signed yet.")
    return found


def _verify_one(connection: Connection, reference: str) -> None:
    streams = [stream for stream in trail.streams(connection) if stream.partition(":")[2] == reference]
    if trail.challenge_stream(reference) not in streams:
        raise Fault(f"There is no challenge {reference}.")
    _raise([finding for stream in streams for finding in audit.broken_chains(connection, stream)])
    print(f"{count(len(streams), 'stream')} of {reference} checked: every hash is right, and every word fits.")


def _raise(found: list[audit.Finding]) -> None:
    for finding in found:
        print(finding, file=sys.stderr)
    if found:
        raise Fault(f"The record is NOT what was written: {count(len(found), 'finding')}.")


def export_to(office: Office, reference: str, folder: Path, checkpoint: Path | None) -> None:
    events = export(office, reference, folder, read_kept(checkpoint))
    print(
        f"{count(events, 'event')} of {reference} were written to {folder}. Check it with `python3 verify.py {folder}`."
    )


def new_trail_key(file: Path, name: str) -> None:
    """Make the first key. Raises `Fault` where there is a file."""
    if file.exists():
        raise Fault(f"{file} is there already. To change the key use `app.py trail rotate-key`.")
    signer = new_signer(name)
    write_keys(file, TrailKeys(signer))
    print(f"The key is in {file}: keep a copy where only the operator can reach it.")
    print(f"Give its public part to the auditor: {public_line(signer.key)}")


def rotate_trail_key(office: Office, file: Path) -> None:
    """Another key signs from now on. The old one is thrown away; its public part stays in the file."""
    assert office.seal is not None, "every office of the settings has one"
    before = office.seal.keys
    new = TrailKeys(new_signer(before.signer.name), (before.signer.key, *before.retired))
    head = change_key(office, new)
    write_keys(file, new)
    print(f"A new key signs from entry {head.size} on; that head is signed by both. Restart every process now.")
    print(f"Give its public part to the auditor: {public_line(new.signer.key)}")


def reseal(office: Office, *, drop_old: bool) -> None:
    """Seal everything with the present key; then, if wanted, throw away keys with which nothing is sealed any more."""
    keys, words = office.database.word_keys, 0
    assert keys is not None, "every office of the settings has them"
    while some := office.database.change(reseal_words):
        words += some
    drafts = office.database.change(reseal_drafts)
    print(f"{count(words, 'text')} and {count(drafts, 'draft')} were sealed anew with the key {keys.present}.")
    with office.database.reading() as connection:
        unused = set(keys.names) - used_keys(connection) - {keys.present}
    if unused and drop_old:
        cipher.drop_keys(keys.file, unused, office.now().timestamp())
        print(
            f"Thrown away, as nothing is sealed with them: {', '.join(sorted(unused))}. Backups from before need them."
        )
    elif unused:
        print(f"Nothing is sealed with {', '.join(sorted(unused))} any more. --drop-old throws them away; backups from")
        print("before this moment still need them.")


def new_words_key(file: Path) -> None:
    """Make a key, or add one that seals from now on; the others still open."""
    name = cipher.add_key(file)
    print(f"The key {name} is in {file}, and seals from now on. Keep a copy where only the operator can reach it:")
    print("without it nobody can read what people wrote, and no backup helps.")
