"""Code lists for programs: what a code means, and which code is meant."""

from datetime import date
from typing import Annotated

from django.utils.translation import gettext as _
from ninja import Query
from pydantic import Field

from isthmus.accounts.api import TokenRequest
from isthmus.accounts.policy import require
from isthmus.apps.etrade.reference import queries
from isthmus.apps.etrade.reference.models import ExchangeRate, HsCode, Place
from isthmus.apps.etrade.rules.units import UNITS
from isthmus.exchange.api.fields import Shown, Text, example_of
from isthmus.exchange.api.paging import Paged, take_page
from isthmus.exchange.api.routes import Routes
from isthmus.kit.errors import NotFound

VIEW = "etrade.reference.view"
router = Routes("code lists")

Edition = Annotated[str, Field(pattern=r"^(19|20)[0-9]{2}$", description="Edition of the HS: its year.")]
HsCodeAsked = Annotated[str, Field(pattern=r"^([0-9]{2}){1,3}$", description="Two, four or six digits.")]
Sought = Annotated[Text, Field(min_length=1, max_length=100, description="Words, or how a code begins.")]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="ISO 3166 alpha-2.")]
Locode = Annotated[str, Field(pattern=r"^[A-Z]{2}[A-Z2-9]{3}$", description="UN/LOCODE.")]


class HsCodeShown(Shown):
    """A chapter, heading or subheading of one edition."""

    model_config = example_of(
        edition="2022", code="071331", parent="0713", section="II", words="Vegetables, leguminous; beans"
    )

    edition: str
    code: str
    parent: str = Field(description="The code above it; empty for a chapter.")
    section: str
    words: str


class HsCodePage(Shown):
    """A page of HS codes."""

    items: list[HsCodeShown]
    next: str | None = Field(description="The cursor of the next page; null on the last one.")


class HsCodeFilters(Paged):
    """Which codes to list; every filter given must fit."""

    edition: Edition | None = None
    parent: Annotated[str, Field(pattern=r"^[0-9]{2}([0-9]{2})?$", description="The code above.")] | None = (
        None
    )
    q: Sought | None = None


class PlaceShown(Shown):
    """A place of UN/LOCODE."""

    code: str
    country: str
    name: str
    functions: str = Field(description="Digits of UN/ECE Recommendation 16, and B for a border crossing.")
    subdivision: str
    latitude: str | None = Field(description="Degrees, a decimal as text.")
    longitude: str | None = Field(description="Degrees, a decimal as text.")


class PlacePage(Shown):
    """A page of places."""

    items: list[PlaceShown]
    next: str | None = Field(description="The cursor of the next page; null on the last one.")


class PlaceFilters(Paged):
    """Which places to list; every filter given must fit."""

    country: Country | None = None
    q: Sought | None = None


class UnitShown(Shown):
    """A unit that quantities are compared in; `factor` leads to the first unit of its dimension."""

    code: str
    name: str
    dimension: str
    factor: str


class RateShown(Shown):
    """What one unit of a currency is worth in the node's currency of account, from a day on."""

    currency: str
    day: date
    rate: str


class RatePage(Shown):
    """A page of exchange rates."""

    items: list[RateShown]
    next: str | None = Field(description="The cursor of the next page; null on the last one.")


class RateFilters(Paged):
    """Which rates to list."""

    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217.")] | None = None


def _code(row: HsCode) -> HsCodeShown:
    return HsCodeShown(
        edition=row.edition, code=row.code, parent=row.parent, section=row.section, words=row.words
    )


def _place(row: Place) -> PlaceShown:
    return PlaceShown(
        code=row.code,
        country=row.country,
        name=row.name,
        functions=row.functions,
        subdivision=row.subdivision,
        latitude=str(row.latitude) if row.latitude is not None else None,
        longitude=str(row.longitude) if row.longitude is not None else None,
    )


@router.get("/hs-codes", response=HsCodePage, summary="List HS codes")
def list_hs_codes(request: TokenRequest, asked: Query[HsCodeFilters]) -> HsCodePage:
    """HS codes by words, by edition, or below a code; the order is that of loading, newest first."""
    require(request.actor, VIEW)
    wanted = {"edition": asked.edition, "parent": asked.parent}
    rows = HsCode.objects.filter(**{name: value for name, value in wanted.items() if value is not None})
    if asked.q is not None:
        rows = queries.codes_with(asked.q, rows)
    found, following = take_page(rows, asked)
    return HsCodePage(items=[_code(row) for row in found], next=following)


@router.get("/hs-codes/{edition}/{hs_code}", response=HsCodeShown, summary="Read an HS code")
def read_hs_code(request: TokenRequest, edition: Edition, hs_code: HsCodeAsked) -> HsCodeShown:
    """The words of one code in one edition."""
    require(request.actor, VIEW)
    row = HsCode.objects.filter(edition=edition, code=hs_code).first()
    if row is None:
        raise NotFound("etrade.no-hs-code", _("No such code is loaded."))
    return _code(row)


@router.get("/places", response=PlacePage, summary="List places")
def list_places(request: TokenRequest, asked: Query[PlaceFilters]) -> PlacePage:
    """Places of UN/LOCODE by name, code or country."""
    require(request.actor, VIEW)
    rows = Place.objects.filter(country=asked.country) if asked.country else Place.objects.all()
    if asked.q is not None:
        rows = queries.places_with(asked.q, rows)
    found, following = take_page(rows, asked)
    return PlacePage(items=[_place(row) for row in found], next=following)


@router.get("/places/{locode}", response=PlaceShown, summary="Read a place")
def read_place(request: TokenRequest, locode: Locode) -> PlaceShown:
    """The place that a UN/LOCODE names."""
    require(request.actor, VIEW)
    row = queries.place_of(locode)
    if row is None:
        raise NotFound("etrade.no-place", _("No such place is loaded."))
    return _place(row)


@router.get("/units", response=list[UnitShown], summary="List units")
def list_units(request: TokenRequest) -> list[UnitShown]:
    """Every unit of Recommendation 20 that this node can compare; any other is not comparable."""
    require(request.actor, VIEW)
    return [
        UnitShown(code=unit.code, name=unit.name, dimension=unit.dimension, factor=str(unit.factor))
        for unit in UNITS.values()
    ]


@router.get("/rates", response=RatePage, summary="List exchange rates")
def list_rates(request: TokenRequest, asked: Query[RateFilters]) -> RatePage:
    """The exchange rates that were loaded."""
    require(request.actor, VIEW)
    rows = ExchangeRate.objects.all()
    if asked.currency is not None:
        rows = rows.filter(currency=asked.currency)
    found, following = take_page(rows, asked)
    shown = [
        RateShown(currency=row.currency, day=row.day, rate=format(row.rate.normalize(), "f")) for row in found
    ]
    return RatePage(items=shown, next=following)
