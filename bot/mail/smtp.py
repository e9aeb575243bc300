"""E-mail through the authority's own mail server."""

from __future__ import annotations

import asyncio
import contextlib
import re
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.generator import BytesGenerator
from email.message import EmailMessage
from io import BytesIO
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from bot.domain.errors import Fault
from bot.mail.message import compose, recipient, sender_address, utc_now
from bot.usecases.ports import OutcomeUnknown, Outgoing, TryAgain, Undeliverable

_AT_ONCE = 3  # Exchange Online takes three connections of one account
_YES_OR_NO = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_ENHANCED = re.compile(rb"\s*([245]\.\d{1,3}\.\d{1,3})\b")
_GONE = frozenset({550, 551, 553})
_SIGN_IN = frozenset({530, 534, 535, 538})  # RFC 4954: whatever the step, the account is refused


class UnusableMailServer(Fault):
    """An SMTP_URL that can't be used. Never quotes it, for it may hold a password."""


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """Where mail is handed in, and how."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: bool = False
    """Encrypted from the first byte."""
    starttls: bool = False
    """Encrypted before anything is said; a server that doesn't offer it gets nothing."""


def mail_server(url: str) -> MailServer:
    """The server that an SMTP_URL names: `smtp://user:password@host:587`, `smtps://host`, `smtp://relay?starttls=no`.

    STARTTLS is the rule; only `starttls=no`, or a server on the same machine, goes without.
    Raises `UnusableMailServer`.
    """
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError:
        raise UnusableMailServer("SMTP_URL is not an address like smtp://host:587") from None
    if parts.scheme not in ("smtp", "smtps") or not host or parts.path not in ("", "/") or parts.fragment:
        raise UnusableMailServer("SMTP_URL is not an address like smtp://host:587 or smtps://host")
    tls = parts.scheme == "smtps"
    starttls = _starttls(parts, default=not tls and host not in _LOOPBACK)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not (user + password).isascii() or "\n" in user + password or bool(user) != bool(password):
        raise UnusableMailServer("SMTP_URL needs both a user and a password, in ASCII, or neither")
    if user and not (tls or starttls or host in _LOOPBACK):
        raise UnusableMailServer("SMTP_URL would send the password unencrypted; use smtps:// or leave out starttls=no")
    default = 465 if tls else 587 if user else 25
    return MailServer(host=host, port=port or default, user=user, password=password, tls=tls, starttls=starttls)


def _starttls(parts: SplitResult, *, default: bool) -> bool:
    asked = parse_qs(parts.query, keep_blank_values=True)
    if asked.keys() - {"starttls"}:  # perhaps the end of a password with a question mark in it
        raise UnusableMailServer("SMTP_URL knows no option but starttls=yes or starttls=no")
    wanted = asked.get("starttls")
    if wanted is None:
        return default
    said = _YES_OR_NO.get(wanted[-1].lower())
    if said is None or (said and parts.scheme == "smtps"):
        raise UnusableMailServer("SMTP_URL: starttls is yes or no, and only with smtp://")
    return said


class SmtpChannel:
    """Sends each message over a connection of its own, in a worker thread."""

    name = "email"

    def __init__(self, url: str, sender: str, *, timeout: float = 30.0, now: Callable[[], datetime] = utc_now) -> None:
        """`timeout` is in seconds, for each step. Raises `UnusableMailServer`, or ValueError for the sender."""
        self._server = mail_server(url)
        self._sender = sender_address(sender)
        self._timeout = timeout
        self._now = now
        self._slots = asyncio.Semaphore(_AT_ONCE)

    async def send(self, outgoing: Outgoing) -> str:
        """Hand one message in and return its Message-ID.

        `Undeliverable`: this recipient or this message is refused for good. `TryAgain`: refused for now, or
        nothing could be handed in at all, the account's own troubles included. `OutcomeUnknown`: the
        connection was lost once the message was on its way.
        """
        message = compose(outgoing, sender=self._sender, at=self._now())
        to = recipient(outgoing).addr_spec
        async with self._slots:
            await asyncio.to_thread(self._hand_in, message, to)
        return str(message["Message-ID"])

    def _hand_in(self, message: EmailMessage, to: str) -> None:
        with contextlib.ExitStack() as on_leaving:
            try:
                server = self._connect()
                on_leaving.callback(_part, server)
                self._introduce(server)
                _check("sender", *server.mail(self._sender.addr_spec))
                _check("recipient", *server.rcpt(to))
            except smtplib.SMTPResponseException as refused:  # greeting, encryption or signing in
                raise TryAgain(_why("sign-in", refused.smtp_code, _bytes(refused.smtp_error))) from None
            except (OSError, ValueError) as lost:  # every other error of smtplib is an OSError
                raise TryAgain(f"not handed in: {type(lost).__name__}") from lost
            _hand_over(server, _wire_form(message))

    def _connect(self) -> smtplib.SMTP:
        where = (self._server.host, self._server.port)
        if self._server.tls:
            return smtplib.SMTP_SSL(*where, timeout=self._timeout, context=ssl.create_default_context())
        return smtplib.SMTP(*where, timeout=self._timeout)

    def _introduce(self, server: smtplib.SMTP) -> None:
        server.ehlo_or_helo_if_needed()
        if self._server.starttls:
            code, reply = server.starttls(context=ssl.create_default_context())
            if code != 220:
                raise smtplib.SMTPResponseException(code, reply)
        if self._server.user:
            server.login(self._server.user, self._server.password)


def _hand_over(server: smtplib.SMTP, wire: bytes) -> None:
    try:
        code, reply = server.data(wire)
    except smtplib.SMTPDataError as refused:  # before a byte of the message went out
        code, reply = refused.smtp_code, _bytes(refused.smtp_error)
    except (OSError, ValueError) as lost:
        raise OutcomeUnknown(f"lost while handing over: {type(lost).__name__}") from lost
    _check("message", code, reply)


def _check(step: str, code: int, reply: bytes) -> None:
    """Raises unless the server agreed to this step."""
    if 200 <= code < 300:
        return
    why = _why(step, code, reply)
    account = step == "sender" or code in _SIGN_IN  # a trouble that an operator ends, not the message's
    if 500 <= code < 600 and not account:
        enhanced = _ENHANCED.match(reply)
        gone = enhanced.group(1).startswith(b"5.1.") if enhanced else code in _GONE
        raise Undeliverable(why, address_is_dead=step == "recipient" and gone)
    if step == "message" and not 400 <= code < 600:
        raise OutcomeUnknown(why)
    raise TryAgain(why)


def _why(step: str, code: int, reply: bytes) -> str:
    """The step and the codes: never the server's words, which may quote ours."""
    enhanced = _ENHANCED.match(reply)
    return f"{step}: {code}" + (f" {enhanced.group(1).decode()}" if enhanced else "")


def _bytes(reply: bytes | str) -> bytes:
    return reply if isinstance(reply, bytes) else reply.encode("ascii", "replace")


def _wire_form(message: EmailMessage) -> bytes:
    buffer = BytesIO()
    BytesGenerator(buffer, policy=message.policy).flatten(message)
    return buffer.getvalue()


def _part(server: smtplib.SMTP) -> None:
    """Leave politely if the server is still there; what it answers changes nothing any more."""
    with contextlib.suppress(OSError, ValueError):
        server.quit()
    server.close()
