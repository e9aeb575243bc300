"""Every journey is made on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of this kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'town.db'}"
        return
    server = request.getfixturevalue("postgres_server")
    with server.database() as found:
        yield found
