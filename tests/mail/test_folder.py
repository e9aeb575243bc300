"""E-mail as files."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.mail.folder import FolderChannel
from bot.usecases.ports import TryAgain
from tests.mail.builders import NOON, SENDER, a_message, parsed, part


def channel(folder: Path, at: datetime = NOON) -> FolderChannel:
    return FolderChannel(folder, SENDER, now=lambda: at)


def test_a_message_is_a_file_that_a_mail_program_can_open(tmp_path: Path) -> None:
    outbox = tmp_path / "var" / "outbox"
    found = asyncio.run(channel(outbox).send(a_message(key="PC-2026-0042/3 asked")))
    (file,) = outbox.iterdir()
    assert file.name.startswith("20260407T110000Z-PC-2026-0042-3-asked-")
    assert file.suffix == ".eml"
    assert parsed(file.read_bytes())["Message-ID"] == found


def test_sending_again_replaces_the_file(tmp_path: Path) -> None:
    first = asyncio.run(channel(tmp_path).send(a_message("Once")))
    second = asyncio.run(channel(tmp_path, NOON + timedelta(hours=1)).send(a_message("Twice")))
    (file,) = tmp_path.iterdir()
    assert first == second
    assert part(parsed(file.read_bytes()), "plain") == "Twice\n"


@pytest.mark.parametrize(("one", "other"), [("a/b", "a b"), ("a", "A"), ("a", "b-a"), ("é", "è"), ("x" * 90, "x" * 91)])
def test_keys_that_look_alike_stay_apart(one: str, other: str, tmp_path: Path) -> None:
    for key in (one, other, one):
        asyncio.run(channel(tmp_path).send(a_message(key=key)))
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("key", ["../../outside", "/absolute", "CON", "a*?[b]", "\0", ""])
def test_no_key_leads_out_of_the_folder(key: str, tmp_path: Path) -> None:
    asyncio.run(channel(tmp_path / "in").send(a_message(key=key)))
    assert [file.parent for file in tmp_path.rglob("*.eml")] == [tmp_path / "in"]


def test_a_folder_that_cannot_be_written_is_a_reason_to_try_again(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file stands where the folder should be")
    with pytest.raises(TryAgain):
        asyncio.run(channel(tmp_path / "outbox").send(a_message()))


def test_many_at_once_are_all_written(tmp_path: Path) -> None:
    async def all_of_them() -> None:
        outbox = channel(tmp_path)
        await asyncio.gather(*(outbox.send(a_message(key=f"k{number % 20}")) for number in range(100)))

    asyncio.run(all_of_them())
    assert len(list(tmp_path.iterdir())) == 20
