"""`serve` as an operator runs it: a process of its own that logs lines of JSON and can be watched."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import socket
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

import app
from tests.app.test_settings import GOOD
from tests.lines import lines

ROOT = Path(__file__).parents[2]
SECRET = "hunter2hunter2hunter2"


def free_port() -> int:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Served:
    """A running `serve`; what it wrote is known when it has ended."""

    def __init__(self, port: int) -> None:
        self._url = f"http://127.0.0.1:{port}"
        self.lines: list[dict[str, Any]] = []

    def get(self, path: str, token: str = "") -> tuple[int, str]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            with urlopen(Request(self._url + path, headers=headers), timeout=10) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as refused:
            with refused:
                return refused.code, refused.read().decode()

    def is_ready(self) -> bool:
        try:
            return self.get("/readyz")[0] == 200
        except OSError:
            return False


@contextmanager
def serving(folder: Path, **settings: str) -> Iterator[Served]:
    """A bot on an empty database, ready to be relied on."""
    served = Served(port := free_port())
    given = {
        **GOOD,
        "MicrosoftAppPassword": SECRET,
        "SMTP_URL": f"smtp://user:{SECRET}@127.0.0.1:9",
        "TRAIL_KEY_FILE": str(folder / "trail.key"),
        "WORDS_KEY_FILE": str(folder / "words.key"),
        "HOST": "127.0.0.1",
        "PORT": str(port),
    }
    environment = {**os.environ, **given, **settings}
    command = [sys.executable, str(ROOT / "app.py")]
    for before in ("trail new-key --name trail.test --out trail.key", "words new-key --out words.key", "db upgrade"):
        subprocess.run([*command, *before.split()], cwd=folder, env=environment, check=True, capture_output=True)
    with subprocess.Popen(
        [*command, "serve"], cwd=folder, env=environment, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            deadline = time.monotonic() + 30
            while not served.is_ready():
                assert process.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.1)
            yield served
        finally:
            process.send_signal(signal.SIGTERM)
            _, written = process.communicate(timeout=30)
    assert process.returncode == 0
    assert SECRET not in written
    served.lines = [json.loads(line) for line in written.splitlines()]


def test_it_logs_lines_of_json_and_offers_metrics_to_whoever_bears_the_token(tmp_path: Path) -> None:
    with serving(tmp_path, METRICS_TOKEN=SECRET) as served:
        assert served.get("/metrics") == (401, "")
        status, text = served.get("/metrics", token=SECRET)
        assert served.get("/api/messages")[0] == 405
        assert served.get("/healthz")[0] == 200
    assert status == 200
    assert "positive_challenge_database_up 1.0" in text
    assert SECRET not in text
    (line,) = (line for line in served.lines if line["event"] == "listening")
    assert (line["level"], line["part"]) == ("info", "app")
    assert {"time", "port"} <= set(line)
    assert {line["level"] for line in served.lines} == {"info"}


def test_without_a_token_there_are_no_metrics_for_anybody(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        assert served.get("/metrics")[0] == 404


def test_what_nobody_expected_ends_a_command_with_a_code_and_without_a_word(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(*_: object) -> int:
        raise KeyError("Alex Brown")

    monkeypatch.setattr("bot.cli.run", breaks)
    assert app.main(["trail", "verify"]) == 1
    assert lines(caplog, "command_failed") == [{"fault": "KeyError"}]
    assert "Alex" not in caplog.text
