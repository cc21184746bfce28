"""Pages on the duty of a movement: what is at stake at dispatch, what secures it, what became of the rest."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.apps.excise.guarantees import queries as guarantees
from isthmus.apps.excise.guarantees.wording import amount_text, in_units, places_of
from isthmus.apps.excise.movements.forms import AcceptForm, SettleForm
from isthmus.apps.excise.movements.models import DRAFT, Movement, MovementSecurity
from isthmus.apps.excise.movements.rules.securing import LineStake, Stake, guarantors
from isthmus.apps.excise.movements.services import securing, sending
from isthmus.apps.excise.movements.views.listing import SAY, crumbs_of, find
from isthmus.apps.excise.movements.views.writing import put_faults
from isthmus.apps.excise.movements.wording import code_words, rates_words
from isthmus.kit.errors import BadInput, NotFound
from isthmus.ui.components import Amount, Fact, State
from isthmus.ui.table import Column, Table, tabulate


def _stake_table(stake: Stake) -> Table:
    currency, places = stake.currency, places_of(stake.currency)

    def duty(line: LineStake) -> object:
        if line.duty_minor is None:
            return State("warn", line.why)
        return Amount(in_units(line.duty_minor, currency), currency, places)

    columns: tuple[Column[LineStake], ...] = (
        Column("line", gettext_lazy("Line"), lambda line: str(line.number)),
        Column("rate", gettext_lazy("Row of the tariff"), "rule"),
        Column("day", gettext_lazy("Rates of"), "rates_on", "date"),
        Column("duty", gettext_lazy("Duty"), duty),
    )
    return tabulate(columns, stake.lines, _("Duty at stake"))


def _offers(row: Movement, stake: Stake) -> tuple[str, list[str], bool]:
    """What the guarantor code says, each guarantee that may be used with what is free of it, and whether one
    is needed.
    """
    draft = sending.draft_of(row)
    code = draft.body.movement_guarantee.guarantor_type_code
    found = securing.candidates(draft, stake.currency, stake.on)
    lines = [
        _("%(number)s of %(guarantor)s: %(free)s free")
        % {
            "number": one.number,
            "guarantor": one.guarantor_name,
            "free": amount_text(guarantees.free(one), one.currency),
        }
        for one in found
    ]
    return code_words(code), lines, bool(guarantors(code))


@require_http_methods(["GET", "POST"])
@authorised(SAY)
def accept(request: ActorRequest, pk: int) -> HttpResponse:
    """Show the duty at stake and have the draft accepted under a reference."""
    row = find(request, pk, SAY)
    here = reverse("excise:movement", args=[pk])
    if row.state != DRAFT:
        messages.info(request, _("%(arc)s is accepted already.") % {"arc": row.arc})
        return redirect(here)
    stake = securing.stake_of(row)
    code, offers, needed = _offers(row, stake)
    form = AcceptForm(request.POST if request.method == "POST" else None, stake=stake, needed=needed)
    if request.method == "POST" and form.is_valid():
        try:
            done = sending.accept(row, actor=request.actor.label, duty_minor=form.duty_minor)
            messages.success(request, _("Accepted under %(arc)s.") % {"arc": done.arc})
            return redirect(here)
        except BadInput as error:
            put_faults(form, error, "duty")
    context = {
        "title": _("Have it accepted"),
        "lead": _("The draft gets a reference; its duty is reserved of a guarantee until arrival."),
        "crumbs": crumbs_of(row),
        "form": form,
        "submit": _("Have it accepted"),
        "cancel_url": here,
        "stake": _stake_table(stake),
        "last_known": rates_words(stake.last_known) if stake.last_known else "",
        "known": amount_text(stake.known_minor, stake.currency) if stake.known_minor else "",
        "code": code,
        "offers": offers,
    }
    return render(request, "excise/movement_accept.html", context)


def security_of(row: Movement) -> MovementSecurity | None:
    """What secures a movement; None where it did not leave here."""
    return MovementSecurity.objects.select_related("guarantee", "movement").filter(movement=row).first()


def security_facts(row: MovementSecurity) -> tuple[Fact, ...]:
    """The guarantee of a movement and how much of it is reserved."""
    at_stake = amount_text(row.amount_minor, row.currency)
    if row.rates_on is not None and not row.stated:
        at_stake = f"{at_stake}, {rates_words(row.rates_on)}"
    facts = [
        Fact(_("Guarantor"), code_words(row.guarantor_code)),
        Fact(_("Duty at stake"), at_stake),
    ]
    if row.stated:
        facts.append(Fact(_("Stated by"), _("the office; the tariff gives less, or has no rate")))
    if row.guarantee is None:
        return (*facts, Fact(_("Guarantee"), State("off", _("none is needed"))))
    url = reverse("excise:guarantee", args=[row.guarantee.pk])
    facts += [
        Fact(_("Guarantee"), f"{row.guarantee.number}, {row.guarantee.guarantor_name}", url=url),
        Fact(_("Reserved now"), amount_text(row.held_minor, row.currency)),
    ]
    if row.settled_at is not None:
        facts.append(Fact(_("Settled"), f"{row.settled_why} ({row.settled_by})"))
    return tuple(facts)


@require_http_methods(["GET", "POST"])
@authorised(SAY)
def settle(request: ActorRequest, pk: int) -> HttpResponse:
    """Say what became of the duty on what did not arrive."""
    row = find(request, pk, SAY)
    held = security_of(row)
    if held is None or not held.wanted_minor or not securing.may_settle(row):
        raise NotFound("excise.movement-settled", _("No duty of this movement is to be settled now."))
    form = SettleForm(request.POST if request.method == "POST" else None)
    here = reverse("excise:movement", args=[pk])
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            securing.settle_liability(row, given["outcome"], given["why"], actor=request.actor.label)
            messages.success(request, _("Settled."))
            return redirect(here)
        except BadInput as error:
            put_faults(form, error, "why")
    context = {
        "title": _("Settle the duty"),
        "lead": _("%(amount)s stay at stake for what did not arrive.")
        % {"amount": amount_text(held.wanted_minor, held.currency)},
        "crumbs": crumbs_of(row),
        "form": form,
        "submit": _("Settle the duty"),
        "cancel_url": here,
    }
    return render(request, "ui/form.html", context)
