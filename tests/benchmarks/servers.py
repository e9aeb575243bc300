"""Starting and ending the servers of `serve` from a benchmark."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


@contextmanager
def serving(name: str, **settings: Any) -> Iterator[str]:
    """A server in a process of its own; the address of its one route."""
    command = [sys.executable, "-m", "tests.benchmarks.serve", name, json.dumps(settings)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            port = process.stdout.readline().strip()
            assert port, f"the server {name} did not start"
            yield f"http://127.0.0.1:{port}/api/messages"
        finally:
            process.stdin.close()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
