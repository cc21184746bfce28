"""The page on which the secretariat sees how a programme stands by the rules of the fund."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can, visible
from isthmus.apps.workshops.funding import queries, services
from isthmus.apps.workshops.funding.formats.proposal import ceilings, params
from isthmus.apps.workshops.funding.forms import EndorsementForm, YearForm
from isthmus.apps.workshops.funding.models import Endorsement
from isthmus.apps.workshops.funding.rules import pgtf
from isthmus.apps.workshops.funding.wording import FINDINGS
from isthmus.apps.workshops.programme.forms import add_faults, joined
from isthmus.apps.workshops.programme.house import KEEP, VIEW
from isthmus.apps.workshops.programme.models import Programme
from isthmus.apps.workshops.programme.views.programmes import crumbs, find, own
from isthmus.kit.errors import BadInput, NotFound
from isthmus.ui.components import Fact, Link, State
from isthmus.ui.formats import country_name, grouped
from isthmus.ui.table import Column, tabulate

_ENDORSED: tuple[Column[Endorsement], ...] = (
    Column("country", gettext_lazy("Country"), lambda row: country_name(row.country)),
    Column("signed_on", gettext_lazy("Signed on"), "signed_on", "date"),
    Column("signatory", gettext_lazy("Signed by"), "signatory"),
)


def _way(programme: Programme) -> tuple[Link, ...]:
    here = Link(_("Rules of the fund"), reverse("workshops:fund-rules", args=[programme.code]))
    return (*crumbs(programme), here)


def _verdict(findings: tuple[pgtf.Finding, ...]) -> State:
    outcomes = {one.outcome for one in findings}
    if pgtf.Outcome.FAILS in outcomes:
        return State("bad", _("Not to be sent yet: a rule is broken"))
    if pgtf.Outcome.UNKNOWN in outcomes:
        return State("warn", _("No rule is broken; something is not known"))
    return State("ok", _("Every rule holds"))


@require_GET
@authorised(VIEW)
def fund_rules(request: ActorRequest, code: str) -> HttpResponse:
    """Each rule of the fund: what holds, what does not, and what to do next."""
    row = find(request, code)
    form = YearForm(request.GET or None)
    year = form.cleaned_data["year"] if form.is_valid() else None
    proposal = queries.proposal_of(row, year=year)
    if not form.is_bound:
        form = YearForm(initial={"year": proposal.year})
    found = pgtf.check(proposal, ceilings(), params()["least_countries"])
    named = sorted(country_name(one) for one in proposal.countries)
    facts = (
        Fact(_("In all"), _verdict(found)),
        Fact(_("Institution"), proposal.institution),
        Fact(_("Year of the call"), str(proposal.year)),
        Fact(_("Countries"), ", ".join(named) or None),
        Fact(_("Asked for"), f"{grouped(proposal.requested)} {row.currency}"),
        Fact(_("Paid by others"), f"{grouped(proposal.matching or 0)} {row.currency}"),
    )
    endorsed = list(row.endorsements.order_by("country"))
    context = {
        "title": _("Rules of the fund"),
        "lead": _("How this programme stands by the rules of the Perez-Guerrero Trust Fund, from its data."),
        "crumbs": crumbs(row),
        "programme": row,
        "facts": tuple(fact for fact in facts if fact.value is not None),
        "findings": tabulate(FINDINGS, found, _("Rules")),
        "form": form,
        "currency": "" if row.currency == params()["currency"] else params()["currency"],
        "endorsed": tabulate(_ENDORSED, endorsed) if endorsed else None,
        "noted": [(one.pk, country_name(one.country)) for one in endorsed],
        "may_keep": row.closed_at is None and can(request.actor, KEEP, row),
    }
    return render(request, "workshops/fund_rules.html", context)


@require_http_methods(["GET", "POST"])
@authorised(KEEP)
def endorse(request: ActorRequest, code: str) -> HttpResponse:
    """Note an endorsement that a country has signed."""
    row = own(request, code)
    form = EndorsementForm(request.POST or None, countries=queries.to_endorse(row))
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            services.endorse(
                row, told["country"], told["signed_on"], joined(told["signatory"]), actor=request.actor.label
            )
            return redirect("workshops:fund-rules", code)
        except BadInput as error:
            add_faults(form, error, "country")
    context = {
        "title": _("Note an endorsement"),
        "lead": _("Of a country that takes part, once its authority has signed. Keep the paper."),
        "crumbs": _way(row),
        "form": form,
        "cancel_url": reverse("workshops:fund-rules", args=[code]),
    }
    return render(request, "ui/form.html", context)


@require_POST
@authorised(KEEP)
def take_back(request: ActorRequest, pk: int) -> HttpResponse:
    """Take back the note of an endorsement."""
    rows = visible(request.actor, KEEP, Endorsement.objects.select_related("programme"))
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound("workshops.no-endorsement", _("There is no such endorsement."))
    code = row.programme.code
    services.take_back(row, actor=request.actor.label)
    return redirect("workshops:fund-rules", code)
