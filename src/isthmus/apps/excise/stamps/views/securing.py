"""Pages on which the duty of stamps is secured, and accounted for."""

from collections.abc import Sequence

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import require, visible
from isthmus.apps.excise.guarantees.queries import free
from isthmus.apps.excise.guarantees.wording import amount_text
from isthmus.apps.excise.stamps.forms import AccountForm, ApproveForm
from isthmus.apps.excise.stamps.models import StampRequest
from isthmus.apps.excise.stamps.services import requesting, securing
from isthmus.apps.excise.tariff.services import AtStake
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, NotFound
from isthmus.ui.components import Fact, Link

VIEW, DECIDE = "excise.stamp.view", "excise.stamp.decide"


def find(request: ActorRequest, pk: int, action: str) -> StampRequest:
    """A request that the visitor may see and do this with; NotFound."""
    rows = StampRequest.objects.select_related("organisation", "batch", "guarantee", "paid_return")
    row = visible(request.actor, VIEW, rows).filter(pk=pk).first()
    if row is None:
        raise NotFound("excise.no-stamp-request", _("There is no such request."))
    require(request.actor, action, row)
    return row


def securing_facts(row: StampRequest) -> list[Fact]:
    """What secures the duty of a request, by which rates it was worked out, how far it is accounted for."""
    if not row.secured_by:
        return []
    url = ""
    if row.guarantee_id is not None:
        url = reverse("excise:guarantee", args=[row.guarantee_id])
    elif row.paid_return_id is not None:
        url = reverse("excise:return", args=[row.paid_return_id])
    facts = [Fact(_("Duty secured by"), row.secured_by, url)]
    if row.secured_minor is not None:
        facts.append(Fact(_("Duty at stake"), amount_text(row.secured_minor, row.currency)))
    if row.rates_of is not None:
        facts.append(Fact(_("By the rates of"), row.rates_of))
        if row.decided_at is not None and row.rates_of < row.decided_at.date():
            facts.append(Fact(_("Rates"), _("The last that the tariff knows; it ends on that day.")))
    if row.guarantee_id is not None:
        now = securing.accounted(row)
        said = _("%(paid)s on paid returns, %(withdrawn)s cancelled or destroyed, %(left)s left") % {
            "paid": f"{now.paid:,}",
            "withdrawn": f"{now.withdrawn:,}",
            "left": f"{now.left:,}",
        }
        facts += [
            Fact(_("Stamps accounted for"), said),
            Fact(_("Guarantee released"), row.released_at or _("Not yet")),
        ]
    return facts


def decision(
    request: ActorRequest, row: StampRequest, form: forms.Form, title: str, facts: Sequence[Fact] = ()
) -> HttpResponse:
    """A form about a request."""
    here = reverse("excise:stamp-request", args=[row.pk])
    context = {
        "title": title,
        "lead": _("%(count)s stamps for %(product)s") % {"count": f"{row.count:,}", "product": row.product},
        "crumbs": (
            Link(_("Requests for stamps"), reverse("excise:stamps")),
            Link(_("Request %(number)s") % {"number": row.number}, here),
        ),
        "form": form,
        "facts": facts,
        "submit": title,
        "cancel_url": here,
    }
    return render(request, "excise/stamp_decision.html", context)


def _stake_facts(stake: AtStake, operator: str) -> tuple[Fact, ...]:
    rates = Fact(_("By the rates of"), stake.rates_of)
    facts = (Fact(_("Operator"), operator), Fact(_("Duty at stake"), _said(stake)), rates)
    if stake.is_last_known:
        return (*facts, Fact(_("Rates"), _("The last that the tariff knows; it ends on that day.")))
    return facts


def _said(stake: AtStake) -> str:
    return amount_text(stake.duty_minor, stake.currency)


@require_http_methods(["GET", "POST"])
@authorised(DECIDE)
def approve(request: ActorRequest, pk: int) -> HttpResponse:
    """Approve a request and secure its duty."""
    row = find(request, pk, DECIDE)
    product = securing.product_of(row)
    facts: tuple[Fact, ...] = (Fact(_("Operator"), product.operator.name),)
    needs_value = False
    try:
        stake = securing.at_stake(row, product, on=clock.now().date())
        facts = _stake_facts(stake, product.operator.name)
    except BadInput as error:
        needs_value = any(fault.where == "cif" for fault in error.faults)
        if not needs_value:
            raise
    form = ApproveForm(
        request.POST or None,
        guarantees=[(one, free(one)) for one in securing.usable(product)],
        returns=securing.paid_returns(row, product),
        needs_value=needs_value,
    )
    if request.method == "POST" and form.is_valid():
        try:
            requesting.approve(row, form.chosen, actor=request.actor.label)
            return redirect("excise:stamp-request", pk)
        except BadInput as error:
            where = "cif" if needs_value and any(one.where == "cif" for one in error.faults) else "security"
            form.add_error(where, f"{error.message} {error.next_step}".strip())
    return decision(request, row, form, _("Approve the request"), facts)


@require_http_methods(["GET", "POST"])
@authorised(DECIDE)
def account(request: ActorRequest, pk: int) -> HttpResponse:
    """Note on which paid return the duty of stamps is."""
    row = find(request, pk, DECIDE)
    product = securing.product_of(row)
    left = securing.accounted(row).left
    form = AccountForm(
        request.POST or None, returns=securing.paid_returns(row, product), initial={"count": left}
    )
    if request.method == "POST" and form.is_valid():
        try:
            given = form.cleaned_data["count"]
            securing.account_for(row, form.chosen, given, actor=request.actor.label)
            return redirect("excise:stamp-request", pk)
        except BadInput as error:
            form.add_error("count", f"{error.message} {error.next_step}".strip())
    return decision(request, row, form, _("Account for stamps"), securing_facts(row))
