"""The e-mail of a card: the same in plain text and in HTML, and nothing in it that people could make of their words."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.words import Words
from cards.kit import actions_in, command_of
from cards.mail import mail_body, mail_html, mail_subject
from cards.plain import as_text
from tests.builders import IRO, Story, facts
from tests.cards.gallery import gallery
from tests.cards.stories import ISSUES, a_raise, raised, request

EVERY = pytest.mark.parametrize("name", gallery())
TAGS = {"h1", "h2", "p", "br", "ul", "li", "strong", "code", "hr", "small"}


class _Page(HTMLParser):
    """The tags of a page, its headings, and its text line by line."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)


def in_words(page: str) -> list[str]:
    """The lines of text of a page."""
    broken = re.sub(r"<(?:br|hr|/p|/li|/h\d)>", "\n", page)
    return [line.strip() for line in unescape(re.sub(r"<[^>]*>", "", broken)).splitlines() if line.strip()]


def test_an_email_has_the_card_as_text_names_the_app_and_says_where_to_answer() -> None:
    body = mail_body(gallery()["request-waiting"])
    assert "Please answer by 5pm on Tuesday 14 April 2026" in body
    assert "Answer. Type: respond PC-2026-0001" in body
    assert "In Microsoft Teams, open the chat with Positive Challenge." in body
    assert "1. " not in body


def test_an_email_that_asks_for_nothing_names_the_app_all_the_same() -> None:
    body = mail_body(gallery()["notice-undelivered"])
    assert "open the chat" not in body
    assert "This e-mail comes from Positive Challenge" in body


@EVERY
def test_no_line_is_drawn_with_characters(name: str) -> None:
    assert not re.search(r"={4,}|-{4,}", mail_body(gallery()[name]))


@EVERY
def test_the_html_says_what_the_text_says_with_real_headings_and_lists(name: str) -> None:
    drawn = gallery()[name]
    page = mail_html(drawn)
    assert _Page(page).tags <= TAGS
    assert len(re.findall("<h1", page)) == sum(
        each.get("size") == "Large" for each in drawn.card["body"] if each.get("style") == "heading"
    )
    text = "\n".join(in_words(page))
    for line in as_text(drawn.card).splitlines():
        if line.strip() and not re.match(r"\s*\d+[.)] ", line):
            assert line.removeprefix("• ").strip() in text
    for action in actions_in(drawn.card["body"]):
        if command := command_of(action):
            assert f"<code>{command}</code>" in page


@EVERY
def test_a_subject_is_one_line_with_a_reference_or_a_day_and_no_more(name: str) -> None:
    assert "\n" not in gallery()[name].summary
    assert not re.search(r"[<>*\\]", gallery()[name].summary)


@pytest.mark.parametrize(
    ("now", "subject"),
    [
        ("Wed 8 April 2026 9am", "PC-2026-0001: please answer by 5pm on 14 April 2026"),
        ("Tue 14 April 2026 9am", "PC-2026-0001: due today: please answer by 5pm on 14 April 2026"),
        ("Wed 15 April 2026 9am", "PC-2026-0001: late: your answer was due by 5pm on 14 April 2026"),
    ],
)
def test_a_subject_says_what_is_asked_and_whether_it_is_pressing(now: str, subject: str) -> None:
    drawn = request(raised(), now=now)
    assert mail_subject("asked", drawn) == drawn.summary == subject


def test_a_subject_says_that_it_reminds_unless_it_presses_anyway() -> None:
    early, late = request(raised(), now="Fri 10 April 2026 9am"), request(raised(), now="Wed 15 April 2026 9am")
    assert mail_subject("reminder", early) == "PC-2026-0001: reminder: please answer by 5pm on 14 April 2026"
    assert mail_subject("reminder", late) == late.summary


def test_a_subject_of_a_digest_says_its_day_and_its_counts() -> None:
    subject = "Digest for 8 April 2026: 1 overdue, 2 due today, 1 waiting for a decision and 2 ended"
    assert mail_subject("digest", gallery()["digest"]) == subject


HOSTILE = [
    "See https://evil.example/now or www.evil.example",
    "<a href='https://evil.example'>here</a>",
    "<script>alert(1)</script> <img src=x onerror=alert(1)>",
    "Heading\n=======\n\n- one\n- two",
    "</p><h1>Resolved</h1>",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_what_people_wrote_is_text_and_no_link_heading_or_list(words: str) -> None:
    story = raised()
    harmless = mail_html(request(story))
    story = Story(facts())
    issue = replace(ISSUES[0], text=Words(words))
    story.does(IRO, replace(a_raise(), issues=(issue, ISSUES[1])), "Tue 7 April 2026 10am")
    page = mail_html(request(story))
    assert "href" not in re.sub(r">[^<]*<", "><", page)
    for tag in ("a", "h1", "h2", "ul", "li", "script", "img"):
        assert len(re.findall(f"<{tag}[ >]", page)) == len(re.findall(f"<{tag}[ >]", harmless))


@settings(deadline=None)
@given(words=st.text(min_size=1).filter(str.strip))
def test_nothing_that_people_wrote_becomes_markup(words: str) -> None:
    story = Story(facts())
    issue = replace(ISSUES[0], text=Words(f"{words} <script>"))
    story.does(IRO, replace(a_raise(), issues=(issue,)), "Tue 7 April 2026 10am")
    assert _Page(mail_html(request(story))).tags <= TAGS
