"""The tree of the log is that of RFC 9162: known vectors, every size, every proof, and no forged one."""

from __future__ import annotations

import hashlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import merkle
from storage.verifier import EMPTY, Faulty, check_consistency, leaf_hash, node_hash, root_of_inclusion

# The vectors of the Certificate Transparency reference implementations.
ENTRIES = [
    b"", b"\x00", b"\x10", b"\x20\x21", b"\x30\x31", b"\x40\x41\x42\x43", b"\x50\x51\x52\x53\x54\x55\x56\x57",
    b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def shelf_of(leaves: list[bytes]) -> merkle.Shelf:
    def shelf(level: int, number: int) -> bytes:
        return merkle.perfect(leaves[number << level : (number + 1) << level])

    return shelf


def by_the_book(leaves: list[bytes]) -> bytes:
    """MTH of RFC 9162, 2.1.1, word for word."""
    if not leaves:
        return EMPTY
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(by_the_book(leaves[:split]), by_the_book(leaves[split:]))


def leaves(count: int) -> list[bytes]:
    return [leaf_hash(number.to_bytes(4, "big")) for number in range(count)]


def test_the_roots_of_the_known_vectors() -> None:
    hashes = [leaf_hash(entry) for entry in ENTRIES]
    assert [merkle.root(size, shelf_of(hashes)).hex() for size in range(1, 9)] == ROOTS
    assert merkle.root(0, shelf_of([])) == hashlib.sha256(b"").digest()


def test_every_entry_of_every_small_tree_has_a_proof_that_leads_to_the_root() -> None:
    for size in range(1, 65):
        hashes = leaves(size)
        shelf, root = shelf_of(hashes), by_the_book(leaves(size))
        assert merkle.root(size, shelf) == root
        for index in range(size):
            assert root_of_inclusion(hashes[index], index, size, merkle.inclusion(index, size, shelf)) == root


def test_every_small_tree_is_proved_to_be_the_beginning_of_every_later_one() -> None:
    shelf = shelf_of(leaves(64))
    for new in range(1, 65):
        for old in range(new + 1):
            path = merkle.consistency(old, new, shelf)
            check_consistency(old, merkle.root(old, shelf), new, merkle.root(new, shelf), path)


@given(size=st.integers(1, 64), data=st.data())
def test_no_changed_proof_leads_to_the_root(size: int, data: st.DataObject) -> None:
    hashes = leaves(size)
    index = data.draw(st.integers(0, size - 1))
    path = merkle.inclusion(index, size, shelf_of(hashes))
    root = by_the_book(hashes)
    forged = data.draw(
        st.sampled_from(["leaf", "index", "longer"] + (["step", "shorter", "order"] if path else [])), label="forgery"
    )
    leaf, at, steps = hashes[index], index, list(path)
    if forged == "leaf":
        leaf = leaf_hash(b"another")
    elif forged == "index":
        at = data.draw(st.integers(0, size).filter(lambda other: other != index))
    elif forged == "longer":
        steps.append(leaf_hash(b"more"))
    elif forged == "step":
        steps[data.draw(st.integers(0, len(steps) - 1))] = leaf_hash(b"wrong")
    elif forged == "shorter":
        steps.pop()
    elif len(set(steps)) > 1:
        steps = steps[1:] + steps[:1]
    else:
        return
    with suppress(Faulty):
        assert root_of_inclusion(leaf, at, size, steps) != root


@given(old=st.integers(1, 40), more=st.integers(1, 24), data=st.data())
def test_no_rewritten_tree_is_taken_for_the_continuation_of_another(old: int, more: int, data: st.DataObject) -> None:
    new = old + more
    hashes = leaves(new)
    honest = merkle.root(old, shelf_of(hashes))
    rewritten = list(hashes)
    rewritten[data.draw(st.integers(0, old - 1))] = leaf_hash(b"rewritten")
    shelf = shelf_of(rewritten)
    with pytest.raises(Faulty):
        check_consistency(old, honest, new, merkle.root(new, shelf), merkle.consistency(old, new, shelf))


def test_proofs_of_the_wrong_length_and_places_outside_are_refused() -> None:
    shelf = shelf_of(leaves(8))
    with pytest.raises(Faulty, match="doesn't lie in a tree of 8"):
        root_of_inclusion(leaves(8)[0], 8, 8, merkle.inclusion(0, 8, shelf))
    with pytest.raises(Faulty, match="can't continue"):
        check_consistency(9, EMPTY, 8, EMPTY, [])
    with pytest.raises(Faulty, match="two trees of one size differ"):
        check_consistency(8, EMPTY, 8, merkle.root(8, shelf), [])
    with pytest.raises(Faulty, match="empty"):
        check_consistency(3, EMPTY, 8, EMPTY, [])
