"""How a procedure file that builds on another one changes it: table by table, entry by entry."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from bot.domain.places import Trouble, join, not_among, shown

Table = dict[str, Any]

OWN = ("builds_on", "remove")
"""What a child says about itself and its parent."""
PLACING = ("after", "before")
"""Where a child wants an entry of a list to stand."""


def merge(child: Table, parent: Table, troubles: list[Trouble]) -> Table:
    """The parent's table as its child changes it; what is wrong with the changes is added to the troubles."""
    kept = _without(parent, child.get("remove", []), troubles)
    return _table({key: value for key, value in child.items() if key not in OWN}, kept, "", troubles)


def _without(parent: Table, remove: Any, troubles: list[Trouble]) -> Table:
    if not isinstance(remove, list) or not all(isinstance(place, str) for place in remove):
        troubles.append(Trouble("remove", "must be a list of places in quotation marks, in square brackets"))
        return parent
    kept = deepcopy(parent)
    missed = (place for place in dict.fromkeys(remove) if not _removed(kept, place))
    troubles.extend(Trouble("remove", _unknown(kept, place)) for place in missed)
    return kept


def _named(at: Any) -> Iterator[tuple[str, Any, Any]]:
    """What stands in a table or list by the name under which it can be removed: name, key or number, value."""
    if isinstance(at, dict):
        yield from ((key, key, inner) for key, inner in at.items())
    elif isinstance(at, list):
        for number, inner in enumerate(at):
            if isinstance(inner, dict):
                for name in (inner.get("id"), inner.get("where")):
                    if isinstance(name, str):
                        yield name, number, inner


def _removed(at: Any, place: str) -> bool:
    """Remove what is named so. A name may itself contain full stops, as those of assumptions do."""
    exact = {key for name, key, _ in _named(at) if name == place}
    for key in sorted(exact, reverse=True):
        del at[key]
    inner = (
        _removed(value, place.removeprefix(f"{name}.")) for name, _, value in _named(at) if place.startswith(f"{name}.")
    )
    return bool(exact) or any(inner)


def _unknown(at: Any, place: str) -> str:
    """How far a place leads, and what there is instead."""
    for name, _, inner in _named(at):
        if place.startswith(f"{name}.") and any(_named(inner)):
            return _unknown(inner, place.removeprefix(f"{name}."))
    return not_among("part of what it builds on", place, (name for name, _, _ in _named(at)))


def _table(child: Table, parent: Table, where: str, troubles: list[Trouble]) -> Table:
    merged = dict(parent)
    for key, value in child.items():
        place, before = join(where, key), parent.get(key)
        name = "where" if place == "assumed" else "id"
        if isinstance(value, dict) and isinstance(before, dict):
            merged[key] = _table(value, before, place, troubles)
        elif _is_named(value, name) and _is_named(before or [], name):
            merged[key] = _entries(value, before or [], name, place, troubles)
        else:
            merged[key] = value
    return merged


def _is_named(value: Any, name: str) -> bool:
    """Whether it is a list of tables that all have a name."""
    return isinstance(value, list) and all(isinstance(each, dict) and isinstance(each.get(name), str) for each in value)


def _entries(child: list[Table], parent: list[Table], name: str, where: str, troubles: list[Trouble]) -> list[Table]:
    """The parent's entries with what the child states of them, its new ones at the end; then each is put, in the
    child's order, where it wants to stand."""
    merged = list(parent)
    stated = [(entry[name], str(entry.get("at"))) for entry in child]
    for twice, _ in dict.fromkeys(each for each in stated if stated.count(each) > 1):
        troubles.append(Trouble(where, f"“{shown(twice)}” is stated twice; state it once"))
    for entry in child:
        changes = {key: value for key, value in entry.items() if key not in PLACING}
        at = _place_of(entry, merged, name)
        if at is None:
            merged.append(changes)
        else:
            merged[at] = _table(changes, merged[at], join(where, entry[name]), troubles)
    for entry in child:
        _move(entry, merged, name, where, troubles)
    return merged


def _place_of(entry: Table, entries: list[Table], name: str) -> int | None:
    """Where an entry stands already. Of questions, the act at which one is asked tells those of one id apart."""
    same = [number for number, each in enumerate(entries) if each[name] == entry[name]]
    if "at" in entry or len(same) > 1:
        same = [number for number in same if entries[number].get("at", "raise") == entry.get("at", "raise")]
    return same[0] if same else None


def _move(entry: Table, entries: list[Table], name: str, where: str, troubles: list[Trouble]) -> None:
    """Put an entry where it wants to stand."""
    wanted, place = [key for key in PLACING if key in entry], join(where, entry[name])
    at = _place_of(entry, entries, name)
    if not wanted or at is None:
        return
    if len(wanted) > 1:
        troubles.append(Trouble(place, "says both after and before; leave one of them out"))
        return
    target, others = entry[wanted[0]], [each for number, each in enumerate(entries) if number != at]
    names = [each[name] for each in others]
    if target not in names:
        unknown = not_among("other entry", target, names) if isinstance(target, str) else "must be the id of another"
        troubles.append(Trouble(join(place, wanted[0]), unknown))
        return
    others.insert(names.index(target) + (wanted[0] == "after"), entries[at])
    entries[:] = others
