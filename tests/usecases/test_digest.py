"""The daily digest of those who oversee: what is due, late, undecided, new and over in their own area."""

from __future__ import annotations

from collections import defaultdict

import pytest

from bot.domain.people import Directory
from bot.usecases.administer import import_directory
from bot.usecases.digest import readers, units_overseen
from bot.usecases.show import digest
from cards.plain import as_text
from storage.database import Database
from tests.builders import (
    DIRECTOR,
    IRO,
    IRO_MANAGER,
    MANAGER,
    SENIOR,
    SERVICE,
    STRANGER,
    WORKER,
    a_child,
    a_directory,
    a_post,
    an_answer,
    day,
    on_to,
    satisfied,
)
from tests.usecases.scene import Scene

LINCOLN = "MOS-30001"
LINCOLN_MANAGER = "p-iro-2"


def town() -> Directory:
    children = (a_child(), a_child("MOS-20001", arena="child-protection"), a_child(LINCOLN, unit="Lincoln Team 2"))
    overseer = a_post(LINCOLN_MANAGER, "childrens-service-manager", "Lincoln")
    return a_directory(*children, besides=(overseer,))


@pytest.fixture
def scene(database: Database) -> Scene:
    return Scene(database, town())


def digest_of(scene: Scene, person: str) -> dict[str, list[str]]:
    """The references under each heading, without the count in it."""
    found: dict[str, list[str]] = defaultdict(list)
    heading = ""
    for line in text_of(scene, person).splitlines():
        if line.startswith("PC-"):
            found[heading].append(line.split(" ", 1)[0])
        elif line.endswith(")") and "(" in line:
            heading = line.rpartition(" (")[0]
    return dict(found)


def text_of(scene: Scene, person: str) -> str:
    with scene.database.reading() as connection:
        return as_text(digest(scene.office, connection, person, scene.clock.now()).card)


@pytest.mark.requirement("CARD-06")
def test_a_digest_says_what_is_due_late_undecided_new_and_over(scene: Scene) -> None:
    scene.at("Tue 7 April 2026 10am")
    late = scene.raises()
    scene.at("Wed 8 April 2026 8am")
    due_today, undecided = scene.raises(), scene.raises()
    scene.at("Tue 14 April 2026 10am")
    scene.does(MANAGER, an_answer(), undecided)
    over, new = scene.raises(), scene.raises()
    scene.does(MANAGER, an_answer(), over)
    scene.does(IRO, satisfied(), over)
    scene.at("Wed 15 April 2026 8:30am")
    assert digest_of(scene, SERVICE) == {
        "⚠ Overdue": [late],
        "Due today": [due_today],
        "Waiting for a decision": [undecided],
        "Newly raised since Tuesday 14 April 2026": [new],
        "✓ Ended since Tuesday 14 April 2026": [over],
    }
    scene.at("Wed 15 April 2026 5:01pm")
    assert digest_of(scene, SERVICE)["⚠ Overdue"] == [late, due_today]


@pytest.mark.requirement("CARD-06")
def test_the_longest_overdue_stand_first(scene: Scene) -> None:
    references = []
    for moment in ("Thu 9 April 2026 10am", "Tue 7 April 2026 10am", "Wed 8 April 2026 10am"):
        scene.at(moment)
        references.append(scene.raises())
    scene.at("Fri 17 April 2026 8:30am")
    third, first, second = references
    assert digest_of(scene, SERVICE)["⚠ Overdue"] == [first, second, third]


@pytest.mark.requirement("CARD-06")
def test_a_digest_with_nothing_to_say_is_one_line(scene: Scene) -> None:
    scene.at("Wed 8 April 2026 8:30am")
    assert len(text_of(scene, SERVICE).strip().splitlines()) == 1


@pytest.mark.requirement("CARD-06")
def test_only_units_at_or_below_ones_own_are_told_of(scene: Scene) -> None:
    boston, lincoln = scene.raises(), scene.raises(child=LINCOLN)
    scene.at("Wed 15 April 2026 8:30am")
    seen = {
        person: sorted(digest_of(scene, person).get("⚠ Overdue", []))
        for person in (SERVICE, LINCOLN_MANAGER, SENIOR, DIRECTOR, IRO_MANAGER, MANAGER, STRANGER)
    }
    assert seen == {
        SERVICE: [boston],
        LINCOLN_MANAGER: [lincoln],
        SENIOR: [boston, lincoln],
        DIRECTOR: [boston, lincoln],
        IRO_MANAGER: [boston, lincoln],  # raised by people of their own unit
        MANAGER: [],
        STRANGER: [],
    }


@pytest.mark.requirement("CARD-06")
def test_nobody_gets_a_childs_name_or_reference_or_what_was_written(scene: Scene) -> None:
    scene.raises("informal")
    scene.does(WORKER, an_answer(), "PC-2026-0001")
    scene.does(IRO, on_to("stage-1"), "PC-2026-0001")
    scene.at("Wed 15 April 2026 8:30am")
    for person in (SERVICE, SENIOR, DIRECTOR, IRO_MANAGER):
        said = text_of(scene, person)
        assert "PC-2026-0001" in said
        for private in ("Alex", "Brown", "MOS-10423", "No visit", "forgotten", "A visit is booked"):
            assert private not in said


def test_who_gets_a_digest_holds_one_of_the_posts_on_that_day(scene: Scene) -> None:
    leaving = a_post("p-leaving", "senior-manager", "Lincoln", until="Tue 7 April 2026")
    coming = a_post("p-coming", "senior-manager", "Lincoln", since="Thu 9 April 2026")
    import_directory(scene.office, a_directory(besides=(leaving, coming)))
    with scene.database.reading() as connection:
        found = {}
        for when in ("Tue 7 April 2026 9am", "Wed 8 April 2026 9am", "Thu 9 April 2026 9am"):
            scene.at(when)
            found[when[:3]] = set(readers(scene.office, connection, scene.clock.now()))
    always = {SERVICE, SENIOR, DIRECTOR, IRO_MANAGER}
    assert found == {"Tue": always | {"p-leaving"}, "Wed": always, "Thu": always | {"p-coming"}}


def test_the_units_that_somebody_oversees_are_those_below_their_own_posts(scene: Scene) -> None:
    directory, today = town(), day("Wed 8 April 2026")
    overseen = {
        person: set(units_overseen(scene.office, directory, person, today))
        for person in (SERVICE, DIRECTOR, IRO_MANAGER, MANAGER)
    }
    assert overseen == {
        SERVICE: {"Boston", "Boston Team 1"},
        DIRECTOR: set(directory.units),
        IRO_MANAGER: {"Safeguarding and Review"},
        MANAGER: set(),
    }


# Since the last one


def a_morning(scene: Scene, day: str) -> None:
    scene.at(f"{day} 8:30am")
    scene.sweeps()
    scene.delivers_all()


@pytest.mark.requirement("CARD-06")
def test_what_is_new_is_new_since_the_last_digest_over_a_weekend_and_an_outage(scene: Scene) -> None:
    a_morning(scene, "Tue 7 April 2026")
    scene.at("Tue 7 April 2026 9am")
    first = scene.raises()
    scene.at("Thu 9 April 2026 8:30am")  # nothing ran on the 8th
    assert digest_of(scene, SERVICE) == {"Newly raised since Tuesday 7 April 2026": [first]}
    a_morning(scene, "Thu 9 April 2026")
    a_morning(scene, "Fri 10 April 2026")
    scene.at("Fri 10 April 2026 9am")
    second = scene.raises()
    scene.at("Mon 13 April 2026 8:30am")
    assert digest_of(scene, SERVICE) == {"Newly raised since Friday 10 April 2026": [second]}


def test_who_never_had_a_digest_gets_the_news_since_the_working_day_before(scene: Scene) -> None:
    scene.at("Fri 10 April 2026 8am")
    scene.raises()
    scene.at("Fri 10 April 2026 9am")
    new = scene.raises()
    scene.at("Mon 13 April 2026 8:30am")
    assert digest_of(scene, SERVICE) == {"Newly raised since Friday 10 April 2026": [new]}


@pytest.mark.requirement("CARD-06")
def test_a_digest_arrives_at_half_past_eight_though_the_working_day_begins_at_nine(scene: Scene) -> None:
    scene.raises()
    a_morning(scene, "Wed 8 April 2026")
    (arrived,) = scene.teams.of(f"/digest/{SERVICE}/")
    assert arrived.key == f"digest/2026-04-08/0/digest/{SERVICE}/teams"
    assert arrived.shown.card is not None
    assert "Alex" not in f"{arrived.shown.summary}{arrived.subject}{arrived.body}"
    assert scene.mail.of("digest") == []


def test_a_digest_that_comes_too_late_is_stale(scene: Scene) -> None:
    scene.at("Wed 8 April 2026 8:30am")
    scene.sweeps()
    scene.at("Thu 9 April 2026 8:30am")
    scene.sweeps()
    scene.delivers_all()
    assert {row["state"] for row in scene.rows("digest/2026-04-08")} == {"stale"}
    assert {row["state"] for row in scene.rows("digest/2026-04-09")} == {"delivered"}
    assert all(arrived.key.startswith("digest/2026-04-09/") for arrived in scene.teams.sent)
