"""Turns through HTTP with the token checked, against the stock SDK's empty invoke, which is checked and does nothing.

Each round visits the stock server and every kind of turn one after the other, so that all see the same machine.
Raising, answering and deciding commit; what they make known is delivered meanwhile, and the rest before the next is
timed. E-mail is taken at once; a reply that is a message goes to a connector that answers at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from itertools import cycle, takewhile
from statistics import median

from tests.benchmarks.authority import DUE
from tests.benchmarks.bench import COMMITS, READS, Bench, a_bench
from tests.benchmarks.conftest import Empty
from tests.benchmarks.load import Times, done, press_on
from tests.benchmarks.report import FULL, Finding, Report

ROUNDS = 4 if FULL else 1
TURNS: Mapping[int, int] = {1: 40, 8: 80, 32: 160} if FULL else {2: 4}
"""At once → turns of each kind in each round."""
LONGEST = 60.0 if FULL else 0.5
"""Seconds for which people press while much falls due."""
SLOWEST = 2.0
"""Seconds that no turn may take, whatever the rest is doing."""

Found = dict[tuple[str, int], list[Times]]


def test_turns_against_the_stock_sdk(empty: Empty, report: Report) -> None:
    async def run() -> tuple[Found, Times]:
        async with a_bench(empty.url) as bench:
            await bench.warm()
            return await _rounds(bench), await _while_much_falls_due(bench)

    found, busy = asyncio.run(run())
    for (kind, at_once), times in found.items():
        report.add(_finding(f"turns on {empty.kind}", kind, at_once, times, found["stock", at_once]))
    report.add(Finding(part=f"turns while much falls due, {empty.kind}", what="tray and show, 8 at once",
                       figures=busy.figures(), times=SLOWEST / max(busy.each), target=1.0))  # fmt: skip


async def _rounds(bench: Bench) -> Found:
    found: Found = {}
    for at_once, count in list(TURNS.items()) * ROUNDS:
        bench.take(count)
        for kind in ("stock", *COMMITS, *READS):
            times = await press_on(bench.url(kind), bench.turns(kind), at_once, done)
            found.setdefault((kind, at_once), []).append(times)
            await bench.settled()
    return found


def _finding(part: str, kind: str, at_once: int, times: list[Times], stock: list[Times]) -> Finding:
    """One at a time the medians are compared, several at once the rates; always within a round."""
    together, better, target = Times(), None, None
    for one in times:
        together.add(one)
    if kind != "stock":
        pairs = list(zip(times, stock, strict=True))
        better = median(mine.rate / other.rate if at_once > 1 else other.median / mine.median for mine, other in pairs)
        target = {1: 3.0, 32: 4.0}.get(at_once) if kind in COMMITS else {1: 5.0}.get(at_once)
    figures = together.figures()
    return Finding(part=part, what=f"{kind}, {at_once} at once", figures=figures, times=better, target=target)


async def _while_much_falls_due(bench: Bench) -> Times:
    """Three days later every challenge that waits has something due. People work while the bot sweeps and delivers."""
    bench.at = DUE
    bench.ours.tell(at=DUE.isoformat())
    turns = [request for kind in READS for request in bench.turns(kind)]
    settled = asyncio.create_task(bench.settled(LONGEST))
    times = await press_on(bench.ours.url, takewhile(lambda _: not settled.done(), cycle(turns)), 8, done)
    await settled
    return times
