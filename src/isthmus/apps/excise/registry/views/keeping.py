"""Forms that change the registry; each posts one deed and leads back to the operator."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms as django_forms
from django.conf import settings
from django.contrib import messages
from django.db.models import Model
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import require
from isthmus.apps.excise.registry import queries
from isthmus.apps.excise.registry.forms import (
    AmendForm,
    EndForm,
    LicenseForm,
    ProductAmendForm,
    ProductForm,
    RegisterForm,
    WarehouseForm,
    add_faults,
)
from isthmus.apps.excise.registry.models import Authorisation, Operator, Product, TaxWarehouse
from isthmus.apps.excise.registry.services import entries, licensing, products
from isthmus.apps.excise.registry.views.operators import KEEP, address_of, crumbs, find, find_product
from isthmus.kit.errors import BadInput, NotFound

_PRODUCT_FIELDS = {"abv_thousandths": "abv"}


def _kept(
    request: ActorRequest,
    form: django_forms.Form,
    deed: Callable[[dict[str, Any]], Model | None],
    done: str,
    operator: Operator | None,
    names: dict[str, str] | None = None,
) -> HttpResponse | None:
    """Do it where the form is sent and right; what the service refuses stands beside its field."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        made = deed(form.cleaned_data)
    except BadInput as error:
        add_faults(form, error, names)
        return None
    messages.success(request, done)
    if operator is None:
        assert isinstance(made, Operator)
        operator = made
    return redirect(address_of(operator))


def _page(
    request: ActorRequest,
    form: django_forms.Form,
    title: str,
    lead: str,
    submit: str,
    operator: Operator | None = None,
    revoke_url: str = "",
) -> HttpResponse:
    context = {
        "title": title,
        "lead": lead,
        "crumbs": crumbs(operator),
        "form": form,
        "submit": submit,
        "revoke_url": revoke_url,
        "cancel_url": reverse("excise:operators") if operator is None else address_of(operator),
    }
    return render(request, "excise/registry_form.html", context)


def _own(request: ActorRequest, number: str) -> Operator:
    row = find(request, number)
    require(request.actor, KEEP, row)
    return row


@require_http_methods(["GET", "POST"])
@authorised(KEEP)
def register(request: ActorRequest) -> HttpResponse:
    """Register an operator."""
    authorities = queries.authorities_of(request.actor)
    country = settings.ISTHMUS.country
    if not country:
        raise BadInput(
            "excise.no-country",
            _("This node names no country, so it gives out no excise numbers."),
            next_step=_("Set ISTHMUS_COUNTRY."),
        )
    form = RegisterForm(request.POST or None, authorities=authorities, country=country)

    def deed(given: dict[str, Any]) -> Operator:
        fields = {**given, "excise_number": given["excise_number"].strip().upper(), "country": country}
        return entries.register(Operator(**fields), actor=request.actor.label)

    answer = _kept(request, form, deed, _("The operator is registered. License it next."), None)
    return answer or _page(
        request,
        form,
        _("Register an operator"),
        _("Who makes, stores or brings in excise goods. What it may do is licensed afterwards."),
        _("Register the operator"),
    )


@require_http_methods(["GET", "POST"])
@authorised(KEEP)
def amend(request: ActorRequest, number: str) -> HttpResponse:
    """Amend what is stated about an operator."""
    row = _own(request, number)
    form = AmendForm(request.POST or None, initial={name: getattr(row, name) for name in entries.AMENDABLE})

    def deed(given: dict[str, Any]) -> None:
        changes = {name: given[name] for name in entries.AMENDABLE}
        entries.amend(row, changes, given["effective_on"], actor=request.actor.label, why=given["why"])

    return _kept(request, form, deed, _("The entry is amended."), row) or _page(
        request,
        form,
        _("Amend the entry"),
        _("What stood before stays in the history. Another excise number is another operator."),
        _("Amend it"),
        row,
    )


@require_http_methods(["GET", "POST"])
@authorised(KEEP)
def retire(request: ActorRequest, number: str) -> HttpResponse:
    """End an operator's entry."""
    row = _own(request, number)
    form = EndForm(request.POST or None, day_label=_("Last day"))

    def deed(given: dict[str, Any]) -> None:
        entries.retire(row, given["on"], actor=request.actor.label, why=given["why"])

    return _kept(request, form, deed, _("The operator is retired."), row) or _page(
        request,
        form,
        _("Retire the operator"),
        _("All its authorisations count up to and with the last day. This cannot be undone."),
        _("Retire it"),
        row,
    )


@require_http_methods(["GET", "POST"])
@authorised(KEEP)
def open_warehouse(request: ActorRequest, number: str) -> HttpResponse:
    """Open a tax warehouse."""
    row = _own(request, number)
    form = WarehouseForm(request.POST or None)

    def deed(given: dict[str, Any]) -> None:
        fields = {**given, "excise_number": given["excise_number"].strip().upper()}
        entries.open_warehouse(TaxWarehouse(operator=row, **fields), actor=request.actor.label)

    return _kept(
        request, form, deed, _("The warehouse is open. License what may be done in it."), row
    ) or _page(
        request,
        form,
        _("Open a tax warehouse"),
        _("A place where excise goods are made or kept under suspension of duty."),
        _("Open it"),
        row,
    )


@require_http_methods(["GET", "POST"])
@authorised(KEEP)
def close_warehouse(request: ActorRequest, pk: int) -> HttpResponse:
    """Close a tax warehouse."""
    found = TaxWarehouse.objects.select_related("operator").filter(pk=pk).first()
    row = _own(request, found.excise_number if found else str(pk))
    assert found is not None
    form = EndForm(request.POST or None, day_label=_("Last day"))

    def deed(given: dict[str, Any]) -> None:
        entries.close_warehouse(found, given["on"], actor=request.actor.label, why=given["why"])

    return _kept(request, form, deed, _("The warehouse is closed."), row) or _page(
        request,
        form,
        _("Close the warehouse %(number)s") % {"number": found.excise_number},
        _("Its authorisations count up to and with the last day. This cannot be undone."),
        _("Close it"),
        row,
    )


@require_http_methods(["GET", "POST"])
@authorised(KEEP)
def license_operator(request: ActorRequest, number: str) -> HttpResponse:
    """Grant an authorisation."""
    row = _own(request, number)
    form = LicenseForm(request.POST or None, warehouses=row.warehouses.filter(closed_on=None))

    def deed(given: dict[str, Any]) -> None:
        licensing.license_operator(Authorisation(operator=row, **given), actor=request.actor.label)

    return _kept(request, form, deed, _("The authorisation is granted."), row) or _page(
        request,
        form,
        _("Grant an authorisation"),
        _("One thing that the operator may do, with which products, where, and when."),
        _("Grant it"),
        row,
    )


def _find_authorisation(request: ActorRequest, pk: int) -> Authorisation:
    row = queries.authorisations().filter(pk=pk, operator__in=queries.operators_of(request.actor)).first()
    if row is None:
        raise NotFound("excise.no-authorisation", _("There is no such authorisation."))
    require(request.actor, KEEP, row)
    return row


@require_http_methods(["GET", "POST"])
@authorised(KEEP)
def act(request: ActorRequest, pk: int, deed: str) -> HttpResponse:
    """Suspend an authorisation, lift its suspension, or revoke it."""
    row = _find_authorisation(request, pk)
    known: dict[str, tuple[Callable[..., Any], str, str, str, str, str]] = {
        "suspend": (
            licensing.suspend,
            _("Suspend %(number)s"),
            _("It does not count from that day until the suspension is lifted."),
            _("First day without it"),
            _("Suspend it"),
            _("The authorisation is suspended."),
        ),
        "lift": (
            licensing.lift,
            _("Lift the suspension of %(number)s"),
            _("It counts again from that day."),
            _("First day on which it counts again"),
            _("Lift the suspension"),
            _("The suspension is lifted."),
        ),
        "revoke": (
            licensing.revoke,
            _("Revoke %(number)s"),
            _("It ends for good. Where it may come back, suspend it instead."),
            _("First day without it"),
            _("Revoke it"),
            _("The authorisation is revoked."),
        ),
    }
    if deed not in known:
        raise Http404
    service, title, lead, day, submit, done = known[deed]
    form = EndForm(request.POST or None, day_label=day)

    def do(given: dict[str, Any]) -> None:
        service(row, given["on"], actor=request.actor.label, why=given["why"])

    revoke = reverse("excise:authorisation-act", args=[row.pk, "revoke"]) if deed != "revoke" else ""
    return _kept(request, form, do, done, row.operator) or _page(
        request, form, title % {"number": row.number}, lead, submit, row.operator, revoke
    )


@require_http_methods(["GET", "POST"])
@authorised(KEEP)
def enter_product(request: ActorRequest, number: str) -> HttpResponse:
    """Enter a product of an operator."""
    row = _own(request, number)
    form = ProductForm(request.POST or None)

    def deed(given: dict[str, Any]) -> None:
        fields = {name: value for name, value in given.items() if name != "abv"}
        fields["abv_thousandths"] = int(given["abv"] * 1000)
        entries.enter_product(Product(operator=row, **fields), actor=request.actor.label)

    return _kept(request, form, deed, _("The product is entered."), row, _PRODUCT_FIELDS) or _page(
        request,
        form,
        _("Enter a product"),
        _("As it is sold: one trade number, one strength, one size."),
        _("Enter it"),
        row,
    )


@require_http_methods(["GET", "POST"])
@authorised(KEEP)
def amend_product(request: ActorRequest, gtin: str) -> HttpResponse:
    """Amend what is stated about a product."""
    row = find_product(request, gtin)
    require(request.actor, KEEP, row)
    begin = {name: getattr(row, name) for name in products.AMENDABLE if name != "abv_thousandths"}
    form = ProductAmendForm(
        request.POST or None, initial={**begin, "abv": Decimal(row.abv_thousandths) / 1000}
    )

    def deed(given: dict[str, Any]) -> None:
        changes = {name: given[name] for name in begin}
        changes["abv_thousandths"] = int(given["abv"] * 1000)
        products.amend(row, changes, given["effective_on"], actor=request.actor.label, why=given["why"])

    return _kept(request, form, deed, _("The product is amended."), row.operator, _PRODUCT_FIELDS) or _page(
        request,
        form,
        _("Amend the product"),
        _("Goods of earlier days keep what stood then. Another trade number is another product."),
        _("Amend it"),
        row.operator,
    )


@require_http_methods(["GET", "POST"])
@authorised(KEEP)
def withdraw_product(request: ActorRequest, gtin: str) -> HttpResponse:
    """Withdraw a product."""
    row = find_product(request, gtin)
    require(request.actor, KEEP, row)
    form = EndForm(request.POST or None, day_label=_("Last day"))

    def deed(given: dict[str, Any]) -> None:
        products.withdraw(row, given["on"], actor=request.actor.label, why=given["why"])

    return _kept(request, form, deed, _("The product is withdrawn."), row.operator) or _page(
        request,
        form,
        _("Withdraw the product"),
        _("It is sold up to and with the last day. This cannot be undone."),
        _("Withdraw it"),
        row.operator,
    )
