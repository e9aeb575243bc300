"""The scene of the use cases, on both databases."""

from __future__ import annotations

import pytest

from storage.database import Database
from tests.usecases.scene import Scene


@pytest.fixture
def scene(database: Database) -> Scene:
    return Scene(database)
