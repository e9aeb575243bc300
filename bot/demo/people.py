"""The made-up authority: its directory files, and the six people through whose eyes the demo is seen.

Fenmarsh County Council, its people and its children are invented; no one in the files exists. `CHILD` is the child
whose whole chain, from the Social Worker to the Assistant Director, goes through the six.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).parent / "data"
"""Holds `units.csv`, `people.csv` and `children.csv`."""
CHILD = "MOS-10423"
PROCEDURE = "lincolnshire"
"""The bundled procedure whose roles the files use."""
SENDER = "Positive Challenge <positive.challenge@fenmarsh.example>"
OPERATOR = "operator@fenmarsh.example"


@dataclass(frozen=True, kw_only=True)
class OnStage:
    """Somebody with a window of their own."""

    key: str
    """A short word for the person, used on the command line and in addresses."""
    email: str
    """Who it is in `people.csv`."""
    line: str
    """What to type first."""
    why: str
    """What that shows."""


SIX: tuple[OnStage, ...] = (
    OnStage(
        key="iro",
        email="imogen.ashdown@fenmarsh.example",
        line=f"raise {CHILD}: No visit for five weeks > A visit this week, and a date for the next",
        why="You chair this child's reviews. The preview shows who will be asked and by when; its button sends it.",
    ),
    OnStage(
        key="worker",
        email="daniel.wragby@fenmarsh.example",
        line="tray",
        why="You are the child's Social Worker: once the challenge is sent, it waits here for your answer.",
    ),
    OnStage(
        key="manager",
        email="farida.kelsall@fenmarsh.example",
        line="tray",
        why="You are the Team Manager: asked at Stage 1, when the informal challenge was not enough.",
    ),
    OnStage(
        key="service",
        email="marcus.thornaby@fenmarsh.example",
        line="digest",
        why="You run the locality as Children's Service Manager: the morning's overview, and Stage 2.",
    ),
    OnStage(
        key="director",
        email="yvonne.tamblyn@fenmarsh.example",
        line="tray",
        why="You are the Assistant Director: asked at Stage 3, the last of the authority's own.",
    ),
    OnStage(
        key="iro-manager",
        email="bernadette.stowe@fenmarsh.example",
        line="digest",
        why="You manage the Independent Chairs and Reviewing Officers, and are kept informed of every formal stage.",
    ),
)
