"""Roots and proofs of the log, from the hashes of complete subtrees (RFC 9162, 2.1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from storage.verifier import EMPTY, node_hash

Shelf = Callable[[int, int], bytes]
"""The hash of the complete subtree of 2^level entries, counted from the left: level, number."""


def root(size: int, shelf: Shelf) -> bytes:
    """The root over the first so many entries."""
    return _subtree(0, size, shelf) if size else EMPTY


def inclusion(index: int, size: int, shelf: Shelf) -> list[bytes]:
    """The proof that an entry stands in the tree of so many (RFC 9162, 2.1.3.1)."""
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_subtree(middle, end, shelf))
            end = middle
        else:
            path.append(_subtree(start, middle, shelf))
            start = middle
    return path[::-1]


def consistency(old: int, new: int, shelf: Shelf) -> list[bytes]:
    """The proof that the tree of `old` entries is the beginning of that of `new` (RFC 9162, 2.1.4.1)."""
    if old in (0, new):
        return []
    path: list[bytes] = []
    start, end, whole = 0, new, True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_subtree(middle, end, shelf))
            end = middle
        else:
            path.append(_subtree(start, middle, shelf))
            start, whole = middle, False
    return [*([] if whole else [_subtree(start, end, shelf)]), *path[::-1]]


def perfect(hashes: Sequence[bytes]) -> bytes:
    """The root of a complete subtree, given all hashes of one of its levels."""
    level = list(hashes)
    while len(level) > 1:
        level = [node_hash(left, right) for left, right in zip(level[::2], level[1::2], strict=True)]
    return level[0]


def _split(count: int) -> int:
    """The largest power of two below a number above 1."""
    return 1 << (count - 1).bit_length() - 1


def _subtree(start: int, end: int, shelf: Shelf) -> bytes:
    count = end - start
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return shelf(level, start >> level)
    middle = start + _split(count)
    return node_hash(_subtree(start, middle, shelf), _subtree(middle, end, shelf))
