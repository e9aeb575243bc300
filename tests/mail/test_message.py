"""What an e-mail holds, and what can't be smuggled into it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.mail.message import compose, one_line, sender_address
from bot.usecases.ports import Outgoing, Undeliverable
from tests.mail.builders import NOON, SENDER, a_message, parsed, part

HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "Content-Language",
    "MIME-Version",
    "Content-Type",
]


def composed(outgoing: Outgoing) -> bytes:
    return compose(outgoing, sender=sender_address(SENDER), at=NOON).as_bytes()


def test_a_message_says_who_to_whom_what_and_that_a_machine_wrote_it() -> None:
    message = parsed(composed(a_message()))
    assert message["From"] == "Positive Challenge <bot@fenmarsh.example>"
    assert message["To"] == "Tom Marsh <tom.marsh@fenmarsh.example>"
    assert message["Subject"] == "PC-2026-0042: to answer by Tuesday 7 April 2026"
    assert message["Date"] == "Tue, 07 Apr 2026 11:00:00 +0000"
    assert message["Auto-Submitted"] == "auto-generated"
    assert sorted(message.keys()) == sorted(HEADERS)


def test_every_attempt_has_the_same_id_and_every_message_its_own() -> None:
    first, second = (parsed(composed(a_message(body)))["Message-ID"] for body in ("As it was", "As it is now"))
    other = parsed(composed(a_message(key="PC-2026-0042/3/asked/p-ps")))["Message-ID"]
    assert first == second
    assert first != other
    assert first.endswith("@fenmarsh.example>")


def test_the_plain_text_arrives_as_it_was_written() -> None:
    body = "Dear Zoë – “quoted”\n\n.\n..\nFrom here on\n" + "long " * 400
    assert part(parsed(composed(a_message(body))), "plain") == body.rstrip() + "\n"


def test_the_html_is_a_page_that_says_its_language_and_fits_a_phone() -> None:
    page = part(parsed(composed(a_message(html="<h1>Asked & told</h1>", subject="<b> & more"))), "html")
    assert '<html lang="en-GB">' in page
    assert "<title>&lt;b&gt; &amp; more</title>" in page
    assert "width=device-width" in page
    assert "overflow-wrap: anywhere" in page
    assert "<h1>Asked & told</h1>\n</body>" in page


def test_a_message_without_html_is_plain_text_alone() -> None:
    message = parsed(composed(a_message("Just this", html="")))
    assert message.get_content_type() == "text/plain"
    assert part(message, "plain") == "Just this\n"


@settings(deadline=None)
@given(name=st.text(), subject=st.text())
def test_nothing_can_be_smuggled_into_the_headers(name: str, subject: str) -> None:
    raw = composed(a_message(to_name=name, subject=subject))
    message = parsed(raw)
    assert raw.isascii()
    assert sorted(message.keys()) == sorted(HEADERS)
    assert [address.addr_spec for address in message["To"].addresses] == ["tom.marsh@fenmarsh.example"]


@pytest.mark.parametrize(
    "text",
    [
        "PC-1\r\nBcc: thief@evil.example",
        "PC-1\nBcc: thief@evil.example",
        "PC-1\u2028Bcc: thief@evil.example",
        "PC-1\x0bBcc: thief@evil.example",
    ],
)
def test_a_line_break_in_a_header_is_a_space(text: str) -> None:
    message = parsed(composed(a_message(subject=text, to_name=text)))
    assert message["Bcc"] is None
    assert message["Subject"] == "PC-1 Bcc: thief@evil.example"
    assert message["To"].addresses[0].display_name == "PC-1 Bcc: thief@evil.example"


def test_marks_that_turn_the_direction_of_text_are_dropped() -> None:
    assert one_line("Tom \u202e hsraM") == "Tom hsraM"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "tom",
        "tom@",
        "@x.example",
        "a@b@c.example",
        "a b@c.example",
        "a@b.example>\r\nRCPT TO:<c@d.example",
        "ä@b.de",
    ]
    + ["a..b@c.example", f"{'a' * 250}@b.example"],
)
def test_what_is_no_address_is_undeliverable_for_good(address: str) -> None:
    with pytest.raises(Undeliverable) as refused:
        composed(a_message(to_email=address))
    assert refused.value.address_is_dead


def test_an_empty_message_is_not_sent() -> None:
    with pytest.raises(Undeliverable, match="nothing to say"):
        composed(a_message(" \n"))


@pytest.mark.parametrize("sender", ["", "bot", "Bot <bot@x.example", "bot@x.example>", "a@b.example, c@d.example"])
def test_a_sender_that_is_no_address_is_refused_at_the_start(sender: str) -> None:
    with pytest.raises(ValueError, match="address"):
        sender_address(sender)


def test_a_sender_may_have_a_name_or_none() -> None:
    assert str(sender_address("bot@x.example")) == "bot@x.example"
    assert str(sender_address('"Care, Positive" <bot@x.example>')) == '"Care, Positive" <bot@x.example>'
