"""Pages of requests for stamps: asking, deciding, issuing."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can, visible
from isthmus.apps.excise.stamps import queries
from isthmus.apps.excise.stamps.forms import AskForm, RefuseForm
from isthmus.apps.excise.stamps.models import Proof, RequestState, StampRequest
from isthmus.apps.excise.stamps.services import issuing, requesting
from isthmus.apps.excise.stamps.views.securing import decision, find, securing_facts
from isthmus.kit.errors import BadInput
from isthmus.ui.components import Amount, Empty, Fact, Link, State, StateKind
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column

VIEW, ASK, DECIDE = "excise.stamp.view", "excise.stamp.ask", "excise.stamp.decide"
_STATES: dict[str, StateKind] = {
    RequestState.ASKED: "wait",
    RequestState.APPROVED: "ok",
    RequestState.REFUSED: "bad",
    RequestState.ISSUED: "ok",
}


def state_of(row: StampRequest) -> State:
    """The state of a request as it is shown."""
    return State(_STATES[row.state], row.get_state_display())


_COLUMNS: tuple[Column[StampRequest], ...] = (
    Column(
        "number",
        gettext_lazy("Request"),
        lambda row: str(row.number),
        "link",
        sort="number",
        url=lambda row: reverse("excise:stamp-request", args=[row.pk]),
    ),
    Column("organisation", gettext_lazy("Organisation"), "organisation.name", sort="organisation__name"),
    Column("product", gettext_lazy("Product"), "product", sort="product"),
    Column("count", gettext_lazy("Stamps"), "count", "number", sort="count"),
    Column("state", gettext_lazy("State"), state_of, "state", sort="state"),
    Column("asked", gettext_lazy("Asked for"), "asked_at", "date", sort="asked_at"),
)


@require_GET
@authorised(VIEW)
def listed(request: ActorRequest) -> HttpResponseBase:
    """Every request that the visitor may see."""
    rows = visible(request.actor, VIEW, StampRequest.objects.select_related("organisation"))
    page = ListPage(
        request,
        rows,
        _COLUMNS,
        name="stamp-requests",
        default_sort="-number",
        empty=Empty(
            _("No requests yet"),
            _("A producer or importer asks for stamps for a product; they are issued once duty is secured."),
        ),
    )
    context = {
        "lead": _("Tax stamps that were asked for, and what became of them."),
        "may_ask": can(request.actor, ASK),
    }
    return page.respond(_("Requests for stamps"), "excise/stamp_requests.html", context)


@require_http_methods(["GET", "POST"])
@authorised(ASK)
def ask(request: ActorRequest) -> HttpResponse:
    """Ask for stamps."""
    form = AskForm(request.POST or None, organisations=queries.organisations_of(request.actor, ASK))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            row = requesting.ask(
                form.holder,
                gtin=given["gtin"],
                product=given["product"],
                count=given["count"],
                proof=Proof(given["proof"]),
                actor=request.actor.label,
            )
            return redirect("excise:stamp-request", row.pk)
        except BadInput as error:
            for fault in error.faults:
                form.add_error(fault.where, fault.message)
    context = {
        "title": _("Ask for stamps"),
        "lead": _("For one product at a time. They are issued once the duty on it is secured."),
        "crumbs": (Link(_("Requests for stamps"), reverse("excise:stamps")),),
        "form": form,
        "submit": _("Ask for them"),
        "cancel_url": reverse("excise:stamps"),
    }
    return render(request, "ui/form.html", context)


@require_GET
@authorised(VIEW)
def one(request: ActorRequest, pk: int) -> HttpResponse:
    """One request and what may be done with it."""
    row = find(request, pk, VIEW)
    facts = [
        Fact(_("State"), state_of(row)),
        Fact(_("Organisation"), row.organisation.name),
        Fact(_("Product"), row.product),
        Fact(_("GTIN"), row.gtin),
        Fact(_("Stamps"), Amount(row.count)),
        Fact(_("Kind of code"), row.get_proof_display()),
        Fact(_("Asked for"), row.asked_at),
        Fact(_("Asked for by"), row.asked_by),
    ]
    if row.decided_at is not None:
        facts += [Fact(_("Decided"), row.decided_at), Fact(_("Decided by"), row.decided_by)]
    facts += securing_facts(row)
    if row.reason:
        facts.append(Fact(_("Reason"), row.reason))
    batch = getattr(row, "batch", None)
    may_decide = can(request.actor, DECIDE)
    context = {
        "title": _("Request %(number)s") % {"number": row.number},
        "lead": _("%(count)s stamps for %(product)s") % {"count": f"{row.count:,}", "product": row.product},
        "crumbs": (Link(_("Requests for stamps"), reverse("excise:stamps")),),
        "facts": tuple(facts),
        "asked": row,
        "batch": batch,
        "may_decide": may_decide and row.state == RequestState.ASKED,
        "may_issue": may_decide and row.state == RequestState.APPROVED,
        "may_withdraw": may_decide and row.state == RequestState.APPROVED,
        "may_account": may_decide
        and row.state == RequestState.ISSUED
        and row.guarantee_id is not None
        and row.released_at is None,
    }
    return render(request, "excise/stamp_request.html", context)


@require_http_methods(["GET", "POST"])
@authorised(DECIDE)
def refuse(request: ActorRequest, pk: int) -> HttpResponse:
    """Refuse a request."""
    row = find(request, pk, DECIDE)
    form = RefuseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        requesting.refuse(row, form.cleaned_data["reason"], actor=request.actor.label)
        return redirect("excise:stamp-request", pk)
    return decision(request, row, form, _("Refuse the request"))


@require_POST
@authorised(DECIDE)
def issue(request: ActorRequest, pk: int) -> HttpResponse:
    """Draw the numbers of an approved request."""
    batch = issuing.issue(find(request, pk, DECIDE), actor=request.actor.label)
    messages.success(request, _("The numbers are drawn. Print them next."))
    return redirect("excise:stamp-batch", batch.pk)
