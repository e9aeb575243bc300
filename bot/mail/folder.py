"""E-mail as files in a folder: what the demo has in place of a mail server."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from threading import Lock

from bot.mail.message import compose, sender_address, utc_now
from bot.usecases.ports import Outgoing, TryAgain


class FolderChannel:
    """Writes every message to a file of its own, which a mail program can open."""

    name = "email"

    def __init__(self, folder: Path, sender: str, *, now: Callable[[], datetime] = utc_now) -> None:
        """The folder is made with the first message. Raises ValueError for the sender."""
        self._folder = folder
        self._sender = sender_address(sender)
        self._now = now
        self._writing = Lock()

    async def send(self, outgoing: Outgoing) -> str:
        """Write one message and return its Message-ID. A second attempt at it replaces the file of the first."""
        at = self._now()
        message = compose(outgoing, sender=self._sender, at=at)
        try:
            await asyncio.to_thread(self._write, message, at, _safe(outgoing.key))
        except OSError as trouble:
            raise TryAgain(f"the folder for e-mail can't be written: {trouble.strerror}") from trouble
        return str(message["Message-ID"])

    def _write(self, message: EmailMessage, at: datetime, key: str) -> None:
        with self._writing:
            self._folder.mkdir(parents=True, exist_ok=True)
            earlier = next(iter(sorted(self._folder.glob(f"*-{key}.eml"))), None)
            target = earlier or self._folder / f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{key}.eml"
            half = target.with_suffix(".part")
            try:
                with half.open("wb") as file:
                    file.write(message.as_bytes())
                    file.flush()
                    os.fsync(file.fileno())
                half.replace(target)
            except OSError:
                with contextlib.suppress(OSError):
                    half.unlink(missing_ok=True)
                raise


def _safe(key: str) -> str:
    """The key as part of a file name, on every system; the digest keeps apart what looks the same."""
    digest = hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:10]
    slug = re.sub(r"[^A-Za-z0-9]+", "-", key).strip("-")[:60]
    return f"{slug}-{digest}" if slug else digest
