"""Rules about the code itself, kept by reading it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tomllib import loads

import pytest

from tests.house.names import names_in, procedure_names, words

ROOT = Path(__file__).parents[2]
LONGEST_FILE = 400
LONGEST_FUNCTION = 40
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
IMPURE = {
    "asyncio",
    "io",
    "logging",
    "os",
    "pathlib",
    "random",
    "secrets",
    "socket",
    "sqlite3",
    "subprocess",
    "sys",
    "time",
}
"""Parts of the standard library with which a module could read a clock, a file or the network."""
REGISTRIES = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("files", "pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        ("deb", "debian", "org"),
        ("docker", "io"),
    )
)
MACHINE_PATH = re.compile(r"(?<![\w.$}])/(?:home|root|Users|work)/\w|\.\./shared\b")


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that is or would be in the repository; without git, every file but what is built."""
    try:
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
        files = [ROOT / name for name in listed if name]
    except (OSError, subprocess.CalledProcessError):
        built = {".git", ".venv", ".client", "var", "__pycache__"}
        files = [file for file in ROOT.rglob("*") if not built.intersection(file.relative_to(ROOT).parts)]
    return tuple(file for file in sorted(files) if file.is_file() and file.suffix != ".pyc")


def sources(*, tests: bool = False) -> Iterator[Path]:
    for file in tracked():
        if file.suffix == ".py" and (tests or file.relative_to(ROOT).parts[0] != "tests"):
            yield file


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"), str(file))


def inside(folder: str) -> Iterator[Path]:
    return (file for file in sources() if file.is_relative_to(ROOT / folder))


def place(file: Path, line: int = 1) -> str:
    return f"{file.relative_to(ROOT)}:{line}"


def imports(file: Path) -> Iterator[tuple[str, int]]:
    """The modules that a file names in its imports, relative ones made absolute."""
    package = ".".join(file.relative_to(ROOT).parts[:-1])
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield module, node.lineno
            yield from ((f"{module}.{alias.name}", node.lineno) for alias in node.names)


def belongs(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def listed(found: list[str]) -> str:
    return "\n".join(["", *found])


def test_no_file_is_too_long() -> None:
    lengths = {file: len(file.read_text("utf-8").splitlines()) for file in sources(tests=True)}
    found = [place(file, length) for file, length in lengths.items() if length > LONGEST_FILE]
    assert not found, listed(found)


def test_no_function_is_too_long() -> None:
    found = [
        f"{place(file, node.lineno)} {node.name}: {length} lines"
        for file in sources()
        if "migrations" not in file.parts  # a migration is a list
        for node in ast.walk(tree(file))
        if isinstance(node, FUNCTIONS) and (length := (node.end_lineno or 0) - node.lineno + 1) > LONGEST_FUNCTION
    ]
    assert not found, listed(found)


@pytest.mark.parametrize(
    ("folder", "allowed"), [("bot/domain", ("bot.domain",)), ("cards", ("cards", "bot.domain", "orjson"))]
)
def test_what_is_pure_imports_nothing_that_is_not(folder: str, allowed: tuple[str, ...]) -> None:
    found = [
        f"{place(file, line)} imports {module}"
        for file in inside(folder)
        for module, line in imports(file)
        if (top := module.split(".")[0]) in IMPURE
        or not (top in sys.stdlib_module_names or belongs(module, allowed) or module in ("bot", "__future__"))
    ]
    assert not found, listed(found)


@pytest.mark.parametrize("folder", ["bot/domain", "cards"])
def test_what_is_pure_reads_no_clock_and_is_not_asynchronous(folder: str) -> None:
    clocks = {"now", "today", "utcnow"}
    found = [
        place(file, node.lineno)
        for file in inside(folder)
        for node in ast.walk(tree(file))
        if isinstance(node, (ast.AsyncFunctionDef, ast.Await))
        or (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in clocks)
    ]
    assert not found, listed(found)


def test_only_the_doors_know_the_settings_and_nobody_the_wiring() -> None:
    doors = (ROOT / "app.py", ROOT / "bot/cli.py", ROOT / "bot/console.py", ROOT / "bot/demo")
    found = [
        f"{place(file, line)} imports {module}"
        for file in sources()
        for module, line in imports(file)
        if belongs(module, ("bot.settings", "app")) and not any(file.is_relative_to(door) for door in doors)
    ]
    assert not found, listed(found)


def test_no_name_of_a_procedure_decides_anything_in_python() -> None:
    files = sorted((ROOT / "bot/procedures").glob("*.toml"))
    names = procedure_names(loads(file.read_text("utf-8")) for file in files)
    found = [
        f"{place(file, line)} names “{' '.join(name)}”"
        for file in sources()
        if not file.is_relative_to(ROOT / "bot/demo")
        for name, line in names_in(tree(file), names)
    ]
    assert not found, listed(found)


def test_the_rule_about_names_finds_what_it_is_meant_to_find() -> None:
    procedure = {
        "authority": "Anyshire",
        "roles": [{"id": "team-manager", "title": "Team Manager"}, {"id": "iro", "title": "IRO"}, {"id": "child"}],
        "stages": [{"id": "stage-1", "title": "Stage 1", "grounds": ["Not resolved"]}],
        "kinds": [{"id": "drift", "title": "Drift and delay"}],
    }
    code = '''
        """Anyshire's Team Manager may stand in a docstring."""
        TEAM_MANAGER = 1
        def f(child, iro): return f"the team manager of {child}", "Anyshire", "stage-1", "drift and delay not resolved"
        class TeamManagerGate: "An IRO and a team manager."
    '''
    found = names_in(ast.parse("if True:\n" + code), procedure_names([procedure]))
    assert sorted({" ".join(name) for name, _ in found}) == [
        "anyshire",
        "drift and delay",
        "not resolved",
        "stage 1",
        "team manager",
    ]
    assert words("TeamManagerGate, stage-1") == ("team", "manager", "gate", "stage", "1")


def test_no_file_names_a_registry_or_a_place_on_a_machine() -> None:
    found = []
    for file in tracked():
        try:
            lines = file.read_text("utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(lines, 1):
            if any(host in line for host in REGISTRIES) or MACHINE_PATH.search(line):
                found.append(f"{place(file, number)} {line.strip()[:80]}")
    assert not found, listed(found)
