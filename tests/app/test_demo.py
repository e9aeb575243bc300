"""The demo's made-up authority, under every bundled procedure and under one of somebody's own."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import pytest

from bot.demo import play
from bot.demo.people import CHILD, made_up_directory, on_stage, roles_nobody_holds
from bot.demo.play import Options, demo_office
from bot.domain.errors import Fault
from bot.domain.procedure import Procedure
from bot.procedures.load import bundled, load
from bot.usecases.doubt_directory import doubts
from tests.builders import lincolnshire

TODAY = date(2026, 11, 23)
every_procedure = pytest.mark.parametrize("procedure", [load(name).procedure for name in bundled()], ids=bundled())


@every_procedure
def test_the_made_up_authority_is_faultless_but_for_one_team_without_a_manager(procedure: Procedure) -> None:
    directory = made_up_directory(procedure)
    assert all(
        "1 child of" in doubt.what or "8 children of" in doubt.what for doubt in doubts(directory, procedure, TODAY)
    )
    assert all("of Fen Edge Team 1" in doubt.what for doubt in doubts(directory, procedure, TODAY))


@every_procedure
def test_somebody_holds_every_post(procedure: Procedure) -> None:
    assert roles_nobody_holds(procedure, made_up_directory(procedure), TODAY) == ()


@every_procedure
def test_the_people_and_children_are_the_same_under_every_procedure(procedure: Procedure) -> None:
    directory, first = made_up_directory(procedure), made_up_directory(lincolnshire())
    assert directory.people.items() <= first.people.items()
    assert directory.children.keys() == first.children.keys()
    assert directory.units == first.units


def test_the_made_up_authority_has_forty_people_and_sixty_children() -> None:
    directory = made_up_directory(lincolnshire())
    assert len(directory.people) == 43
    assert Counter(child.arena for child in directory.children.values()) == {
        "child-in-care": 40,
        "child-protection": 20,
    }
    assert len({child.name for child in directory.children.values()}) == 60
    assert all(person.email.endswith("@fenmarsh.example") for person in directory.people.values())
    assert all(id == str(uuid5(NAMESPACE_URL, f"mailto:{one.email}")) for id, one in directory.people.items())


@every_procedure
def test_those_with_a_window_are_the_chain_of_the_demos_child(procedure: Procedure) -> None:
    directory = made_up_directory(procedure)
    child = directory.children[CHILD]
    chain = {
        person.email: role.id
        for role in procedure.roles
        for person in directory.holders(role, child=child, raiser=child.workers["iro"], on=TODAY)
    }
    windows = on_stage(procedure)
    assert len({one.key for one in windows}) == len(windows) == 6
    seen = {chain[one.email] for one in windows}
    asked = [role for stage in procedure.stages[:4] for role in (stage.gate.agreed_by if stage.gate else ())]
    assert {"iro", "social-worker", "team-manager", *asked} <= seen
    first = next(one for one in windows if one.key == "iro")
    assert first.line.startswith(f"raise {CHILD}: ")


def test_a_procedure_of_ones_own_gets_those_whose_roles_fit_and_is_told_which_posts_stand_empty() -> None:
    first = lincolnshire()
    mayor = replace(first.roles[-1], id="mayor", title="Mayor of Fenmarsh")
    judge = replace(first.role("social-worker"), id="judge", title="Judge")
    own = replace(first, id="my-own", roles=(*first.roles[:-1], mayor, judge), arenas=first.arenas[:1])
    directory = made_up_directory(own)
    assert roles_nobody_holds(own, directory, TODAY) == ("Mayor of Fenmarsh", "Judge")
    assert {child.arena for child in directory.children.values()} == {first.arenas[0].id}
    assert [one.key for one in on_stage(own)] == ["iro", "worker", "manager", "service", "director"]


def test_a_procedure_none_of_whose_roles_is_held_cannot_be_tried() -> None:
    first = lincolnshire()
    strange = replace(first, id="strange", roles=tuple(replace(role, id=f"x-{role.id}") for role in first.roles))
    with pytest.raises(Fault, match="has nobody for the roles"):
        made_up_directory(strange)


def test_each_procedure_keeps_its_own_files_in_the_folder(tmp_path: Path) -> None:
    for name in bundled():
        stage = demo_office(Options(data=tmp_path, procedure=name))
        assert stage.folder == tmp_path / name
        assert (stage.folder / "demo.db").exists()
        stage.office.database.close()
    with pytest.raises(Fault, match="Another demo runs on"):
        demo_office(Options(data=tmp_path, procedure=bundled()[0]))
    for lock in play._locks:
        lock.close()
    play._locks.clear()
