"""What officers and approvers post on a return: one page a deed, one form each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import Actor, can, require
from isthmus.apps.excise.returns import queries
from isthmus.apps.excise.returns.forms import (
    AdjustForm,
    DeedForm,
    InterestForm,
    PaymentForm,
    PenaltyForm,
    RefundForm,
    RefundPaidForm,
    WithdrawForm,
)
from isthmus.apps.excise.returns.models import DutyReturn
from isthmus.apps.excise.returns.rules.states import Deed, State, may
from isthmus.apps.excise.returns.services import accounts
from isthmus.apps.excise.returns.wording import in_units, money_text
from isthmus.kit.errors import BadInput, NotFound
from isthmus.ui.components import Link
from isthmus.ui.text import Text

ASSESS, DECIDE = "excise.return.assess", "excise.return.decide"


@dataclass(frozen=True, slots=True)
class DeedPage:
    """One deed: its words, who may do it, its form, and what it calls with the cleaned answers."""

    name: str
    deed: Deed
    action: str
    title: Text
    lead: Text
    form: type[DeedForm]
    run: Callable[[DutyReturn, dict[str, Any], str], object]


def _adjust(row: DutyReturn, given: dict[str, Any], actor: str) -> object:
    return accounts.adjust(
        row, given["code"], given["amount"], why=given["why"], key=given["key"], actor=actor
    )


def _penalise(row: DutyReturn, given: dict[str, Any], actor: str) -> object:
    return accounts.penalise(
        row, given["kind"], given["amount"], why=given["why"], key=given["key"], actor=actor
    )


def _pay(row: DutyReturn, given: dict[str, Any], actor: str) -> object:
    return accounts.pay(row, given["amount"], given["on"], bank=given["bank"], key=given["key"], actor=actor)


def _interest(row: DutyReturn, given: dict[str, Any], actor: str) -> object:
    return accounts.charge_interest(row, given["until"], actor=actor)


def _refund(row: DutyReturn, given: dict[str, Any], actor: str) -> object:
    return accounts.approve_refund(row, given["amount"], why=given["why"], key=given["key"], actor=actor)


def _refund_paid(row: DutyReturn, given: dict[str, Any], actor: str) -> object:
    return accounts.pay_refund(row, given["amount"], bank=given["bank"], key=given["key"], actor=actor)


def _withdraw(row: DutyReturn, given: dict[str, Any], actor: str) -> object:
    return accounts.withdraw(row, given["entry"], why=given["why"], actor=actor)


_PAGES = (
    DeedPage(
        "payment",
        Deed.PAY,
        ASSESS,
        gettext_lazy("Post a payment"),
        gettext_lazy("What arrived at the treasury. More than is owed becomes a credit of this return."),
        PaymentForm,
        _pay,
    ),
    DeedPage(
        "adjust",
        Deed.ADJUST,
        ASSESS,
        gettext_lazy("Adjust the duty"),
        gettext_lazy("Before it is assessed: raise or lower what is owed under one code, and say why."),
        AdjustForm,
        _adjust,
    ),
    DeedPage(
        "penalty",
        Deed.PENALISE,
        ASSESS,
        gettext_lazy("Post a penalty"),
        gettext_lazy("The amount is that of the terms; where they know none, state it with its act."),
        PenaltyForm,
        _penalise,
    ),
    DeedPage(
        "interest",
        Deed.CHARGE_INTEREST,
        ASSESS,
        gettext_lazy("Post interest"),
        gettext_lazy(
            "On the unpaid duty, from the day after the due day; what was posted before is left out."
        ),
        InterestForm,
        _interest,
    ),
    DeedPage(
        "refund",
        Deed.REFUND,
        DECIDE,
        gettext_lazy("Approve a refund"),
        gettext_lazy("What was paid too much on this return is to be paid back."),
        RefundForm,
        _refund,
    ),
    DeedPage(
        "refund-paid",
        Deed.PAY_REFUND,
        ASSESS,
        gettext_lazy("Post a refund as paid out"),
        gettext_lazy("What left the treasury for an approved refund."),
        RefundPaidForm,
        _refund_paid,
    ),
    DeedPage(
        "withdraw",
        Deed.WITHDRAW,
        DECIDE,
        gettext_lazy("Take back an entry"),
        gettext_lazy(
            "A payment that bounced, a penalty or interest that was wrong. Both entries stay in the book."
        ),
        WithdrawForm,
        _withdraw,
    ),
)


class DEEDS:
    """The deeds that a visitor may do with a return now."""

    @staticmethod
    def may_post(actor: Actor, row: DutyReturn) -> bool:
        """Whether the visitor is an officer of the authority that keeps the operator."""
        return can(actor, ASSESS, row)

    @staticmethod
    def offered(actor: Actor, row: DutyReturn, owed: int, due_back: int) -> list[Link]:
        """Links to the pages of deeds that make sense now."""
        sense = {
            "refund": owed < 0,
            "refund-paid": due_back > 0,
            "interest": owed > 0 and row.due_on < queries.today(),
            "withdraw": row.stands is not State.DRAFT and queries.withdrawable(row).exists(),
        }
        return [
            Link(page.title, reverse("excise:return-deed", args=[row.pk, page.name]))
            for page in _PAGES
            if sense.get(page.name, True) and may(page.deed, row.stands) and can(actor, page.action, row)
        ]


@require_http_methods(["GET", "POST"])
@authorised(queries.VIEW)
def deed(request: ActorRequest, pk: int, name: str) -> HttpResponse:
    """The page of one deed."""
    page = next((one for one in _PAGES if one.name == name), None)
    row = queries.returns_of(request.actor).filter(pk=pk).first()
    if page is None or row is None:
        raise NotFound("excise.no-return", _("There is no such return."))
    require(request.actor, page.action, row)
    owed, due_back = queries.held(row, "owed"), -queries.held(row, "refunds")
    proposed = {"payment": owed, "refund": -owed, "refund-paid": due_back}.get(name, 0)
    initial = {"amount": in_units(proposed, row.currency)} if proposed > 0 else {}
    form = page.form(request.POST or None, row=row, initial=initial)
    here = reverse("excise:return", args=[pk])
    if request.method == "POST" and form.is_valid():
        try:
            done = page.run(row, form.cleaned_data, request.actor.label)
            messages.success(
                request, _("Posted.") if done is not None else _("There was nothing left to post.")
            )
            return redirect(here)
        except BadInput as error:
            for fault in error.faults:
                form.add_error(fault.where if fault.where in form.fields else None, fault.message)
            if not error.faults:
                form.add_error(None, str(error))
    context = {
        "title": page.title,
        "lead": _("%(lead)s Owed now: %(owed)s.")
        % {"lead": page.lead, "owed": money_text(owed, row.currency)},
        "crumbs": (Link(_("Returns"), reverse("excise:returns")), Link(row.number or _("Draft"), here)),
        "form": form,
        "submit": page.title,
        "cancel_url": here,
    }
    return render(request, "ui/form.html", context)
