"""The bot as the SDK sees it: every activity becomes a turn, and the reply to it goes where it was asked."""

from __future__ import annotations

import asyncio

from botbuilder.core import ActivityHandler, InvokeResponse, TurnContext
from botbuilder.schema import Activity

from bot.teams.answers import answer_to_fault, answer_to_press, not_offered
from bot.teams.channel import Place, TeamsChannel
from bot.teams.turns import CannotAnswer, execute_ask, is_personal, message_ask, place_of, turn_of
from bot.telemetry.logs import Log
from bot.usecases.ports import (
    Clock,
    Converse,
    Installed,
    NotDelivered,
    Pressed,
    Removed,
    Reply,
    Shown,
    TryAgain,
    Typed,
)

_PATIENCE = 5.0
"""Seconds that a turn waits for its replies to go out; Teams delivers anew what takes longer than about 15."""
_LONGEST_PAUSE = 2.0
_LAST_PATIENCE = 20.0

log = Log(__name__)


class WentWrong(CannotAnswer):
    """Our own fault, known to the operator by its code."""

    inner = 500
    code = "InternalError"

    def __init__(self, code: str) -> None:
        super().__init__(f"Something went wrong on our side. Nothing you typed was sent on. Code {code}")


class TeamsBot(ActivityHandler):
    """Hands turns to `converse` and shows what comes back. No fault of a use case leaves it."""

    def __init__(self, *, converse: Converse, channel: TeamsChannel, clock: Clock) -> None:
        self._converse = converse
        self._channel = channel
        self._clock = clock
        self._sending: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """Let replies that are still on their way go out."""
        if self._sending:
            await asyncio.wait(self._sending, timeout=_LAST_PATIENCE)

    async def on_message_activity(self, turn_context: TurnContext) -> None:
        """Words, or a button of a client that knows only Action.Submit."""
        activity = turn_context.activity
        replaced = None
        try:
            ask = message_ask(activity)
            reply = await self._reply_to(activity, ask)
            shown = reply.shown
            if reply.replaces and isinstance(ask, Pressed):
                replaced = ask.card
        except CannotAnswer as problem:
            shown = (Shown(text=str(problem)),)
        await self._show(place_of(activity), shown, replaced)

    async def on_invoke_activity(self, turn_context: TurnContext) -> InvokeResponse:
        """A button with Action.Execute; no other invoke is offered."""
        activity = turn_context.activity
        if activity.name != "adaptiveCard/action":
            return not_offered()
        try:
            reply = await self._reply_to(activity, execute_ask(activity))
        except CannotAnswer as problem:
            return answer_to_fault(problem)
        answer, rest = answer_to_press(reply)
        await self._show(place_of(activity), rest, None)
        return answer

    async def on_installation_update(self, turn_context: TurnContext) -> None:
        """The app was added or taken away; an upgrade is neither."""
        if turn_context.activity.action == "add":
            await self._note(turn_context.activity, Installed())
        elif turn_context.activity.action == "remove":
            await self._note(turn_context.activity, Removed())

    async def on_conversation_update_activity(self, turn_context: TurnContext) -> None:
        """The bot came into a personal chat, as some clients say instead of an installation."""
        activity = turn_context.activity
        if any(member.id == activity.recipient.id for member in activity.members_added or []):
            await self._note(activity, Installed())

    async def _note(self, activity: Activity, ask: Installed | Removed) -> None:
        """Hand on an event of a personal chat; where the channel does not say whose, there is nothing to note."""
        if not is_personal(activity) or not activity.from_property.aad_object_id:
            return
        try:
            reply = await self._reply_to(activity, ask)
        except CannotAnswer:
            return
        if isinstance(ask, Installed):
            await self._show(place_of(activity), reply.shown, None)

    async def _reply_to(self, activity: Activity, ask: Typed | Pressed | Installed | Removed) -> Reply:
        turn = turn_of(activity, ask, at=self._clock.now())
        try:
            return await self._converse(turn)
        except Exception as fault:
            raise WentWrong(log.fault("turn_failed", fault)) from None

    async def _show(self, place: Place, shown: tuple[Shown, ...], replaced: str | None) -> None:
        """Send in order, and wait for it a while; what is slower goes on beside the answer to Teams."""
        if not shown:
            return
        task = asyncio.create_task(self._send_all(place, shown, replaced))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)
        await asyncio.wait({task}, timeout=_PATIENCE)

    async def _send_all(self, place: Place, shown: tuple[Shown, ...], replaced: str | None) -> None:
        try:
            if replaced is not None:
                await self._channel.replace(place, replaced, shown[0])
                shown = shown[1:]
            for each in shown:
                await self._send(place, each)
        except NotDelivered as problem:
            log.warning("reply_not_delivered", why=f"{type(problem).__name__}: {problem}")
        except Exception as fault:
            log.fault("reply_failed", fault)

    async def _send(self, place: Place, shown: Shown) -> None:
        try:
            await self._channel.post(place, shown)
        except TryAgain as early:
            await asyncio.sleep(min(early.after if early.after is not None else 0.5, _LONGEST_PAUSE))
            await self._channel.post(place, shown)
