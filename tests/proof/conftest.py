"""A record with some history, sealed several times, and its heads as an auditor keeps them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.usecases.office import Seal
from bot.usecases.seal import seal
from storage import audit
from storage.database import Database
from storage.signing import TrailKeys, new_signer
from storage.verifier import Head, read_heads
from tests.builders import IRO, MANAGER, an_answer, on_to
from tests.proof.meddler import Meddler
from tests.usecases.scene import Scene

NAME = "trail.council.example"


@dataclass
class Record:
    """A scene whose record is sealed."""

    scene: Scene
    reference: str
    other: str
    keys: TrailKeys
    file: Path

    @property
    def database(self) -> Database:
        return self.scene.database

    @property
    def stream(self) -> str:
        return f"challenge:{self.reference}"

    def seals(self) -> None:
        seal(self.scene.office)

    def kept(self) -> list[Head]:
        """The heads outside the database."""
        return read_heads(self.file.read_text("utf-8"))

    def findings(self, *, with_kept: bool = True) -> list[str]:
        with self.database.reading() as connection:
            kept = self.kept() if with_kept else []
            return [str(found) for found in audit.everything(connection, kept, self.keys.known)]


@pytest.fixture
def record(own_database: Database, tmp_path: Path) -> Record:
    scene = Scene(own_database)
    keys, file = TrailKeys(new_signer(NAME)), tmp_path / "kept" / "heads.txt"
    scene.office = replace(scene.office, seal=Seal(keys=keys, kept_in=file))
    reference, other = scene.raises("stage-1"), scene.raises("stage-1")
    record = Record(scene, reference, other, keys, file)
    record.seals()
    scene.delivers_all()
    record.seals()
    scene.at("Wed 8 April 2026 11am")
    scene.does(MANAGER, an_answer(), reference)
    record.seals()
    scene.at("Thu 9 April 2026 11am")
    scene.does(IRO, on_to("stage-2"), reference)
    scene.delivers_all()
    record.seals()
    return record


@pytest.fixture
def meddler(record: Record) -> Meddler:
    return Meddler(record.database)
