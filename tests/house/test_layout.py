"""The house is laid out as the customer fixed it, from the packages that the customer named."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CUSTOMERS = {"app.py", "bot", "cards", "storage", "manifest", "tests", "pyproject.toml", "README.md"}
LOCKS = {"requirements.lock", "requirements-dev.lock"}
BESIDE = {"docs", "Makefile", "CHANGELOG.md", "Dockerfile", "compose.yaml"} | LOCKS
PACKAGES = {"botbuilder-core", "aiohttp", "apscheduler", "sqlalchemy", "holidays", "msal"}


def tracked() -> set[str]:
    """The names at the top level that git keeps, dot-files aside."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return {line.partition("/")[0] for line in listed.splitlines() if not line.startswith(".")}


@pytest.mark.requirement("CARD-07")
def test_the_top_level_is_the_customers() -> None:
    assert tracked() >= CUSTOMERS
    assert tracked() <= CUSTOMERS | BESIDE


@pytest.mark.requirement("CARD-07")
def test_the_customers_packages_are_what_it_is_built_of() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    runtime = {re.split(r"[\[<>=!~ ]", line)[0].lower() for line in project["project"]["dependencies"]}
    tests = {re.split(r"[\[<>=!~ ]", line)[0].lower() for line in project["dependency-groups"]["dev"]}
    assert runtime >= PACKAGES
    assert "pytest" in tests
    used = "".join(file.read_text("utf-8") for folder in ("bot", "storage") for file in (ROOT / folder).rglob("*.py"))
    for package in ("botbuilder", "aiohttp", "apscheduler", "sqlalchemy", "holidays", "msal"):
        assert re.search(rf"^\s*(from|import) {package}\b", used, re.MULTILINE), f"nothing uses {package}"
