"""A whole year, with everything that happens in it, comes out the same whether processes die or not."""

from __future__ import annotations

import pytest

from storage import schema
from storage.database import Database
from tests.faults.year import Year

FALLBACK = ("undelivered",)


def lived(seed: int, *, challenges: int, troubled: bool) -> Year:
    database = Database("sqlite://")
    with database.writing() as connection:
        schema.upgrade(connection)
    year = Year(seed, database, challenges=challenges, troubled=troubled)
    year.live()
    year.check()
    return year


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.requirement("CARD-02")
@pytest.mark.requirement("CARD-03")
def test_a_year_of_a_small_authority_loses_nothing_and_comes_out_as_it_would_have_in_peace() -> None:
    troubled, peaceful = lived(2026, challenges=15, troubled=True), lived(2026, challenges=15, troubled=False)
    assert troubled.chance.killed > 10
    assert troubled.happened() == peaceful.happened()
    assert len(peaceful.happened()) == 15
    calm, found = peaceful.keys(), troubled.keys()
    assert calm.keys() <= found.keys()
    added = {key for key in found.keys() - calm.keys() if "/undelivered/" not in key and not key.endswith("/email")}
    assert not added, f"told only because something went wrong, and not as another way: {sorted(added)[:5]}"
