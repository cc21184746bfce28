"""The Merkle tree of RFC 9162, section 2.1, and its proofs.

A node of the tree is named by ``level`` and ``index``: it is the root of the complete subtree over the leaves
``index * 2**level`` to ``(index + 1) * 2**level - 1``. Level 0 holds the leaves. A node, once complete, never
changes, so a log stores each once and every proof is read from what is stored. Hashes are 32 bytes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from isthmus.kit.errors import BadInput

EMPTY_ROOT = sha256(b"").digest()
HASH_BYTES = 32
_SIZE_BYTES = 8

ReadNode = Callable[[int, int], bytes]
"""(level, index) -> the hash of a complete subtree."""


@dataclass(frozen=True, slots=True)
class Node:
    """The root of one complete subtree."""

    level: int
    index: int
    hash: bytes


def hash_leaf(data: bytes) -> bytes:
    """SHA-256(0x00 || data)."""
    return sha256(b"\x00" + data).digest()


def hash_children(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """All that is needed to append to a tree and to know its root.

    ``peaks`` are the roots of the complete subtrees that make up ``size`` leaves, from large to small: one
    for each bit that is set in ``size``.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def append(self, leaf: bytes) -> "tuple[Frontier, list[Node]]":
        """The frontier with one more leaf hash, and the subtrees which that leaf completes, itself first."""
        peaks = list(self.peaks)
        node = Node(0, self.size, leaf)
        finished = [node]
        while node.index & 1:
            node = Node(node.level + 1, node.index >> 1, hash_children(peaks.pop(), node.hash))
            finished.append(node)
        return Frontier(self.size + 1, (*peaks, node.hash)), finished

    def root(self) -> bytes:
        """The root of the whole tree."""
        if not self.peaks:
            return EMPTY_ROOT
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = hash_children(peak, root)
        return root

    def to_bytes(self) -> bytes:
        """The size in 8 bytes, big-endian, then the peaks."""
        return self.size.to_bytes(_SIZE_BYTES, "big") + b"".join(self.peaks)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Frontier":
        """Read what ``to_bytes`` wrote; BadInput ``wire.merkle.frontier`` unless size and peaks agree."""
        size = int.from_bytes(data[:_SIZE_BYTES], "big")
        if len(data) != _SIZE_BYTES + HASH_BYTES * size.bit_count():
            raise BadInput("wire.merkle.frontier", "The stored head of the log does not agree with its size.")
        starts = range(_SIZE_BYTES, len(data), HASH_BYTES)
        return cls(size, tuple(data[start : start + HASH_BYTES] for start in starts))


def _split(size: int) -> int:
    """The largest power of two below ``size`` (at least 2)."""
    return 1 << (size - 1).bit_length() - 1


def _range_root(start: int, size: int, read: ReadNode) -> bytes:
    """The root over ``size`` leaves from ``start``, a multiple of a power of two not below ``size``."""
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return read(level, start >> level)
    left = _split(size)
    return hash_children(_range_root(start, left, read), _range_root(start + left, size - left, read))


def root_at(size: int, read: ReadNode) -> bytes:
    """The root of the tree when it had ``size`` leaves."""
    return _range_root(0, size, read) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, read: ReadNode) -> list[bytes]:
    """The audit path of leaf ``index`` in the tree of ``size`` leaves (RFC 9162, section 2.1.3.1), bottom up.

    Raises BadInput ``wire.merkle.range`` for a leaf outside the tree.
    """
    if not 0 <= index < size:
        raise BadInput("wire.merkle.range", f"A tree of {size} leaves has no leaf {index}.")
    path = []
    start = 0
    while size > 1:
        left = _split(size)
        if index < start + left:
            path.append(_range_root(start + left, size - left, read))
            size = left
        else:
            path.append(_range_root(start, left, read))
            start, size = start + left, size - left
    return path[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether ``proof`` shows the leaf hash at ``index`` of the tree with that root (section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            found = hash_children(step, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = hash_children(found, step)
        node, last = node >> 1, last >> 1
    return last == 0 and found == root


def consistency_proof(old: int, new: int, read: ReadNode) -> list[bytes]:
    """The proof that the tree of ``old`` leaves is the beginning of that of ``new`` (section 2.1.4.1).

    Empty where they are the same tree or the old one is empty. BadInput ``wire.merkle.range`` unless
    0 <= old <= new.
    """
    if not 0 <= old <= new:
        raise BadInput("wire.merkle.range", f"A tree of {new} leaves does not continue one of {old}.")
    path: list[bytes] = []
    start, size, whole = 0, new, True
    if old in {0, new}:
        return path
    while old != size:
        left = _split(size)
        if old <= left:
            path.append(_range_root(start + left, size - left, read))
            size = left
        else:
            path.append(_range_root(start, left, read))
            start, size, old, whole = start + left, size - left, old - left, False
    if not whole:
        path.append(_range_root(start, size, read))
    return path[::-1]


def verify_consistency(
    old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether ``proof`` shows that the new tree continues the old one (section 2.1.4.2).

    Every tree continues the empty one; equal sizes need equal roots. Both with an empty proof.
    """
    if not 0 <= old_size <= new_size:
        return False
    if old_size == 0:
        return not proof and old_root == EMPTY_ROOT and (new_size > 0 or new_root == EMPTY_ROOT)
    if old_size == new_size:
        return not proof and old_root == new_root
    steps = list(proof) if old_size & (old_size - 1) else [old_root, *proof]
    if not steps:
        return False
    node, last = old_size - 1, new_size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            first, second = hash_children(step, first), hash_children(step, second)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            second = hash_children(second, step)
        node, last = node >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root
