"""What was drawn under a permit, and taking a draw-down back."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import require
from isthmus.apps.excise.permits import queries
from isthmus.apps.excise.permits.forms import ReverseForm
from isthmus.apps.excise.permits.models import ImportPermit, PermitDraw
from isthmus.apps.excise.permits.services import draws
from isthmus.apps.excise.permits.views.answering import respond
from isthmus.apps.excise.permits.wording import litres, litres_text
from isthmus.apps.excise.returns.wording import money
from isthmus.kit.errors import NotFound
from isthmus.ui.components import Link, State
from isthmus.ui.formats import day_text
from isthmus.ui.table import Column, Table, tabulate


def crumb() -> Link:
    """The way back to the list."""
    return Link(_("Import permits"), reverse("excise:permits"))


def _state(row: PermitDraw) -> State:
    return State("off", _("Taken back")) if row.is_reversed else State("ok", _("Drawn"))


def _back(row: PermitDraw) -> str:
    if not row.is_reversed:
        return ""
    return _("%(day)s: %(why)s") % {"day": day_text(row.reversal.on), "why": row.reversal.why}


def draws_of(permit: ImportPermit, *, may_reverse: bool) -> Table:
    """The draw-downs of a permit; those that stand can be taken back by somebody else than who drew them."""
    columns: list[Column[PermitDraw]] = [
        Column("on", _("Day"), "on", "date"),
        Column("how", _("From"), "get_how_display"),
        Column("amount", _("Pure alcohol"), lambda row: litres(row.amount_ml), "number"),
        Column(
            "duty",
            _("Duty and charges"),
            lambda row: money(row.duty_return.total_minor, row.duty_return.currency),
            "number",
        ),
        Column(
            "return",
            _("Return"),
            "duty_return.number",
            "link",
            url=lambda row: reverse(
                "excise:return",
                args=[row.reversal.duty_return_id if row.is_reversed else row.duty_return_id],
            ),
        ),
        Column("state", _("State"), _state, "state"),
        Column("back", _("Why it was taken back"), _back),
        Column("by", _("By"), "by"),
    ]
    if may_reverse:

        def act(row: PermitDraw) -> Link | None:
            if row.is_reversed:
                return None
            return Link(_("Take it back"), reverse("excise:draw-reverse", args=[permit.pk, row.pk]))

        columns.append(Column("act", _("What to do"), act))
    return tabulate(columns, permit.draws.select_related("duty_return", "reversal"), _("Draw-downs"))


@require_http_methods(["GET", "POST"])
@authorised(queries.DRAW)
def reverse_draw(request: ActorRequest, pk: int, draw: int) -> HttpResponse:
    """Take a draw-down back, with a reason."""
    row = (
        PermitDraw.objects.select_related("permit__operator", "duty_return")
        .filter(pk=draw, permit=pk)
        .first()
    )
    if row is None or not queries.permits_of(request.actor).filter(pk=pk).exists():
        raise NotFound("excise.no-draw", _("There is no such draw-down."))
    require(request.actor, queries.DRAW, row.permit)
    form = ReverseForm(request.POST or None)
    here = reverse("excise:permit", args=[pk])

    def run() -> str:
        given, actor = form.cleaned_data, request.actor.label
        draws.reverse(row, on=given["on"], why=given["why"], key=given["key"], actor=actor)
        return here

    lead = _(
        "%(amount)s of %(day)s come back to the quota and the permit, and to the bonded store if they were "
        "released from it. The return %(number)s then owes nothing; what was paid becomes a credit."
    ) % {
        "amount": litres_text(row.amount_ml),
        "day": day_text(row.on),
        "number": row.duty_return.number,
    }
    return respond(
        request,
        form,
        run,
        title=_("Take a draw-down back"),
        lead=lead,
        crumbs=(crumb(), Link(row.permit.number, here)),
        cancel_url=here,
    )
