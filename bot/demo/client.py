"""The local client: one Microsoft 365 Agents Playground per person, each at an address of its own on this machine.

The Playground knows one current user, so whoever is to act gets a process, and the bot sees one service URL per
person. It is a development tool that is installed from npm by `make run`; nothing but the demo and the tests needs it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import time
import urllib.request
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.error import URLError

from bot.demo import node

PORTS = range(56150, 56160)
"""Where the windows open if these ports are free, so that their addresses are the same every time."""
BOT_NAME = "Positive Challenge"
GROUP = ("19:group@thread.v2", "Group chat")
TEAM = ("19:team@thread.tacv2", "Team")
CHANNEL = ("19:channel@thread.tacv2", "Channel")
PATIENCE = 60.0
"""Seconds within which every window must be open."""

_PROGRAM = "@microsoft/m365agentsplayground/cli.js"
_GUARD = Path(__file__).parent / "client/loopback_guard.cjs"
_OTHERS = 5  # the Playground insists on exactly this many people beside the current one
_AFTERTHOUGHT = 0.3  # seconds; a faulty configuration ends the process only after it has begun to answer


class NoWindow(Exception):
    """A window of the local client did not open, or closed by itself; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Window:
    """One person who looks at the bot through a window of their own."""

    key: str
    """A short word for the person, in lower case; part of the channel's ids."""
    name: str
    object_id: str
    email: str

    @property
    def account(self) -> str:
        """The person's channel account."""
        return f"29:{self.key}"

    @property
    def conversation(self) -> str:
        """The person's own chat with the bot."""
        return f"a:personal-{self.key}"

    def described(self) -> dict[str, str]:
        """The person in the words of the Playground (the misspelling is its own)."""
        given, _, family = self.name.partition(" ")
        return {
            "id": self.account,
            "name": self.name,
            "userPrincipleName": self.email,
            "aadObjectId": self.object_id,
            "givenName": given,
            "surname": family or given,
            "email": self.email,
        }


class ClientWindows:
    """The windows of all people, open between `start` and `stop`. Blocks; call it off the event loop."""

    def __init__(
        self,
        bot_url: str,
        windows: Sequence[Window],
        *,
        tenant: str,
        bot_id: str,
        folder: Path,
        ports: Sequence[int] = PORTS,
    ) -> None:
        """`bot_url` is where the bot takes activities, `folder` where each window may keep its files."""
        self.bot_url, self.tenant, self.bot_id, self.folder = bot_url, tenant, bot_id, folder
        self.windows = {window.key: window for window in windows}
        self._ports = dict(zip(self.windows, choose_ports(ports, len(self.windows)), strict=True))
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._closing = ExitStack()

    def url(self, key: str) -> str:
        """What to open in a browser to act as this person."""
        return f"http://127.0.0.1:{self._ports[key]}"

    def service_url(self, key: str) -> str:
        """The Connector through which the bot reaches this person."""
        return f"{self.url(key)}/_connector"

    def start(self) -> None:
        """Open all windows at once and wait until each answers. Raises NoWindow, or NoNode if parts are missing."""
        program, runtime = node.part(_PROGRAM), node.find_node()
        try:
            for window in self.windows.values():
                self._running[window.key] = self._closing.enter_context(self._open(window, runtime, program))
            give_up = time.monotonic() + PATIENCE
            for key in self._running:
                self._await_answer(key, give_up)
            time.sleep(_AFTERTHOUGHT)
            self.check()
        except BaseException:
            self.stop()
            raise

    def check(self) -> None:
        """Raise NoWindow if one has closed by itself."""
        for key, process in self._running.items():
            if process.poll() is not None:
                raise NoWindow(f"the window of {self.windows[key].name} closed: {self._reason(key)}")

    def stop(self) -> None:
        """Close all windows. Nothing happens if none is open."""
        self._closing.close()
        self._running.clear()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @contextmanager
    def _open(self, window: Window, runtime: Path, program: Path) -> Iterator[subprocess.Popen[bytes]]:
        place = self.folder / window.key
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        configuration = json.dumps(self._configuration(window), ensure_ascii=False, indent=1)
        (place / ".m365agentsplayground.yml").write_text(configuration, "utf-8")  # JSON is YAML, too
        options = {
            "app-endpoint": self.bot_url,
            "channel-id": "msteams",
            "port": str(self._ports[window.key]),
            "service-url": self.service_url(window.key),
        }
        command = [str(runtime), "--require", str(_GUARD), str(program), "start", "--disable-telemetry"]
        command += [word for name, value in options.items() for word in (f"--{name}", value)]
        environment = {**os.environ, "GUARD_LOG": str(place / "refused.jsonl"), "TZ": "Europe/London"}
        with (place / "output.txt").open("wb") as output:
            process = subprocess.Popen(
                command,
                cwd=place,
                env=environment,
                stdin=subprocess.PIPE,  # the guard ends the process when this closes, even if we are killed
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        with process:
            try:
                yield process
            finally:
                process.kill()

    def _configuration(self, me: Window) -> dict[str, Any]:
        others = [window for window in self.windows.values() if window is not me]
        others += [_stranger(number) for number in range(_OTHERS)]
        return {
            "version": "0.1.1",
            "tenantId": self.tenant,
            "bot": {"id": self.bot_id, "name": BOT_NAME},
            "currentUser": me.described(),
            "users": [other.described() for other in others[:_OTHERS]],
            "personalChat": {"id": me.conversation},
            "groupChat": {"id": GROUP[0], "name": GROUP[1]},
            "team": {
                "id": TEAM[0],
                "name": TEAM[1],
                "aadGroupId": str(uuid.uuid5(uuid.NAMESPACE_DNS, "team")),
                "channels": [{"id": CHANNEL[0], "name": CHANNEL[1]}],
            },
        }

    def _await_answer(self, key: str, give_up: float) -> None:
        while True:
            self.check()
            try:
                ping = f"{self.url(key)}/_debug/ping"
                with urllib.request.urlopen(ping, timeout=1):  # noqa: S310  # nosec B310  # always loopback
                    return
            except (URLError, OSError):
                if time.monotonic() > give_up:
                    raise NoWindow(f"the window of {self.windows[key].name} did not answer in time") from None
                time.sleep(0.1)

    def _reason(self, key: str) -> str:
        log = self.folder / key / "devTools/m365agentsplayground.log"
        found = re.findall(r"Reason: (.*?)\. Please", log.read_text("utf-8")) if log.exists() else []
        return found[-1] if found else (self.folder / key / "output.txt").read_text("utf-8", "replace")[-500:]


def choose_ports(wanted: Sequence[int], count: int) -> list[int]:
    """`count` free ports on loopback: the wanted ones where they are free, others in their place where not."""
    with ExitStack() as held:
        return [_claim(held, wanted[index] if index < len(wanted) else 0) for index in range(count)]


def _claim(held: ExitStack, port: int) -> int:
    claim = held.enter_context(closing(socket.socket()))
    claim.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port that was in use a moment ago is free
    try:
        claim.bind(("127.0.0.1", port))
    except OSError:
        claim.bind(("127.0.0.1", 0))
    return int(claim.getsockname()[1])


def _stranger(number: int) -> Window:
    key = f"stranger{number}"
    object_id = str(uuid.uuid5(uuid.NAMESPACE_DNS, key))
    return Window(key=key, name=f"Stranger {number}", object_id=object_id, email=f"{key}@example.org")
