"""The whole way of a turn: through HTTP, the SDK's adapter and the use case, and back to the person."""

from __future__ import annotations

import pytest

from bot.usecases.ports import Address, Installed, Pressed, Removed, Reply, Shown, Turn, Typed
from tests.teams.fakes import BOT_ACCOUNT, TENANT, Misbehaviour, persona
from tests.teams.trial import ARRIVAL, CARD, a_trial, run, texts

ANNA = persona("Anna")
WORDS = Reply(shown=(Shown(text="Your tray is empty."),))
CARD_SHOWN = Shown(card=CARD, summary="PC-2026-0042: answered")
NEW_CARD = Reply(shown=(CARD_SHOWN,), replaces=True)


@pytest.mark.requirement("CARD-04")
def test_a_line_becomes_a_turn_and_its_reply_a_message() -> None:
    async def story() -> None:
        async with a_trial(WORDS) as trial:
            message = trial.microsoft.message(" tray ", ANNA)
            answer = await trial.tell(message)
            assert (answer.status, answer.body) == (201, None)
            address = Address(
                person=ANNA.object_id,
                account=ANNA.account,
                tenant=TENANT,
                service_url=trial.microsoft.service_url,
                conversation=ANNA.conversation,
                bot=BOT_ACCOUNT,
            )
            assert trial.converse.turns == [
                Turn(
                    person=ANNA.object_id,
                    message=message["id"],
                    at=ARRIVAL,
                    personal=True,
                    address=address,
                    ask=Typed(text="tray"),
                )
            ]
            assert texts(trial.microsoft.chat(ANNA)) == ["Your tray is empty."]

    run(story())


def test_in_a_group_there_is_no_address_and_the_reply_goes_to_the_group() -> None:
    async def story() -> None:
        async with a_trial(WORDS) as trial:
            await trial.tell(trial.microsoft.in_a_group(trial.microsoft.message("tray", ANNA)))
            (turn,) = trial.converse.turns
            assert (turn.personal, turn.address) == (False, None)
            assert trial.microsoft.calls[0].conversation == "19:group@thread.v2"

    run(story())


@pytest.mark.requirement("CARD-01")
@pytest.mark.requirement("CARD-05")
def test_a_pressed_button_gets_the_new_card_in_its_place_and_nothing_else() -> None:
    async def story() -> None:
        async with a_trial(NEW_CARD) as trial:
            answer = await trial.tell(trial.microsoft.press("answer", {"words": "Agreed."}, ANNA, card="m-1"))
            assert answer.status == 200
            assert answer.headers["Content-Type"].startswith("application/json")
            assert answer.body == {
                "statusCode": 200,
                "type": "application/vnd.microsoft.card.adaptive",
                "value": CARD,
            }
            (turn,) = trial.converse.turns
            assert turn.ask == Pressed(verb="answer", data={"words": "Agreed."}, card="m-1")
            assert trial.microsoft.calls == []

    run(story())


def test_a_pressed_button_with_a_short_reply_shows_it_beside_the_card() -> None:
    async def story() -> None:
        async with a_trial(WORDS) as trial:
            answer = await trial.tell(trial.microsoft.press("tray", {}, ANNA))
            assert answer.body["type"] == "application/vnd.microsoft.activity.message"
            assert answer.body["value"] == "Your tray is empty."
            assert trial.microsoft.calls == []

    run(story())


def test_a_pressed_button_with_a_card_for_elsewhere_leaves_the_old_one_in_place() -> None:
    async def story() -> None:
        async with a_trial(Reply(shown=(CARD_SHOWN, Shown(text="And more.")))) as trial:
            answer = await trial.tell(trial.microsoft.press("show", {}, ANNA))
            assert answer.body["value"] == "PC-2026-0042: answered"
            assert texts(trial.microsoft.chat(ANNA)) == ["card", "And more."]

    run(story())


def test_a_long_reply_to_a_button_goes_into_the_chat() -> None:
    async def story() -> None:
        async with a_trial(Reply(shown=(Shown(text="x" * 251),))) as trial:
            answer = await trial.tell(trial.microsoft.press("show", {}, ANNA))
            assert answer.body["value"] == "Please see the message below."
            assert texts(trial.microsoft.chat(ANNA)) == ["x" * 251]

    run(story())


def test_what_follows_a_replaced_card_is_sent_as_messages() -> None:
    async def story() -> None:
        async with a_trial(Reply(shown=(CARD_SHOWN, Shown(text="One."), Shown(text="Two.")), replaces=True)) as trial:
            answer = await trial.tell(trial.microsoft.press("answer", {}, ANNA))
            assert answer.body["value"] == CARD
            assert texts(trial.microsoft.chat(ANNA)) == ["One.", "Two."]

    run(story())


def test_a_reply_of_nothing_is_still_an_answer() -> None:
    async def story() -> None:
        async with a_trial(Reply()) as trial:
            assert (await trial.tell(trial.microsoft.message("x", ANNA))).status == 201
            assert (await trial.tell(trial.microsoft.press("x", {}, ANNA))).body["value"] == "Done."
            assert trial.microsoft.calls == []

    run(story())


@pytest.mark.requirement("CARD-05")
def test_an_older_phone_presses_by_submit_and_sees_its_card_replaced() -> None:
    async def story() -> None:
        async with a_trial(Reply(shown=(CARD_SHOWN,))) as trial:
            await trial.tell(trial.microsoft.message("show", ANNA))
            card = trial.microsoft.chat(ANNA)[0]["id"]
            trial.converse.reply = Reply(shown=(Shown(text="Answered."), Shown(text="More.")), replaces=True)
            answer = await trial.tell(trial.microsoft.press("answer", {"n": 1}, ANNA, card=card, submit=True))
            assert answer.status == 201
            assert trial.converse.turns[-1].ask == Pressed(verb="answer", data={"n": 1}, card=card)
            assert texts(trial.microsoft.chat(ANNA)) == ["Answered.", "More."]

    run(story())


@pytest.mark.parametrize("status", [400, 404, 412, 500])
def test_a_card_that_cannot_be_replaced_is_answered_by_a_fresh_message(status: int) -> None:
    async def story() -> None:
        async with a_trial(NEW_CARD) as trial:
            trial.microsoft.misbehave(Misbehaviour(status=status))
            await trial.tell(trial.microsoft.press("answer", {}, ANNA, card="m-1", submit=True))
            assert [(call.method, call.status) for call in trial.microsoft.calls] == [("PUT", status), ("POST", 201)]

    run(story())


def test_a_submit_that_names_no_card_is_answered_by_a_message() -> None:
    async def story() -> None:
        async with a_trial(NEW_CARD) as trial:
            await trial.tell(trial.microsoft.press("answer", {}, ANNA, submit=True))
            assert [call.method for call in trial.microsoft.calls] == ["POST"]

    run(story())


def test_installation_and_removal_are_told_on() -> None:
    async def story() -> None:
        async with a_trial(Reply(shown=(Shown(text="Welcome."),))) as trial:
            await trial.tell(trial.microsoft.installed(ANNA))
            await trial.tell(trial.microsoft.bot_added(ANNA))
            await trial.tell(trial.microsoft.installed(ANNA, action="remove"))
            assert [type(turn.ask) for turn in trial.converse.turns] == [Installed, Installed, Removed]
            assert [turn.address is not None for turn in trial.converse.turns] == [True, True, False]
            assert texts(trial.microsoft.chat(ANNA)) == ["Welcome.", "Welcome."]

    run(story())


def test_what_does_not_concern_one_persons_chat_is_no_turn() -> None:
    async def story() -> None:
        async with a_trial() as trial:
            microsoft = trial.microsoft
            others = {"membersAdded": [{"id": "29:somebody"}]}
            for activity in (
                microsoft.in_a_group(microsoft.installed(ANNA)),
                microsoft.in_a_group(microsoft.bot_added(ANNA)),
                microsoft.bot_added(ANNA, **others),
                microsoft.installed(ANNA, action="add-upgrade"),
                microsoft.installed(ANNA, action="remove-upgrade"),
                {**microsoft.message("x", ANNA), "type": "messageReaction"},
                {**microsoft.message("x", ANNA), "type": "messageUpdate"},
                {**microsoft.message("x", ANNA), "type": "typing"},
                {**microsoft.message("x", ANNA), "type": "event", "name": "application/vnd.microsoft.readReceipt"},
            ):
                assert (await trial.tell(activity)).status == 201
            assert trial.converse.turns == []
            assert microsoft.calls == []

    run(story())


@pytest.mark.parametrize("name", ["task/fetch", "task/submit", "composeExtension/query", "signin/verifyState"])
def test_other_invokes_are_not_offered(name: str) -> None:
    async def story() -> None:
        async with a_trial() as trial:
            assert (await trial.tell({**trial.microsoft.press("x", {}, ANNA), "name": name})).status == 501
            assert trial.converse.turns == []

    run(story())


def test_an_activity_without_an_id_is_still_a_turn_of_its_own() -> None:
    async def story() -> None:
        async with a_trial() as trial:
            for _ in range(2):
                await trial.tell(trial.microsoft.message("tray", ANNA, id=None))
            first, second = trial.converse.turns
            assert first.message != second.message

    run(story())


def test_no_stock_client_of_the_sdk_is_ever_built(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("a stock client was built")

    monkeypatch.setattr("msrest.universal_http.requests.ClientRetryPolicy.__init__", never)
    monkeypatch.setattr("botframework.connector.aio.ConnectorClient.__init__", never)

    async def story() -> None:
        async with a_trial(WORDS) as trial:
            await trial.tell(trial.microsoft.message("tray", ANNA))
            assert (await trial.tell(trial.microsoft.press("tray", {}, ANNA))).status == 200
            assert texts(trial.microsoft.chat(ANNA)) == ["Your tray is empty."]

    run(story())
