"""Proofs that travel: that a leaf is in a log, and that a log continues an earlier head (RFC 9162, 2.1)."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from isthmus.wire import merkle
from isthmus.wire.checkpoint import Checkpoint
from isthmus.wire.codec import MAX_INTEGER, Json
from isthmus.wire.model import AS_ARRAY, Hash, WireModel

Path = Annotated[tuple[Hash, ...], AS_ARRAY, Field(max_length=128)]
Count = Annotated[int, Field(ge=0, le=MAX_INTEGER)]


def _raw(path: tuple[str, ...]) -> list[bytes]:
    return [bytes.fromhex(step) for step in path]


class InclusionProof(WireModel):
    """That ``leaf`` stands at ``index`` of the log when it had ``size`` leaves."""

    noun: ClassVar[str] = "proof"

    kind: Literal["inclusion"] = "inclusion"
    leaf: Hash
    index: Count
    size: Count
    path: Path

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.index >= self.size:
            raise ValueError("index must be below size")
        return self

    def holds(self, head: Checkpoint) -> bool:
        """Whether it proves the leaf to be in the log of this head."""
        return self.size == head.size and merkle.verify_inclusion(
            bytes.fromhex(self.leaf), self.index, self.size, _raw(self.path), head.root
        )


class ConsistencyProof(WireModel):
    """That the log of ``size`` leaves begins with the log of ``old_size`` leaves, whose root is given."""

    noun: ClassVar[str] = "proof"

    kind: Literal["consistency"] = "consistency"
    old_size: Count
    old_root: Hash
    size: Count
    path: Path

    def holds(self, head: Checkpoint) -> bool:
        """Whether it proves that the log of this head continues the old one."""
        return self.size == head.size and merkle.verify_consistency(
            self.old_size, bytes.fromhex(self.old_root), self.size, head.root, _raw(self.path)
        )


Proof = InclusionProof | ConsistencyProof


def proof_from_json(value: Json) -> Proof:
    """Either proof, by its ``kind``; BadInput ``wire.proof.invalid``."""
    if isinstance(value, dict) and value.get("kind") == "consistency":
        return ConsistencyProof.from_json(value)
    return InclusionProof.from_json(value)
