"""The demo as a person starts it, and the addresses that it prints."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.demo.people import PROCEDURE, on_stage
from bot.procedures.load import load

ROOT = Path(__file__).parents[2]
PATIENCE = 90.0
"""Seconds within which the demo must have said where its windows are."""
_ADDRESS = re.compile(r"^\s+(http://127\.0\.0\.1:\d+)\s", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class RunningDemo:
    """A demo that has opened its windows."""

    urls: dict[str, str]
    """Key of the person → address of their window."""
    folder: Path
    """Where it keeps its files."""
    said: str
    """What it printed."""

    def mail(self) -> list[str]:
        """The subjects of everything in the outbox."""
        letters = sorted((self.folder / "outbox").glob("*.eml"))
        subjects = (re.search(r"^Subject: (.+)$", letter.read_text("utf-8"), re.MULTILINE) for letter in letters)
        return [found[1] for found in subjects if found]


@contextmanager
def demo(data: Path, procedure: str = PROCEDURE) -> Iterator[RunningDemo]:
    """`app.py demo`, as `make run` starts it, until the end of the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = data / f"{procedure}.log"
    command = [sys.executable, "app.py", "demo", "--port", str(port), "--data", str(data)]
    command += ["--procedure", procedure]
    with log.open("w") as out:
        process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT, env=dict(os.environ))
    try:
        yield RunningDemo(urls=_urls(process, log, procedure), folder=data / procedure, said=log.read_text())
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def _urls(process: subprocess.Popen[bytes], log: Path, procedure: str) -> dict[str, str]:
    keys = [one.key for one in on_stage(load(procedure).procedure)]
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        found = _ADDRESS.findall(log.read_text())
        if len(found) == len(keys) and "Ctrl+C" in log.read_text():
            return dict(zip(keys, found, strict=True))
        assert process.poll() is None, log.read_text()
        time.sleep(0.2)
    raise AssertionError(f"the demo opened no windows: {log.read_text()}")
