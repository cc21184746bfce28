"""Pages of guarantees: the list, one with its reservations, registering, and the guarantor's consent."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import Everything, can, reach_of, require
from isthmus.apps.excise.guarantees import queries, services
from isthmus.apps.excise.guarantees.forms import ConsentForm, RegisterForm
from isthmus.apps.excise.guarantees.models import (
    Guarantee,
    GuaranteeReservation,
    GuaranteeState,
    ReservationState,
)
from isthmus.apps.excise.guarantees.wording import amount_text, in_units, places_of
from isthmus.apps.excise.registry.queries import operators_of
from isthmus.kit.errors import BadInput, NotFound, Refused
from isthmus.ui.charts.bar import BarChart
from isthmus.ui.charts.series import Series
from isthmus.ui.components import Amount, Empty, Fact, Link, State, StateKind
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column, tabulate

VIEW, KEEP = queries.VIEW, "excise.guarantee.keep"
_STATES: dict[str, StateKind] = {
    GuaranteeState.WAITING: "wait",
    GuaranteeState.CONSENTED: "ok",
    GuaranteeState.ENDED: "off",
}
_RESERVATIONS: dict[str, StateKind] = {
    ReservationState.OPEN: "wait",
    ReservationState.RELEASED: "ok",
    ReservationState.CALLED: "bad",
}


def state_of(row: Guarantee) -> State:
    """The state of a guarantee as it is shown."""
    return State(_STATES[row.state], row.get_state_display())


def _amount(row: Guarantee, minor: int) -> Amount:
    return Amount(in_units(minor, row.currency), row.currency, places_of(row.currency))


@require_GET
@authorised(VIEW)
def listed(request: ActorRequest) -> HttpResponseBase:
    """Every guarantee that the visitor may see, with what is free of it."""
    rows = queries.guarantees_of(request.actor)
    held = queries.held(rows)
    columns: tuple[Column[Guarantee], ...] = (
        Column(
            "number",
            gettext_lazy("Guarantee"),
            "number",
            "link",
            sort="number",
            url=lambda row: reverse("excise:guarantee", args=[row.pk]),
        ),
        Column("operator", gettext_lazy("Operator"), "operator.name", sort="operator__name"),
        Column("guarantor", gettext_lazy("Guarantor"), "guarantor_name", sort="guarantor_name"),
        Column("state", gettext_lazy("State"), state_of, "state", sort="state"),
        Column("until", gettext_lazy("Last day"), "valid_until", "date", sort="valid_until"),
        Column("free", gettext_lazy("Free"), lambda row: _amount(row, held[row.number].free), "number"),
        Column(
            "reserved",
            gettext_lazy("Reserved"),
            lambda row: _amount(row, held[row.number].reserved),
            "number",
        ),
        Column(
            "called", gettext_lazy("Claimed"), lambda row: _amount(row, held[row.number].called), "number"
        ),
    )
    page = ListPage(
        request,
        rows,
        columns,
        name="guarantees",
        default_sort="number",
        empty=Empty(
            _("No guarantees yet"),
            _("Register what a bank guarantees for an operator, and have the bank sign it."),
        ),
    )
    context = {
        "lead": _("What guarantors stand for, and how much of it is free."),
        "may_keep": can(request.actor, KEEP),
    }
    return page.respond(_("Guarantees"), "excise/guarantees.html", context)


def _find(request: ActorRequest, pk: int) -> Guarantee:
    row = queries.guarantees_of(request.actor).filter(pk=pk).first()
    if row is None:
        raise NotFound("excise.no-guarantee", _("There is no such guarantee."))
    return row


def _bars(row: Guarantee, held: queries.Held) -> BarChart:
    parts = ((_("Free"), held.free), (_("Reserved"), held.reserved), (_("Claimed"), held.called))
    return BarChart(
        title=_("How much of the guarantee is free"),
        names=[name for name, _minor in parts],
        series=[Series(_("Amount"), [float(in_units(minor, row.currency)) for _name, minor in parts])],
        unit=row.currency,
    )


@require_GET
@authorised(VIEW)
def one(request: ActorRequest, pk: int) -> HttpResponse:
    """One guarantee: how it stands, who signed it, and what is reserved for what."""
    row = _find(request, pk)
    held = queries.held_of(row)
    facts = [
        Fact(_("State"), state_of(row)),
        Fact(_("Kind"), row.get_kind_display()),
        Fact(_("Operator"), f"{row.operator.name} ({row.operator.excise_number})"),
        Fact(_("Guarantor"), f"{row.guarantor_name} ({row.guarantor_number})"),
        Fact(_("Guaranteed amount"), _amount(row, row.amount_minor)),
        Fact(_("First day"), row.valid_from),
        Fact(_("Last day"), row.valid_until),
        Fact(_("Kept by"), row.organisation.name),
    ]
    if row.consented_at is not None:
        facts.append(Fact(_("Signed by the guarantor; taken in"), row.consented_at))
    if row.ended_on is not None:
        facts += [Fact(_("Ended from"), row.ended_on), Fact(_("Reason"), row.ended_why)]
    columns: tuple[Column[GuaranteeReservation], ...] = (
        Column("key", _("Deed"), "key"),
        Column("amount", _("Reserved"), lambda one: _amount(row, one.amount_minor), "number"),
        Column("called", _("Claimed"), lambda one: _amount(row, one.called_minor), "number"),
        Column(
            "state",
            _("State"),
            lambda one: State(_RESERVATIONS[one.state], one.get_state_display()),
            "state",
        ),
        Column("on", _("Day"), "reserved_on", "date"),
        Column("reason", _("Reason"), "reason"),
    )
    context = {
        "title": _("Guarantee %(number)s") % {"number": row.number},
        "lead": _("%(free)s of %(amount)s are free.")
        % {
            "free": amount_text(held.free, row.currency),
            "amount": amount_text(row.amount_minor, row.currency),
        },
        "crumbs": (Link(_("Guarantees"), reverse("excise:guarantees")),),
        "guarantee": row,
        "facts": tuple(facts),
        "bars": _bars(row, held) if row.consented_at is not None else None,
        "reservations": tabulate(columns, list(row.reservations.all()[:200]), _("What it is reserved for")),
        "waits": row.state == GuaranteeState.WAITING,
        "may_keep": can(request.actor, KEEP, row),
    }
    return render(request, "excise/guarantee.html", context)


@require_http_methods(["GET", "POST"])
@authorised(KEEP)
def register(request: ActorRequest) -> HttpResponse:
    """Register a guarantee; it covers nothing before its guarantor signs."""
    reach = reach_of(request.actor, KEEP)
    form = RegisterForm(
        request.POST or None,
        organisations=None if isinstance(reach, Everything) else reach.ids,
        operators=operators_of(request.actor),
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = services.register(form.guarantee, actor=request.actor.label)
            messages.success(request, _("Registered. Send the statement to the guarantor for its signature."))
            return redirect("excise:guarantee", row.pk)
        except BadInput as error:
            for fault in error.faults:
                field = "amount" if fault.where == "amount_minor" else fault.where
                form.add_error(field, fault.message)
            if not error.faults:
                form.add_error("number", error.message)
    context = {
        "title": _("Register a guarantee"),
        "lead": _("It covers duty from the moment at which the guarantor's signature is taken in."),
        "crumbs": (Link(_("Guarantees"), reverse("excise:guarantees")),),
        "form": form,
        "submit": _("Register a guarantee"),
        "cancel_url": reverse("excise:guarantees"),
    }
    return render(request, "ui/form.html", context)


@require_http_methods(["GET", "POST"])
@authorised(KEEP)
def consent(request: ActorRequest, pk: int) -> HttpResponse:
    """Take in the guarantor's signature, once it is verified."""
    row = _find(request, pk)
    require(request.actor, KEEP, row)
    form = ConsentForm(request.POST or None)
    here = reverse("excise:guarantee", args=[pk])
    if request.method == "POST" and form.is_valid():
        try:
            services.take_consent(row, form.cleaned_data["consent"], actor=request.actor.label)
            messages.success(request, _("The signature holds. The guarantee covers duty from now on."))
            return redirect(here)
        except (BadInput, Refused) as error:
            form.add_error("consent", str(error))
    context = {
        "title": _("Take in the guarantor's consent"),
        "lead": _("The signature must be over the statement of this guarantee, by the registered key."),
        "crumbs": (
            Link(_("Guarantees"), reverse("excise:guarantees")),
            Link(_("Guarantee %(number)s") % {"number": row.number}, here),
        ),
        "form": form,
        "submit": _("Check and take it in"),
        "cancel_url": here,
    }
    return render(request, "ui/form.html", context)


@require_GET
@authorised(VIEW)
def statement(request: ActorRequest, pk: int) -> HttpResponse:
    """The bytes that the guarantor signs, as a file."""
    row = _find(request, pk)
    answer = HttpResponse(bytes(row.statement), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="guarantee-{row.pk}.json"'
    return answer
