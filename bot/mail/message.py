"""One e-mail as it leaves: plain text, the same as HTML, and headers that hold nothing but themselves."""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from bot.domain.unseen import UNSEEN
from bot.usecases.ports import Outgoing, Undeliverable

_POLICY = SMTP.clone(cte_type="7bit")  # every relay takes it, whatever it announces
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_LONGEST_ADDRESS = 254  # RFC 5321, 4.5.3.1.3
_BREAKS = frozenset({"Cc", "Cs", "Zl", "Zp"})


def utc_now() -> datetime:
    """The moment at which a message leaves."""
    return datetime.now(UTC)


def compose(outgoing: Outgoing, *, sender: Address, at: datetime) -> EmailMessage:
    """The e-mail for a message. Made again from the same key it carries the same Message-ID.

    Raises `Undeliverable` when there is no usable address or nothing to say.
    """
    if not outgoing.body.strip():
        raise Undeliverable("there is nothing to say by e-mail")
    message = EmailMessage(policy=_POLICY)
    message["From"] = sender
    message["To"] = recipient(outgoing)
    message["Subject"] = one_line(outgoing.subject)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id(outgoing.key, sender)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no machine answers this
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"  # what Exchange listens to instead
    body = _printable(outgoing.body)
    message.set_content(body, cte="quoted-printable")
    if outgoing.html:
        page = _page(_printable(outgoing.html), one_line(outgoing.subject))
        message.add_alternative(page, subtype="html", cte="quoted-printable")
    message["Content-Language"] = "en-GB"  # last, for content takes the place of such headers
    return message


def message_id(key: str, sender: Address) -> str:
    """The Message-ID of all attempts at one message, so that a mailbox can drop a second copy."""
    return f"<{hashlib.sha256(key.encode('utf-8', 'replace')).hexdigest()[:32]}@{sender.domain}>"


def recipient(outgoing: Outgoing) -> Address:
    """To whom it goes. Raises `Undeliverable` for what is no address that every mail server takes."""
    email = outgoing.to_email.strip()
    if not _ADDRESS.fullmatch(email) or len(email) > _LONGEST_ADDRESS:
        raise Undeliverable("not a usable e-mail address", address_is_dead=True)
    try:
        return _address(one_line(outgoing.to_name), email)
    except ValueError as unusable:
        raise Undeliverable("not a usable e-mail address", address_is_dead=True) from unusable


def sender_address(text: str) -> Address:
    """`bot@council.gov.uk`, or `Positive Challenge <bot@council.gov.uk>`. Raises ValueError for anything else."""
    name, opened, rest = text.strip().rpartition("<")
    email = rest.removesuffix(">") if opened else rest
    if not _ADDRESS.fullmatch(email) or bool(opened) != rest.endswith(">"):
        raise ValueError("the sender's address is not an e-mail address; give one like bot@council.gov.uk")
    return _address(one_line(name).strip('"'), email)


def _address(name: str, email: str) -> Address:
    try:
        return Address(display_name=name, addr_spec=email)
    except (HeaderParseError, IndexError) as unusable:
        raise ValueError("this is not an e-mail address that every mail server takes") from unusable


def one_line(text: str) -> str:
    """What may stand in a header: one line, without control characters or others that nobody sees."""
    flat = "".join(" " if unicodedata.category(sign) in _BREAKS else sign for sign in text)
    return " ".join(UNSEEN.sub("", flat).split())


def _printable(text: str) -> str:
    lines = UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    clean = ("".join(s for s in line.expandtabs(4) if unicodedata.category(s) not in _BREAKS) for line in lines)
    return "\n".join(line.rstrip() for line in clean).strip("\n") + "\n"


def _page(content: str, title: str) -> str:
    """The page around a message's HTML: the reader's own fonts and colours, and never wider than the window."""
    return (
        '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(title)}</title>\n</head>\n"
        '<body style="font-family: sans-serif; line-height: 1.5; max-width: 40em; padding: 0.5em; '
        'overflow-wrap: anywhere; word-break: break-word">\n'
        f"{content}</body>\n</html>\n"
    )
