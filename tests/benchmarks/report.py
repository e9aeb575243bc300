"""What the benchmarks found: kept while they run, then printed as one table and written to a file.

`make bench` runs everything at full size and writes `var/bench.json`; `make test` runs a toy of it and writes nothing.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

FULL = os.environ.get("BENCH") == "full"
OUT = Path(os.environ.get("BENCH_OUT", "var/bench.json"))


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One line of the table."""

    part: str
    """The heading under which it stands; all findings of a part have the same figures."""
    what: str
    figures: Mapping[str, float]
    """Name with its unit → value."""
    times: float | None = None
    """How many times better than the yardstick, where there is one."""
    target: float | None = None
    """How many times better it should be."""


@dataclass
class Report:
    """All findings of one run."""

    findings: list[Finding] = field(default_factory=list)

    def add(self, finding: Finding) -> None:
        """Keep a finding. A benchmark that measured nothing is a fault."""
        assert finding.figures, f"{finding.what}: nothing was measured"
        assert all(value > 0 for value in finding.figures.values()), f"{finding.what}: {finding.figures}"
        assert finding.times is None or finding.times > 0
        self.findings.append(finding)

    def table(self) -> Iterator[str]:
        """The findings for reading, a table for each part."""
        for part in dict.fromkeys(finding.part for finding in self.findings):
            found = [finding for finding in self.findings if finding.part == part]
            yield from ("", *_aligned([_heading(part, found[0]), *map(_line, found)]))

    def write(self, file: Path) -> None:
        """The findings for programs."""
        file.parent.mkdir(parents=True, exist_ok=True)
        machine = {"python": platform.python_version(), "machine": platform.machine(), "cores": os.cpu_count()}
        document = {**machine, "findings": [asdict(finding) for finding in self.findings]}
        file.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def _heading(part: str, finding: Finding) -> list[str]:
    return [part, *finding.figures, "times better", "target"]


def _line(finding: Finding) -> list[str]:
    times = "" if finding.times is None else _short(finding.times)
    missed = finding.times is not None and finding.target is not None and finding.times < finding.target
    target = "" if finding.target is None else f"≥ {_short(finding.target)}{' missed' if missed else ''}"
    return [finding.what, *map(_short, finding.figures.values()), times, target]


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        first, *others = (
            cell.ljust(width) if not place else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join((first, *others)).rstrip()
