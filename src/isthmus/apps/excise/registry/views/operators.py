"""Operators: the list, one with all that belongs to it, and one product."""

from decimal import Decimal

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can
from isthmus.apps.excise.registry import queries
from isthmus.apps.excise.registry.forms import OperatorFilter
from isthmus.apps.excise.registry.models import (
    Authorisation,
    Operator,
    OperatorState,
    Product,
    RegistryChange,
    TaxWarehouse,
)
from isthmus.apps.excise.registry.wording import (
    authorisation_state,
    authorisation_why,
    change_words,
    state_of,
)
from isthmus.apps.excise.tariff.queries import both_in_force, charges_on_cif
from isthmus.kit import clock
from isthmus.kit.errors import NotFound
from isthmus.ui.components import Amount, Empty, Fact, Link, State
from isthmus.ui.formats import country_name
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column, tabulate

VIEW, KEEP, SEND = queries.VIEW, "excise.registry.keep", "excise.registry.send"
CHANGES_SHOWN = 200


def address_of(row: Operator) -> str:
    """The page of an operator."""
    return reverse("excise:operator", args=[row.excise_number])


_COLUMNS: tuple[Column[Operator], ...] = (
    Column("name", gettext_lazy("Operator"), "name", "link", sort="name", url=address_of),
    Column("number", gettext_lazy("Excise number"), "excise_number", sort="excise_number"),
    Column("tax", gettext_lazy("Tax number"), "tax_number", sort="tax_number"),
    Column("kind", gettext_lazy("Kind"), "get_kind_display", sort="kind"),
    Column("state", gettext_lazy("State"), state_of, "state", sort="state"),
)


def crumbs(row: Operator | None = None) -> tuple[Link, ...]:
    """The list, and the operator."""
    first = (Link(_("Operators"), reverse("excise:operators")),)
    return first if row is None else (*first, Link(row.name, address_of(row)))


@require_GET
@authorised(VIEW)
def listed(request: ActorRequest) -> HttpResponseBase:
    """Every operator that the visitor may see."""
    may_keep = queries.authorities_of(request.actor).exists()
    page = ListPage(
        request,
        queries.operators_of(request.actor),
        _COLUMNS,
        name="operators",
        filters=OperatorFilter,
        default_sort="name",
        empty=Empty(
            _("No operators yet"),
            _("An officer of the authority registers who makes, stores or brings in excise goods."),
            Link(_("Register an operator"), reverse("excise:operator-register")) if may_keep else None,
        ),
    )
    context = {
        "lead": _("Who may make, store and bring in excise goods, and what for."),
        "may_keep": may_keep,
        "may_send": can(request.actor, SEND),
    }
    return page.respond(_("Operators"), "excise/operators.html", context)


def find(request: ActorRequest, number: str) -> Operator:
    """The operator of an excise number, or of the warehouse that has it. NotFound for others' alike."""
    seen = queries.operators_of(request.actor).select_related("organisation", "firm")
    row = seen.filter(excise_number=number).first()
    row = row or seen.filter(warehouses__excise_number=number).first()
    if row is None:
        raise NotFound(
            "excise.no-operator",
            _("There is no operator %(number)s in this registry.") % {"number": number},
            next_step=_("Look for it by its name in the list of operators."),
        )
    return row


def _warehouse_state(row: TaxWarehouse) -> State:
    return State("ok", _("Open")) if row.closed_on is None else State("off", _("Closed"))


def _warehouses(keep: bool) -> tuple[Column[TaxWarehouse], ...]:
    columns: tuple[Column[TaxWarehouse], ...] = (
        Column("number", _("Excise number"), "excise_number"),
        Column("name", _("Name"), "name"),
        Column("address", _("Address"), "address"),
        Column("opened", _("Open from"), "opened_on", "date"),
        Column("closed", _("Closed after"), "closed_on", "date"),
        Column("state", _("State"), _warehouse_state, "state"),
    )
    if not keep:
        return columns
    return (
        *columns,
        Column(
            "act",
            _("What to do"),
            lambda row: (
                None
                if row.closed_on is not None
                else Link(_("Close it"), reverse("excise:warehouse-close", args=[row.pk]))
            ),
        ),
    )


def _act(row: Authorisation) -> Link | None:
    """One link: the page of the milder deed leads on to revoking."""
    if row.revoked_on is not None:
        return None
    held = any(one.until is None for one in row.suspensions.all())
    deed, words = ("lift", _("Lift or revoke")) if held else ("suspend", _("Suspend or revoke"))
    return Link(words, reverse("excise:authorisation-act", args=[row.pk, deed]))


def _authorisations(keep: bool) -> tuple[Column[Authorisation], ...]:
    today = clock.now().date()
    columns: tuple[Column[Authorisation], ...] = (
        Column("number", _("Number"), "number"),
        Column("kind", _("Allows to"), "get_kind_display"),
        Column(
            "where",
            _("Where"),
            lambda row: row.warehouse.excise_number if row.warehouse else _("No warehouse"),
        ),
        Column("groups", _("Products"), lambda row: ", ".join(row.product_groups)),
        Column("from", _("Valid from"), "valid_from", "date"),
        Column("until", _("Valid until"), "valid_until", "date"),
        Column("state", _("State today"), lambda row: authorisation_state(row, today), "state"),
        Column("why", _("Reason and days"), lambda row: authorisation_why(row, today)),
    )
    return (*columns, Column("act", _("What to do"), _act)) if keep else columns


_PRODUCTS: tuple[Column[Product], ...] = (
    Column(
        "name",
        gettext_lazy("Product"),
        "name",
        "link",
        url=lambda row: reverse("excise:product", args=[row.gtin]),
    ),
    Column("gtin", gettext_lazy("GTIN"), "gtin"),
    Column("code", gettext_lazy("Excise code"), "excise_code"),
    Column(
        "abv",
        gettext_lazy("Strength"),
        lambda row: Amount(Decimal(row.abv_thousandths) / 1000, "%"),
        "number",
    ),
    Column("volume", gettext_lazy("Volume"), "volume_ml", "number", unit="ml"),
)
_CHANGES: tuple[Column[RegistryChange], ...] = (
    Column("when", gettext_lazy("When"), "at", "date"),
    Column("what", gettext_lazy("What"), change_words),
    Column("subject", gettext_lazy("About"), "subject"),
    Column("effective", gettext_lazy("Counts from"), "effective_on", "date"),
    Column("why", gettext_lazy("Why"), "why"),
    Column("who", gettext_lazy("Who"), "actor"),
)


@require_GET
@authorised(VIEW)
def one(request: ActorRequest, number: str) -> HttpResponse:
    """One operator with its warehouses, authorisations as they stand today, products and history."""
    row = find(request, number)
    keep = can(request.actor, KEEP, row) and row.state == OperatorState.REGISTERED
    held = queries.authorisations().filter(operator=row).order_by("number")
    products = row.products.all()
    facts = (
        Fact(_("State"), state_of(row)),
        Fact(_("Excise number"), row.excise_number),
        Fact(_("Tax number"), row.tax_number),
        Fact(_("Kind"), row.get_kind_display()),
        Fact(_("Country"), country_name(row.country)),
        Fact(_("Address"), row.address),
        Fact(_("Registered"), row.registered_on),
        *((Fact(_("Retired after"), row.retired_on),) if row.retired_on else ()),
        Fact(_("Kept by"), row.organisation.name),
        Fact(_("Its own organisation here"), row.firm.name if row.firm else _("None")),
    )
    context = {
        "title": row.name,
        "lead": _("What the operator may do with excise goods, where, and what was changed."),
        "crumbs": crumbs(),
        "operator": row,
        "keep": keep,
        "guarantees": can(request.actor, "excise.guarantee.view"),
        "facts": facts,
        "warehouses": tabulate(_warehouses(keep), row.warehouses.all(), _("Tax warehouses")),
        "authorisations": tabulate(_authorisations(keep), held, _("Authorisations")),
        "products": tabulate(_PRODUCTS, products, _("Products")),
        "changes": tabulate(_CHANGES, row.changes.all()[:CHANGES_SHOWN], _("History")),
    }
    return render(request, "excise/operator.html", context)


def find_product(request: ActorRequest, gtin: str) -> Product:
    """A product of an operator that the visitor may see. NotFound for others' alike."""
    row = queries.products_of(request.actor).filter(gtin=gtin).first()
    if row is None:
        raise NotFound(
            "excise.no-product",
            _("There is no product %(gtin)s in this registry.") % {"gtin": gtin},
            next_step=_("Look for its operator in the list of operators."),
        )
    return row


def _litres(row: Product) -> str:
    return format((Decimal(row.volume_ml) / 1000).normalize(), "f")


@require_GET
@authorised(VIEW)
def product(request: ActorRequest, gtin: str) -> HttpResponse:
    """One product, and the duty on it under the rules of two countries."""
    row = find_product(request, gtin)
    today = clock.now().date()
    found = both_in_force(row.operator.country, row.excise_code, row.hs_code, today)
    duty = None
    if found is not None:
        first, second, day = found
        duty = {
            "first": first,
            "second": second,
            "today": day == today,
            "day": day,
            "on_value": next((one for one in (first, second) if charges_on_cif(one, day)), None),
            "given": {
                "tariff": first.country,
                "other": second.country,
                "hs": row.hs_code,
                "abv": format((Decimal(row.abv_thousandths) / 1000).normalize(), "f"),
                "volume_l": _litres(row),
                "date": day.isoformat(),
            },
        }
    facts = (
        Fact(_("Operator"), Link(row.operator.name, address_of(row.operator))),
        Fact(_("GTIN"), row.gtin),
        Fact(_("Brand"), row.brand or None),
        Fact(_("Excise product code"), row.excise_code),
        Fact(_("HS code"), row.hs_code),
        Fact(_("Strength"), Amount(Decimal(row.abv_thousandths) / 1000, "%")),
        Fact(_("Volume of one container"), Amount(row.volume_ml, "ml")),
        Fact(_("Container"), row.container),
        *((Fact(_("Withdrawn after"), row.withdrawn_on),) if row.withdrawn_on else ()),
    )
    history = row.operator.changes.filter(subject=row.gtin)[:CHANGES_SHOWN]
    context = {
        "title": row.name,
        "lead": _("A product as it is sold, and what duty is worked out from."),
        "crumbs": crumbs(row.operator),
        "facts": facts,
        "duty": duty,
        "product": row,
        "keep": row.withdrawn_on is None and can(request.actor, KEEP, row),
        "changes": tabulate(_CHANGES, history, _("History")),
    }
    return render(request, "excise/product.html", context)
