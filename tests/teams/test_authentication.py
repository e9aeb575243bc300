"""Who may hand us an activity."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot.teams import Registration, open_demo_door, open_door
from bot.teams.authentication import ChannelAuthentication, OpenDoor
from bot.teams.errors import KeysUnavailable
from bot.teams.keys import SigningKeys
from bot.teams.session import WebSession
from tests.teams.fakes import APP_ID, TENANT, FakeMicrosoft, persona
from tests.teams.trial import Converse, StoppedClock, a_trial, run, served

ANNA = persona("Anna")


def test_the_tenant_of_every_activity_must_be_ours() -> None:
    async def story() -> None:
        async with a_trial() as trial:
            message = trial.microsoft.message("tray", ANNA)
            stranger = "00000000-0000-4000-8000-000000000000"
            conversation = message["conversation"]
            elsewhere = [
                {**message, "channelData": {"tenant": {"id": stranger}}},
                {**message, "conversation": {**conversation, "tenantId": stranger}},
                {**message, "channelData": {}, "conversation": {**conversation, "tenantId": None}},
            ]
            assert [(await trial.tell(activity)).status for activity in elsewhere] == [403, 403, 403]
            assert trial.converse.turns == []
            shouted = {**message, "channelData": {"tenant": {"id": TENANT.upper()}}}
            assert (await trial.tell(shouted)).status == 201

    run(story())


def test_a_slash_at_the_end_of_the_service_address_makes_no_difference() -> None:
    async def story() -> None:
        async with a_trial() as trial:
            token = trial.microsoft.token(serviceurl=trial.microsoft.service_url.rstrip("/"))
            assert (await trial.tell(trial.microsoft.message("tray", ANNA), token=token)).status == 201

    run(story())


def test_a_key_that_is_not_endorsed_for_teams_lets_nobody_in() -> None:
    async def story() -> None:
        async with a_trial() as trial:
            trial.microsoft.endorsements = ["webchat"]
            assert (await trial.tell(trial.microsoft.message("tray", ANNA))).status == 403

    run(story())


def test_a_new_signing_key_works_at_once() -> None:
    async def story() -> None:
        async with a_trial() as trial:
            for _ in range(4):
                assert (await trial.tell(trial.microsoft.message("tray", ANNA))).status == 201
                trial.microsoft.rotate_keys()
            assert trial.microsoft.key_fetches == 4

    run(story())


def test_invented_key_ids_cannot_make_us_fetch_without_end() -> None:
    async def story() -> None:
        async with a_trial() as trial:
            for number in range(30):
                token = trial.microsoft.token(headers={"kid": f"invented-{number}"})
                assert (await trial.tell(trial.microsoft.message("tray", ANNA), token=token)).status == 401
            assert trial.microsoft.key_fetches == 10

    run(story())


def test_without_any_keys_the_sender_is_asked_to_try_again() -> None:
    async def story() -> None:
        async with a_trial() as trial:
            trial.microsoft.keys_down = True
            answer = await trial.tell(trial.microsoft.message("tray", ANNA))
            assert answer.status == 503
            assert int(answer.headers["Retry-After"]) > 0
            trial.microsoft.keys_down = False
            assert (await trial.tell(trial.microsoft.message("tray", ANNA))).status == 201

    run(story())


def test_known_keys_stay_in_use_while_no_new_ones_can_be_fetched() -> None:
    async def story() -> None:
        moment = [0.0]
        async with FakeMicrosoft() as microsoft:
            session = WebSession()
            keys = SigningKeys(session, microsoft.openid_url, monotonic=lambda: moment[0])
            assert await keys.find(microsoft.key_id) is not None
            moment[0] = 25 * 3600
            microsoft.keys_down = True
            assert await keys.find(microsoft.key_id) is not None
            await _renewed(keys)
            assert await keys.find(microsoft.key_id) is not None
            microsoft.keys_down = False
            fetched = microsoft.key_fetches
            moment[0] += 60
            await keys.find(microsoft.key_id)
            await _renewed(keys)
            assert microsoft.key_fetches > fetched
            await keys.close()
            await session.close()

    run(story())


async def _renewed(keys: SigningKeys) -> None:
    assert keys._renewal is not None
    await keys._renewal


def test_a_document_without_keys_is_as_good_as_none() -> None:
    async def story() -> None:
        async with FakeMicrosoft() as microsoft:
            session = WebSession()
            keys = SigningKeys(session, f"{microsoft.url}/keys")
            with pytest.raises(KeysUnavailable):
                await keys.find("any")
            await session.close()

    run(story())


def test_slow_keys_hold_up_nobody_else() -> None:
    async def story() -> None:
        async with a_trial() as trial:
            trial.microsoft.keys_delay = 0.5
            waiting = asyncio.create_task(trial.tell(trial.microsoft.message("tray", ANNA)))
            await asyncio.sleep(0.05)
            started = time.perf_counter()
            assert (await trial.tell(trial.microsoft.message("tray", ANNA), token="garbage")).status == 401
            assert time.perf_counter() - started < 0.3
            assert (await waiting).status == 201

    run(story())


def test_many_first_requests_fetch_the_keys_once() -> None:
    async def story() -> None:
        async with a_trial() as trial:
            trial.microsoft.keys_delay = 0.1
            told = [trial.tell(trial.microsoft.message("tray", ANNA)) for _ in range(20)]
            assert {answer.status for answer in await asyncio.gather(*told)} == {201}
            assert trial.microsoft.key_fetches == 1

    run(story())


def test_a_token_that_was_good_once_does_not_outlive_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        async with a_trial() as trial:
            token = trial.microsoft.token(exp=-290)
            message = trial.microsoft.message("tray", ANNA)
            assert (await trial.tell(message, token=token)).status == 201
            # Ten more seconds, and the leeway of 300 is used up.
            monkeypatch.setattr("bot.teams.authentication._LEEWAY", 280)
            assert (await trial.tell(message, token=token)).status == 401

    run(story())


def test_a_remembered_token_is_still_checked_against_each_activity() -> None:
    async def story() -> None:
        async with a_trial() as trial:
            token = trial.microsoft.token()
            message = trial.microsoft.message("tray", ANNA)
            assert (await trial.tell(message, token=token)).status == 201
            assert (await trial.tell({**message, "serviceUrl": "https://evil.example/"}, token=token)).status == 401
            assert (await trial.tell({**message, "channelId": "webchat"}, token=token)).status == 403

    run(story())


def test_the_memory_for_tokens_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.teams.authentication._REMEMBERED_TOKENS", 3)

    async def story() -> None:
        async with FakeMicrosoft() as microsoft:
            session = WebSession()
            keys = SigningKeys(session, microsoft.openid_url)
            authentication = ChannelAuthentication(app_id=APP_ID, tenant=TENANT, keys=keys)
            for lifetime in range(3600, 3610):
                await authentication.check_header(f"Bearer {microsoft.token(exp=lifetime)}")
            assert len(authentication._checked) == 3
            await session.close()

    run(story())


@pytest.mark.parametrize(("app_id", "tenant"), [("", TENANT), ("  ", TENANT), (APP_ID, ""), (APP_ID, " ")])
def test_without_an_app_id_or_a_tenant_there_is_no_door(app_id: str, tenant: str) -> None:
    registration = Registration(app_id=app_id, tenant=tenant, acquire=dict)
    with pytest.raises(ValueError, match="required"):
        open_door(registration, converse=Converse(), clock=StoppedClock())


def test_the_open_door_is_another_class_and_needs_a_tenant_too() -> None:
    assert not issubclass(ChannelAuthentication, OpenDoor)
    assert not issubclass(OpenDoor, ChannelAuthentication)
    with pytest.raises(ValueError, match="required"):
        OpenDoor(tenant="")


def test_the_demo_needs_no_token_but_the_right_tenant_and_channel() -> None:
    async def story() -> None:
        converse = Converse()
        teams = open_demo_door(tenant=TENANT, converse=converse, clock=StoppedClock())
        async with FakeMicrosoft() as microsoft, served(teams) as url:
            message = microsoft.message("tray", ANNA)
            assert (await microsoft.post(url, message, token="")).status == 201
            assert (await microsoft.post(url, {**message, "channelId": "webchat"}, token="")).status == 403
            foreign = {**message, "channelData": {"tenant": {"id": "another"}}}
            assert (await microsoft.post(url, foreign, token="")).status == 403
            assert [call.authorization for call in microsoft.calls] == [""]
            assert len(converse.turns) == 1

    run(story())


def test_the_demo_answers_no_other_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.teams.door.is_loopback", lambda host: False)

    async def story() -> None:
        converse = Converse()
        teams = open_demo_door(tenant=TENANT, converse=converse, clock=StoppedClock())
        async with FakeMicrosoft() as microsoft, served(teams) as url:
            assert (await microsoft.post(url, microsoft.message("tray", ANNA), token="")).status == 403
            assert converse.turns == []

    run(story())
