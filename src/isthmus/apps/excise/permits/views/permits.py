"""The list of permits, one permit with its draw-downs, applying, deciding and drawing."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can, require
from isthmus.apps.excise.permits import queries
from isthmus.apps.excise.permits.forms import ApplyForm, ApproveForm, DrawForm, PermitFilter, RefuseForm
from isthmus.apps.excise.permits.models import ImportPermit
from isthmus.apps.excise.permits.rules.states import How, may_decide, may_draw
from isthmus.apps.excise.permits.services import draws, permits
from isthmus.apps.excise.permits.views.answering import respond
from isthmus.apps.excise.permits.views.draws import crumb, draws_of
from isthmus.apps.excise.permits.wording import in_litres, litres, litres_text, state_of
from isthmus.apps.excise.registry.queries import operators_of
from isthmus.apps.excise.returns.forms import HEAD
from isthmus.kit import clock
from isthmus.kit.errors import NotFound
from isthmus.ui.components import Empty, Fact, Link
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column

APPLY, DRAW, DECIDE = "excise.permit.apply", queries.DRAW, queries.DECIDE
_COLUMNS: tuple[Column[ImportPermit], ...] = (
    Column(
        "number",
        gettext_lazy("Permit"),
        "number",
        "link",
        sort="number",
        url=lambda row: reverse("excise:permit", args=[row.pk]),
    ),
    Column("operator", gettext_lazy("Resort"), "operator.name", sort="operator__name"),
    Column("year", gettext_lazy("Year of the quota"), lambda row: str(row.year), sort="year"),
    Column(
        "asked",
        gettext_lazy("Asked, pure alcohol"),
        lambda row: litres(row.asked_ml),
        "number",
        sort="asked_ml",
    ),
    Column(
        "granted",
        gettext_lazy("Approved, pure alcohol"),
        lambda row: litres(row.granted_ml),
        "number",
        sort="granted_ml",
    ),
    Column("state", gettext_lazy("State"), state_of, "state", sort="state"),
)


@require_GET
@authorised(queries.VIEW)
def listed(request: ActorRequest) -> HttpResponseBase:
    """Permits, the newest first."""
    page = ListPage(
        request,
        queries.permits_of(request.actor),
        _COLUMNS,
        name="permits",
        filters=PermitFilter,
        default_sort="-number",
        empty=Empty(
            _("No permits yet"), _("A resort applies for a permit once its island has a quota for the year.")
        ),
    )
    context = {
        "lead": _("What resorts may import within the quotas of their islands. Goods are drawn on a permit."),
        "may_apply": can(request.actor, APPLY),
    }
    return page.respond(_("Import permits"), "excise/permits.html", context)


def _find(request: ActorRequest, pk: int) -> ImportPermit:
    row = queries.permits_of(request.actor).filter(pk=pk).first()
    if row is None:
        raise NotFound("excise.no-permit", _("There is no such permit."))
    return row


@require_http_methods(["GET", "POST"])
@authorised(APPLY)
def begin(request: ActorRequest) -> HttpResponse:
    """Apply for a permit."""
    form = ApplyForm(
        request.POST or None,
        operators=operators_of(request.actor, APPLY),
        initial={"year": clock.now().year},
    )

    def run() -> str:
        given = form.cleaned_data
        row = permits.apply(
            given["operator"], given["year"], given["goods"], given["amount"], actor=request.actor.label
        )
        return reverse("excise:permit", args=[row.pk])

    return respond(
        request,
        form,
        run,
        title=_("Apply for a permit"),
        lead=_("An approver decides; you see the answer and its reason on the page of the permit."),
        crumbs=(crumb(),),
        cancel_url=reverse("excise:permits"),
    )


@require_GET
@authorised(queries.VIEW)
def one(request: ActorRequest, pk: int) -> HttpResponse:
    """One permit, what was drawn under it, and what may be done."""
    row = _find(request, pk)
    number = row.operator.excise_number
    facts = [
        Fact(_("State"), state_of(row)),
        Fact(_("Resort"), row.operator.name, url=reverse("excise:bond", args=[number])),
        Fact(_("Year of the quota"), str(row.year)),
        Fact(_("Goods"), row.goods),
        Fact(_("Asked, pure alcohol"), litres(row.asked_ml)),
    ]
    if row.granted_ml:
        facts.append(Fact(_("Approved, pure alcohol"), litres(row.granted_ml)))
        facts.append(Fact(_("Left of the permit"), litres(queries.left_of(row))))
    quota_left = queries.held([quota := queries.quota(row.operator, row.year)])[quota.pk].left
    facts.append(Fact(_("Left of the quota"), litres(quota_left)))
    if row.why:
        facts.append(Fact(_("Why it was refused"), row.why))
    facts += [Fact(_("Applied by"), row.applied_by), Fact(_("Decided by"), row.decided_by or None)]
    deeds = []
    if may_decide(row.stands) and can(request.actor, DECIDE):
        deeds = [(_("Approve the application"), "approve"), (_("Refuse the application"), "refuse")]
    if may_draw(row.stands) and can(request.actor, DRAW, row):
        deeds = [(_("Draw goods under the permit"), "draw")]
    context = {
        "title": row.number,
        "lead": _("%(goods)s, for %(operator)s") % {"goods": row.goods, "operator": row.operator.name},
        "crumbs": (crumb(),),
        "facts": tuple(facts),
        "draws": draws_of(row, may_reverse=can(request.actor, DRAW, row)),
        "deeds": [Link(words, reverse("excise:permit-deed", args=[pk, name])) for words, name in deeds],
    }
    return render(request, "excise/permit.html", context)


@require_http_methods(["GET", "POST"])
@authorised(queries.VIEW)
def deed(request: ActorRequest, pk: int, name: str) -> HttpResponse:
    """Approve, refuse, or draw."""
    row = _find(request, pk)
    here = reverse("excise:permit", args=[pk])
    actor = request.actor.label
    crumbs = (crumb(), Link(row.number, here))
    if name == "draw":
        require(request.actor, DRAW, row)
        goods = DrawForm(request.POST or None, request.FILES or None, initial={"rows": f"{HEAD}\n"})

        def draw() -> str:
            given = goods.cleaned_data
            how = How(given["how"])
            draws.draw(row, how, given["on"], goods.written, key=given["key"], actor=actor)
            return here

        lead = _(
            "State the goods. Their duty is declared, and quota and permit fall by their pure alcohol. "
            "Left of the permit: %(left)s."
        ) % {"left": litres_text(queries.left_of(row))}
        title = _("Draw goods under the permit")
        return respond(request, goods, draw, title=title, lead=lead, crumbs=crumbs, cancel_url=here)
    require(request.actor, DECIDE)
    if name == "approve":
        amount = ApproveForm(request.POST or None, initial={"amount": in_litres(row.asked_ml)})

        def approve() -> str:
            permits.approve(row, amount.cleaned_data["amount"], actor=actor)
            return here

        lead = _("Asked: %(asked)s. Approve all of it or less.") % {"asked": litres_text(row.asked_ml)}
        title = _("Approve the application")
        return respond(request, amount, approve, title=title, lead=lead, crumbs=crumbs, cancel_url=here)
    if name != "refuse":
        raise NotFound("excise.no-permit", _("There is no such permit."))
    reason = RefuseForm(request.POST or None)

    def refuse() -> str:
        permits.refuse(row, why=reason.cleaned_data["why"], actor=actor)
        return here

    title, lead = _("Refuse the application"), _("The quota stays as it is.")
    return respond(request, reason, refuse, title=title, lead=lead, crumbs=crumbs, cancel_url=here)
