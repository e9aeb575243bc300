"""Whatever goes wrong, at whatever step: nothing is lost, nothing is doubled without a flag, nothing is made up."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator

import pytest

from tests.faults import small
from tests.faults.planted import BUGS, Bug

SEEDS = int(os.environ.get("FAULT_SEEDS", "1000"))
WITHIN = 100
"""How many seeds it may take until a planted bug is found."""


def _live(seeds: range) -> tuple[int, int, list[str]]:
    """Deaths, copies and troubles of some seeds."""
    template, deaths, copies, troubles = small.Template(), 0, 0, []
    for seed in seeds:
        try:
            died, doubled = small.run(seed, template)
        except Exception as trouble:
            troubles.append(f"seed {seed}: {type(trouble).__name__}: {trouble}")
        else:
            deaths, copies = deaths + died, copies + doubled
    return deaths, copies, troubles


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.alone
@pytest.mark.requirement("CARD-03")
def test_nothing_is_lost_or_doubled_in_thousands_of_worlds_in_which_processes_die_at_any_step(
    record_property: Callable[[str, object], None],
) -> None:
    workers = os.cpu_count() or 1
    parts = [range(start, SEEDS, workers * 4) for start in range(workers * 4)]
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        found = pool.map(_live, parts)
    troubles = [trouble for part in found for trouble in part[2]]
    assert not troubles, (
        f"{len(troubles)} of {SEEDS}; replay one with small.run(SEED, small.Template()): {troubles[:5]}"
    )
    deaths, copies = sum(part[0] for part in found), sum(part[1] for part in found)
    record_property("deaths", deaths)
    record_property("flagged copies", copies)
    assert deaths > SEEDS, "replicas have to die for this to prove anything"
    assert copies > 0, "an unknown outcome has to lead to a second copy now and then"


@pytest.fixture(scope="module")
def template() -> Iterator[small.Template]:
    found = small.Template()
    yield found
    found.database.engine.dispose()


def test_a_seed_always_leads_to_the_same_end(template: small.Template) -> None:
    assert [small.run(seed, template) for seed in range(5)] == [small.run(seed, template) for seed in range(5)]


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.__name__)
def test_a_planted_bug_is_found_within_a_hundred_seeds(template: small.Template, bug: Bug) -> None:
    for seed in range(WITHIN):
        try:
            with bug():
                small.run(seed, template)
        except Exception:
            return
    pytest.fail(f"{bug.__name__} was not found in {WITHIN} seeds")
