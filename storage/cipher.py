"""What people wrote, sealed with a key that isn't in the database.

AES-256-GCM. The salt is sealed with the words, as with it a short text could be guessed from its digest; the digest is
bound in, so that a row put in another's place doesn't open.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection

from bot.domain.errors import Fault
from storage.codec import SALT, Said
from storage.files import write_secret

_NONCE = 12
SETTLED = 600
"""Seconds after which nothing is on its way any more that was sealed before the keys were changed."""


class NoKey(Fault):
    """Something was sealed with a key that isn't in the file, or was damaged."""


@dataclass
class WordKeys:
    """The keys in a file: the last one seals, all of them open. Read anew when another process has changed it."""

    file: Path
    _keys: dict[str, AESGCM] = field(default_factory=dict, repr=False)
    _as_of: int = 0
    """When the file was last changed, as the file system counts."""

    def __post_init__(self) -> None:
        self._read()

    def _read(self) -> None:
        try:
            self._as_of = self.file.stat().st_mtime_ns
            found = [base64.b64decode(line, validate=True) for line in self.file.read_text("ascii").split()]
            self._keys = {name_of(key): AESGCM(key) for key in found}
        except (OSError, ValueError, binascii.Error) as failure:
            why = type(failure).__name__
            raise Fault(f"The key of the words can't be read from {self.file}: {why}.") from None
        if not self._keys:
            raise Fault(f"{self.file} holds no key. Make one with `app.py words new-key`.")

    @property
    def names(self) -> tuple[str, ...]:
        """Every key in the file, the one that seals last."""
        return tuple(self._keys)

    @property
    def present(self) -> str:
        """Name of the key that seals."""
        return list(self._keys)[-1]

    def seal(self, data: bytes, bound_to: str) -> tuple[str, bytes]:
        """The name of the key, and what only it opens again. A key that was added since is the one."""
        with suppress(OSError):  # the file is needed for a new key alone
            if self.file.stat().st_mtime_ns != self._as_of:
                self._read()
        name, nonce = self.present, secrets.token_bytes(_NONCE)
        return name, nonce + self._keys[name].encrypt(nonce, data, bound_to.encode())

    def open(self, name: str, sealed: bytes, bound_to: str) -> bytes:
        """What was sealed. Raises `NoKey`."""
        if name not in self._keys:
            self._read()
        if name not in self._keys:
            raise NoKey(f"Words were sealed with the key {name}, which isn't in {self.file}.")
        try:
            return self._keys[name].decrypt(sealed[:_NONCE], sealed[_NONCE:], bound_to.encode())
        except InvalidTag:
            raise NoKey(f"Words sealed with the key {name} don't open: damaged, or put in another's place.") from None


def name_of(key: bytes) -> str:
    """A key's name, which says nothing about it."""
    return hashlib.sha256(b"name of a key of words" + key).hexdigest()[:8]


def add_key(file: Path) -> str:
    """Put a new key at the end of a file, which is made where there is none. Returns its name."""
    kept = file.read_text("ascii").split() if file.exists() else []
    key = secrets.token_bytes(32)
    write_secret(file, "\n".join([*kept, base64.b64encode(key).decode()]) + "\n")
    return name_of(key)


def drop_keys(file: Path, names: set[str], now: float) -> None:
    """Take keys out of a file, by name. `now`: seconds since 1970.

    Raises `Fault` where the file was changed a moment ago: a step that began before may still seal with an old key.
    """
    if now - file.stat().st_mtime < SETTLED:
        raise Fault(
            f"The keys in {file} were changed less than {SETTLED // 60} minutes ago, and something may still be on its "
            "way that is sealed with an old one. Nothing was thrown away; do it later."
        )
    kept = [line for line in file.read_text("ascii").split() if name_of(base64.b64decode(line)) not in names]
    write_secret(file, "\n".join(kept) + "\n")


def keys_of(connection: Connection) -> WordKeys | None:
    """The keys of the database that a connection belongs to; None where words stand in clear."""
    keys: WordKeys | None = connection.get_execution_options().get("word_keys")
    return keys


def shut(keys: WordKeys | None, said: Said) -> dict[str, Any]:
    """The columns under which words are kept."""
    if keys is None:
        return {"digest": said.digest, "salt": said.salt, "text": said.text, "key": "", "sealed": None}
    name, sealed = keys.seal(said.salt + said.text.encode(), said.digest)
    return {"digest": said.digest, "salt": None, "text": None, "key": name, "sealed": sealed}


def opened(keys: WordKeys | None, row: Mapping[Any, Any]) -> Said | None:
    """The words of a row; None where they are gone. Raises `NoKey`."""
    if row["sealed"] is None:
        return None if row["text"] is None else Said(digest=row["digest"], salt=row["salt"] or b"", text=row["text"])
    if keys is None:
        raise NoKey("Words are sealed, and no key was given.")
    plain = keys.open(row["key"], row["sealed"], row["digest"])
    return Said(digest=row["digest"], salt=plain[:SALT], text=plain[SALT:].decode())


def shut_text(keys: WordKeys | None, text: str, bound_to: str) -> str:
    """A text of working state, sealed as text."""
    if keys is None:
        return text
    name, sealed = keys.seal(text.encode(), bound_to)
    return f"{name}:{base64.b64encode(sealed).decode()}"


def opened_text(keys: WordKeys | None, kept: str, bound_to: str) -> str:
    """A text of working state as it was. Raises `NoKey`."""
    if kept.startswith("{"):
        return kept
    if keys is None:
        raise NoKey("A draft is sealed, and no key was given.")
    name, _, sealed = kept.partition(":")
    return keys.open(name, base64.b64decode(sealed), bound_to).decode()
