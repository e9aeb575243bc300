"""What makes a procedure unusable."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.places import Trouble
from bot.domain.procedure import Procedure
from bot.domain.references import faulty_names
from bot.domain.retention import faulty_retention
from bot.domain.validity_clocks import faulty_clocks
from bot.domain.validity_stages import faulty_matters, faulty_people, faulty_stages

__all__ = ["Trouble", "faults"]


def faults(procedure: Procedure) -> Iterator[Trouble]:
    """Everything that makes the procedure unusable, all at once."""
    yield from faulty_names(procedure)
    yield from faulty_people(procedure)
    yield from faulty_stages(procedure)
    yield from faulty_matters(procedure)
    yield from faulty_clocks(procedure)
    yield from faulty_retention(procedure)
