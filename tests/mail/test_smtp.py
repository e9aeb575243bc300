"""What the mail server says, and what that means for the message."""

from __future__ import annotations

import asyncio
import ssl
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.mail.smtp import MailServer, SmtpChannel, UnusableMailServer
from bot.mail.smtp import mail_server as read_url
from bot.usecases.ports import NotDelivered, OutcomeUnknown, Outgoing, TryAgain, Undeliverable
from tests.mail.builders import NOON, SENDER, a_message, parsed, part
from tests.mail.fake_smtp import HANG_UP, SILENCE, FakeServer, mail_server

TROUBLE = [
    ("connect", "554 5.3.2 go away", TryAgain),
    ("connect", "421 4.3.2 too busy", TryAgain),
    ("connect", HANG_UP, TryAgain),
    ("connect", SILENCE, TryAgain),
    ("ehlo", HANG_UP, TryAgain),
    ("mail", "451 4.7.1 later", TryAgain),
    ("mail", "550 5.7.60 this account may not send as you", TryAgain),
    ("mail", "530 5.7.57 sign in first", TryAgain),
    ("mail", HANG_UP, TryAgain),
    ("mail", SILENCE, TryAgain),
    ("rcpt", "450 4.2.1 greylisted", TryAgain),
    ("rcpt", "550 5.1.1 no such person", Undeliverable),
    ("rcpt", "552 5.2.2 mailbox full", Undeliverable),
    ("rcpt", "whatever", TryAgain),
    ("rcpt", HANG_UP, TryAgain),
    ("data", "451 4.3.0 not now", TryAgain),
    ("data", "554 5.6.0 not this", Undeliverable),
    ("data", HANG_UP, OutcomeUnknown),
    ("message", "452 4.3.1 disk full", TryAgain),
    ("message", "554 5.7.1 looks like spam", Undeliverable),
    ("message", "whatever", OutcomeUnknown),
    ("message", HANG_UP, OutcomeUnknown),
    ("message", SILENCE, OutcomeUnknown),
]


def send(fake: FakeServer, outgoing: Outgoing, *, scheme: str = "smtp", login: str = "", query: str = "") -> str:
    url = f"{scheme}://{login}127.0.0.1:{fake.port}{query}"
    return asyncio.run(SmtpChannel(url, SENDER, timeout=0.5, now=lambda: NOON).send(outgoing))


def test_a_message_is_handed_in_and_its_id_comes_back() -> None:
    with mail_server() as fake:
        found = send(fake, a_message("A line\n.\n.hidden"))
    (raw,) = fake.messages
    assert parsed(raw)["Message-ID"] == found
    assert part(parsed(raw), "plain") == "A line\n.\n.hidden\n"
    assert fake.heard[1:3] == ["mail FROM:<bot@fenmarsh.example>", "rcpt TO:<tom.marsh@fenmarsh.example>"]
    assert fake.heard[-1].lower() == "quit"


@pytest.mark.parametrize(("step", "reply", "outcome"), TROUBLE, ids=[f"{step}: {reply}" for step, reply, _ in TROUBLE])
def test_each_trouble_has_its_outcome(step: str, reply: str, outcome: type[NotDelivered]) -> None:
    with mail_server({step: reply}) as fake, pytest.raises(outcome) as failure:
        send(fake, a_message())
    assert type(failure.value) is outcome


@pytest.mark.parametrize(
    ("reply", "dead"),
    [("550 5.1.1 unknown", True), ("550 unknown", True), ("550 5.7.1 relay denied", False), ("552 5.2.2 full", False)],
)
def test_only_an_address_that_does_not_exist_is_dead(reply: str, dead: bool) -> None:
    with mail_server({"rcpt": reply}) as fake, pytest.raises(Undeliverable) as refused:
        send(fake, a_message())
    assert refused.value.address_is_dead is dead


def test_a_failure_never_repeats_the_servers_words() -> None:
    with (
        mail_server({"rcpt": "550 5.1.1 <tom.marsh@fenmarsh.example> unknown"}) as fake,
        pytest.raises(Undeliverable, match=r"^recipient: 550 5\.1\.1$"),
    ):
        send(fake, a_message())


@pytest.mark.parametrize("reply", ["421 in a hurry", HANG_UP, SILENCE])
def test_a_message_that_was_taken_is_sent_however_the_server_says_goodbye(reply: str) -> None:
    with mail_server({"quit": reply}) as fake:
        send(fake, a_message())
    assert len(fake.messages) == 1


def test_nobody_there_is_a_reason_to_try_again() -> None:
    with mail_server() as fake:
        pass
    with pytest.raises(TryAgain, match="ConnectionRefusedError"):
        send(fake, a_message())


def test_a_server_that_cannot_encrypt_gets_nothing() -> None:
    with mail_server() as fake, pytest.raises(TryAgain):
        send(fake, a_message(), query="?starttls=yes")
    assert [line.split()[0] for line in fake.heard if not line.lower().startswith("ehlo")] == ["quit"]


def test_a_bad_address_never_reaches_the_server() -> None:
    with mail_server() as fake, pytest.raises(Undeliverable):
        send(fake, a_message(to_email="a@b.example>\r\nRCPT TO:<thief@evil.example"))
    assert fake.heard == []


def test_it_signs_in_with_the_user_and_password_of_the_url() -> None:
    with mail_server({"ehlo": "250-fake.example\r\n250 AUTH PLAIN"}) as fake:
        send(fake, a_message(), login="bot%40fenmarsh.example:p%2Fw@")
    (signed,) = [line for line in fake.heard if line.startswith("AUTH")]
    assert b64decode(signed.split()[2]) == b"\0bot@fenmarsh.example\0p/w"


def test_a_refused_password_is_no_fault_of_the_message() -> None:
    replies = {"ehlo": "250-fake.example\r\n250 AUTH PLAIN", "auth": "535 5.7.8 wrong"}
    with mail_server(replies) as fake, pytest.raises(TryAgain, match=r"^sign-in: 535 5\.7\.8$"):
        send(fake, a_message(), login="bot:wrong@")


def _certificate(folder: Path) -> ssl.SSLContext:
    """A server's own certificate for this machine, which the test trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    today = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    (folder / "cert.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "key.pem").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_an_encrypted_connection_carries_the_message(
    scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls = _certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    with mail_server({"ehlo": "250-fake\r\n250 STARTTLS"}, tls=tls, from_the_start=scheme == "smtps") as fake:
        send(fake, a_message(), scheme=scheme, query="" if scheme == "smtps" else "?starttls=yes")
    assert len(fake.messages) == 1


def test_a_server_with_an_unknown_certificate_gets_nothing(tmp_path: Path) -> None:
    with mail_server({"ehlo": "250-fake\r\n250 STARTTLS"}, tls=_certificate(tmp_path)) as fake, pytest.raises(TryAgain):
        send(fake, a_message(), query="?starttls=yes")
    assert fake.messages == []


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://relay.council.example", MailServer(host="relay.council.example", port=25, starttls=True)),
        ("smtp://relay.council.example?starttls=no", MailServer(host="relay.council.example", port=25)),
        (
            "smtp://bot%40c.example:p%3Aw@smtp.c.example?starttls=true",
            MailServer(host="smtp.c.example", port=587, user="bot@c.example", password="p:w", starttls=True),
        ),
        ("smtps://u:p@smtp.c.example", MailServer(host="smtp.c.example", port=465, user="u", password="p", tls=True)),
        ("smtp://localhost:2525", MailServer(host="localhost", port=2525)),
    ],
)
def test_the_url_says_where_and_how(url: str, server: MailServer) -> None:
    assert read_url(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "",
        "relay",
        "http://relay",
        "smtp://",
        "smtp://relay:port",
        "smtp://u:hidden@relay?starttls=no",
        "smtp://u@relay",
        "smtp://relay?tls=yes",
        "smtp://relay?starttls=perhaps",
        "smtps://relay?starttls=yes",
        "smtp://relay/path",
        "smtp://u:hid%0Aden@relay",
    ],
)
def test_an_unusable_url_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(UnusableMailServer) as refused:
        read_url(url)
    assert "SMTP_URL" in str(refused.value)
    assert "hidden" not in str(refused.value)
    assert "hidden" not in repr(MailServer(host="relay", port=25, password="hidden"))
