"""Messages of the bot's own accord."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from bot.teams import TeamsChannel
from bot.usecases.ports import Address, Channel, Outgoing, Shown, Undeliverable
from tests.teams.fakes import BOT_ACCOUNT, TENANT, FakeMicrosoft, Misbehaviour, persona
from tests.teams.trial import CARD, a_trial, run

ANNA = persona("Anna")


def anna_at(microsoft: FakeMicrosoft, **changes: str) -> Address:
    fields = {
        "person": ANNA.object_id,
        "account": ANNA.account,
        "tenant": TENANT,
        "service_url": microsoft.service_url,
        "conversation": ANNA.conversation,
        "bot": BOT_ACCOUNT,
    }
    return Address(**{**fields, **changes})


def to_anna(microsoft: FakeMicrosoft, shown: Shown, **fields: Any) -> Outgoing:
    given: dict[str, Any] = {"address": anna_at(microsoft), **fields}
    return Outgoing(key="notice-1", to_name="Anna", to_email="anna@example.org", shown=shown, **given)


def test_the_teams_channel_is_a_channel() -> None:
    async def story() -> None:
        async with a_trial() as trial:
            channel: Channel = trial.teams.channel
            assert channel.name == "teams"

    run(story())


@pytest.mark.requirement("CARD-01")
def test_a_card_goes_out_as_an_attachment_with_its_notification() -> None:
    async def story() -> None:
        async with a_trial() as trial:
            shown = Shown(card=CARD, text="never beside a card", summary="PC-2026-0042 waits for you")
            sent = await trial.teams.channel.send(to_anna(trial.microsoft, shown))
            assert trial.microsoft.chat(ANNA) == [
                {
                    "id": sent,
                    "type": "message",
                    "from": {"id": BOT_ACCOUNT},
                    "recipient": {"id": ANNA.account},
                    "conversation": {"id": ANNA.conversation, "tenantId": TENANT},
                    "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": CARD}],
                    "summary": "PC-2026-0042 waits for you",
                    "channelData": {"notification": {"alert": True}},
                }
            ]
            assert trial.microsoft.calls[0].authorization == "Bearer the-bots-token"

    run(story())


def test_words_go_out_as_text() -> None:
    async def story() -> None:
        async with a_trial() as trial:
            await trial.teams.channel.send(to_anna(trial.microsoft, Shown(text="**Hello**")))
            (message,) = trial.microsoft.chat(ANNA)
            assert message["text"] == "**Hello**"
            assert message["textFormat"] == "markdown"
            assert "attachments" not in message

    run(story())


def test_a_card_without_a_summary_still_says_more_than_sent_a_card() -> None:
    async def story() -> None:
        async with a_trial() as trial:
            await trial.teams.channel.send(to_anna(trial.microsoft, Shown(card=CARD)))
            assert trial.microsoft.chat(ANNA)[0]["summary"] == "Positive Challenge"

    run(story())


def test_an_earlier_message_is_replaced_without_a_second_notification() -> None:
    async def story() -> None:
        async with a_trial() as trial:
            first = await trial.teams.channel.send(to_anna(trial.microsoft, Shown(card=CARD)))
            second = await trial.teams.channel.send(to_anna(trial.microsoft, Shown(text="Closed."), replaces=first))
            assert second == first
            (message,) = trial.microsoft.chat(ANNA)
            assert message["text"] == "Closed."
            assert "channelData" not in message

    run(story())


def test_where_the_earlier_message_is_gone_a_fresh_one_is_sent() -> None:
    async def story() -> None:
        async with a_trial() as trial:
            sent = await trial.teams.channel.send(to_anna(trial.microsoft, Shown(text="Closed."), replaces="long-gone"))
            assert sent != "long-gone"
            assert [call.method for call in trial.microsoft.calls] == ["PUT", "POST"]
            assert trial.microsoft.chat(ANNA)[0]["text"] == "Closed."

    run(story())


def test_an_update_that_fails_otherwise_is_not_sent_twice() -> None:
    async def story() -> None:
        async with a_trial() as trial:
            trial.microsoft.misbehave(Misbehaviour(status=403, code="BotNotInConversationRoster"))
            with pytest.raises(Undeliverable) as caught:
                await trial.teams.channel.send(to_anna(trial.microsoft, Shown(text="x"), replaces="m"))
            assert caught.value.address_is_dead
            assert len(trial.microsoft.calls) == 1

    run(story())


def test_every_attempt_at_a_message_carries_the_same_request_id() -> None:
    async def story() -> None:
        async with a_trial() as trial:
            for _ in range(2):
                await trial.teams.channel.send(to_anna(trial.microsoft, Shown(text="x")))
            first, second = (call.request_id for call in trial.microsoft.calls)
            assert first == second
            assert uuid.UUID(first)

    run(story())


def test_who_was_never_reached_cannot_be_reached() -> None:
    async def story() -> None:
        async with a_trial() as trial:
            for outgoing in (
                to_anna(trial.microsoft, Shown(text="x"), address=None),
                to_anna(trial.microsoft, Shown()),
                to_anna(
                    trial.microsoft,
                    Shown(text="x"),
                    address=anna_at(trial.microsoft, service_url="https://evil.example"),
                ),
            ):
                with pytest.raises(Undeliverable):
                    await trial.teams.channel.send(outgoing)
            assert trial.microsoft.calls == []

    run(story())


def test_a_chat_is_opened_for_somebody_who_has_the_app() -> None:
    async def story() -> None:
        async with a_trial() as trial:
            channel: TeamsChannel = trial.teams.channel
            address = await channel.open_chat(ANNA.object_id, tenant=TENANT, service_url=trial.microsoft.service_url)
            assert address == anna_at(trial.microsoft, account=ANNA.object_id)
            asked = trial.microsoft.calls[0].body
            assert asked["members"] == [{"id": ANNA.object_id}]
            assert asked["channelData"] == {"tenant": {"id": TENANT}}

    run(story())


def test_an_address_without_a_chat_gets_one_first() -> None:
    async def story() -> None:
        async with a_trial() as trial:
            address = anna_at(trial.microsoft, conversation="")
            await trial.teams.channel.send(to_anna(trial.microsoft, Shown(text="Hello"), address=address))
            assert [message["text"] for message in trial.microsoft.chat(ANNA)] == ["Hello"]

    run(story())
