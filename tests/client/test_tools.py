"""The local client and the pictures, by themselves; whole stories with the bot are told in `tests/journeys`."""

from __future__ import annotations

import json
import socket
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from bot.demo import client
from bot.demo.client import ClientWindows, NoWindow, Window, choose_ports
from bot.demo.node import find_node
from tests.client.pictures import WIDTHS, studio

GUARD = Path(__file__).parents[2] / "bot/demo/client/loopback_guard.cjs"
SERVER = "const s = require('net').createServer();"
ANA = Window(key="ana", name="Ana Ahmed", object_id="6f1d2f0e-0000-4000-8000-000000000001", email="ana@example.org")
BEN = Window(key="ben", name="Ben Brown", object_id="6f1d2f0e-0000-4000-8000-000000000002", email="ben@example.org")


def windows(folder: Path) -> ClientWindows:
    return ClientWindows(
        "http://127.0.0.1:9/api/messages", [ANA, BEN], tenant="t", bot_id="28:b", folder=folder, ports=()
    )


def guarded(script: str) -> str:
    command = [str(find_node()), "--require", str(GUARD), "-e", script]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        return process.stdout.readline().strip()


def test_a_port_that_is_taken_gives_way_to_another() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = int(other.getsockname()[1])
        first, second = choose_ports([taken], 2)
    assert len({first, second, taken}) == 3


@pytest.mark.client
def test_each_person_has_a_window_until_they_are_closed(tmp_path: Path) -> None:
    with windows(tmp_path) as opened:
        addresses = [opened.url(key) for key in opened.windows]
        assert len(set(addresses)) == 2
        assert opened.service_url("ana").startswith(addresses[0])
    for address in addresses:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), timeout=1).close()


@pytest.mark.client
def test_a_window_that_cannot_open_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_OTHERS", 4)  # the Playground insists on five
    with pytest.raises(NoWindow, match=r"closed: .*users"):
        windows(tmp_path).start()


@pytest.mark.client
def test_windows_do_not_outlive_who_opened_them(tmp_path: Path) -> None:
    script = f"""
import os, signal
from pathlib import Path
from tests.client.test_tools import windows
opened = windows(Path({str(tmp_path)!r}))
opened.start()
print(opened.url("ana"), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    port = int(done.stdout.rpartition(":")[2])
    for _ in range(50):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionError:
            return
        subprocess.run(["sleep", "0.1"], check=True)
    pytest.fail("a window is still open")


@pytest.mark.client
@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("require('http').get('http://example.org').on('error', (e) => console.log(e.code))", "ECONNREFUSED"),
        ("require('net').connect(80, '192.0.2.1').on('error', (e) => console.log(e.code))", "ECONNREFUSED"),
        ("require('dns').resolve4('example.org', (e) => console.log(e.code))", "ECONNREFUSED"),
        ("fetch('http://example.org').catch((e) => console.log(e.cause.code))", "ECONNREFUSED"),
        (SERVER + "s.listen(0, () => console.log(s.address().address))", "127.0.0.1"),
        (SERVER + "s.listen({ port: 0, host: '0.0.0.0' }, () => console.log(s.address().address))", "127.0.0.1"),
    ],
    ids=["http", "address", "name", "fetch", "listen", "listen-anywhere"],
)
def test_the_guard_keeps_a_program_on_this_machine(script: str, said: str) -> None:
    assert guarded(script) == said


@pytest.mark.client
def test_a_card_is_drawn_in_both_themes_and_widths(pictures: Path) -> None:
    body = [{"type": "TextBlock", "text": "Drawn for a test ✓", "wrap": True}]
    card = json.loads(json.dumps({"type": "AdaptiveCard", "version": "1.2", "body": body}))
    with studio() as place:
        drawn = place.draw("card", card, pictures)
    assert [picture.complaints for picture in drawn] == [(), (), (), ()]
    sizes = [struct.unpack(">II", picture.image.read_bytes()[16:24]) for picture in drawn]
    assert [width for width, _ in sizes] == [2 * (width + 24) for width in WIDTHS.values()] * 2
