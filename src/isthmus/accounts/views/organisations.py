"""Organisations: the list, one of them with its people and tokens, adding and changing."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from isthmus.accounts import queries, services
from isthmus.accounts.forms import OrganisationChangeForm, OrganisationForm
from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.models import Membership, Organisation
from isthmus.accounts.policy import can, require, visible
from isthmus.accounts.roles import Role
from isthmus.accounts.views.acts import find, submitted
from isthmus.accounts.views.people import VIEW as VIEW_PERSON
from isthmus.accounts.views.people import state_of
from isthmus.ui.components import Empty, Fact, Link, State
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column, tabulate

VIEW = "accounts.organisation.view"
MANAGE = "accounts.organisation.manage"


def _crumb() -> Link:
    return Link(_("Organisations"), reverse("accounts:organisations"))


def _state(organisation: Organisation) -> State:
    if organisation.active:
        return State("ok", gettext_lazy("Active"))
    return State("off", gettext_lazy("Closed"))


def _address(organisation: Organisation) -> str:
    return reverse("accounts:organisation", args=[organisation.pk])


_COLUMNS: tuple[Column[Organisation], ...] = (
    Column("name", gettext_lazy("Name"), "name", kind="link", sort="name", url=_address),
    Column("code", gettext_lazy("Code"), "code", sort="code"),
    Column("kind", gettext_lazy("Kind"), "get_kind_display", sort="kind"),
    Column("people", gettext_lazy("Active people"), "people", kind="number", sort="people"),
    Column("state", gettext_lazy("State"), _state, kind="state", sort=("active", "name")),
)

_PEOPLE: tuple[Column[Membership], ...] = (
    Column(
        "name",
        gettext_lazy("Name"),
        "officer",
        kind="link",
        url=lambda held: reverse("accounts:person", args=[held.officer_id]),
    ),
    Column("role", gettext_lazy("Role"), lambda held: Role(held.role).label),
    Column("state", gettext_lazy("State"), lambda held: state_of(held.officer), kind="state"),
)


@require_GET
@authorised(VIEW)
def organisations(request: ActorRequest) -> HttpResponseBase:
    """All organisations the visitor may see."""
    page = ListPage(
        request,
        visible(request.actor, VIEW, queries.organisations_with_numbers()),
        _COLUMNS,
        name="organisations",
        default_sort="name",
        empty=Empty(_("No organisation yet"), _("An approver adds the ministries, agencies and firms.")),
    )
    context = {
        "lead": _("The ministries, agencies and firms that people of this node act for."),
        "manage": can(request.actor, MANAGE),
    }
    return page.respond(_("Organisations"), "accounts/organisations.html", context)


@require_GET
@authorised(VIEW)
def organisation(request: ActorRequest, pk: int) -> HttpResponse:
    """One organisation and the people who act for it."""
    one = find(Organisation.objects.all(), pk)
    require(request.actor, VIEW, one)
    held = one.memberships.select_related("officer").order_by("officer__full_name", "officer_id", "role")
    context = {
        "title": one.name,
        "crumbs": [_crumb()],
        "organisation": one,
        "facts_of_organisation": [
            Fact(_("Code"), one.code),
            Fact(_("Kind"), one.get_kind_display()),
            Fact(_("State"), _state(one)),
        ],
        "people": tabulate(_PEOPLE, visible(request.actor, VIEW_PERSON, held), _("People")),
        "manage": can(request.actor, MANAGE),
    }
    return render(request, "accounts/organisation.html", context)


@require_http_methods(["GET", "POST"])
@authorised(MANAGE)
def add(request: ActorRequest) -> HttpResponse:
    """A new organisation."""
    form = OrganisationForm(request.POST or None)

    def act(given: dict[str, Any]) -> Organisation:
        return services.create_organisation(given["code"], given["name"], given["kind"], actor=request.actor)

    if request.method == "POST" and (made := submitted(form, act)) is not None:
        return redirect(_address(made))
    context = {
        "form": form,
        "title": _("Add an organisation"),
        "submit": _("Add"),
        "cancel_url": reverse("accounts:organisations"),
        "crumbs": [_crumb()],
    }
    return render(request, "ui/form.html", context)


@require_http_methods(["GET", "POST"])
@authorised(MANAGE)
def change(request: ActorRequest, pk: int) -> HttpResponse:
    """Rename, reclassify, close or open an organisation."""
    one = find(Organisation.objects.all(), pk)
    initial = {"name": one.name, "kind": one.kind, "active": one.active}
    form = OrganisationChangeForm(request.POST or None, initial=initial)

    def act(given: dict[str, Any]) -> bool:
        services.change_organisation(
            one, name=given["name"], kind=given["kind"], active=given["active"], actor=request.actor
        )
        return True

    if request.method == "POST" and submitted(form, act):
        return redirect(_address(one))
    context = {
        "form": form,
        "title": _("Change %(name)s") % {"name": initial["name"]},
        "cancel_url": _address(one),
        "crumbs": [_crumb(), Link(str(initial["name"]), _address(one))],
    }
    return render(request, "ui/form.html", context)
