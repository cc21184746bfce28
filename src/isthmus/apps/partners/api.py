"""Business partners for programs: needs, offers, what fits and why; introductions asked and answered."""

from typing import Annotated

from django.utils.translation import gettext as _
from ninja import Query, Status

from isthmus.accounts.api import TokenRequest
from isthmus.accounts.policy import require
from isthmus.apps.partners.api_shapes import (
    IntroductionAnswered,
    IntroductionAsked,
    IntroductionId,
    IntroductionShown,
    IntroductionsShown,
    ListingSearch,
    ListingShown,
    ListingsShown,
    MatchesShown,
    NeedId,
)
from isthmus.apps.partners.house import INTRODUCE, INTRODUCTIONS, VIEW
from isthmus.apps.partners.models import Introduction, Listing
from isthmus.apps.partners.queries import told
from isthmus.apps.partners.queries.introductions import introductions_for, may_act
from isthmus.apps.partners.queries.listings import listings_for, open_now
from isthmus.apps.partners.queries.matches import matches_of
from isthmus.apps.partners.services import introducing
from isthmus.exchange.api.paging import Paged, take_page
from isthmus.exchange.api.routes import Routes
from isthmus.kit.errors import NotFound

router = Routes("partners")


def _listings(request: TokenRequest, kind: str, asked: ListingSearch) -> ListingsShown:
    require(request.actor, VIEW)
    rows = listings_for(request.actor, kind)
    if asked.state == "open":
        rows = open_now(rows)
    elif asked.state == "own":
        rows = rows.filter(partner="")
    found, after = take_page(rows, asked)
    return ListingsShown(items=[ListingShown.model_validate(told.listing(row)) for row in found], next=after)


def _find(request: TokenRequest, kind: str, pk: int) -> Listing:
    row = listings_for(request.actor, kind).filter(pk=pk).first()
    if row is None:
        raise NotFound("partners.no-listing", _("There is no such need or offer."))
    return row


def _shown(row: Introduction) -> IntroductionShown:
    return IntroductionShown.model_validate(told.introduction(row))


@router.get("/needs", response=ListingsShown, summary="List needs")
def list_partner_needs(request: TokenRequest, asked: Annotated[ListingSearch, Query()]) -> ListingsShown:
    """What firms and agencies of this node and of its partners look for."""
    return _listings(request, "need", asked)


@router.get("/offers", response=ListingsShown, summary="List offers")
def list_partner_offers(request: TokenRequest, asked: Annotated[ListingSearch, Query()]) -> ListingsShown:
    """What firms of this node and of its partners make and assemble."""
    return _listings(request, "offer", asked)


@router.get("/needs/{need}/matches", response=MatchesShown, summary="List offers that fit a need")
def list_partner_matches(request: TokenRequest, need: NeedId) -> MatchesShown:
    """The offers that fit, the best first, each with the items that sum to its score exactly."""
    require(request.actor, VIEW)
    row = _find(request, "need", need)
    return MatchesShown.model_validate(told.matches(row, matches_of(row)))


@router.get("/introductions", response=IntroductionsShown, summary="List introductions")
def list_partner_introductions(request: TokenRequest, asked: Annotated[Paged, Query()]) -> IntroductionsShown:
    """Introductions of the token's organisation; names only of those to which both sides agreed."""
    require(request.actor, INTRODUCTIONS)
    found, after = take_page(introductions_for(request.actor), asked)
    return IntroductionsShown(items=[_shown(row) for row in found], next=after)


@router.post("/introductions", response={201: IntroductionShown}, summary="Ask for an introduction")
def ask_partner_introduction(request: TokenRequest, asked: IntroductionAsked) -> Status[IntroductionShown]:
    """Ask for an introduction; the other side is told which need and offer it is about, and no name."""
    require(request.actor, INTRODUCE)
    need, offer = _find(request, "need", asked.need), _find(request, "offer", asked.offer)
    own, other = (need, offer) if may_act(request.actor, need) else (offer, need)
    require(request.actor, INTRODUCE, own)
    place = next((one.place for one in matches_of(own).found if one.row.pk == other.pk), None)
    return Status(201, _shown(introducing.ask(own, other, place=place, actor=request.actor.label)))


@router.post(
    "/introductions/{introduction}/answer", response=IntroductionShown, summary="Answer an introduction"
)
def answer_partner_introduction(
    request: TokenRequest, introduction: IntroductionId, asked: IntroductionAnswered
) -> IntroductionShown:
    """Agree, which opens the own side's name and contact to the asker, or refuse with a reason."""
    require(request.actor, INTRODUCE)
    row = introductions_for(request.actor).filter(pk=introduction).first()
    if row is None:
        raise NotFound("partners.no-introduction", _("There is no such introduction."))
    require(request.actor, INTRODUCE, row.asked)
    reason = " ".join(asked.reason.split())
    return _shown(introducing.answer(row, agree=asked.agree, reason=reason, actor=request.actor.label))
