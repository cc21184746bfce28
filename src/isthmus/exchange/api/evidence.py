"""What proves a record: the checks of this node, and the path to a signed head of its log."""

from pydantic import Field

from isthmus.accounts.api import TokenRequest
from isthmus.accounts.policy import require
from isthmus.exchange.api.fields import Leaf, Moment, Shown
from isthmus.exchange.api.records import visible_record
from isthmus.exchange.api.routes import Routes
from isthmus.exchange.proofs import prove_under_checkpoint
from isthmus.exchange.verification import check_record, summarise
from isthmus.kit import clock

router = Routes("records")


class CheckShown(Shown):
    """One question about a record, and its answer."""

    ok: bool
    what: str = Field(description="What was asked.", examples=["Signature"])
    detail: str = Field(description="The answer in a sentence.")


class Verification(Shown):
    """Whether a record still proves itself."""

    leaf: Leaf
    ok: bool = Field(description="True where every check holds.")
    summary: str = Field(description="The answer in one sentence.")
    checked_at: Moment
    checks: list[CheckShown]


class InclusionProof(Shown):
    """That a record is in the log of this node: an RFC 9162 inclusion proof.

    The leaf hash is SHA-256(0x00 || signed text); with the path it leads to the root of the log's first
    ``size`` entries, which the checkpoint signs.
    """

    leaf: Leaf
    index: int = Field(description="The record's place in the log, counted from 0.")
    size: int = Field(description="How many entries the proved log has.")
    root: str = Field(description="Root of the log of that size, in hex.")
    path: list[str] = Field(description="The hashes from the leaf to the root, in hex.")
    checkpoint: str | None = Field(
        description="The signed note (C2SP tlog-checkpoint) over that root; null where none was signed yet."
    )


@router.get("/{leaf}/verification", response=Verification, summary="Verify a record")
def verify_record(request: TokenRequest, leaf: Leaf) -> Verification:
    """Check text, signature, place in the stream, log and receipt, now; nothing is changed."""
    row = visible_record(request, leaf)
    checks = check_record(row)
    return Verification(
        leaf=row.leaf,
        ok=all(check.ok for check in checks),
        summary=summarise(row, checks),
        checked_at=clock.now(),
        checks=[CheckShown(ok=check.ok, what=check.what, detail=check.detail) for check in checks],
    )


@router.get("/{leaf}/proof", response=InclusionProof, summary="Prove that a record is in the log")
def prove_record(request: TokenRequest, leaf: Leaf) -> InclusionProof:
    """The inclusion proof under the newest checkpoint that covers the record."""
    row = visible_record(request, leaf)
    require(request.actor, "exchange.log.view")
    proof, note = prove_under_checkpoint(row.leaf)
    return InclusionProof(
        leaf=row.leaf,
        index=proof.index,
        size=proof.size,
        root=proof.root.hex(),
        path=[part.hex() for part in proof.path],
        checkpoint=note,
    )
