"""Asking the database without ever hanging, and without asking anew while the last question is open."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")
PATIENCE = 5.0
"""Seconds; Prometheus itself waits ten."""


class Patient(Generic[T]):
    """One question that anybody may ask at any time."""

    def __init__(self, ask: Callable[[], Awaitable[T]]) -> None:
        self._ask = ask
        self._asked: asyncio.Future[T] | None = None

    async def __call__(self) -> T:
        """The answer. Raises `TimeoutError` where it takes too long, and whatever the question raises."""
        if self._asked is None or self._asked.done():
            self._asked = asyncio.ensure_future(self._ask())
            self._asked.add_done_callback(_heard)
        await asyncio.wait({self._asked}, timeout=PATIENCE)
        if not self._asked.done():
            raise TimeoutError
        return self._asked.result()


def _heard(asked: asyncio.Future[T]) -> None:
    """Take note of what went wrong, though nobody may wait for it any more."""
    if not asked.cancelled():
        asked.exception()
