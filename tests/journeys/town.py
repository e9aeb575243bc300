"""A whole bot in front of a fake Microsoft and a fake letter box, on a clock that a test moves.

    with a_town() as town:
        town.at("Tue 7 April 2026 10am")
        town.says(IRO, "raise MOS-10423")
        town.submits(IRO, "raise", child="MOS-10423", ...)
        town.expects("Sam Walker teams PC-2026-0001: …")

Every activity goes through the real HTTP door with its token checked. Whatever reaches anybody, by Teams or by e-mail,
must be expected: an unexpected message fails the test when it ends.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count
from typing import Any, TypeVar

import pytest
from aiohttp import web

import app
from bot.domain.challenge import Challenge
from bot.domain.events import Recorded
from bot.domain.people import Directory
from bot.procedures.load import Loaded, load
from bot.teams import Registration, open_door
from bot.usecases.administer import import_directory, keep_procedure
from bot.usecases.office import Office
from bot.usecases.ports import Outgoing
from cards.kit import actions_in, command_of
from cards.plain import as_text
from storage import schema
from storage.database import Database
from tests.builders import IRO, a_directory, at
from tests.teams.fakes import APP_ID, TENANT, Answer, FakeMicrosoft, Persona

T = TypeVar("T")
Card = dict[str, Any]
HOUR = timedelta(hours=1)
OPERATOR = "operator@council.example"


class MovedClock:
    """Stands still until a test moves it."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


class LetterBox:
    """Takes every e-mail and keeps it."""

    name = "email"

    def __init__(self) -> None:
        self.letters: list[Outgoing] = []

    async def send(self, outgoing: Outgoing) -> str:
        self.letters.append(outgoing)
        return f"<{outgoing.key}@test>"


class Town:
    """One authority, its people in their chats, and what has reached whom."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, office: Office, clock: MovedClock, directory: Directory
    ) -> None:
        self._loop = loop
        self.office = office
        self.names = {person.id: person.name for person in directory.people.values()}
        self.clock = clock
        self.mail = LetterBox()
        self._seen_calls = 0
        self._seen_letters = 0
        self._unread: list[str] = []
        self._numbers = count(1)
        self._cards: dict[str, tuple[str | None, Card]] = {}

    # -- the machinery -------------------------------------------------------------------------------------------

    async def _open(self) -> None:
        self.microsoft = await FakeMicrosoft().__aenter__()
        registration = Registration(
            app_id=APP_ID,
            tenant=TENANT,
            acquire=lambda: {"access_token": "ours", "expires_in": 3600},
            openid_url=self.microsoft.openid_url,
        )
        self.running = app.assemble(
            self.office,
            lambda answer: open_door(registration, converse=answer, clock=self.clock, loopback=True),
            self.mail,
        )
        self.running.rounds.deliver_soon = lambda: None  # type: ignore[method-assign]  # tests say when
        self._runner = web.AppRunner(self.running.application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"

    async def _close(self) -> None:
        await self.running.rounds.stop()
        await self._runner.cleanup()
        await self.microsoft.__aexit__(None, None, None)

    def run(self, story: Coroutine[Any, Any, T]) -> T:
        return self._loop.run_until_complete(story)

    # -- time ----------------------------------------------------------------------------------------------------

    def at(self, text: str) -> None:
        """It is this moment now; nothing is looked at in between."""
        self.clock.moment = at(text)

    def passes(self, until: str | datetime, step: timedelta = HOUR) -> None:
        """Time passes, hour by hour unless told otherwise, with a sweep and all deliveries at each step."""
        end = at(until) if isinstance(until, str) else until
        while self.clock.moment < end:
            self.clock.moment = min(self.clock.moment + step, end)
            self.run(self.running.rounds.sweep())
            self.deliver()

    def deliver(self) -> None:
        """Send everything that is due."""
        self.run(self.running.rounds.deliver())
        self._note_news()

    # -- people --------------------------------------------------------------------------------------------------

    def persona(self, person: str) -> Persona:
        return Persona(name=self.names.get(person, person), object_id=person)

    def hello(self, *people: str) -> None:
        """These people have the bot; it greets them, and nobody needs to expect that."""
        for person in people:
            self._post(self.microsoft.installed(self.persona(person)))
        self._skip_news()

    def says(self, person: str, text: str, *, before_delivery: Callable[[], None] = lambda: None) -> str:
        """Type a line; what comes back, as text. `before_delivery`: what happens before anybody else is told."""
        return self._turn(person, self.microsoft.message(text, self.persona(person)), before_delivery)

    def presses(
        self,
        person: str,
        title: str,
        *,
        submit: bool = False,
        card: Card | None = None,
        inputs: Mapping[str, str] | None = None,
        **fields: Any,
    ) -> str:
        """Press the button with this title on the person's last card, or on another; the reply as text."""
        message, shown = self._cards[person] if card is None else (None, card)
        action = next(
            one for one in actions_in(shown["body"], inside=True) if one.get("title") == title and "verb" in one
        )
        data = {**action["data"], **(inputs or {})}
        pressed = self.microsoft.press(
            action["verb"], data, self.persona(person), card=message, submit=submit, **fields
        )
        return self._turn(person, pressed)

    def submits(self, person: str, form: str, button: str, **entries: str) -> str:
        """Fill in a form on the person's last card and press its button. `issue_1` stands for the field `issue-1`."""
        inputs = {f"{form}.{id.replace('_', '-')}": value for id, value in entries.items()}
        return self.presses(person, button, inputs=inputs)

    def card(self, person: str) -> Card:
        """The card that the person saw last: a reply, or a message of the bot's own accord."""
        return self._cards[person][1]

    def chat(self, person: str) -> list[str]:
        """Everything that stands in the person's chat now, as text."""
        return [_text(message) for message in self.microsoft.chat(self.persona(person))]

    def buttons(self, person: str) -> list[str]:
        return [one["title"] for one in actions_in(self.card(person)["body"], inside=True)]

    def typed_ways(self, person: str) -> list[str]:
        """What could be typed in place of the buttons of the person's last card."""
        return [command_of(one) for one in actions_in(self.card(person)["body"], inside=True)]

    def _turn(self, person: str, activity: dict[str, Any], before_delivery: Callable[[], None] = lambda: None) -> str:
        before = len(self.microsoft.calls)
        answer = self._post(activity)
        assert answer.status in (200, 201), answer
        parts = self._in_reply(person, answer)
        for call in self.microsoft.calls[before:]:
            if call.conversation == self.persona(person).conversation:
                parts.append(_text(call.body))
                self._keep_card(person, call.body, call.message)
        self._seen_calls = len(self.microsoft.calls)
        before_delivery()
        self.deliver()
        return "\n".join(parts)

    def _in_reply(self, person: str, answer: Answer) -> list[str]:
        body = answer.body if isinstance(answer.body, dict) else {}
        assert body.get("statusCode", 200) == 200, body
        value = body.get("value")
        if isinstance(value, dict):
            message = self._cards.get(person, (None, {}))[0]
            self._cards[person] = (message, value)
            return [as_text(value)]
        return [value] if isinstance(value, str) else []

    def _post(self, activity: dict[str, Any]) -> Answer:
        return self.run(self.microsoft.post(f"{self.url}/api/messages", activity))

    def _keep_card(self, person: str, body: Mapping[str, Any], message: str) -> None:
        for attachment in body.get("attachments") or []:
            ids = [one["id"] for one in self.microsoft.chat(self.persona(person))]
            self._cards[person] = (message or (ids[-1] if ids else None), attachment["content"])

    # -- what has reached whom -------------------------------------------------------------------------------------

    def _note_news(self) -> None:
        names = {self.persona(person).conversation: person for person in self.names}
        for call in self.microsoft.calls[self._seen_calls :]:
            person = names[call.conversation]
            if call.method == "POST":
                self._unread.append(f"{self.persona(person).name} teams {call.body.get('summary', '')}")
                self._keep_card(person, call.body, "")
            else:
                self._unread.append(f"{self.persona(person).name} card {call.body.get('summary', '')}")
        self._seen_calls = len(self.microsoft.calls)
        for letter in self.mail.letters[self._seen_letters :]:
            self._unread.append(f"{letter.to_name} email {letter.subject}")
        self._seen_letters = len(self.mail.letters)

    def _skip_news(self) -> None:
        self.run(self.running.rounds.deliver())
        self._seen_calls, self._seen_letters = len(self.microsoft.calls), len(self.mail.letters)

    def expects(self, *news: str) -> None:
        """Exactly this has reached people since the last time, in any order: `Sam Walker teams PC-2026-0001: …`.

        A line may end in `…`: then only its start counts. Edits of cards that lie in a chat are `card`.
        """
        left = list(self._unread)
        for line in news:
            start = line.rstrip("…") if line.endswith("…") else None
            found = next((one for one in left if one == line or (start is not None and one.startswith(start))), None)
            assert found is not None, f"nobody was told {line!r}; what came: {sorted(self._unread)}"
            left.remove(found)
        assert not left, f"nobody expected: {sorted(left)}"
        self._unread = []

    def expects_people(self, **told: str) -> None:
        """Who has been reached since the last time, whatever it said: `teams="Sam Walker, Tom Marsh", email=…`."""
        found: dict[str, list[str]] = {"teams": [], "email": [], "card": []}
        for line in self._unread:
            name, way = re.match(r"(.+?) (teams|email|card) ", line).groups()  # type: ignore[union-attr]
            found[way].append(name)
        for way in found:
            wanted = sorted(name.strip() for name in told.get(way, "").split(",") if name.strip())
            assert sorted(found[way]) == wanted, f"{way}: {sorted(found[way])} and not {wanted}"
        self._unread = []

    def ignores(self) -> list[str]:
        """What has come is of no interest to this test; returns it."""
        unread, self._unread = self._unread, []
        return unread

    # -- the record ------------------------------------------------------------------------------------------------

    def record(self, reference: str = "PC-2026-0001") -> tuple[Challenge, list[Recorded]]:
        with self.office.database.reading() as connection:
            return self.office.record(connection, reference)

    def happened(self, reference: str = "PC-2026-0001") -> list[str]:
        """The names of a challenge's events, in order."""
        return [type(recorded.event).__name__ for recorded in self.record(reference)[1]]


def _text(message: Mapping[str, Any]) -> str:
    attachments = message.get("attachments") or []
    return as_text(attachments[0]["content"]) if attachments else str(message.get("text", ""))


@contextmanager
def a_town(
    url: str,
    *,
    now: str = "Tue 7 April 2026 10am",
    directory: Directory | None = None,
    loaded: Loaded | None = None,
    everybody: bool = True,
) -> Iterator[Town]:
    """The bot on a database of its own. Unless `everybody` is False, each person has the bot already."""
    clock = MovedClock(at(now))
    office = Office(database=Database(url), clock=clock, loaded=loaded or load("lincolnshire"), operator_email=OPERATOR)
    with office.database.writing() as connection:
        schema.upgrade(connection)
    keep_procedure(office)
    known = directory or a_directory()
    import_directory(office, known)
    loop = asyncio.new_event_loop()
    town = Town(loop, office, clock, known)
    town.run(town._open())
    try:
        if everybody:
            town.hello(*town.names)
        yield town
        assert not town._unread, f"nobody expected: {town._unread}"
    finally:
        town.run(town._close())
        office.database.close()
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()


def requirement(*ids: str) -> pytest.MarkDecorator:
    """Which requirements a journey proves."""
    return pytest.mark.requirement(*ids)


def previews(town: Town, by: str = IRO, *, child: str = "MOS-10423", **more: str) -> str:
    """Fill in the raise form and look at the preview; what it says."""
    town.says(by, f"raise {child}")
    entries = {
        "child": child,
        "issue_1": "No visit since 2 March",
        "outcome_1": "A visit this week",
        "kind_1": "delay",
        "impact": "Alex feels forgotten",
        "stage": "informal",
        "q_conversation_how": "By telephone",
    }
    return town.submits(by, "raise", "Preview", **{**entries, **more})


def raises(town: Town, by: str = IRO, **entries: str) -> str:
    """Fill in the raise form, look at the preview, confirm; what the raiser sees then."""
    previews(town, by, **entries)
    return town.presses(by, "Raise it")
