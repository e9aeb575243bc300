#!/usr/bin/env python3
"""Checks an export of the record, without the program that wrote it and without its database.

    python3 verify.py FOLDER [--key KEY]... [--checkpoint FILE]

It needs Python 3.9 or newer and nothing else. Hashes and proofs are checked with the standard library; signatures
too where the package `cryptography` is installed, and where it isn't, that is said. `--key` names a public key that you
have from elsewhere; without it the key that came with the export is taken, which proves less. `--checkpoint` names a
file with signed heads that you kept: the export must continue them.

Formats: RFC 9162 (Merkle tree, inclusion and consistency proofs), C2SP signed-note and tlog-checkpoint.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator, Sequence  # noqa: UP035  (this file runs on older Pythons too)

FIRST = "0" * 64
"""What stands as the predecessor of a stream's first event."""
_DIGEST = re.compile(r'\{"words":"([0-9a-f]{64})"\}')
_ED25519 = b"\x01"


class Faulty(Exception):
    """Something isn't what it must be."""


# The tree


def leaf_hash(entry: bytes) -> bytes:
    """RFC 9162, 2.1.1: the hash of one entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 9162, 2.1.1: the hash of two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


EMPTY = hashlib.sha256(b"").digest()
"""The root of a tree without entries."""


def root_of_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root that a proof leads to (RFC 9162, 2.1.3.2). Raises `Faulty` for a proof of the wrong length."""
    if not 0 <= index < size:
        raise Faulty(f"entry {index} doesn't lie in a tree of {size}")
    inner, last, result = index, size - 1, leaf
    for step in path:
        if last == 0:
            raise Faulty("the proof is too long")
        if inner & 1 or inner == last:
            result = node_hash(step, result)
            while not inner & 1 and inner:
                inner, last = inner >> 1, last >> 1
        else:
            result = node_hash(result, step)
        inner, last = inner >> 1, last >> 1
    if last:
        raise Faulty("the proof is too short")
    return result


def check_consistency(old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]) -> None:
    """That the tree of `old` entries is the beginning of the one of `new` (RFC 9162, 2.1.4.2). Raises `Faulty`."""
    if old > new:
        raise Faulty(f"a tree of {new} can't continue one of {old}")
    if old == new or old == 0:
        if path or (old and old_root != new_root):
            raise Faulty("two trees of one size differ")
        return
    steps = list(path)
    if old & (old - 1) == 0:
        steps.insert(0, old_root)
    if not steps:
        raise Faulty("the proof is empty")
    inner, last = old - 1, new - 1
    while inner & 1:
        inner, last = inner >> 1, last >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            raise Faulty("the proof is too long")
        if inner & 1 or inner == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while not inner & 1 and inner:
                inner, last = inner >> 1, last >> 1
        else:
            second = node_hash(second, step)
        inner, last = inner >> 1, last >> 1
    if last or first != old_root or second != new_root:
        raise Faulty("the later tree doesn't continue the earlier one")


# Signed heads


@dataclass(frozen=True)
class Key:
    """A public key, as in C2SP signed-note: `name+id+key`."""

    name: str
    id: bytes
    public: bytes


@dataclass(frozen=True)
class Head:
    """A signed head of the log: how many entries, and the root over all of them."""

    origin: str
    size: int
    root: bytes
    signed: bytes
    """The text that was signed."""
    signatures: tuple[tuple[str, bytes, bytes], ...]
    """Name, key id and signature of each."""


def key_id(name: str, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:4]


def read_key(text: str) -> Key:
    """A public key from its one line. Raises `Faulty`."""
    name, _, rest = text.strip().partition("+")
    id_, _, encoded = rest.partition("+")
    try:
        data, given = base64.b64decode(encoded, validate=True), bytes.fromhex(id_)
    except (ValueError, binascii.Error):
        raise Faulty(f"“{text.strip()[:60]}” is no public key") from None
    if len(data) != 33 or data[:1] != _ED25519 or given != key_id(name, data[1:]):
        raise Faulty(f"“{text.strip()[:60]}” is no Ed25519 key, or was damaged")
    return Key(name, given, data[1:])


def read_heads(text: str) -> list[Head]:
    """Every signed head in a text, one after the other. Raises `Faulty`."""
    found, lines = [], text.replace("\r\n", "\n").split("\n")
    body: list[str] = []
    signatures: list[str] = []
    for line in [*lines, ""]:
        if line.startswith("— "):
            signatures.append(line)
        elif line:
            if signatures:
                found.append(_head(body, signatures))
                body, signatures = [], []
            body.append(line)
    if signatures:
        found.append(_head(body, signatures))
    elif body:
        raise Faulty("a signed head ends without its signature")
    return found


def _head(body: list[str], signatures: list[str]) -> Head:
    try:
        origin, size, root = body[:3]
        if not re.fullmatch(r"0|[1-9][0-9]*", size):
            raise ValueError
        return Head(
            origin,
            int(size),
            base64.b64decode(root, validate=True),
            ("\n".join(body) + "\n").encode(),
            tuple(_signature(line) for line in signatures),
        )
    except (ValueError, binascii.Error):
        raise Faulty("a signed head isn't of the form of a C2SP checkpoint") from None


def _signature(line: str) -> tuple[str, bytes, bytes]:
    _, name, encoded = line.split(" ")
    data = base64.b64decode(encoded, validate=True)
    return name, data[:4], data[4:]


def check_signature(head: Head, keys: Sequence[Key]) -> bool:
    """That one of these keys signed it. False: that could not be checked here. Raises `Faulty`."""
    ours = [
        (key, signature)
        for name, id_, signature in head.signatures
        for key in keys
        if (key.name, key.id) == (name, id_) and key.name == head.origin
    ]
    if not ours:
        raise Faulty(f"the head of {head.size} entries isn't signed by a known key")
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return False
    for key, signature in ours:
        try:
            Ed25519PublicKey.from_public_bytes(key.public).verify(signature, head.signed)
        except InvalidSignature:
            raise Faulty(f"the signature of the head of {head.size} entries is wrong") from None
    return True


# Events and words


def digest(salt: bytes, text: str) -> str:
    """What stands in the record for a person's words."""
    return hashlib.sha256(salt + text.encode()).hexdigest()


def digests_in(body: str) -> list[str]:
    """The digests of the words that an event names."""
    return _DIGEST.findall(body)


def _check_events(lines: Sequence[bytes]) -> Iterator[str]:
    """Each line is an event as it was hashed; those of one stream form a chain."""
    last: dict[str, tuple[int, str]] = {}
    for number, line in enumerate(lines, start=1):
        try:
            event = json.loads(line)
            stream, position, previous = event["stream"], event["position"], event["previous"]
        except (ValueError, KeyError, TypeError):
            yield f"line {number} of events.jsonl is no event"
            continue
        before, hash_before = last.get(stream, (0, FIRST))
        if position != before + 1:
            yield f"{stream}: event {position} comes after event {before}"
        elif previous != hash_before:
            yield f"{stream}: event {position} doesn't continue what stands before it"
        last[stream] = (position, hashlib.sha256(line).hexdigest())


def _check_words(events: Sequence[dict[str, Any]], text: str, words: dict[str, Any]) -> Iterator[str]:
    """Every digest has its words, or a record of their erasure."""
    erased = {one for event in events if event["type"] == "WordsErased" for one in event["body"]["digests"]}
    for named in sorted(set(digests_in(text))):
        found = words.get(named)
        if found is None or "text" not in found:
            if named not in erased:
                yield f"the words {named[:12]}… are missing without a record of their erasure"
        elif digest(bytes.fromhex(found["salt"]), found["text"]) != named:
            yield f"the words {named[:12]}… aren't what was written: “{found['text'][:40]}”"


def _check_log(
    events: Sequence[dict[str, Any]], lines: Sequence[bytes], proofs: dict[str, Any], head: Head
) -> Iterator[str]:
    """Every event stands in the log under the signed head, or came after it and is at the end of its stream."""
    where = {(one["stream"], one["position"]): one for one in proofs["events"]}
    open_end: set[str] = set()
    for event, line in zip(events, lines):  # noqa: B905  (as many of each)
        place = (event["stream"], event["position"])
        proof = where.pop(place, None)
        if proof is None:
            open_end.add(place[0])
            continue
        if place[0] in open_end:
            yield f"{place[0]}: an event before {place[1]} isn't in the log"
        leaf = leaf_hash(hashlib.sha256(line).digest())
        path = [bytes.fromhex(step) for step in proof["path"]]
        try:
            if root_of_inclusion(leaf, proof["index"], head.size, path) != head.root:
                raise Faulty("its proof leads to another root")
        except Faulty as fault:
            yield f"{place[0]}: event {place[1]} isn't what the log holds ({fault})"
    for stream, position in where:
        yield f"{stream}: event {position} stands in the log and is missing here"


def _unsealed(events: Sequence[dict[str, Any]], proofs: dict[str, Any]) -> int:
    return len(events) - len(proofs["events"])


def _check_kept(kept: Sequence[Head], head: Head, proofs: dict[str, Any], keys: Sequence[Key]) -> Iterator[str]:
    """The log continues every head that somebody kept."""
    paths = {one["from"]: one["path"] for one in proofs.get("consistency", [])}
    for old in kept:
        try:
            check_signature(old, keys)
            if old.size < head.size and old.size and old.size not in paths:
                raise Faulty(f"the export has no proof from {old.size} entries; ask for one with --checkpoint")
            path = [bytes.fromhex(step) for step in paths.get(old.size, [])] if old.size != head.size else []
            check_consistency(old.size, old.root, head.size, head.root, path)
        except Faulty as fault:
            yield f"the kept head of {old.size} entries: {fault}"


@dataclass
class Result:
    """What was found wrong, and what could not be checked."""

    faults: list[str]
    unchecked: list[str]
    summary: str = ""


def check_export(folder: Path, trusted: Sequence[Key] = (), kept: Sequence[Head] = ()) -> Result:
    """Check a whole export. What can't even be read is a fault too."""
    try:
        return _check_export(folder, trusted, kept)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, Faulty) as failure:
        return Result([f"the export can't be read: {failure}"], [])


def _check_export(folder: Path, trusted: Sequence[Key], kept: Sequence[Head]) -> Result:
    raw = (folder / "events.jsonl").read_bytes()
    lines = raw.splitlines()
    words = json.loads((folder / "words.json").read_text("utf-8"))
    proofs = json.loads((folder / "proofs.json").read_text("utf-8"))
    came_along = [read_key(line) for line in (folder / "keys.txt").read_text("utf-8").splitlines() if line]
    result = Result(list(_check_events(lines)), [])
    if result.faults:
        return result
    events = [json.loads(line) for line in lines]
    result.faults += _check_words(events, raw.decode(), words)
    keys = list(trusted) or came_along
    if not trusted:
        result.unchecked.append("Whose key signed it: the key came with the export. Give one that you know with --key.")
    heads = read_heads((folder / "checkpoint.txt").read_text("utf-8"))
    if not heads:
        result.faults.append("the export has no signed head")
        return result
    if not check_signature(heads[0], keys):
        result.unchecked.append("The signatures: for that, install the Python package `cryptography`.")
    result.faults += _check_log(events, lines, proofs, heads[0])
    result.faults += _check_kept(kept, heads[0], proofs, keys)
    fresh = _unsealed(events, proofs)
    if fresh:
        result.unchecked.append(f"Whether the last {fresh} of its events are in the log: they came after its head.")
    result.summary = f"{len(events)} events under the signed head of {heads[0].size} entries of {heads[0].origin}"
    return result


def main(arguments: Sequence[str]) -> int:
    """Say what is wrong with an export. Returns 0 where nothing is."""
    parser = argparse.ArgumentParser(description="Checks an export of the record.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--key", action="append", default=[], help="a public key that you trust")
    parser.add_argument("--checkpoint", type=Path, help="a file with signed heads that you kept")
    options = parser.parse_args(arguments)
    try:
        keys = [read_key(key) for key in options.key]
        kept = read_heads(options.checkpoint.read_text("utf-8")) if options.checkpoint else []
    except (OSError, Faulty) as failure:
        print(failure, file=sys.stderr)
        return 1
    result = check_export(options.folder, keys, kept)
    for fault in result.faults:
        print(f"WRONG: {fault}", file=sys.stderr)
    for what in result.unchecked:
        print(f"Not checked. {what}")
    print("The export is NOT what was recorded." if result.faults else f"Everything fits: {result.summary}.")
    return 1 if result.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
