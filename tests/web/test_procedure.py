"""The page on which everybody can read the procedure in force, as a picture and in plain words."""

from __future__ import annotations

import asyncio
from html.parser import HTMLParser

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.domain.explain import explain
from bot.domain.procedure import Procedure
from bot.procedures.load import bundled, load
from bot.web.procedure import add_procedure
from cards.plain import as_text
from cards.procedure import procedure_card
from tests.procedures.small import a_procedure


class Page(HTMLParser):
    """What a reader of the page meets: its language, its headings, its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.lang = ""
        self.headings: list[int] = []
        self.images: list[dict[str, str | None]] = []
        self.text = ""
        self.scripts = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.lang = given.get("lang") or self.lang if tag == "html" else self.lang
        self.scripts += tag == "script"
        if tag == "svg":
            self.images.append(given)
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self.headings.append(int(tag[1]))

    def handle_data(self, data: str) -> None:
        self.text += data


def get(procedure: Procedure, path: str = "/procedure") -> tuple[int, str, str]:
    async def ask() -> tuple[int, str, str]:
        application = web.Application()
        add_procedure(application, lambda: procedure)
        async with TestClient(TestServer(application)) as client:
            answer = await client.get(path)
            return answer.status, answer.content_type, await answer.text()

    return asyncio.run(ask())


@pytest.mark.requirement("OXF-20")
@pytest.mark.parametrize("name", bundled())
def test_every_procedure_can_be_read_as_a_page_with_its_picture(name: str) -> None:
    procedure = load(name).procedure
    status, kind, html = get(procedure)
    page = Page(html)
    assert (status, kind, page.lang) == (200, "text/html", "en-GB")
    assert page.headings[0] == 1
    assert page.headings.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(page.headings, page.headings[1:], strict=False))
    assert page.images[0]["role"] == "img"
    assert all(sentence in page.text for part in explain(procedure) for sentence in part.sentences)


def test_the_picture_can_be_had_alone() -> None:
    status, kind, svg = get(a_procedure(), "/procedure.svg")
    assert (status, kind) == (200, "image/svg+xml")
    assert svg.lstrip().startswith("<svg")


def test_nothing_in_a_file_becomes_part_of_the_page() -> None:
    _, _, html = get(a_procedure(top='title = "<script>alert(1)</script>"'))
    assert Page(html).scripts == 0
    assert "&lt;script&gt;alert(1)" in html


def test_the_chat_command_leads_to_the_page_where_its_address_is_known() -> None:
    with_url = as_text(procedure_card(a_procedure(), url="https://bot.example").card)
    assert "[See it as a picture](https://bot.example/procedure)" in with_url
    assert "picture" not in as_text(procedure_card(a_procedure()).card)
