"""The key that signs the heads of the log, and what it writes: C2SP signed notes with Ed25519."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from bot.domain.errors import Fault
from storage.files import write_secret
from storage.verifier import Faulty, Key, key_id, read_key

_PRIVATE = "PRIVATE+KEY+"
_NAME = re.compile(r"[^\s+]+")


@dataclass(frozen=True)
class Signer:
    """A private key with its name, which is the origin of the log."""

    name: str
    private: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def key(self) -> Key:
        return Key(self.name, key_id(self.name, self.public), self.public)

    def signature(self, body: str) -> str:
        """One signature line under a body."""
        signed = base64.b64encode(self.key.id + self.private.sign(body.encode())).decode()
        return f"— {self.name} {signed}\n"


def signed_head(size: int, root: bytes, signers: Sequence[Signer]) -> str:
    """The head of a log as a C2SP checkpoint, signed by each of these, whose name is the log's."""
    body = f"{signers[0].name}\n{size}\n{base64.b64encode(root).decode()}\n"
    return "".join([body, "\n", *(signer.signature(body) for signer in signers)])


@dataclass(frozen=True)
class TrailKeys:
    """What a key file holds: the key that signs, and public keys that signed before it."""

    signer: Signer
    retired: tuple[Key, ...] = ()

    @property
    def known(self) -> tuple[Key, ...]:
        return (self.signer.key, *self.retired)


def public_line(key: Key) -> str:
    """A public key in one line, as auditors keep it."""
    return f"{key.name}+{key.id.hex()}+{base64.b64encode(bytes([1]) + key.public).decode()}"


def new_signer(name: str) -> Signer:
    """A new key. Raises `Fault` for a name with spaces or plus signs."""
    if not _NAME.fullmatch(name):
        raise Fault(f"“{name}” can't be the name of a log: no spaces and no plus signs, like trail.council.gov.uk.")
    return Signer(name, Ed25519PrivateKey.generate())


def write_keys(file: Path, keys: TrailKeys) -> None:
    """Put the keys into a file that only its owner can read; all of it or nothing."""
    seed = keys.signer.private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    encoded = base64.b64encode(bytes([1]) + seed).decode()
    private = f"{_PRIVATE}{keys.signer.name}+{keys.signer.key.id.hex()}+{encoded}"
    write_secret(file, "\n".join([private, *(public_line(key) for key in keys.retired)]) + "\n")


def read_keys(file: Path) -> TrailKeys:
    """The keys in a file. Raises `Fault`, which never quotes them."""
    try:
        lines = [line.strip() for line in file.read_text("utf-8").splitlines() if line.strip()]
        private = [line for line in lines if line.startswith(_PRIVATE)]
        if len(private) != 1:
            raise Faulty("it must hold one private key")
        name, _, encoded = private[0].removeprefix(_PRIVATE).split("+", 2)
        data = base64.b64decode(encoded, validate=True)
        signer = Signer(name, Ed25519PrivateKey.from_private_bytes(data[1:]))
        return TrailKeys(signer, tuple(read_key(line) for line in lines if line not in private))
    except (OSError, ValueError, binascii.Error, Faulty) as failure:
        why = failure if isinstance(failure, Faulty) else type(failure).__name__
        advice = "Make one with `app.py trail new-key`."
        raise Fault(f"The trail's key can't be read from {file}: {why}. {advice}") from None
