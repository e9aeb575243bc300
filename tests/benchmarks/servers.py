"""Starting and ending the servers of `serve` from a benchmark."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


class Server:
    """A server in a process of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    @cached_property
    def url(self) -> str:
        """The address of its one route, known when it listens."""
        assert self._process.stdout is not None
        port = self._process.stdout.readline().strip()
        assert port, "the server did not start"
        return f"http://127.0.0.1:{port}/api/messages"

    def tell(self, **settings: Any) -> None:
        """Change its settings while it runs."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(settings) + "\n")
        self._process.stdin.flush()


@asynccontextmanager
async def serving(name: str, **settings: Any) -> AsyncIterator[Server]:
    """Start one; its process is ended at the end, while whoever it speaks to goes on."""
    command = [sys.executable, "-m", "tests.benchmarks.serve", name, json.dumps(settings)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:  # noqa: ASYNC220
        assert process.stdin is not None
        try:
            yield Server(process)
        finally:
            process.stdin.close()
            try:
                await asyncio.to_thread(process.wait, 20)
            except subprocess.TimeoutExpired:
                process.kill()
