"""Acts as people at the local client, in a real browser, and tells what they see.

    with Driver({"ana": url, "ben": url}) as client:     # url: of a window, as `ClientWindows.url(key)` gives it
        client.act_as("ana")
        client.say("raise")
        client.fill({"issue": "No visit", "Outcome sought": "A visit this week"})      # by id or by label
        client.press("Send")
        client.act_as("ben")
        client.wait_for_card("No visit")
        client.screenshot("ben.png")

Each person has a page of their own, open from the start: a page shows only what arrives while it is open. Opening it
is what installs the bot for that person.
"""

from __future__ import annotations

import json
import re
import time
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote

from playwright.sync_api import Locator, Page, Request, Response, WebSocket

from bot.demo.client import BOT_NAME, CHANNEL, GROUP, TEAM
from tests.client.browser import PHONE, chromium
from tests.client.inputs import complaints, fill_in

CARD = "application/vnd.microsoft.card.adaptive"
PLACES = {"group": GROUP, "channel": (CHANNEL[0], f"{TEAM[1]} - {CHANNEL[1]}")}
DESKTOP = (1400, 1200)
POLL = 50
QUIET = 400
"""Milliseconds: between two looks at the page, and without news until a page counts as settled."""
T = TypeVar("T")

_SHRINK = """(small) => {
  document.getElementById('small')?.remove();
  if (!small) return;
  const rule = document.createElement('style');
  rule.id = 'small';
  rule.textContent = `div { min-width: 0 !important; }
    .ac-preview-panel, div:has(> .ac-preview-panel) { max-width: calc(100vw - 96px) !important; }`;
  document.head.append(rule);
}"""
"""The Playground's own page does not go below 600 pixels; a phone does."""


class NotSeen(AssertionError):
    """What a test waited for did not show, or is not on the page."""


@dataclass(kw_only=True)
class Message:
    """A message in a chat, as it stands now."""

    id: str
    conversation: str
    text: str
    card: dict[str, Any] | None
    summary: str
    changed: int
    """The number of the frame that last changed it."""


@dataclass(frozen=True, kw_only=True)
class Press:
    """What came of pressing a button: nothing sent (something local, or inputs refused), or the bot's reply."""

    sent: bool
    status: int = 0
    reply: Any = None
    refused: tuple[str, ...] = ()
    """The error messages that stood at the inputs."""


class Seat:
    """One person's page."""

    def __init__(self, key: str, page: Page, url: str) -> None:
        self.key, self.page, self.url = key, page, url
        self.personal = self.conversation = f"a:personal-{key}"
        self.messages: dict[str, Message] = {}
        self.frames = 0
        self.troubles: list[str] = []
        page.on("websocket", self._listen)
        page.goto(url, wait_until="commit")

    def await_page(self) -> None:
        """Wait until the person could type."""
        self.page.locator("[data-lexical-editor]").first.wait_for(timeout=60_000)
        self.settle()

    def _listen(self, channel: WebSocket) -> None:
        if "/_ws_conversation/" in channel.url:
            channel.on("framereceived", self._frame)
        elif "/_ws/log/" in channel.url:
            channel.on("framereceived", self._logged)

    def _logged(self, frame: str | bytes) -> None:
        """Keep what the client's log shows as failed; a message that the bot refused leaves no other trace."""
        entry = json.loads(frame).get("log") or {}
        status = (entry.get("response") or {}).get("statusCode")
        if status is None and entry.get("level") in ("error", "warning"):
            self.troubles.append(str(entry.get("displayText", "")))
        elif status is not None and int(status) >= 400:
            self.troubles.append(f"{entry.get('activityName')} from {entry.get('from')}: HTTP {status}")

    def _frame(self, frame: str | bytes) -> None:
        event = json.loads(frame)
        self.frames += 1
        if event.get("action") not in ("createMessage", "updateMessage"):
            return
        raw = event["message"]
        cards = [each["content"] for each in raw.get("attachments", []) if each.get("contentType") == CARD]
        self.messages[raw["messageId"]] = Message(
            id=raw["messageId"],
            conversation=event["actionConversationId"],
            text=raw.get("text") or "",
            card=cards[-1] if cards else None,
            summary=raw.get("summary") or "",
            changed=self.frames,
        )

    def here(self) -> list[Message]:
        """The messages of the chat that is open, oldest first."""
        return [each for each in self.messages.values() if each.conversation.split(";")[0] == self.conversation]

    def panels(self) -> Locator:
        """The cards on the page."""
        return self.page.locator(".ac-preview-panel")

    def until(self, look: Callable[[], T], seconds: float, what: str) -> T:
        """The first true answer of `look`. Raises NotSeen, with what the client's log says."""
        give_up = time.monotonic() + seconds
        while not (seen := look()):
            if time.monotonic() > give_up:
                raise NotSeen(f"{self.key} waited {seconds:g} s in vain for {what}; log: {self.troubles[-3:]}")
            self.page.wait_for_timeout(POLL)
        return seen

    def settle(self, quiet: int = QUIET) -> None:
        """Wait until nothing has arrived for `quiet` milliseconds."""
        seen, calm = self.frames, 0
        while calm < quiet:
            self.page.wait_for_timeout(POLL)
            calm = calm + POLL if self.frames == seen else 0
            seen = self.frames


class Driver:
    """All people at once; the methods act for the one whose turn it is."""

    def __init__(self, urls: Mapping[str, str], *, seconds: float = 20) -> None:
        """`urls`: the address of each person's window by the person's key. `seconds`: how long to wait for anything."""
        self._urls, self._seconds = urls, seconds
        self._seats: dict[str, Seat] = {}
        self._closing = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            browser = stack.enter_context(chromium(width=DESKTOP[0], height=DESKTOP[1]))
            for key, url in self._urls.items():
                self._seats[key] = Seat(key, browser.new_page(), url)
            for seat in self._seats.values():
                seat.await_page()
            self._closing = stack.pop_all()
        self.act_as(next(iter(self._urls)))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.close()

    def act_as(self, key: str, place: str = "personal") -> Self:
        """Turn to another person, or to another place: "personal", "group" or "channel"."""
        self.seat = seat = self._seats[key]
        seat.page.bring_to_front()
        conversation, label = PLACES.get(place, (seat.personal, "Personal Chat"))
        if seat.conversation != conversation:
            seat.page.get_by_role("treeitem", name=label, exact=True).click()
            seat.conversation = conversation
            seat.page.wait_for_timeout(300)
        seat.settle(POLL)
        return self

    def say(self, text: str, *, replies: int = 1) -> list[Message]:
        """Send words to the bot and wait for at least so many new messages."""
        seat = self.seat
        before = set(seat.messages)
        self._type(text)

        def fresh() -> list[Message]:
            return [each for each in seat.here() if each.id not in before]

        seat.until(lambda: len(fresh()) >= replies, self._seconds, f"{replies} answer(s) to {text!r}")
        seat.settle()
        return fresh()

    def _type(self, text: str) -> None:
        page, personal = self.seat.page, self.seat.conversation == self.seat.personal
        page.locator("[data-lexical-editor]").first.click()
        if not personal:
            page.keyboard.type("@")
            page.get_by_role("menuitem").filter(has_text=re.compile(rf"^\s*{re.escape(BOT_NAME)}\s*$")).click()
        for number, line in enumerate(text.split("\n")):
            if number:
                page.keyboard.press("Shift+Enter")
            page.keyboard.insert_text(line)
        button = "Post" if self.seat.conversation == CHANNEL[0] else "Send Message"
        page.get_by_role("button", name=button, exact=True).first.click()

    def fill(self, values: Mapping[str, object]) -> None:
        """Fill inputs of the newest card by id or label. Choices by title or value, dates as YYYY-MM-DD."""
        fill_in(self.seat.page, self.seat.panels().last, self.last_card(), values)

    def press(self, title: str) -> Press:
        """Press the button of the newest card that has one of this title, and wait for what comes of it."""
        seat = self.seat
        button = seat.page.get_by_role("button", name=title, exact=True)
        panel = seat.panels().filter(has=button).last
        if not panel.count():
            raise NotSeen(f"no card before {seat.key} has a button {title!r}")
        sent: list[tuple[Request, int]] = []
        answered: list[Response] = []

        def ask(request: Request) -> None:
            if re.search(r"/_conversation/v1/(submit|invoke)$", request.url):
                sent.append((request, seat.frames))

        def answer(response: Response) -> None:
            if sent and response.request is sent[0][0]:
                answered.append(response)

        seat.page.on("request", ask)
        seat.page.on("response", answer)
        try:
            panel.get_by_role("button", name=title, exact=True).last.click()
            for _ in range(16):
                if sent:
                    break
                seat.page.wait_for_timeout(POLL)
            if not sent:
                return Press(sent=False, refused=tuple(complaints(panel, self.last_card())))
            seat.until(lambda: answered, self._seconds, f"the bot's reply to {title!r}")
            return self._pressed(sent[0], answered[0])
        finally:
            seat.page.remove_listener("request", ask)
            seat.page.remove_listener("response", answer)

    def _pressed(self, sent: tuple[Request, int], answered: Response) -> Press:
        asked, frames = sent
        body = answered.text()
        try:
            reply = json.loads(body) if body else None
        except ValueError:
            reply = body
        self.seat.settle()
        message = self.seat.messages.get((asked.post_data_json or {}).get("replyToId", ""))
        if message and isinstance(reply, dict) and reply.get("type") == CARD and message.changed <= frames:
            message.card = reply["value"]  # seen by this person alone; an update of the message wins over it
        return Press(sent=True, status=answered.status, reply=reply)

    def messages(self) -> list[Message]:
        """What stands in the open chat, oldest first."""
        return self.seat.here()

    def last_text(self) -> str:
        """The newest words in the open chat that are not a card."""
        return next((each.text for each in reversed(self.seat.here()) if each.text), "")

    def last_card(self) -> dict[str, Any]:
        """The JSON of the newest card in the open chat, as this person sees it."""
        for message in reversed(self.seat.here()):
            if message.card:
                return message.card
        raise NotSeen(f"there is no card before {self.seat.key}")

    def card_text(self) -> str:
        """The words on the newest card on the page."""
        panels = self.seat.panels()
        return panels.last.inner_text() if panels.count() else ""

    def wait_for_card(self, text: str) -> str:
        """Wait until the newest card shows some words; all its words."""
        self.seat.until(lambda: text in self.card_text(), self._seconds, f"a card with {text!r}")
        return self.card_text()

    def wait_for_text(self, text: str) -> str:
        """Wait until the newest words that are not a card contain some words; all of them."""
        self.seat.until(lambda: text in self.last_text(), self._seconds, f"words with {text!r}")
        return self.last_text()

    def refresh(self) -> Any:
        """What Teams does by itself and the Playground does not: run the newest card's refresh; the bot's reply."""
        message = next((each for each in reversed(self.seat.here()) if each.card and "refresh" in each.card), None)
        if message is None or message.card is None:
            raise NotSeen(f"no card before {self.seat.key} has a refresh")
        body = {
            "name": "adaptiveCard/action",
            "value": {"action": message.card["refresh"]["action"], "trigger": "automatic"},
            "from": {"id": f"29:{self.seat.key}"},
            "conversation": {"id": message.conversation},
            "replyToId": message.id,
        }
        return _call("POST", f"{self.seat.url}/_conversation/v1/invoke", body)

    def deliver(self, kind: str | None = None, **fields: object) -> None:
        """Deliver a ready-made activity ("install", "uninstall"…) or, without a kind, one of the test's own."""
        query = f"conversationId={quote(self.seat.conversation, safe='')}" + (f"&type={kind}" if kind else "")
        activities = f"{self.seat.url}/_internal/v1/customActivities"
        template = _call("GET", f"{activities}/template?{query}")
        _call("POST", activities, {**template, **fields})
        self.seat.settle()

    def width(self, size: tuple[int, int] = PHONE) -> None:
        """Make this person's page as large as a phone, or another size (`DESKTOP` is what it was)."""
        self.seat.page.set_viewport_size({"width": size[0], "height": size[1]})
        self.seat.page.evaluate(_SHRINK, size[0] < DESKTOP[0])
        self.seat.page.wait_for_timeout(QUIET)

    def screenshot(self, path: str | Path, *, card_only: bool = False) -> Path:
        """A picture of the page, or of the newest card."""
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        (self.seat.panels().last if card_only else self.seat.page).screenshot(path=path)
        return Path(path)


def _call(method: str, url: str, body: object = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"content-type": "application/json"}, method=method)
    with urllib.request.urlopen(request, timeout=30) as reply:
        text = reply.read()
    return json.loads(text) if text else None
