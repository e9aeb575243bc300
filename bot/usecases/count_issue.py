"""Issues of kinds that are followed as a theme: counted, and not escalated one by one (OXF-10)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.domain.authority import IssueCounted
from bot.domain.commands import MOST_ISSUES, Raise
from bot.domain.facts import Facts
from bot.usecases.keep import keep
from bot.usecases.talk import Talk
from storage import desk, trail
from storage.database import Connection
from storage.desk import Draft


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What was counted, and what is left to raise."""

    said: str
    left: Raise | None
    """None where every issue was counted."""


def count_apart(talk: Talk, facts: Facts, raise_: Raise, draft: Draft) -> Counted | None:
    """Count the issues that are only counted, once for each draft, and take them out of it. None: there are none."""
    kinds = [facts.procedure.kind(issue.kind) for issue in raise_.issues]
    only = [kind for kind in kinds if kind.treated == "counted only"]
    if not only:
        return None
    left = tuple(issue for issue, kind in zip(raise_.issues, kinds, strict=True) if kind.treated != "counted only")
    unit = facts.directory.children[raise_.child].unit
    events = [
        IssueCounted(kind=kind.id, arena=raise_.arena, unit=unit, procedure=facts.procedure.fingerprint)
        for kind in only
    ]
    sent = talk.sent(raise_, f"count/{draft.code}")

    def work(connection: Connection) -> None:
        if trail.was_done(connection, sent.id) is None:
            after = trail.last_position(connection, trail.AUTHORITY)
            trail.append(connection, trail.AUTHORITY, events, sent, role="", recorded_at=talk.office.now(), after=after)
            trail.mark_done(connection, sent.id, trail.AUTHORITY, sent.at)
        if not left:
            desk.drop_draft(connection, talk.me.id, "raise", draft.subject)

    talk.office.database.change(work)
    titles = dict.fromkeys(
        f"“{kind.title}” is followed as a theme: it has been counted. {kind.signpost}" for kind in only
    )
    if left:
        keep(talk, "raise", draft.subject, 0, _without(draft, raise_, left))
    return Counted(said=" ".join(titles), left=replace(raise_, issues=left) if left else None)


def _without(draft: Draft, raise_: Raise, left: tuple[object, ...]) -> dict[str, str]:
    """The draft's entries with only the issues that are left, numbered anew."""
    parts = ("issue-", "outcome-", "kind-")
    entries = {id: value for id, value in draft.entries.items() if not id.startswith(parts)}
    numbers = [number for number in range(1, MOST_ISSUES + 1) if f"issue-{number}" in draft.entries]
    kept = [number for number, issue in zip(numbers, raise_.issues, strict=True) if issue in left]
    for new, old in enumerate(kept, start=1):
        entries |= {f"{part}{new}": draft.entries[f"{part}{old}"] for part in parts if f"{part}{old}" in draft.entries}
    return entries
