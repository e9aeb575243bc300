"""Sending to a connector that answers after 200 ms: the delivery loop, against the SDK's client in its thread pool.

Microsoft takes 50 requests a second of one bot in one tenant; beyond that the limit counts, and not the sender.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from time import perf_counter

from botbuilder.schema import Activity, Attachment, ChannelAccount, ConversationAccount
from botframework.connector.aio import ConnectorClient
from botframework.connector.auth import AppCredentials

from bot.teams import Registration, open_door
from bot.usecases.deliver import deliver
from bot.usecases.ports import Reply, Turn
from cards.kit import Drawn
from tests.benchmarks.authority import Authority, Size, prepare
from tests.benchmarks.microsoft import LightMicrosoft
from tests.benchmarks.report import FULL, Finding, Report
from tests.benchmarks.serve import QuickLetterBox
from tests.benchmarks.test_cards import drawn
from tests.teams.fakes import APP_ID, TENANT

LATENCY = 0.2 if FULL else 0.02
SIZE = Size(copies=1, children=1, ended=0, waiting=150 if FULL else 3)
"""Each raising asks two people, by Teams and by e-mail."""


class HeldToken(AppCredentials):  # type: ignore[misc]
    """A token that need not be fetched."""

    def get_access_token(self, force_refresh: bool = False) -> str:
        return "ours"


async def ours(authority: Authority, microsoft: LightMicrosoft) -> None:
    """Claimed from the outbox, drawn, sent, settled, until nothing is left."""

    async def silent(_: Turn) -> Reply:
        return Reply()

    registration = Registration(app_id=APP_ID, tenant=TENANT, openid_url=microsoft.openid_url,
                                acquire=lambda: {"access_token": "ours", "expires_in": 3600})  # fmt: skip
    teams = open_door(registration, converse=silent, clock=authority.clock, loopback=True)
    while await deliver(authority.office, {"teams": teams.channel, "email": QuickLetterBox()}, "benchmark"):
        pass
    await teams.close()


async def by_the_sdk(count: int, microsoft: LightMicrosoft) -> None:
    """The same number of cards, all asked for at once; nothing is claimed, drawn or settled."""
    client = ConnectorClient(HeldToken(app_id=APP_ID), base_url=microsoft.service_url)
    card = drawn()
    await asyncio.gather(
        *(client.conversations.send_to_conversation(f"a:{number}", _activity(card, number)) for number in range(count))
    )


def _activity(card: Drawn, number: int) -> Activity:
    return Activity(
        type="message",
        from_property=ChannelAccount(id=f"28:{APP_ID}"),
        recipient=ChannelAccount(id=f"29:{number}"),
        conversation=ConversationAccount(id=f"a:{number}"),
        attachments=[Attachment(content_type="application/vnd.microsoft.card.adaptive", content=card.card)],
    )


def test_sending_at_a_distance(tmp_path: Path, report: Report) -> None:
    async def run() -> tuple[int, float, float]:
        async with LightMicrosoft() as microsoft:
            url = f"sqlite:///{tmp_path / 'sending.db'}"
            authority = await asyncio.to_thread(prepare, url, SIZE, microsoft, sent=False)
            microsoft.latency = LATENCY
            began = perf_counter()
            await ours(authority, microsoft)
            mine, count = perf_counter() - began, microsoft.taken
            began = perf_counter()
            await by_the_sdk(count, microsoft)
            assert microsoft.taken == 2 * count
            authority.office.database.close()
            return count, mine, perf_counter() - began

    count, mine, theirs = asyncio.run(run())
    report.add(Finding(part=f"sending at {1000 * LATENCY:.0f} ms latency", what="the outbox, SQLite",
                       figures={"ours a second": count / mine, "the SDK's a second": count / theirs},
                       times=theirs / mine, target=5.0))  # fmt: skip
