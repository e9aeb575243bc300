"""Nothing is installed that wasn't looked at: every package is pinned with its hash, and no step leaves hashes out."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.house.test_house import ROOT, listed, place, sources, tracked

LOCKS = [*sorted(ROOT.glob("requirements*.lock")), ROOT / "bot/demo/client/node.lock"]
_INSTALL = re.compile(r"""pip["', ]+install\b|\buv["', ]+(pip["', ]+install|add|sync)\b""")
_NPM = re.compile(r"""\bnpm["', ]+(install|i|add|update)\b|_npm\("(?!ci")[^)]*""")


@pytest.mark.parametrize("lock", [pytest.param(lock, id=lock.name) for lock in LOCKS])
def test_every_requirement_is_one_version_with_its_hashes(lock: Path) -> None:
    wanted = re.split(r"\n(?=[A-Za-z])", lock.read_text("utf-8").strip())
    assert wanted
    found = [
        one.split()[0]
        for one in wanted
        if not (re.match(r"[\w.-]+(\[[\w,-]+\])?==[^\s;]+( ;[^\\]*)? \\\n", one) and "--hash=sha256:" in one)
    ]
    assert not found, listed(found)


def test_every_part_of_the_local_client_has_its_hash() -> None:
    lock = json.loads((ROOT / "bot/demo/client/package-lock.json").read_text("utf-8"))
    parts = {name: part for name, part in lock["packages"].items() if name}
    assert parts
    assert [name for name, part in parts.items() if not part.get("integrity", "").startswith("sha512-")] == []


def test_no_step_installs_anything_without_its_hash() -> None:
    steps = [(file, number, line) for file in tracked() for number, line in _lines(file) if _INSTALL.search(line)]
    assert len(steps) >= 4, "the Makefile, the Dockerfile, the guide and the demo install something"
    found = [place(file, number) for file, number, line in steps if "--require-hashes" not in _step(file, number)]
    assert not found, listed(found)


def test_the_local_client_is_installed_from_its_lock_file_alone() -> None:
    found = [
        f"{place(file, number)} {line.strip()}"
        for file in tracked()
        for number, line in _lines(file)
        if _NPM.search(line) and "--package-lock-only" not in line
    ]
    assert not found, listed(found)


def test_every_exception_from_the_security_lint_names_its_check_and_its_reason() -> None:
    reasoned = re.compile(r"# nosec (B\d{3})( B\d{3})*  # \w+")
    lines = [(file, number, line) for file in sources() for number, line in _lines(file) if "# nosec" in line]
    assert lines
    assert not [place(file, number) for file, number, line in lines if not reasoned.search(line)]
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    skips = project.partition("[tool.bandit]\nskips = [\n")[2].partition("]")[0].splitlines()
    assert skips
    assert [line for line in skips if not re.fullmatch(r'    "B\d{3}",  # \w.+', line)] == []
    assert ".venv/bin/bandit -q -c pyproject.toml -r" in (ROOT / "Makefile").read_text("utf-8")


def _lines(file: Path) -> list[tuple[int, str]]:
    if file.suffix in (".lock", ".png") or file == Path(__file__):
        return []
    try:
        return list(enumerate(file.read_text("utf-8").splitlines(), 1))
    except UnicodeDecodeError:
        return []


def _step(file: Path, number: int) -> str:
    """The command on a line, with the few lines after it that may belong to it."""
    return "\n".join(file.read_text("utf-8").splitlines()[number - 1 : number + 1])
