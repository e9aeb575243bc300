"""From an activity to a `Turn`: who did it, where, and what they asked, in plain data."""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from botbuilder.schema import Activity

from bot.teams.channel import Place
from bot.usecases.ports import Address, Installed, Pressed, Removed, Turn, Typed

LONGEST_TEXT = 8_000
"""Characters, of a message as of one input of a card."""
MOST_INPUTS = 100

_MENTION = re.compile(r"</?at\b[^<>]*>", re.IGNORECASE)
"""The marks around a mention, each by itself: looking for pairs takes seconds in a text made of their beginnings."""
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_NOT_FROM_A_FORM = ("verb", "msteams")


class CannotAnswer(Exception):
    """Something that is not handed on; the message is the sentence that the person sees.

    `inner` and `code` go into the answer to a button; `http` is the status around it.
    """

    inner = 400
    code = "BadRequest"
    http = 200


class NotUnderstood(CannotAnswer):
    """What was typed or filled in breaks a limit."""


class Malformed(CannotAnswer):
    """A button's message that no client of ours can have sent."""

    http = 400


class UnknownPerson(CannotAnswer):
    """The channel did not say who it is."""

    inner = 403
    code = "Forbidden"


def place_of(activity: Activity) -> Place:
    """Where a reply to this activity goes."""
    return Place(
        service_url=activity.service_url,
        conversation=activity.conversation.id,
        bot=activity.recipient.id,
        account=activity.from_property.id,
        tenant=_tenant(activity),
    )


def is_personal(activity: Activity) -> bool:
    """Whether it happened in a person's own chat with the bot."""
    return bool(activity.conversation.conversation_type == "personal")


def turn_of(activity: Activity, ask: Typed | Pressed | Installed | Removed, *, at: datetime) -> Turn:
    """The turn; `at` is the server's arrival. Raises `UnknownPerson` when the channel names no Entra object id."""
    person = (activity.from_property.aad_object_id or "").strip()
    if not person:
        raise UnknownPerson("Teams did not tell us who you are, so nothing was done. Please use your work account.")
    personal = is_personal(activity)
    reachable = personal and not isinstance(ask, Removed)
    return Turn(
        person=person,
        message=activity.id or f"unnamed-{uuid.uuid4()}",
        at=at,
        personal=personal,
        address=_address(activity, person) if reachable else None,
        ask=ask,
    )


def message_ask(activity: Activity) -> Typed | Pressed:
    """What a message asks: words, or a button of a client that knows only Action.Submit. Raises `NotUnderstood`."""
    if isinstance(activity.value, Mapping) and not (activity.text or "").strip():
        verb = activity.value.get("verb")
        if not isinstance(verb, str) or not verb:
            raise NotUnderstood("That button is not one of ours, so nothing was done.")
        return Pressed(verb=verb, data=_form(activity.value), card=activity.reply_to_id or None)
    text = _plain(activity)
    if len(text) > LONGEST_TEXT:
        raise NotUnderstood(
            f"That is {len(text):,} characters; one message may have {LONGEST_TEXT:,}. "
            "Nothing was kept: please send it in parts."
        )
    return Typed(text=text)


def execute_ask(activity: Activity) -> Pressed:
    """What a button with Action.Execute asks. Raises `Malformed` or `NotUnderstood`."""
    action = activity.value.get("action") if isinstance(activity.value, Mapping) else None
    if not isinstance(action, Mapping):
        raise Malformed("The value of the invoke holds no action.")
    if action.get("type") != "Action.Execute":
        raise Malformed("Only Action.Execute is supported.")
    data = action.get("data")
    if data is None:
        data = {}
    if not isinstance(data, Mapping):
        raise Malformed("The data of the action is no object.")
    verb = action.get("verb") or data.get("verb")
    if not isinstance(verb, str) or not verb:
        raise Malformed("The action has no verb.")
    return Pressed(verb=verb, data=_form(data), card=activity.reply_to_id or None)


def _form(data: Mapping[str, Any]) -> dict[str, str | int | float | bool]:
    """What stood in a card's inputs: flat, within limits, empty ones left out."""
    form: dict[str, str | int | float | bool] = {}
    for name, value in data.items():
        if name in _NOT_FROM_A_FORM or value is None:
            continue
        if isinstance(value, str):
            if len(value) > LONGEST_TEXT:
                raise NotUnderstood(
                    f"One of the answers has {len(value):,} characters; it may have {LONGEST_TEXT:,}. "
                    "Please shorten it."
                )
            form[name] = _without_control(value)
        elif isinstance(value, bool | int | float):
            form[name] = value
        else:
            raise NotUnderstood("The form holds something that we cannot take, so nothing was done.")
    if len(form) > MOST_INPUTS:
        raise NotUnderstood(f"The form has more than {MOST_INPUTS} answers, so nothing was done.")
    return form


def _plain(activity: Activity) -> str:
    """The text without the mention of the bot; of other mentions the name stays. Entities become characters."""
    text: str = activity.text or ""
    for entity in activity.entities or []:
        mentioned = entity.get("mentioned")
        words = entity.get("text")
        is_bot = isinstance(mentioned, Mapping) and mentioned.get("id") == activity.recipient.id
        if entity.get("type") == "mention" and is_bot and isinstance(words, str) and words:
            text = text.replace(words, " ")
    text = _MENTION.sub("", text)
    text = _ENTITY.sub(lambda found: html.unescape(found.group()), text)
    return _without_control(text.replace("\xa0", " ")).strip()


def _without_control(text: str) -> str:
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _address(activity: Activity, person: str) -> Address:
    return Address(
        person=person,
        account=activity.from_property.id,
        tenant=_tenant(activity),
        service_url=activity.service_url,
        conversation=activity.conversation.id,
        bot=activity.recipient.id,
    )


def _tenant(activity: Activity) -> str:
    channel_tenant = (activity.channel_data or {}).get("tenant") or {}
    return str(channel_tenant.get("id") or activity.conversation.tenant_id or "")
