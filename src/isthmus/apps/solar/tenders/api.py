"""Tenders for programs: requests of this node with their quotes, requests from abroad, the own firm's quotes.

To ask, to seal and to open are acts of people on their pages or of the node's own shell. To decide is an
approver's, and no token is one; a token with the operator's part may decide where that is granted.
"""

from typing import Annotated

from django.utils.translation import gettext as _
from ninja import Query

from isthmus.accounts.api import TokenRequest
from isthmus.accounts.policy import require
from isthmus.apps.solar.tenders import queries, told_queries
from isthmus.apps.solar.tenders.api_shapes import (
    OwnQuoteSearch,
    SolarAwardAsked,
    SolarLotsShown,
    SolarOwnQuoteShown,
    SolarOwnQuotesShown,
    SolarRequestShown,
    SolarRequestsShown,
    SolarTenderShown,
    SolarTendersShown,
    SolarTenderWhole,
    TenderId,
    TenderSearch,
)
from isthmus.apps.solar.tenders.house import AWARD_BY_PROGRAM, INBOX, QUOTE, VIEW
from isthmus.apps.solar.tenders.models import Tender
from isthmus.apps.solar.tenders.services import awarding
from isthmus.exchange.api.paging import Paged, take_page
from isthmus.exchange.api.routes import Routes
from isthmus.kit.errors import BadInput, FieldFault, NotFound

router = Routes("solar")


def _tender(request: TokenRequest, pk: int) -> Tender:
    row = queries.tenders_for(request.actor).filter(pk=pk).first()
    if row is None:
        raise NotFound("solar.no-tender", _("There is no such request."))
    return row


@router.get("/tenders", response=SolarTendersShown, summary="List tenders of this node")
def list_solar_tenders(request: TokenRequest, asked: Annotated[TenderSearch, Query()]) -> SolarTendersShown:
    """Requests for quotes that the token may see: those of its organisation, or of the node."""
    require(request.actor, VIEW)
    rows = queries.tenders_for(request.actor)
    if asked.state == "withdrawn":
        rows = rows.filter(withdrawn_at__isnull=False)
    elif asked.state is not None:
        rows = rows.filter(withdrawn_at__isnull=True, decided_at__isnull=asked.state == "open")
    found, after = take_page(rows, asked)
    items = [SolarTenderShown.model_validate(told_queries.glance(row)) for row in found]
    return SolarTendersShown(items=items, next=after)


@router.get("/tenders/{tender}", response=SolarTenderWhole, summary="Show a tender")
def show_solar_tender(request: TokenRequest, tender: TenderId) -> SolarTenderWhole:
    """One tender: lots, rates, every quote as it stands, the open ones compared, and what came of them."""
    require(request.actor, VIEW)
    return SolarTenderWhole.model_validate(told_queries.whole(_tender(request, tender)))


@router.post("/tenders/{tender}/award", response=SolarTenderWhole, summary="Decide about a tender")
def award_solar_tender(request: TokenRequest, tender: TenderId, asked: SolarAwardAsked) -> SolarTenderWhole:
    """Award lots to open quotes and tell every maker, signed; it cannot be taken back."""
    require(request.actor, AWARD_BY_PROGRAM)
    row = _tender(request, tender)
    lots = {one.lot: (one.partner, one.quote) for one in asked.lots}
    if len(lots) != len(asked.lots):
        message = _("Name each lot once.")
        raise BadInput("solar.award", message, faults=(FieldFault("lots", message),))
    awarding.award(row, lots, reason=asked.reason, actor=request.actor.label)
    return SolarTenderWhole.model_validate(told_queries.whole(_tender(request, tender)))


@router.get("/lots", response=SolarLotsShown, summary="List lots with what came of them")
def list_solar_lots(request: TokenRequest, asked: Annotated[Paged, Query()]) -> SolarLotsShown:
    """Lots of tenders that the token may see: asked, quoted, awarded, accepted, faults, and their waste.

    `limit` counts tenders.
    """
    require(request.actor, VIEW)
    found, after = take_page(queries.tenders_for(request.actor), asked)
    return SolarLotsShown.model_validate({**told_queries.lots(found), "next": after})


@router.get("/requests", response=SolarRequestsShown, summary="List requests from abroad")
def list_solar_requests(request: TokenRequest, asked: Annotated[Paged, Query()]) -> SolarRequestsShown:
    """Requests for quotes that partners sent; every firm of this node may quote."""
    require(request.actor, INBOX)
    found, after = take_page(queries.requests_for(request.actor), asked)
    items = [SolarRequestShown.model_validate(told_queries.request(row)) for row in found]
    return SolarRequestsShown(items=items, next=after)


@router.get("/quotes", response=SolarOwnQuotesShown, summary="List the firm's own quotes")
def list_solar_quotes(
    request: TokenRequest, asked: Annotated[OwnQuoteSearch, Query()]
) -> SolarOwnQuotesShown:
    """Quotes that the token's own firm wrote, and nobody else's: awards, tests of deliveries, faults."""
    require(request.actor, QUOTE)
    rows = queries.quotes_for(request.actor)
    found, after = take_page(rows if asked.state is None else rows.filter(state=asked.state), asked)
    served = told_queries.served_for(found)
    items = [SolarOwnQuoteShown.model_validate(told_queries.own_quote(row, served)) for row in found]
    return SolarOwnQuotesShown(items=items, next=after)
