"""What is different between two versions of a procedure, as sentences that are gone and sentences that are new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.explain import Part, explain
from bot.domain.procedure import Procedure


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What one part of the explanation no longer says, and what it says now."""

    title: str
    """Of the part, after those that it lies in: `The stages: Stage 1`."""
    gone: tuple[str, ...]
    new: tuple[str, ...]


def differences(old: Procedure, new: Procedure) -> tuple[Difference, ...]:
    """Part by part in the order of the new version, then what only the old one had. Empty: both say the same."""
    before, after = _sentences(old), _sentences(new)
    found = (
        Difference(
            title=title,
            gone=_without(before.get(title, ()), after.get(title, ())),
            new=_without(after.get(title, ()), before.get(title, ())),
        )
        for title in dict.fromkeys((*after, *before))
    )
    return tuple(difference for difference in found if difference.gone or difference.new)


def _without(sentences: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    """The sentences less the others, each as often as it stands there."""
    return tuple((Counter(sentences) - Counter(others)).elements())


def _sentences(procedure: Procedure) -> dict[str, tuple[str, ...]]:
    """What is said under each title; parts of one title are taken together."""
    said: dict[str, tuple[str, ...]] = {}
    for title, sentences in _flat(explain(procedure), ""):
        said[title] = said.get(title, ()) + sentences
    return said


def _flat(parts: tuple[Part, ...], within: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for part in parts:
        title = f"{within}: {part.title}" if within else part.title
        yield title, part.sentences
        yield from _flat(part.parts, title)
