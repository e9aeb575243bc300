"""Messages of the bot's own accord and its replies, as activities: `TeamsChannel` is the port's `Channel`."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from bot.teams.connector import Connector
from bot.teams.outcomes import MessageGone
from bot.usecases.ports import Address, NotDelivered, Outgoing, Shown, Undeliverable

CARD_TYPE = "application/vnd.microsoft.card.adaptive"

_SUMMARY = "Positive Challenge"
"""Said on a locked phone for a card without words of its own; else Teams would say "Sent a card"."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where messages appear: a conversation, by whom and to whom."""

    service_url: str
    conversation: str
    bot: str
    account: str
    tenant: str


class TeamsChannel:
    """Reaches people in their personal chats with the bot, and answers them where they spoke."""

    name = "teams"

    def __init__(self, connector: Connector, *, bot: str) -> None:
        """`bot` is the bot's channel account (`28:` and its app id)."""
        self._connector = connector
        self._bot = bot

    async def send(self, outgoing: Outgoing) -> str:
        """Send one message with a notification, or replace an earlier one silently; its id in Teams comes back.

        When the message to be replaced is gone, a fresh one is sent. Raises as the port says.
        """
        if outgoing.address is None:
            raise Undeliverable("never reached in Teams")
        address = outgoing.address
        if not address.conversation:
            address = await self.open_chat(address.person, tenant=address.tenant, service_url=address.service_url)
        place = _place_of(address)
        request_id = str(uuid.uuid5(uuid.NAMESPACE_URL, outgoing.key))
        if outgoing.replaces is not None:
            try:
                return await self._update(place, outgoing.replaces, outgoing.shown, request_id)
            except MessageGone:
                pass  # a fresh message says the same
        activity = message(outgoing.shown, place, alert=True)
        return await self._connector.send(place.service_url, place.conversation, activity, request_id=request_id)

    async def post(self, place: Place, shown: Shown) -> str:
        """Say something to a person who is there: without a notification of its own."""
        return await self._connector.send(place.service_url, place.conversation, message(shown, place, alert=False))

    async def replace(self, place: Place, replaced: str, shown: Shown) -> str:
        """Put something in the place of an earlier message, or say it anew when that fails for whatever reason."""
        try:
            return await self._update(place, replaced, shown, None)
        except NotDelivered as problem:
            if isinstance(problem, Undeliverable) and problem.address_is_dead:
                raise
        return await self.post(place, shown)

    async def open_chat(self, person: str, *, tenant: str, service_url: str) -> Address:
        """The personal chat with a person for whom the app is installed, by their Entra object id.

        Asking again gives the same chat. Raises as `send` does; 403 means that the app is not installed.
        """
        parameters = {
            "isGroup": False,
            "bot": {"id": self._bot},
            "members": [{"id": person}],
            "tenantId": tenant,
            "channelData": {"tenant": {"id": tenant}},
        }
        conversation = await self._connector.create_conversation(service_url, parameters)
        return Address(
            person=person,
            account=person,
            tenant=tenant,
            service_url=service_url,
            conversation=conversation,
            bot=self._bot,
        )

    async def _update(self, place: Place, replaced: str, shown: Shown, request_id: str | None) -> str:
        activity = {**message(shown, place, alert=False), "id": replaced}
        return await self._connector.update(
            place.service_url, place.conversation, replaced, activity, request_id=request_id
        )


def message(shown: Shown, place: Place, *, alert: bool) -> dict[str, Any]:
    """The activity that shows this. Text and card never share one: Teams would split it and keep one id to itself.

    Raises `Undeliverable` when there is nothing to show.
    """
    activity: dict[str, Any] = {
        "type": "message",
        "from": {"id": place.bot},
        "recipient": {"id": place.account},
        "conversation": {"id": place.conversation, "tenantId": place.tenant},
    }
    if shown.card is not None:
        activity["attachments"] = [{"contentType": CARD_TYPE, "content": shown.card}]
        activity["summary"] = shown.summary or _SUMMARY
    elif shown.text:
        activity["text"] = shown.text
        activity["textFormat"] = "markdown" if shown.markdown else "plain"
        if shown.summary:
            activity["summary"] = shown.summary
    else:
        raise Undeliverable("there is nothing to show")
    if alert:
        activity["channelData"] = {"notification": {"alert": True}}
    return activity


def _place_of(address: Address) -> Place:
    return Place(
        service_url=address.service_url,
        conversation=address.conversation,
        bot=address.bot,
        account=address.account,
        tenant=address.tenant,
    )
