"""What is said of a procedure file that can't be used."""

from __future__ import annotations

from bot.domain.errors import Fault
from bot.domain.places import Trouble


class UnusableProcedure(Fault):
    """A procedure file that can't be used, with every reason."""

    def __init__(self, name: str, troubles: tuple[Trouble, ...]) -> None:
        self.troubles = troubles
        lines = [f"{name} can't be used:", *(f"  {trouble.where}: {trouble.what}" for trouble in troubles)]
        super().__init__("\n".join(lines))


def unusable(name: str, why: str, where: str = "file") -> UnusableProcedure:
    """A procedure that can't be used for one reason."""
    return UnusableProcedure(name, (Trouble(where, why),))
