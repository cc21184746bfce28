"""The log's signed heads, and the proof that it only ever grew."""

from typing import Annotated

from django.utils.translation import gettext as _
from ninja import Query
from pydantic import Field

from isthmus.accounts.api import TokenRequest
from isthmus.accounts.policy import require, visible
from isthmus.exchange import queries
from isthmus.exchange.api.fields import Asked, Moment, NodeId, Shown, Size
from isthmus.exchange.api.paging import Paged, take_page
from isthmus.exchange.api.routes import Routes
from isthmus.exchange.models import Checkpoint
from isthmus.exchange.proofs import prove_growth
from isthmus.kit.errors import NotFound

VIEW = "exchange.log.view"
checkpoints = Routes("log")
log = Routes("log")


class CheckpointShown(Shown):
    """A signed head of a log: this node's own, or one that a partner gave with a receipt."""

    node: NodeId = Field(description="Whose log it is.")
    size: int = Field(description="How many entries the log had.")
    root: str = Field(description="Root of the log of that size, in hex.")
    issued: Moment
    note: str = Field(description="The signed note (C2SP tlog-checkpoint), byte for byte.")


class CheckpointPage(Shown):
    """A page of checkpoints, newest first."""

    items: list[CheckpointShown]
    next: str | None = Field(description="The cursor of the next page; null on the last one.")


class CheckpointFilters(Paged):
    """Which checkpoints to list."""

    node: NodeId | None = None


class ConsistencyProof(Shown):
    """That the log of ``old`` entries is the beginning of the log of ``new`` ones (RFC 9162, 2.1.4)."""

    old: int
    new: int
    old_root: str
    new_root: str
    path: list[str] = Field(description="Hashes in hex.")


class Sizes(Asked):
    """Two sizes of the log."""

    old: Annotated[Size, Field(description="The smaller size, such as that of a checkpoint kept elsewhere.")]
    new: Annotated[Size, Field(description="The larger size; at most the present one.")]


def _shown(row: Checkpoint) -> CheckpointShown:
    return CheckpointShown(node=row.node_id, size=row.size, root=row.root, issued=row.issued, note=row.note)


@checkpoints.get("", response=CheckpointPage, summary="List checkpoints")
def list_checkpoints(request: TokenRequest, asked: Query[CheckpointFilters]) -> CheckpointPage:
    """Heads of this node's log, and of partners' logs as they came with receipts, newest first."""
    require(request.actor, VIEW)
    rows = visible(request.actor, VIEW, Checkpoint.objects.all())
    if asked.node is not None:
        rows = rows.filter(node_id=asked.node)
    found, following = take_page(rows, asked)
    return CheckpointPage(items=[_shown(row) for row in found], next=following)


@checkpoints.get("/latest", response=CheckpointShown, summary="Read the newest checkpoint")
def read_latest_checkpoint(request: TokenRequest) -> CheckpointShown:
    """The newest signed head of this node's own log."""
    require(request.actor, VIEW)
    rows = visible(request.actor, VIEW, Checkpoint.objects.filter(node_id=queries.me()))
    newest = rows.order_by("-size").first()
    if newest is None:
        raise NotFound("exchange.no-checkpoint", _("This log has no checkpoint yet."))
    return _shown(newest)


@log.get("/consistency", response=ConsistencyProof, summary="Prove that the log only grew")
def prove_consistency(request: TokenRequest, asked: Query[Sizes]) -> ConsistencyProof:
    """The consistency proof between two sizes of this node's log."""
    require(request.actor, VIEW)
    proof = prove_growth(asked.old, asked.new)
    return ConsistencyProof(
        old=proof.old,
        new=proof.new,
        old_root=proof.old_root.hex(),
        new_root=proof.new_root.hex(),
        path=[part.hex() for part in proof.path],
    )
