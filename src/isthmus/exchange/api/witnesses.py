"""Who has cosigned this node's log, and evidence of logs that showed two histories."""

from pydantic import Field

from isthmus.accounts.api import TokenRequest
from isthmus.accounts.policy import require, visible
from isthmus.exchange.api.fields import Moment, NodeId, Shown
from isthmus.exchange.api.routes import Routes
from isthmus.exchange.models import LogSplit
from isthmus.exchange.witnesses import coverage, lines

VIEW = "exchange.log.view"
EVIDENCE = "exchange.alarm.view"
MOST = 500
router = Routes("log")


class WitnessShown(Shown):
    """A partner as a witness."""

    node: NodeId
    cosigned: int = Field(description="Size up to which it has cosigned this node's log; 0 for not yet.")
    cosigned_at: Moment | None
    log: int = Field(description="Size up to which its own log is known to have only grown; 0 for not yet.")
    unproved: int = Field(description="Heads of its log that it has not connected to the others yet.")
    split: bool = Field(description="Whether its log showed two histories and nobody has decided it.")
    heard_at: Moment | None = Field(description="The last call or bundle.")


class WitnessesShown(Shown):
    """How far this node's log is known abroad."""

    size: int = Field(description="Entries of this node's log.")
    seen_abroad: int = Field(description="Entries up to the newest head that a partner cosigned.")
    by: list[NodeId] = Field(description="Who cosigned that head.")
    at: Moment | None
    partners: list[WitnessShown]


class SplitShown(Shown):
    """Evidence of a log that showed two histories."""

    id: int
    node: NodeId = Field(description="Whose log it is.")
    size: int
    roots: list[str] = Field(description="Both roots, in hex.")
    found_at: Moment
    found_by: str = Field(description="The partner that passed it on; empty where this node found it.")
    closed_at: Moment | None
    reason: str = Field(description="Why it was closed.")
    evidence: str = Field(description="JSON that `isthmus verify` proves, as text.")


class SplitsShown(Shown):
    """Split views, the newest first."""

    items: list[SplitShown]


@router.get("/witnesses", response=WitnessesShown, summary="Read who has cosigned the log")
def read_witnesses(request: TokenRequest) -> WitnessesShown:
    """How much of this node's log partners have cosigned, and what is known of theirs."""
    require(request.actor, VIEW)
    found = coverage()
    partners = [
        WitnessShown(
            node=line.partner.node_id,
            cosigned=line.cosigned,
            cosigned_at=line.cosigned_at,
            log=line.tip,
            unproved=line.unproved,
            split=line.split,
            heard_at=line.heard_at,
        )
        for line in lines()
    ]
    return WitnessesShown(
        size=found.size, seen_abroad=found.cosigned, by=list(found.by), at=found.at, partners=partners
    )


@router.get("/split-views", response=SplitsShown, summary="List split views")
def list_split_views(request: TokenRequest) -> SplitsShown:
    """Logs that showed two histories, with the evidence; at most the newest 500."""
    require(request.actor, EVIDENCE)
    rows = visible(request.actor, EVIDENCE, LogSplit.objects.all())[:MOST]
    return SplitsShown(
        items=[
            SplitShown(
                id=row.pk,
                node=row.node_id,
                size=row.size,
                roots=[row.root, row.other_root],
                found_at=row.found_at,
                found_by=row.found_by,
                closed_at=row.closed_at,
                reason=row.closed_reason,
                evidence=row.evidence,
            )
            for row in rows
        ]
    )
