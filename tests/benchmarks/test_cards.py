"""From a challenge to the bytes of its card, against `json.dumps` and the SDK's serialiser, in one process."""

from __future__ import annotations

import json
from collections.abc import Callable
from statistics import median
from time import perf_counter

import orjson
from botbuilder import schema
from botbuilder.schema import Activity, Attachment, ChannelAccount, ConversationAccount
from msrest import Serializer

from bot.teams.channel import CARD_TYPE, Place, message
from bot.usecases.ports import Shown
from cards.kit import Drawn
from cards.request import request_card
from tests.benchmarks.report import FULL, Finding, Report
from tests.builders import a_challenge, at

NOW = at("Tue 7 April 2026 2pm")
STORY = a_challenge()
PLACE = Place(service_url="https://smba.example/", conversation="a:1", bot="28:1", account="29:1", tenant="t")
SERIALIZER = Serializer({name: kind for name, kind in vars(schema).items() if isinstance(kind, type)})  # type: ignore[no-untyped-call]
"""As the SDK's ConnectorClient has it."""


def drawn() -> Drawn:
    return request_card(STORY.now, 1, STORY.facts.procedure, age=9, now=NOW, nonce="8mQ2xR4t")


def ours(card: Drawn) -> bytes:
    return orjson.dumps(message(Shown(card=card.card, summary=card.summary), PLACE, alert=True))


def plainly(card: Drawn) -> bytes:
    return json.dumps(message(Shown(card=card.card, summary=card.summary), PLACE, alert=True)).encode()


def by_the_sdk(card: Drawn) -> bytes:
    activity = Activity(
        type="message",
        from_property=ChannelAccount(id=PLACE.bot),
        recipient=ChannelAccount(id=PLACE.account),
        conversation=ConversationAccount(id=PLACE.conversation),
        attachments=[Attachment(content_type=CARD_TYPE, content=card.card)],
        summary=card.summary,
    )
    return json.dumps(SERIALIZER.body(activity, "Activity")).encode()  # type: ignore[no-untyped-call]


WAYS: dict[str, Callable[[Drawn], bytes]] = {"ours": ours, "json.dumps": plainly, "the SDK": by_the_sdk}


def microseconds(work: Callable[[], object], times: int) -> float:
    began = perf_counter()
    for _ in range(times):
        work()
    return (perf_counter() - began) / times * 1_000_000


def test_a_card_to_bytes(report: Report) -> None:
    rounds, times = (15, 300) if FULL else (2, 5)
    card = drawn()
    write: dict[str, list[float]] = {name: [] for name in WAYS}
    both: dict[str, list[float]] = {name: [] for name in WAYS}
    for _ in range(rounds):
        for name, way in WAYS.items():
            write[name].append(microseconds(lambda way=way: way(card), times))  # type: ignore[misc]
            both[name].append(microseconds(lambda way=way: way(drawn()), times))  # type: ignore[misc]
    for what, found in (("written", write), ("drawn and written", both)):
        for name, target in (("json.dumps", 4.0), ("the SDK", 50.0)):
            times_better = median(theirs / mine for theirs, mine in zip(found[name], found["ours"], strict=True))
            figures = {"ours µs": median(found["ours"]), "theirs µs": median(found[name])}
            report.add(Finding(part="a request card", what=f"{what}, against {name}", figures=figures,
                               times=times_better, target=target))  # fmt: skip
