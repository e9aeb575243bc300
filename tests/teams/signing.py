"""Keys and tokens such as the Bot Framework's."""

from __future__ import annotations

import base64
import functools
from collections.abc import Mapping, Sequence
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

ISSUER = "https://api.botframework.com"


@functools.cache
def private_key(name: str) -> rsa.RSAPrivateKey:
    """The same name is the same key, for as long as the process lives."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def published_key(name: str, endorsements: Sequence[str]) -> dict[str, Any]:
    """The public half, as a key document says it."""
    numbers = private_key(name).public_key().public_numbers()
    return {
        "kty": "RSA",
        "use": "sig",
        "kid": name,
        "n": _base64(numbers.n),
        "e": _base64(numbers.e),
        "endorsements": list(endorsements),
    }


def signed(
    claims: Mapping[str, Any], *, key: str, algorithm: str, secret: str | None, headers: Mapping[str, Any]
) -> str:
    """A token; claims and headers that are None are left out."""
    present = {name: value for name, value in headers.items() if value is not None}
    payload = {name: value for name, value in claims.items() if value is not None}
    with_key: Any = secret
    if secret is None and algorithm != "none":
        with_key = private_key(key)
    return jwt.encode(payload, with_key, algorithm=algorithm, headers=present)


def _base64(number: int) -> str:
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
