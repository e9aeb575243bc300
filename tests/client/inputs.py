"""How a person fills the inputs of a card in the local client."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from playwright.sync_api import Locator, Page
from playwright.sync_api import TimeoutError as NotThere

Node = Mapping[str, Any]
TRIES, SOON = 4, 8_000
"""How often an input is filled, and how long each part of it may take, in milliseconds."""


def inputs_of(node: object) -> Iterator[Node]:
    """The inputs of a card, in reading order."""
    if isinstance(node, Mapping):
        if str(node.get("type", "")).startswith("Input."):
            yield node
        for key, value in node.items():
            if key not in ("data", "msteams"):
                yield from inputs_of(value)
    elif isinstance(node, list):
        for value in node:
            yield from inputs_of(value)


def complaints(panel: Locator, card: Node) -> list[str]:
    """The error messages that a card shows at its inputs."""
    shown = panel.inner_text()
    return [message for each in inputs_of(card) if (message := each.get("errorMessage")) and message in shown]


def fill_in(page: Page, panel: Locator, card: Node, values: Mapping[str, object]) -> None:
    """Fill inputs by their ids or labels."""
    known = list(inputs_of(card))
    for name, value in values.items():
        fitting = [each for each in known if name in (each.get("id"), each.get("label"), each.get("title"))]
        assert fitting, f"the card has no input {name!r} but {[each.get('id') for each in known]}"
        _surely(partial(_fill, page, panel, fitting[-1], value))


def _surely(work: Callable[[], None]) -> None:
    """Do it again where the client has drawn the card anew in between, as it does right after it came."""
    for _ in range(TRIES - 1):
        with suppress(NotThere):
            return work()
    return work()


def _fill(page: Page, panel: Locator, item: Node, value: object) -> None:
    match item["type"]:
        case "Input.Toggle":
            _tick(panel, item["title"], on=value in (True, item.get("valueOn", "true")))
        case "Input.ChoiceSet":
            _choose(page, panel, item, value)
        case kind:
            box = _control(panel, item)
            box.fill(str(value), timeout=SOON)
            if kind in ("Input.Date", "Input.Time"):
                box.press("Enter")
                box.press("Escape")  # closes the calendar, which would cover the inputs below
            box.press("Tab")


def _choose(page: Page, panel: Locator, item: Node, value: object) -> None:
    titles = {choice["value"]: choice["title"] for choice in item.get("choices", [])}
    wanted = [titles.get(each, each) for each in (value if isinstance(value, (list, tuple)) else [value])]
    many = bool(item.get("isMultiSelect"))
    box = _control(panel, item)
    if item.get("style") == "expanded":
        for title in titles.values():
            if many or title in wanted:
                _tick(box, title, on=title in wanted)
        return
    box.click(timeout=SOON)
    for title in wanted:
        option = page.locator("[role=option], [role=menuitemcheckbox]").filter(has_text=_whole(str(title))).last
        if option.get_attribute("aria-checked", timeout=SOON) != "true":
            option.click(timeout=SOON)
    if many:
        box.press("Escape")


def _tick(around: Locator, title: str, *, on: bool) -> None:
    label = around.locator("label", has_text=_whole(title)).last
    if around.page.locator(f'[id="{label.get_attribute("for")}"]').is_checked() != on:
        label.click()


def _control(panel: Locator, item: Node) -> Locator:
    """What the label of an input points to; without a label, what has its placeholder."""
    if label := item.get("label"):
        target = panel.locator("label[for]", has_text=_whole(label)).last.get_attribute("for")
        return panel.locator(f'[id="{target}"]')
    return panel.get_by_placeholder(item["placeholder"], exact=True)


def _whole(text: str) -> re.Pattern[str]:
    return re.compile(rf"^\s*{re.escape(text)}(\s*\*)?\s*$")
