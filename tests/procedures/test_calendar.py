"""The calendars as loaded against the published lists, and against the `holidays` package."""

from __future__ import annotations

import csv
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import holidays
import pytest

from bot.domain.working_time import CalendarEnds, Holiday, Nation, london_date
from bot.procedures.calendar import CALENDARS, Difference, differences, load_calendar
from tests.builders import day

NATIONS: tuple[Nation, ...] = ("england-and-wales", "scotland", "northern-ireland")
KNOWN_DIFFERENCES: dict[Nation, set[date]] = {"england-and-wales": set(), "scotland": set(), "northern-ireland": set()}
FIRST, LAST = date(2012, 1, 1), date(2028, 12, 31)
EVERY_DAY = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]


def published(nation: Nation) -> set[date]:
    with (CALENDARS / f"bank-holidays-{nation}.csv").open(encoding="utf-8", newline="") as lines:
        return {date.fromisoformat(row["date"]) for row in csv.DictReader(lines)}


def counts(nation: Nation) -> list[date]:
    """The plain way: every day of 2012 to 2028 that is no weekend and not on the list."""
    closed = published(nation)
    return [each for each in EVERY_DAY if each.weekday() < 5 and each not in closed]


def folder_with(tmp_path: Path, nation: Nation, *, more: str = "", without: str = "never") -> Path:
    """A copy of the lists, one of them with a line added and the lines that begin so left out."""
    folder = Path(shutil.copytree(CALENDARS, tmp_path / "calendars", copy_function=shutil.copyfile))
    file = folder / f"bank-holidays-{nation}.csv"
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith(without)]
    file.write_text("\n".join([*lines, more]).strip() + "\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize(("nation", "how_many"), [*zip(NATIONS, (140, 158, 174), strict=True)])
def test_the_published_lists_are_complete(nation: Nation, how_many: int) -> None:
    assert len(published(nation)) == how_many
    assert {each.year for each in published(nation)} == set(range(2012, 2029))
    assert (load_calendar(nation).first, load_calendar(nation).last) == (FIRST, LAST)


@pytest.mark.parametrize("nation", NATIONS)
def test_day_by_day_the_calendar_is_the_published_list(nation: Nation) -> None:
    calendar = load_calendar(nation)
    assert [each for each in EVERY_DAY if calendar.is_working(each)] == counts(nation)


@pytest.mark.parametrize(("nation", "subdivision"), [*zip(NATIONS, ("ENG", "SCT", "NIR"), strict=True)])
def test_day_by_day_the_holidays_package_agrees_but_for_the_differences_named_here(
    nation: Nation, subdivision: str
) -> None:
    computed = holidays.country_holidays("GB", subdiv=subdivision, years=range(2012, 2029), expand=False)
    calendar = load_calendar(nation)
    disagree = {each for each in EVERY_DAY if calendar.is_working(each) != computed.is_working_day(each)}
    assert disagree == KNOWN_DIFFERENCES[nation]
    assert {difference.day for difference in differences(nation)} == KNOWN_DIFFERENCES[nation]


@pytest.mark.requirement("LIN-06")
@pytest.mark.requirement("LIN-08")
@pytest.mark.parametrize("nation", NATIONS)
def test_from_every_day_up_to_forty_working_days_on_no_date_differs_from_counting_on_the_list(nation: Nation) -> None:
    calendar, working = load_calendar(nation), counts(nation)
    later = 0
    for start in EVERY_DAY:
        while later < len(working) and working[later] <= start:
            later += 1
        expected = working[later : later + 40]
        assert [calendar.add(start, n) for n in range(1, len(expected) + 1)] == expected
        assert [calendar.count(start, until) for until in expected] == list(range(1, len(expected) + 1))
        if len(expected) < 40:
            with pytest.raises(CalendarEnds):
                calendar.add(start, len(expected) + 1)


@pytest.mark.parametrize("nation", NATIONS)
def test_next_years_bank_holidays_are_known(nation: Nation) -> None:
    today = london_date(datetime.now(UTC))
    assert load_calendar(nation).last >= date(today.year + 1, 12, 31), (
        f"Load the list that GOV.UK has published: what is raised late in {today.year} is due in {today.year + 1}."
    )


def test_the_funeral_moved_the_twenty_day_deadline_of_thirty_one_days() -> None:
    unaware = {*published("england-and-wales")} - {day("Mon 19 September 2022")}
    working = [each for each in EVERY_DAY if each.weekday() < 5 and each not in unaware]
    calendar = load_calendar("england-and-wales")
    moved = [
        start
        for start in EVERY_DAY
        if start.year == 2022 and [each for each in working if each > start][19] != calendar.add(start, 20)
    ]
    assert len(moved) == 31
    assert (moved[0], moved[-1]) == (day("Fri 19 August 2022"), day("Sun 18 September 2022"))


def test_each_nation_keeps_its_own_days() -> None:
    saint_andrews, battle_of_the_boyne = day("Mon 30 November 2026"), day("Mon 13 July 2026")
    free = {nation: load_calendar(nation) for nation in NATIONS}
    assert [not free[nation].is_working(saint_andrews) for nation in NATIONS] == [False, True, False]
    assert [not free[nation].is_working(battle_of_the_boyne) for nation in NATIONS] == [False, False, True]


def test_the_published_day_wins_and_the_difference_is_named(tmp_path: Path) -> None:
    folder = folder_with(
        tmp_path, "england-and-wales", more="2026-07-21,Bank holiday of the victory,,", without="2026-04-06"
    )
    calendar = load_calendar("england-and-wales", folder=folder)
    assert calendar.why_not(day("Tue 21 July 2026")) == "Bank holiday of the victory"
    assert calendar.is_working(day("Mon 6 April 2026"))
    assert differences("england-and-wales", folder) == (
        Difference(day=day("Mon 6 April 2026"), published=None, computed="Easter Monday"),
        Difference(day=day("Tue 21 July 2026"), published="Bank holiday of the victory", computed=None),
    )


def test_a_year_missing_in_the_midst_of_the_list_is_computed_and_each_day_named(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "england-and-wales", without="2025-")
    calendar = load_calendar("england-and-wales", folder=folder)
    assert [each for each in EVERY_DAY if calendar.is_working(each)] == counts("england-and-wales")
    assert {difference.day.year for difference in differences("england-and-wales", folder)} == {2025}


def test_the_calendar_ends_with_the_last_published_year(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "england-and-wales", without="2028-")
    assert load_calendar("england-and-wales", folder=folder).last == day("Fri 31 December 2027")


def test_the_version_says_which_list_and_which_closures_were_used(tmp_path: Path) -> None:
    closed = Holiday(day=day("Tue 29 December 2026"), title="between Christmas and New Year")
    folder = folder_with(tmp_path, "england-and-wales", more="2026-07-21,Bank holiday of the victory,,")
    plain = load_calendar("england-and-wales").version
    assert plain.startswith("england-and-wales ")
    assert load_calendar("england-and-wales", folder=folder).version != plain
    assert load_calendar("england-and-wales", closures=(closed,)).version.startswith(f"{plain} + ")
    assert len({load_calendar(nation).version for nation in NATIONS}) == 3


def test_a_calendar_is_read_once() -> None:
    assert load_calendar("england-and-wales") is load_calendar("england-and-wales")
