"""What people wrote is shown as they wrote it, and is nothing but text: in cards, in messages and in e-mail.

Each text is drawn beside a harmless one, and the two must differ in that text alone.
"""

from __future__ import annotations

import re
from functools import cache
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.domain.forms import Choice, Field, Form, Section
from bot.domain.unseen import UNSEEN
from bot.mail.message import compose, sender_address
from cards.form import form_body, form_card
from cards.kit import Drawn
from cards.mail import mail_html
from cards.plain import as_text
from cards.questions import answers, question
from cards.words import clean, said, unsaid
from tests.hostile.attempts import FORMULAS, MARKUP
from tests.hostile.attempts import UNSEEN as HIDDEN
from tests.hostile.markup import markdown_in, marks, read
from tests.hostile.spoiled import cards, forms
from tests.mail.builders import NOON, SENDER, a_message, parsed, part

PLAIN = "Qqqxqqq"
"""A word that stands nowhere else."""
hostile = (
    st.sampled_from([*MARKUP, *HIDDEN, *FORMULAS])
    | st.text(max_size=40)
    | st.lists(st.sampled_from([*"*_[]()<>`~#&;:\\-+.!|{}=>\"'1ab@/ \n\t", "&lt;", "**", "](", "<at>", "  "])).map(
        "".join
    )
).filter(lambda text: bool(clean(text)) and not re.fullmatch(r"[\dW-]{8,10}", clean(text)))
"""But for days, which are shown as people say them."""


def flat(text: str) -> str:
    """As it is read: in one line, whatever its letters' case, which cards change at the beginning of sentences."""
    return " ".join(text.split()).casefold()


def becomes(text: str, words: str) -> str:
    """What a text with the plain word in it must become with other words in its place."""
    return flat(flat(text).replace(PLAIN.casefold(), flat(clean(words))))


@cache
def harmless() -> tuple[Drawn, ...]:
    return tuple(cards(PLAIN))


class _Page(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "br":
            self.tags.append((tag, tuple(attrs)))
        self.text += " "

    def handle_endtag(self, tag: str) -> None:
        self.text += " "

    def handle_data(self, data: str) -> None:
        self.text += data


def compared(words: str) -> None:
    for spoilt, usual in zip(cards(words), harmless(), strict=True):
        texts = zip(markdown_in(spoilt.card), markdown_in(usual.card), strict=True)
        for drawn, plain in texts:
            assert marks(drawn) == marks(plain)
            assert flat(read(drawn)) == becomes(read(plain), words)
        assert flat(as_text(spoilt.card)) == becomes(as_text(usual.card), words)
        assert flat(spoilt.summary) == becomes(usual.summary, words)
        assert "\n" not in spoilt.summary
        page, plain_page = _Page(mail_html(spoilt)), _Page(mail_html(usual))
        assert page.tags == plain_page.tags
        assert flat(page.text) == becomes(plain_page.text, words)
        assert not UNSEEN.search(str(spoilt))


THREES = [" ".join((MARKUP + FORMULAS)[place : place + 3]) for place in range(0, len(MARKUP + FORMULAS), 3)]
"""More would make cards so long that texts are cut, or that a record has other pages."""
CONTEXTS = ["{}", "• {}", "**Who:** {}", "x {} y", "{} (Team Manager) asks {}"]


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(words=hostile)
def test_a_text_among_words_of_ours_is_read_as_it_was_typed(words: str) -> None:
    contexts = CONTEXTS if "\n" in clean(words) else [*CONTEXTS, "**{}**"]
    for context in contexts:
        drawn, plain = context.replace("{}", said(words)), context.replace("{}", PLAIN)
        assert marks(drawn) == marks(plain)
        assert flat(read(drawn)) == becomes(read(plain), words)
        assert flat(unsaid(drawn)) == becomes(unsaid(plain), words)


@pytest.mark.parametrize("words", [*THREES, "x".join(HIDDEN)])
def test_a_text_is_shown_on_every_card_as_it_was_typed_and_is_nothing_else(words: str) -> None:
    compared(words)


@pytest.mark.parametrize("words", THREES)
def test_a_text_is_shown_in_every_question_as_it_was_typed_and_is_nothing_else(words: str) -> None:
    for spoilt, usual in zip(forms(words), forms(PLAIN), strict=True):
        pairs = list(zip(in_text(spoilt, words), in_text(usual, PLAIN), strict=True))
        pairs += zip(markdown_in(_card(spoilt, words)), markdown_in(_card(usual, PLAIN)), strict=True)
        for drawn, plain in pairs:
            assert marks(drawn) == marks(plain)
            assert flat(read(drawn)) == becomes(read(plain), words)


def in_text(form: Form, words: str) -> list[str]:
    """Each question with an answer that was given before, and all the answers."""
    given = {field.id: words for field in form.fields}
    return [
        *(question(form, form.fields, field, given) for field in form.fields),
        answers(form, form.fields, given, most=600),
    ]


def _card(form: Form, words: str) -> dict[str, Any]:
    given = {field.id: words for field in form.fields}
    return form_card(form, values=given, faults=given, data={"ref": "PC-2026-0001"}, notice=words).card


@pytest.mark.deep
@pytest.mark.timeout(600)
@settings(max_examples=15, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(words=hostile)
def test_a_text_is_shown_on_every_card_as_it_was_typed_and_is_nothing_else_at_length(words: str) -> None:
    compared(words)


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\u200f", "\u200b", "\ufeff", "\x1b", "\u00ad"])
def test_what_turns_or_hides_text_is_taken_out_of_cards_and_mail_alike(sign: str) -> None:
    name = f"Tom {sign}hsraM"
    letter = compose(a_message(f"Dear {name}", to_name=name, subject=name), sender=sender_address(SENDER), at=NOON)
    assert clean(name) == "Tom hsraM"
    assert str(letter["Subject"]) == "Tom hsraM"
    assert "Dear Tom hsraM" in part(parsed(letter.as_bytes()), "plain")


def test_what_joins_letters_and_pictures_stays() -> None:
    for text in ("👩\u200d👧", "می\u200cخواهم", "❤\ufe0f", "שלום"):
        assert clean(text) == text


@pytest.mark.parametrize(
    ("title", "style"), [("Not resolved yet", "expanded"), ("[Not](https://evil.example) yet", "compact")]
)
def test_choices_lie_open_only_where_no_client_can_take_them_for_markdown(title: str, style: str) -> None:
    field = Field(id="one", label="Which?", kind="choice", choices=(Choice("a", title), Choice("b", "Another one")))
    form = Form(id="note", title="Form", lead="", sections=(Section(fields=(field,)),), button="Send")
    (drawn,) = (one for one in form_body(form) if one.get("type") == "Input.ChoiceSet")
    assert drawn["style"] == style
