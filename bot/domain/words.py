"""What people wrote, kept apart from what happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Words:
    """Free text in somebody's own words.

    The trail keeps only a salted digest of it; the words themselves live in a table of their own, from which they
    can lawfully be erased while the record of what happened stays whole.
    """

    text: str
    erased_on: date | None = None

    def __str__(self) -> str:
        return self.text if self.erased_on is None else f"[erased on {self.erased_on.day} {self.erased_on:%B %Y}]"

    def __bool__(self) -> bool:
        return bool(self.text) or self.erased_on is not None
