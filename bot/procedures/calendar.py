"""The working calendar of a nation, from the bank holidays as published.

Two sources: the list of GOV.UK (`calendars/`, as of https://www.gov.uk/bank-holidays.json and its earlier
versions), which is what people go by, and the `holidays` package, which computes the same days. The published
list wins in every year that it covers; `differences` says where the two disagree.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path

import holidays

from bot.domain.working_time import Holiday, Nation, WorkingCalendar

CALENDARS = Path(__file__).parent / "calendars"

SUBDIVISIONS: dict[Nation, str] = {"england-and-wales": "ENG", "scotland": "SCT", "northern-ireland": "NIR"}
"""Without a subdivision the package leaves out every Easter Monday and August bank holiday."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A weekday that one source has as a bank holiday and the other has not (None)."""

    day: date
    published: str | None
    computed: str | None


@cache
def load_calendar(nation: Nation, closures: tuple[Holiday, ...] = (), folder: Path = CALENDARS) -> WorkingCalendar:
    """The calendar of a nation with the authority's own closure days, read once for as long as the process lives.

    It reaches from 1 January of the first to 31 December of the last published year.
    """
    published = _published(nation, folder)
    years = _years(published)
    covered = {holiday.day.year for holiday in published}
    computed = _computed(nation, (year for year in years if year not in covered))
    return WorkingCalendar(
        nation=nation,
        holidays=tuple(sorted((*published, *computed), key=lambda holiday: holiday.day)),
        first=date(years[0], 1, 1),
        last=date(years[-1], 12, 31),
        closures=closures,
        version=_version(nation, closures, folder),
    )


def differences(nation: Nation, folder: Path = CALENDARS) -> tuple[Difference, ...]:
    """Each weekday of the published years on which the published list and the `holidays` package disagree.

    Weekends are left out: the package names Christmas Day on a Saturday, the list only its substitute, and
    neither day counts either way.
    """
    listed = _published(nation, folder)
    published = {holiday.day: holiday.title for holiday in listed}
    computed = {holiday.day: holiday.title for holiday in _computed(nation, _years(listed))}
    return tuple(
        Difference(day=day, published=published.get(day), computed=computed.get(day))
        for day in sorted(published.keys() ^ computed.keys())
        if day.weekday() < 5
    )


def _published(nation: Nation, folder: Path) -> tuple[Holiday, ...]:
    with _list(nation, folder).open(encoding="utf-8", newline="") as lines:
        return tuple(
            Holiday(day=date.fromisoformat(row["date"]), title=_title(row["title"], row["notes"]))
            for row in csv.DictReader(lines)
        )


def _computed(nation: Nation, years: Iterable[int]) -> tuple[Holiday, ...]:
    # Without years the package would still answer, with nothing; with expand it would guess any year asked for.
    found = holidays.country_holidays("GB", subdiv=SUBDIVISIONS[nation], years=years, expand=False)
    return tuple(Holiday(day=day, title=found[day]) for day in sorted(found))


def _years(published: tuple[Holiday, ...]) -> range:
    days = [holiday.day for holiday in published]
    return range(min(days).year, max(days).year + 1)


def _title(title: str, notes: str) -> str:
    return f"{title} ({notes.lower()})" if notes else title


def _version(nation: Nation, closures: tuple[Holiday, ...], folder: Path) -> str:
    """The nation and a digest of its list, such as "england-and-wales 1f2e3d4c"; the closures' digest follows."""
    version = f"{nation} {_short(_list(nation, folder).read_bytes())}"
    if not closures:
        return version
    days = sorted((closure.day.isoformat(), closure.title) for closure in closures)
    return f"{version} + {_short(repr(days).encode())}"


def _short(content: bytes) -> str:
    return sha256(content).hexdigest()[:8]


def _list(nation: Nation, folder: Path) -> Path:
    return folder / f"bank-holidays-{nation}.csv"
