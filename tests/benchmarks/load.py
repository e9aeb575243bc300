"""Load on a server: so many connections at once, each sending its next request when it has its answer.

A client of its own, as aiohttp's would take more time than some of the servers that it measures.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from statistics import median, quantiles
from time import perf_counter
from urllib.parse import urlsplit

import orjson

Check = Callable[[int, bytes], None]


@dataclass
class Times:
    """How long requests took, in seconds, and how long all of them took together."""

    each: list[float] = field(default_factory=list)
    together: float = 0.0

    def add(self, other: Times) -> None:
        self.each.extend(other.each)
        self.together += other.together

    @property
    def median(self) -> float:
        return median(self.each)

    @property
    def rate(self) -> float:
        return len(self.each) / self.together

    def figures(self) -> dict[str, float]:
        """For a table; milliseconds."""
        slowest = quantiles(self.each, n=100)[-1] if len(self.each) > 1 else self.each[0]
        worst = max(self.each)
        return {
            "median ms": 1000 * self.median,
            "99% ms": 1000 * min(slowest, worst),
            "max ms": 1000 * worst,
            "a second": self.rate,
        }


def post(url: str, token: str, activity: object) -> bytes:
    """One request, ready to be written to a connection."""
    address, body = urlsplit(url), orjson.dumps(activity)
    lines = (
        f"POST {address.path} HTTP/1.1",
        f"Host: {address.netloc}",
        f"Authorization: Bearer {token}",
        "Content-Type: application/json; charset=utf-8",
        f"Content-Length: {len(body)}",
        "",
        "",
    )
    return "\r\n".join(lines).encode() + body


async def press_on(url: str, requests: Iterable[bytes], at_once: int, check: Check) -> Times:
    """Send every request once. `check` gets the status and body of each answer."""
    address = urlsplit(url)
    waiting, times = iter(requests), Times()
    began = perf_counter()
    await asyncio.gather(
        *(_connection(str(address.hostname), int(address.port or 80), waiting, times, check) for _ in range(at_once))
    )
    times.together = perf_counter() - began
    return times


async def _connection(host: str, port: int, waiting: Iterator[bytes], times: Times, check: Check) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        for request in waiting:
            began = perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            body = await reader.readexactly(_length(head))
            times.each.append(perf_counter() - began)
            check(int(head[9:12]), body)
    finally:
        writer.close()


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value)
    raise AssertionError(f"an answer without a length: {head!r}")


def done(status: int, body: bytes) -> None:
    """The check for an invoke that must succeed."""
    assert status == 200, (status, body[:200])
    assert body.startswith(b'{"statusCode":200') or orjson.loads(body)["statusCode"] == 200, body[:200]
