"""The package that an administrator uploads to Teams."""

from __future__ import annotations

import json
import struct
import tomllib
import zipfile
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, FormatChecker

from bot.demo.node import part
from bot.usecases.interpret import interpret
from manifest.build import build, main

ROOT = Path(__file__).parents[2]
COUNCIL = {
    "app_id": "0d3f1c0a-6b1e-4b53-9a3f-2f5a1b9c7d10",
    "host": "bot.fenmarsh.example",
    "organisation": "Fenmarsh County Council",
    "website": "https://www.fenmarsh.example",
    "privacy": "https://www.fenmarsh.example/privacy",
    "terms": "https://www.fenmarsh.example/terms",
}


def package(**other: str) -> zipfile.ZipFile:
    return zipfile.ZipFile(BytesIO(build({**COUNCIL, **other})))


def manifest(**other: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(package(**other).read("manifest.json"))
    return loaded


def image(name: str) -> tuple[int, int, list[tuple[int, int, int, int]]]:
    """Width, height and pixels of one of our pictures, which have no filters."""
    data = package().read(name)
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    parts, at = {}, 8
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        assert data[at + 8 + length : at + 12 + length] == struct.pack(">I", zlib.crc32(kind + body))
        parts[kind] = body
        at += 12 + length
    width, height, depth, colours, *_ = struct.unpack(">IIBBBBB", parts[b"IHDR"])
    assert (depth, colours) == (8, 6)
    raw, line = zlib.decompress(parts[b"IDAT"]), 1 + 4 * width
    pixels = [
        (raw[start], raw[start + 1], raw[start + 2], raw[start + 3])
        for row in range(height)
        for start in range(row * line + 1, (row + 1) * line, 4)
    ]
    return width, height, pixels


@pytest.mark.requirement("CARD-01")
def test_the_manifest_is_what_microsoft_s_schema_asks_for() -> None:
    schema = part("@microsoft/app-manifest/build/json-schemas/teams/v1.30/MicrosoftTeams.schema.json")
    validator = Draft4Validator(json.loads(schema.read_text("utf-8-sig")), format_checker=FormatChecker())
    assert [error.message for error in validator.iter_errors(manifest())] == []


def test_the_manifest_keeps_the_limits_of_teams() -> None:
    made = manifest()
    assert made["manifestVersion"] == "1.30"
    assert made["$schema"].endswith("/v1.30/MicrosoftTeams.schema.json")
    assert made["developer"].keys() == {"name", "websiteUrl", "privacyUrl", "termsOfUseUrl"}
    assert len(made["developer"]["name"]) <= 32
    assert len(made["name"]["short"]) <= 30
    assert len(made["name"]["full"]) <= 100
    assert len(made["description"]["short"]) <= 80
    assert len(made["description"]["full"]) <= 4000
    assert made["localizationInfo"] == {"defaultLanguageTag": "en-gb"}


def test_the_bot_speaks_in_personal_chats_only() -> None:
    [bot] = manifest()["bots"]
    assert bot["scopes"] == ["personal"]
    assert manifest()["defaultInstallScope"] == "personal"
    assert [commands["scopes"] for commands in bot["commandLists"]] == [["personal"]]


@pytest.mark.requirement("CARD-04")
def test_every_command_on_offer_is_one_that_the_bot_knows() -> None:
    [offered] = manifest()["bots"][0]["commandLists"]
    titles = [command["title"] for command in offered["commands"]]
    assert 0 < len(titles) <= 12
    assert len(titles) == len(set(titles))
    assert [interpret(title).word for title in titles] == titles
    assert all(0 < len(command["description"]) <= 128 for command in offered["commands"])


def test_what_an_authority_gives_stands_in_its_place_and_nothing_is_left_open() -> None:
    made = manifest(organisation='The "Fens" & Coast')
    assert "${" not in json.dumps(made)
    assert made["id"] == made["bots"][0]["botId"] == COUNCIL["app_id"]
    assert made["validDomains"] == ["bot.fenmarsh.example"]
    assert made["developer"]["name"] == 'The "Fens" & Coast'
    assert made["version"] == tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]


def test_the_same_arguments_give_the_same_bytes() -> None:
    assert build(COUNCIL) == build(dict(reversed(COUNCIL.items())))


def test_the_package_holds_the_manifest_and_its_two_icons_and_no_more() -> None:
    with package() as archive:
        assert archive.namelist() == ["manifest.json", "color.png", "outline.png"]
        assert archive.testzip() is None
    assert manifest()["icons"] == {"color": "color.png", "outline": "outline.png"}


def test_the_colour_icon_fills_its_square_and_leaves_a_margin() -> None:
    width, height, pixels = image("color.png")
    assert (width, height) == (192, 192)
    assert {pixel[3] for pixel in pixels} == {255}
    accent = tuple(bytes.fromhex(manifest()["accentColor"].removeprefix("#")))
    drawn = [divmod(place, 192) for place, pixel in enumerate(pixels) if pixel[:3] != accent]
    assert drawn
    assert all(36 <= row < 156 and 36 <= column < 156 for row, column in drawn), "Teams shows the middle 120 pixels"


def test_the_outline_icon_is_white_on_nothing() -> None:
    width, height, pixels = image("outline.png")
    assert (width, height) == (32, 32)
    assert {pixel[:3] for pixel in pixels} == {(255, 255, 255)}
    assert {0, 255} <= {pixel[3] for pixel in pixels}
    assert sum(pixel[3] > 127 for pixel in pixels) < len(pixels) / 2


def test_everything_wrong_is_named_together(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = {"app-id": "x", "host": "https://bot", "organisation": "x" * 33, "website": "http://www.fenmarsh.example"}
    file = tmp_path / "package.zip"
    arguments = [word for name, value in wrong.items() for word in (f"--{name}", value)]
    assert main([*arguments, "--out", str(file)]) == 1
    said = capsys.readouterr().err.splitlines()
    assert [line.split()[0] for line in said] == ["--app-id", "--host", "--organisation", "--website"]
    assert not file.exists()


def test_the_app_id_may_come_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MicrosoftAppId", COUNCIL["app_id"].upper())
    file = tmp_path / "package.zip"
    status = main(
        ["--host", COUNCIL["host"], "--organisation", COUNCIL["organisation"], "--website", COUNCIL["website"],
         "--out", str(file)]
    )  # fmt: skip
    assert (status, capsys.readouterr().out) == (0, f"{file}: version {manifest()['version']} for {COUNCIL['host']}.\n")
    assert json.loads(zipfile.ZipFile(file).read("manifest.json"))["id"] == COUNCIL["app_id"]
