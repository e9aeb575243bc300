"""Short ways to say what a test of e-mail is about."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage

from bot.usecases.ports import Outgoing, Shown

SENDER = "Positive Challenge <bot@fenmarsh.example>"
NOON = datetime(2026, 4, 7, 11, 0, tzinfo=UTC)


def a_message(
    body: str = "PC-2026-0042 waits for your answer.\n\nOpen Teams to answer it.",
    *,
    html: str = "<p>PC-2026-0042 waits for your answer.</p>\n<p>Open Teams to answer it.</p>",
    key: str = "PC-2026-0042/3/asked/p-tm",
    to_name: str = "Tom Marsh",
    to_email: str = "tom.marsh@fenmarsh.example",
    subject: str = "PC-2026-0042: to answer by Tuesday 7 April 2026",
) -> Outgoing:
    return Outgoing(
        key=key, to_name=to_name, to_email=to_email, address=None, shown=Shown(), subject=subject, body=body, html=html
    )


def parsed(raw: bytes) -> EmailMessage:
    found = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


def part(message: EmailMessage, kind: str) -> str:
    found = message.get_body(preferencelist=(kind,))
    assert isinstance(found, EmailMessage)
    content = found.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n")
