"""A foreign node's log that can prove its growth, and fork."""

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from isthmus.exchange.rules.heads import Growth, Head
from isthmus.kit import clock
from isthmus.wire import merkle
from isthmus.wire.checkpoint import Checkpoint, origin_of, sign_checkpoint
from isthmus.wire.proof import ConsistencyProof
from tests.foreign import ForeignNode


@dataclass
class Log:
    """Leaves and the subtrees over them."""

    leaves: list[bytes] = field(default_factory=list)
    nodes: dict[tuple[int, int], bytes] = field(default_factory=dict)
    frontier: merkle.Frontier = field(default_factory=merkle.Frontier)

    def grow(self, number: int, flavour: str = "") -> "Log":
        """So many more leaves; another ``flavour`` gives other ones."""
        for _ in range(number):
            leaf = merkle.hash_leaf(sha256(f"{flavour}{len(self.leaves)}".encode()).digest())
            self.leaves.append(leaf)
            self.frontier, finished = self.frontier.append(leaf)
            self.nodes.update({(node.level, node.index): node.hash for node in finished})
        return self

    def fork(self, size: int) -> "Log":
        """Another log with the same first ``size`` leaves."""
        other = Log()
        for leaf in self.leaves[:size]:
            other.leaves.append(leaf)
            other.frontier, finished = other.frontier.append(leaf)
            other.nodes.update({(node.level, node.index): node.hash for node in finished})
        return other

    def read(self, level: int, index: int) -> bytes:
        return self.nodes[level, index]

    def root(self, size: int) -> bytes:
        return merkle.root_at(size, self.read)

    def head(self, size: int | None = None) -> Head:
        size = len(self.leaves) if size is None else size
        return Head(size, self.root(size))

    def path(self, old: int, new: int | None = None) -> tuple[bytes, ...]:
        return tuple(merkle.consistency_proof(old, len(self.leaves) if new is None else new, self.read))

    def growth(self, old: int, new: int | None = None) -> Growth:
        return Growth(self.head(old), self.path(old, new))

    def proof(self, old: int, new: int | None = None) -> ConsistencyProof:
        size = len(self.leaves) if new is None else new
        path = tuple(step.hex() for step in self.path(old, size))
        return ConsistencyProof(old_size=old, old_root=self.root(old).hex(), size=size, path=path)

    def note(self, owner: ForeignNode, size: int | None = None, *, issued: datetime | None = None) -> str:
        """The head of that size as ``owner`` signs it."""
        head, name = self.head(size), origin_of(owner.node_id)
        signed = Checkpoint(name, head.size, head.root, issued or clock.now())
        return sign_checkpoint(signed, name=name, key=owner.log_key)
