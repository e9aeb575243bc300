"""Pictures of Adaptive Cards as Teams would draw them: Microsoft's renderer with Teams' own settings.

python -m tests.client.pictures card.json… --out pictures         light and dark, 600 and 340 pixels wide
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from bot.demo.node import part
from tests.client.browser import chromium

WIDTHS = {"desktop": 600, "phone": 340}
MARGIN = 12


@dataclass(frozen=True)
class Theme:
    """The colours around and beside what the host configuration covers."""

    chat: str
    link: str
    face: str
    ink: str
    edge: str


THEMES = {
    "light": Theme(chat="#f5f5f5", link="#5b5fc7", face="#ffffff", ink="#242424", edge="#d1d1d1"),
    "dark": Theme(chat="#1f1f1f", link="#a6a7dc", face="#292929", ink="#ffffff", edge="#666666"),
}

_PAGE = '<!doctype html><meta charset="utf-8"><div id="frame"><div id="card"></div></div>'
_FONT = '"Segoe UI", "Open Sans", sans-serif'
_LOOK = """
 html {{ color-scheme: {name}; }}
 body {{ margin: 0; background: {theme.chat}; font-family: {font}; }}
 #frame {{ display: inline-block; padding: {margin}px; }}
 #card {{ width: {width}px; border: 1px solid {theme.edge}; border-radius: 4px; overflow: hidden;
   box-sizing: border-box; }}
 #card a {{ color: {theme.link}; }}
 #card .ac-pushButton {{ background: {theme.face}; color: {theme.ink}; border: 1px solid {theme.edge};
   border-radius: 4px; padding: 5px 12px; font: 600 14px {font}; flex-shrink: 0 !important; }}
 #card .ac-pushButton.style-positive, #card .ac-pushButton.primary {{ background: #5b5fc7; color: #fff; }}
 #card .ac-pushButton.style-destructive {{ background: #c4314b; color: #fff; }}
 #card .ac-pushButton:disabled {{ opacity: .5; }}
 #card .ac-actionSet, #card .ac-actionSet > div {{ flex-wrap: wrap !important; row-gap: 8px; }}
 #card input.ac-input, #card textarea.ac-input, #card select.ac-input,
 #card .ac-input > input:not([type=checkbox], [type=radio]) {{ font: 14px {font}; background: {theme.face};
   color: {theme.ink}; border: 1px solid {theme.edge}; border-radius: 4px; padding: 5px 8px; box-sizing: border-box; }}
 #card .ac-toggleInput, #card .ac-choiceSetInput-expanded, #card .ac-choiceSetInput-multiSelect {{
   border: 0; background: none; }}
"""
_DRAW = """([payload, settings]) => {
  const cards = window.AdaptiveCards, markdown = window.markdownit();
  cards.AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = markdown.render(text);
    result.didProcess = true;
  };
  const card = new cards.AdaptiveCard();
  card.hostConfig = new cards.HostConfig(settings);
  const context = new cards.SerializationContext();
  card.parse(payload, context);
  const complaints = [];
  for (let i = 0; i < context.eventCount; i++) complaints.push(context.getEventAt(i).message);
  for (const failure of card.validateProperties().validationEvents) complaints.push(failure.message);
  const drawn = card.render();
  document.getElementById('card').replaceChildren(...(drawn ? [drawn] : []));
  return complaints;
}"""


@dataclass(frozen=True)
class Picture:
    """One drawing of a card, and what the renderer had to complain about."""

    image: Path
    complaints: tuple[str, ...]


def card_of(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """The card itself, out of a bare card, an attachment, an activity with one, or a golden file with its summary."""
    if payload.get("attachments"):
        payload = payload["attachments"][0]
    content: Mapping[str, Any] = payload.get("content", payload.get("card", payload))
    return content


class Studio:
    """Draws cards in one open browser. Use `studio()`."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def draw(self, name: str, card: Mapping[str, Any], out: Path) -> list[Picture]:
        """Write `NAME.THEME.WIDTH.png` for every theme and width."""
        out.mkdir(parents=True, exist_ok=True)
        return [
            self._draw(card, theme, WIDTHS[width], out / f"{name}.{theme}.{width}.png")
            for theme in THEMES
            for width in WIDTHS
        ]

    def _draw(self, card: Mapping[str, Any], theme: str, width: int, image: Path) -> Picture:
        settings = part(f"adaptivecards-designer/lib/hostConfigs/microsoft-teams-{theme}.json")
        page = self._page
        page.set_content(_PAGE)
        for script in ("markdown-it/dist/markdown-it.min.js", "adaptivecards/dist/adaptivecards.min.js"):
            page.add_script_tag(path=part(script))
        page.add_style_tag(path=part("adaptivecards/dist/adaptivecards.css"))
        look = _LOOK.format(name=theme, theme=THEMES[theme], font=_FONT, margin=MARGIN, width=width)
        page.add_style_tag(content=look)
        complaints = page.evaluate(_DRAW, [card, json.loads(settings.read_text("utf-8-sig"))])
        page.locator("#frame").screenshot(path=image)
        return Picture(image, tuple(complaints))


@contextmanager
def studio() -> Iterator[Studio]:
    """A browser in which many cards can be drawn, one after the other."""
    with chromium(width=900, scale=2.0) as browser:
        yield Studio(browser.pages[0])


def draw_all(cards: Iterable[tuple[str, Mapping[str, Any]]], out: Path) -> list[Picture]:
    """Draw named cards in every theme and width."""
    with studio() as place:
        return [picture for name, card in cards for picture in place.draw(name, card, out)]


def main() -> int:
    """The command; 1 if the renderer complained about a card."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path, help="JSON of cards, attachments or activities")
    parser.add_argument("--out", type=Path, default=Path("var/pictures"), help="folder for the pictures (%(default)s)")
    arguments = parser.parse_args()
    cards = [(file.stem, card_of(json.loads(file.read_text("utf-8")))) for file in arguments.files]
    pictures = draw_all(cards, arguments.out)
    for picture in pictures:
        print(picture.image, *picture.complaints, sep="\n    ")
    return int(any(picture.complaints for picture in pictures))


if __name__ == "__main__":
    raise SystemExit(main())
