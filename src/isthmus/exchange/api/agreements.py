"""Agreements: which records and fields may cross, for what purpose, until when."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from ninja import Query
from pydantic import Field

from isthmus.accounts.api import TokenRequest
from isthmus.accounts.policy import require, visible
from isthmus.exchange.api.fields import Leaf, Moment, NodeId, Shown
from isthmus.exchange.api.paging import Paged, take_page
from isthmus.exchange.api.routes import Routes
from isthmus.exchange.models import Agreement, AgreementState, Decision, Party
from isthmus.kit.errors import NotFound

VIEW = "exchange.agreement.view"
router = Routes("agreements")


class PartyShown(Shown):
    """One party of an agreement and its answer."""

    node: NodeId
    decision: Decision
    decided_at: Moment | None
    reason: str
    leaf: Leaf | None = Field(description="The record that proves the answer; null before it.")


class GrantShown(Shown):
    """One direction of one record type, and the fields that cross."""

    record_type: str
    sender: NodeId
    receiver: NodeId
    fields: list[str]


class AgreementShown(Shown):
    """An agreement at a glance."""

    id: UUID
    title: str
    state: AgreementState
    digest: str = Field(description="SHA-256 (hex) over the terms: what every party signs.")
    proposed_by: NodeId
    proposed_at: Moment
    valid_from: Moment
    valid_until: Moment = Field(description="The moment from which it does not bind any more.")
    parties: list[PartyShown]


class AgreementWithTerms(AgreementShown):
    """An agreement with its terms."""

    purpose: str
    legal_basis: str
    retention_days: int
    onward_sharing: str = Field(description="`never` or `with-consent`.")
    grants: list[GrantShown]


class AgreementPage(Shown):
    """A page of agreements."""

    items: list[AgreementShown]
    next: str | None = Field(description="The cursor of the next page; null on the last one.")


class AgreementFilters(Paged):
    """Which agreements to list."""

    state: AgreementState | None = None


def _party(row: Party) -> dict[str, Any]:
    return {
        "node": row.node_id,
        "decision": row.decision,
        "decided_at": row.decided_at,
        "reason": row.reason,
        "leaf": row.leaf or None,
    }


def _shown(row: Agreement) -> dict[str, Any]:
    return {
        "id": row.uuid,
        "title": row.title,
        "state": row.state,
        "digest": row.digest,
        "proposed_by": row.proposed_by,
        "proposed_at": row.proposed_at,
        "valid_from": row.valid_from,
        "valid_until": row.valid_until,
        "parties": [_party(party) for party in row.parties.all()],
    }


@router.get("", response=AgreementPage, summary="List agreements")
def list_agreements(request: TokenRequest, asked: Query[AgreementFilters]) -> AgreementPage:
    """Agreements of this node with their parties, newest number first."""
    require(request.actor, VIEW)
    rows = visible(request.actor, VIEW, Agreement.objects.prefetch_related("parties"))
    if asked.state is not None:
        rows = rows.filter(state=asked.state)
    found, following = take_page(rows, asked)
    return AgreementPage(items=[AgreementShown.model_validate(_shown(row)) for row in found], next=following)


@router.get("/{agreement}", response=AgreementWithTerms, summary="Read an agreement")
def read_agreement(request: TokenRequest, agreement: UUID) -> AgreementWithTerms:
    """One agreement with every grant: record type, direction and fields."""
    require(request.actor, VIEW)
    rows = visible(request.actor, VIEW, Agreement.objects.prefetch_related("parties"))
    row = rows.filter(pk=agreement).first()
    if row is None:
        raise NotFound("exchange.no-agreement", _("There is no such agreement on this node."))
    terms = row.content
    grants = [grant.model_dump() for grant in terms.grants]
    return AgreementWithTerms.model_validate(
        {
            **_shown(row),
            "purpose": terms.purpose,
            "legal_basis": terms.legal_basis,
            "retention_days": terms.retention_days,
            "onward_sharing": terms.onward_sharing,
            "grants": grants,
        }
    )
