"""One challenge as a folder that proves itself: its events as they were hashed, its words, its place in the log."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.domain.errors import Fault, NotKnown
from bot.domain.evidence import RecordRead
from bot.usecases.office import Office
from storage import audit, desk, evidence, log, merkle, trail, verifier
from storage.database import Connection
from storage.signing import public_line
from storage.verifier import Head, read_heads

OPERATOR = "operator"
README = """This folder holds the whole record of challenge {reference}, as it was on {day}.

events.jsonl    what happened, one event a line, exactly as it was hashed; then what was told, read and erased
words.json      what people wrote, by the digest that stands in the events
proofs.json     where each event stands in the log, with the proof
checkpoint.txt  the signed head of the log
keys.txt        the public keys that sign it
procedure-*.toml  the authority's procedure that bound this challenge
SHA256SUMS      a checksum of each file

To check it, on any machine with Python 3.9 or newer:

    python3 verify.py . --key KEY --checkpoint FILE

KEY is the public key as you know it from elsewhere, FILE holds signed heads that you kept. Both may be left out; then
less is proved, and verify.py says what.
"""


def export(office: Office, reference: str, folder: Path, kept: Sequence[Head] = ()) -> int:
    """Write the folder, which must be new. `kept`: heads that the export shall prove to continue.

    Raises `NotKnown` and `Fault`. Returns how many events it holds. That it was made is itself recorded.
    """
    if folder.exists():
        raise Fault(f"{folder} is there already; name a new folder.")
    if office.seal is None:
        raise Fault("An export needs the key of the trail: set TRAIL_KEY_FILE.")
    now = office.now()
    read = RecordRead(by=OPERATOR, relation="operator", what="export")
    with office.database.reading() as connection:
        if not trail.history(connection, reference):
            raise NotKnown(what=f"challenge {reference}")
    office.database.change(lambda connection: evidence.note_read(connection, reference, read, now))
    with office.database.reading() as connection:
        files, events = _files(office, connection, reference, kept)
    readme = README.format(reference=reference, day=f"{now:%d %B %Y}".lstrip("0"))
    files |= {"README.txt": readme.encode(), "verify.py": Path(verifier.__file__).read_bytes()}
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items()))
    folder.mkdir(parents=True)
    for name, data in {**files, "SHA256SUMS": sums.encode()}.items():
        (folder / name).write_bytes(data)
    return events


def _files(
    office: Office, connection: Connection, reference: str, kept: Sequence[Head]
) -> tuple[dict[str, bytes], int]:
    assert office.seal is not None, "checked by the caller"
    head = log.last_head(connection)
    if head is None:
        raise Fault(
            "The record has not been sealed yet; that takes a minute after the bot has started. Try again then."
        )
    streams = (trail.challenge_stream(reference), evidence.evidence_stream(reference))
    lines = [line for stream in streams for line in trail.canonical_lines(connection, stream)]
    proofs = _proofs(connection, streams, head.size, kept)
    challenge, _ = office.record(connection, reference)
    files = {
        "events.jsonl": b"\n".join(lines) + b"\n",
        "words.json": _json(audit.words_for_export(connection, streams[0])),
        "proofs.json": _json(proofs),
        "checkpoint.txt": head.note.encode(),
        "keys.txt": "".join(f"{public_line(key)}\n" for key in office.seal.keys.known).encode(),
        f"procedure-{challenge.procedure[:12]}.toml": (
            desk.procedure_text(connection, challenge.procedure) or ""
        ).encode(),
    }
    return files, len(lines)


def _proofs(connection: Connection, streams: Sequence[str], size: int, kept: Sequence[Head]) -> dict[str, Any]:
    tiles = log.Tiles(connection)
    events = [
        {
            "stream": stream,
            "position": position,
            "index": index,
            "path": [step.hex() for step in merkle.inclusion(index, size, tiles)],
        }
        for stream in streams
        for position, index in sorted(log.places(connection, stream).items())
        if index < size
    ]
    older = sorted({head.size for head in kept if 0 < head.size < size})
    consistency = [
        {"from": old, "path": [step.hex() for step in merkle.consistency(old, size, tiles)]} for old in older
    ]
    return {"size": size, "events": events, "consistency": consistency}


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def read_kept(file: Path | None) -> list[Head]:
    """The signed heads in a file that somebody kept. Raises `Fault`."""
    if file is None:
        return []
    try:
        return read_heads(file.read_text("utf-8"))
    except verifier.Faulty as faulty:
        raise Fault(f"{file}: {faulty}.") from None
