"""The registry for programs: operators, products, and whether somebody is authorised."""

from datetime import date
from typing import Annotated, Literal

from django.db.models import Q
from django.utils.translation import gettext as _
from ninja import Query
from pydantic import Field

from isthmus.accounts.api import TokenRequest
from isthmus.accounts.policy import require
from isthmus.apps.excise.api_fields import ExciseNumber, Why
from isthmus.apps.excise.registry import queries
from isthmus.apps.excise.registry.models import Operator, Product
from isthmus.apps.excise.registry.services import products
from isthmus.apps.excise.registry.services.answering import ask
from isthmus.exchange.api.fields import Asked, DayAsked, Moment, Shown, StrictBody, Text
from isthmus.exchange.api.paging import Paged, take_page
from isthmus.exchange.api.routes import Routes
from isthmus.kit import clock
from isthmus.kit.errors import NotFound

VIEW, LOOK_UP = queries.VIEW, "excise.registry.look-up"
router = Routes("excise")


Gtin = Annotated[
    str, Field(pattern=r"^([0-9]{8}|[0-9]{12,14})$", description="GTIN.", examples=["4006381333931"])
]
ProductCode = Annotated[str, Field(pattern=r"^[A-Z][0-9]{3}$", examples=["W200"])]
KindName = Literal["producer", "importer", "warehouse-keeper", "consignee", "consignor", "retailer"]


class OperatorSearch(Paged):
    """Which operators."""

    q: Annotated[Text, Field(min_length=1, max_length=182)] | None = None
    kind: KindName | None = None
    state: Literal["registered", "retired"] | None = None


class ProductSearch(Paged):
    """Which products."""

    operator: ExciseNumber | None = None


class AuthorisedAsked(Asked):
    """Whom, with what, and when; today where no day is given."""

    number: ExciseNumber
    product: ProductCode
    on: DayAsked | None = None


class ExciseOperatorShown(Shown):
    """An operator at a glance."""

    excise_number: str
    name: str
    tax_number: str
    kind: str
    country: str
    state: str
    registered_on: date
    retired_on: date | None


class ExciseOperatorsShown(Shown):
    """One page of operators, the newest first."""

    items: list[ExciseOperatorShown]
    next: str | None


class ExciseWarehouseShown(Shown):
    """A tax warehouse."""

    excise_number: str
    name: str
    address: str
    opened_on: date
    closed_on: date | None


class ExciseAuthorisationShown(Shown):
    """An authorisation and how it stands today."""

    number: str
    kind: str
    warehouse: str | None = Field(description="Excise number of the warehouse; null for the operator itself.")
    product_groups: list[str]
    valid_from: date
    valid_until: date | None
    revoked_on: date | None
    state: str = Field(description="Today: authorised, suspended, revoked, ended or not-yet.")


class ExciseOperatorWhole(ExciseOperatorShown):
    """An operator with its warehouses and authorisations."""

    address: str
    warehouses: list[ExciseWarehouseShown]
    authorisations: list[ExciseAuthorisationShown]


class ExciseProductShown(Shown):
    """A product as it is sold."""

    gtin: str
    operator: str = Field(description="Excise number of its operator.")
    name: str
    brand: str
    excise_code: str
    hs_code: str
    abv_thousandths: int = Field(description="Strength in thousandths of a per cent by volume.")
    volume_ml: int
    container: str
    withdrawn_on: date | None = Field(description="The last day on which it is sold.")


class ExciseProductAmendAsked(StrictBody):
    """What is corrected about a product, from which day, and why; what is left out stays."""

    name: Annotated[Text, Field(min_length=1, max_length=200)] | None = None
    brand: Annotated[Text, Field(max_length=100)] | None = None
    excise_code: ProductCode | None = None
    hs_code: Annotated[str, Field(pattern=r"^[0-9]{4}([0-9]{2}){0,3}$")] | None = None
    abv_thousandths: Annotated[int, Field(ge=0, le=100_000)] | None = None
    volume_ml: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    container: Annotated[Text, Field(min_length=1, max_length=40)] | None = None
    effective_on: DayAsked
    why: Why


class ExciseProductWithdrawAsked(StrictBody):
    """The last day on which a product is sold, and why."""

    on: DayAsked
    why: Why


class ExciseProductsShown(Shown):
    """One page of products, the newest first."""

    items: list[ExciseProductShown]
    next: str | None


class ExciseAuthorisedShown(Shown):
    """Yes or no, why, and by which statement."""

    excise_number: str
    product: str
    on: date
    authorised: bool
    verdict: str = Field(
        description="authorised, suspended, revoked, ended, not-yet, other-product, none or not-stated."
    )
    why: str
    authorisation: str = Field(description="The authorisation that the answer rests on; empty for none.")
    partner: str = Field(description="The partner whose statement answers; empty for this registry.")
    version: int | None
    stated_at: Moment | None
    leaf: str = Field(description="The record of the statement; empty for this registry.")


def _operator(row: Operator) -> dict[str, object]:
    return {name: getattr(row, name) for name in ExciseOperatorShown.model_fields}


def _product(row: Product) -> ExciseProductShown:
    names = ExciseProductShown.model_fields.keys() - {"operator"}
    return ExciseProductShown(
        operator=row.operator.excise_number, **{name: getattr(row, name) for name in names}
    )


@router.get("/operators", response=ExciseOperatorsShown, summary="List operators")
def list_excise_operators(
    request: TokenRequest, asked: Annotated[OperatorSearch, Query()]
) -> ExciseOperatorsShown:
    """Operators that the token may see: those of its authority, or the firm's own."""
    require(request.actor, VIEW)
    rows = queries.operators_of(request.actor)
    if asked.q is not None:
        rows = rows.filter(
            Q(name__icontains=asked.q)
            | Q(excise_number__icontains=asked.q)
            | Q(tax_number__icontains=asked.q)
        )
    if asked.kind is not None:
        rows = rows.filter(kind=asked.kind)
    if asked.state is not None:
        rows = rows.filter(state=asked.state)
    found, after = take_page(rows, asked)
    items = [ExciseOperatorShown.model_validate(_operator(row)) for row in found]
    return ExciseOperatorsShown(items=items, next=after)


@router.get("/operators/{excise_number}", response=ExciseOperatorWhole, summary="Show an operator")
def show_excise_operator(request: TokenRequest, excise_number: ExciseNumber) -> ExciseOperatorWhole:
    """One operator with its warehouses, and its authorisations as they stand today."""
    require(request.actor, VIEW)
    row = queries.operators_of(request.actor).filter(excise_number=excise_number).first()
    if row is None:
        raise NotFound(
            "excise.no-operator",
            _("There is no operator %(number)s in this registry.") % {"number": excise_number},
        )
    today = clock.now().date()
    held = queries.authorisations().filter(operator=row).order_by("number")
    return ExciseOperatorWhole.model_validate(
        {
            **_operator(row),
            "address": row.address,
            "warehouses": [
                {name: getattr(one, name) for name in ExciseWarehouseShown.model_fields}
                for one in row.warehouses.all()
            ],
            "authorisations": [
                {
                    "number": one.number,
                    "kind": one.kind,
                    "warehouse": one.warehouse.excise_number if one.warehouse else None,
                    "product_groups": one.product_groups,
                    "valid_from": one.valid_from,
                    "valid_until": one.valid_until,
                    "revoked_on": one.revoked_on,
                    "state": queries.standing_of(one).state_on(today).value,
                }
                for one in held
            ],
        }
    )


@router.get("/products", response=ExciseProductsShown, summary="List products")
def list_excise_products(
    request: TokenRequest, asked: Annotated[ProductSearch, Query()]
) -> ExciseProductsShown:
    """Products of the operators that the token may see."""
    require(request.actor, VIEW)
    rows = queries.products_of(request.actor)
    if asked.operator is not None:
        rows = rows.filter(operator__excise_number=asked.operator)
    found, after = take_page(rows, asked)
    return ExciseProductsShown(items=[_product(row) for row in found], next=after)


def _own_product(request: TokenRequest, gtin: str, action: str) -> Product:
    require(request.actor, action)
    row = queries.products_of(request.actor).filter(gtin=gtin).first()
    if row is None:
        raise NotFound(
            "excise.no-product", _("There is no product %(gtin)s in this registry.") % {"gtin": gtin}
        )
    if action != VIEW:
        require(request.actor, action, row)
    return row


@router.get("/products/{gtin}", response=ExciseProductShown, summary="Show a product")
def show_excise_product(request: TokenRequest, gtin: Gtin) -> ExciseProductShown:
    """One product."""
    return _product(_own_product(request, gtin, VIEW))


@router.post("/products/{gtin}/amend", response=ExciseProductShown, summary="Amend a product")
def amend_excise_product(
    request: TokenRequest, gtin: Gtin, asked: ExciseProductAmendAsked
) -> ExciseProductShown:
    """Change what is stated about a product from a day on; goods of earlier days keep what stood then."""
    row = _own_product(request, gtin, queries.KEEP)
    changes = asked.model_dump(exclude={"effective_on", "why"}, exclude_none=True)
    made = products.amend(row, changes, asked.effective_on, actor=request.actor.label, why=asked.why)
    return _product(made)


@router.post("/products/{gtin}/withdraw", response=ExciseProductShown, summary="Withdraw a product")
def withdraw_excise_product(
    request: TokenRequest, gtin: Gtin, asked: ExciseProductWithdrawAsked
) -> ExciseProductShown:
    """End a product: the day is the last on which it is sold."""
    row = _own_product(request, gtin, queries.KEEP)
    return _product(products.withdraw(row, asked.on, actor=request.actor.label, why=asked.why))


@router.get("/authorised", response=ExciseAuthorisedShown, summary="Ask whether somebody is authorised")
def ask_excise_authorised(
    request: TokenRequest, asked: Annotated[AuthorisedAsked, Query()]
) -> ExciseAuthorisedShown:
    """Whether an operator or warehouse, here or at a partner, may deal with a product on a day."""
    require(request.actor, LOOK_UP)
    answer = ask(asked.number, asked.product, asked.on or clock.now().date())
    return ExciseAuthorisedShown.model_validate(answer.facts())
