"""From the text of a procedure file to a `Procedure`, naming every fault of the file at once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.domain.doubts import doubts
from bot.domain.places import Trouble
from bot.domain.procedure import Procedure
from bot.domain.validity import faults
from bot.procedures.build import HERE, assemble, bundled, gather
from bot.procedures.form import structure
from bot.procedures.unusable import UnusableProcedure

__all__ = ["HERE", "Loaded", "UnusableProcedure", "bundled", "load", "read"]


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """A usable procedure, the text it was read from, and what is doubtful about it."""

    procedure: Procedure
    text: str
    """The whole text that binds, that of every file it builds on included (see `build`)."""
    doubts: tuple[Trouble, ...]


def load(name: str) -> Loaded:
    """A bundled procedure by id, or any file by path. Raises `UnusableProcedure`."""
    return read(gather(name), name)


@lru_cache(maxsize=32)
def read(text: str, name: str = "the procedure") -> Loaded:
    """The procedure that a whole text describes; no file is looked at, so a text that was kept can always be read.

    Raises `UnusableProcedure` with every fault found.
    """
    procedure, troubles = structure(assemble(text, name))
    found = (*troubles, *(faults(procedure) if procedure else ()))
    if procedure is None or found:
        raise UnusableProcedure(name, found)
    pinned = replace(procedure, fingerprint=hashlib.sha256(text.encode()).hexdigest())
    return Loaded(procedure=pinned, text=text, doubts=tuple(doubts(pinned)))
