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


def load_calendar(
    nation: Nation, closures: tuple[Holiday, ...] = (), folder: Path = CALENDARS, known_on: date | None = None
) -> WorkingCalendar:
    """The calendar of a nation with the authority's own closure days, read once for as long as the process lives.

    It reaches from 1 January of the first to 31 December of the last published year. A bank holiday that was announced
    late is in it only from the day on which it became known (`known_from` in the list): as of `known_on`, a date in
    London, or with everything that is in the list.
    """
    announced = [day for day in _announced(nation, folder) if known_on is None or day <= known_on]
    return _calendar(nation, closures, folder, max(announced, default=date.min))


@cache
def _announced(nation: Nation, folder: Path) -> tuple[date, ...]:
    """The days on which the list has grown, the earliest first."""
    return tuple(sorted({row.known_from for row in _rows(nation, folder)} - {date.min}))


@cache
def _calendar(nation: Nation, closures: tuple[Holiday, ...], folder: Path, known_through: date) -> WorkingCalendar:
    published = _published(nation, folder, known_through)
    years = _years(_published(nation, folder))
    covered = {holiday.day.year for holiday in published}
    computed = _computed(nation, (year for year in years if year not in covered))
    return WorkingCalendar(
        nation=nation,
        holidays=tuple(sorted((*published, *computed), key=lambda holiday: holiday.day)),
        first=date(years[0], 1, 1),
        last=date(years[-1], 12, 31),
        closures=closures,
        version=_version(nation, closures, folder, known_through),
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


@dataclass(frozen=True, kw_only=True)
class _Row:
    """A line of a published list."""

    holiday: Holiday
    known_from: date
    """When it was announced; the first of all days, where that was long before."""


@cache
def _rows(nation: Nation, folder: Path) -> tuple[_Row, ...]:
    with _list(nation, folder).open(encoding="utf-8", newline="") as lines:
        return tuple(
            _Row(
                holiday=Holiday(day=date.fromisoformat(row["date"]), title=_title(row["title"], row["notes"])),
                known_from=date.fromisoformat(row["known_from"]) if row.get("known_from") else date.min,
            )
            for row in csv.DictReader(lines)
        )


def _published(nation: Nation, folder: Path, known_through: date = date.max) -> tuple[Holiday, ...]:
    return tuple(row.holiday for row in _rows(nation, folder) if row.known_from <= known_through)


def _computed(nation: Nation, years: Iterable[int]) -> tuple[Holiday, ...]:
    # Without years the package would still answer, with nothing; with expand it would guess any year asked for.
    found = holidays.country_holidays("GB", subdiv=SUBDIVISIONS[nation], years=years, expand=False)
    return tuple(Holiday(day=day, title=found[day]) for day in sorted(found))


def _years(published: tuple[Holiday, ...]) -> range:
    days = [holiday.day for holiday in published]
    return range(min(days).year, max(days).year + 1)


def _title(title: str, notes: str) -> str:
    return f"{title} ({notes.lower()})" if notes else title


def _version(nation: Nation, closures: tuple[Holiday, ...], folder: Path, known_through: date) -> str:
    """The nation and a digest of its list, such as "england-and-wales 1f2e3d4c"; the closures' digest follows.

    Where the list was not yet complete, the day of the next addition to it stands there too.
    """
    later = [day for day in _announced(nation, folder) if day > known_through]
    before = f" before {min(later).isoformat()}" if later else ""
    version = f"{nation} {_short(_list(nation, folder).read_bytes())}{before}"
    if not closures:
        return version
    days = sorted((closure.day.isoformat(), closure.title) for closure in closures)
    return f"{version} + {_short(repr(days).encode())}"


def _short(content: bytes) -> str:
    return sha256(content).hexdigest()[:8]


def _list(nation: Nation, folder: Path) -> Path:
    return folder / f"bank-holidays-{nation}.csv"
