"""From the bytes of a request to the SDK's `Activity`, with every field that we use checked first.

The SDK's own deserialiser takes wrong types in some fields and breaks on them in others, so it is not asked:
an `Activity` is built from the checked fields, and what we do not use is left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from botbuilder.schema import Activity, ChannelAccount, ConversationAccount

from bot.teams.errors import NotAnActivity

_REQUIRED_TEXTS = ("type", "channelId", "serviceUrl")
_OPTIONAL_TEXTS = ("name", "text", "textFormat", "action", "locale", "deliveryMode")
_IDS = ("id", "replyToId", "serviceUrl")
_MOMENTS = ("timestamp", "localTimestamp")
_LONGEST_ID = 500
"""Characters; Teams itself uses up to about 150. Ids are kept and are keys of tables, which take no longer ones."""
_NOT_IN_AN_ID = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_LISTS = ("entities", "attachments", "membersAdded", "membersRemoved")

Fields = Mapping[str, Any]


def activity_in(body: bytes) -> Activity:
    """The activity that a request's body holds. Raises `NotAnActivity`."""
    fields = _object_in(body)
    _check_texts(fields)
    _check_lists(fields)
    conversation = _party(fields, "conversation")
    return Activity(
        type=fields["type"],
        id=fields.get("id"),
        name=fields.get("name"),
        text=fields.get("text"),
        text_format=fields.get("textFormat"),
        action=fields.get("action"),
        channel_id=fields["channelId"],
        service_url=fields["serviceUrl"],
        reply_to_id=fields.get("replyToId"),
        from_property=_account(_party(fields, "from")),
        recipient=_account(_party(fields, "recipient")),
        conversation=ConversationAccount(
            id=conversation["id"],
            conversation_type=_text(conversation, "conversationType"),
            tenant_id=_id(conversation, "tenantId"),
        ),
        members_added=[_account(_member(each)) for each in fields.get("membersAdded") or []],
        entities=[dict(each) for each in fields.get("entities") or []],
        channel_data=_channel_data(fields),
        value=fields.get("value"),
    )


def _object_in(body: bytes) -> Fields:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise NotAnActivity("the body is not JSON") from None
    if not isinstance(document, dict):
        raise NotAnActivity("the body is not a JSON object")
    return document


def _check_texts(fields: Fields) -> None:
    for name in _REQUIRED_TEXTS:
        if not _text(fields, name):
            raise NotAnActivity(f"{name} is missing")
    for name in _OPTIONAL_TEXTS:
        _text(fields, name)
    for name in _IDS:
        _id(fields, name)
    for name in _MOMENTS:
        moment = _text(fields, name)
        if not moment:
            continue
        try:
            datetime.fromisoformat(moment)
        except ValueError:
            raise NotAnActivity(f"{name} is not a moment") from None


def _check_lists(fields: Fields) -> None:
    for name in _LISTS:
        entries = fields.get(name)
        if entries is None:
            continue
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise NotAnActivity(f"{name} is not a list of objects")


def _channel_data(fields: Fields) -> Fields:
    data = _object(fields, "channelData")
    _id(_object(data, "tenant"), "id")
    return data


def _party(fields: Fields, name: str) -> Fields:
    party = _object(fields, name)
    if not _id(party, "id"):
        raise NotAnActivity(f"{name} has no id")
    return party


def _member(entry: Fields) -> Fields:
    _id(entry, "id")
    return entry


def _account(party: Fields) -> ChannelAccount:
    return ChannelAccount(id=party.get("id"), aad_object_id=_id(party, "aadObjectId"))


def _object(fields: Fields, name: str) -> Fields:
    value = fields.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise NotAnActivity(f"{name} is not an object")
    return value


def _text(fields: Fields, name: str) -> str | None:
    value = fields.get(name)
    if value is not None and not isinstance(value, str):
        raise NotAnActivity(f"{name} is not text")
    return value


def _id(fields: Fields, name: str) -> str | None:
    """A text by which something is known: not endless, and nothing in it that a database or an address can't hold."""
    value = _text(fields, name)
    if value is not None and (len(value) > _LONGEST_ID or _NOT_IN_AN_ID.search(value)):
        raise NotAnActivity(f"{name} is not an id")
    return value
