"""The scene of every use case: an office on each of the two databases."""

from __future__ import annotations

import pytest

from storage.database import Database
from tests.usecases.scene import Scene


@pytest.fixture
def scene(database: Database) -> Scene:
    return Scene(database)
