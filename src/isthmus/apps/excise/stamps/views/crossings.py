"""Pages of handovers across the border: sending, what is on its way, confirming and refusing."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can
from isthmus.apps.excise.stamps import queries
from isthmus.apps.excise.stamps.forms import AnswerForm, CrossingFilter, SendAbroadForm
from isthmus.apps.excise.stamps.models import CrossingState, StampCrossing
from isthmus.apps.excise.stamps.services import crossing
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, NotFound
from isthmus.ui.components import Amount, Empty, Fact, Link, State, StateKind
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column

VIEW, HANDLE = "excise.stamp.view", "excise.stamp.handle"
_STATES: dict[str, StateKind] = {
    CrossingState.SENT: "wait",
    CrossingState.RECEIVED: "ok",
    CrossingState.REFUSED: "off",
    CrossingState.UNMATCHED: "bad",
}


def _state(row: StampCrossing) -> State:
    return State(_STATES[row.state], row.get_state_display())


def _run(row: StampCrossing) -> str:
    return f"{row.first:,} – {row.last:,}"


def _days(row: StampCrossing) -> int | None:
    return (clock.now() - row.sent_at).days if row.state == CrossingState.SENT else None


def _other(row: StampCrossing) -> str:
    return f"{row.other_name or row.other}, {row.partner}" if row.other_name or row.other else row.partner


_COLUMNS: tuple[Column[StampCrossing], ...] = (
    Column(
        "batch",
        gettext_lazy("Batch"),
        lambda row: f"{row.issuer} {row.issuer_batch}: {_run(row)}",
        "link",
        sort=("issuer", "issuer_batch", "first"),
        url=lambda row: reverse("excise:stamp-crossing", args=[row.pk]),
    ),
    Column("way", gettext_lazy("Way"), lambda row: row.get_way_display(), sort="way"),
    Column("other", gettext_lazy("Other side"), _other, sort="other_name"),
    Column("count", gettext_lazy("Stamps"), "count", "number"),
    Column("state", gettext_lazy("State"), _state, "state", sort="state"),
    Column("days", gettext_lazy("Days waiting"), _days, "number"),
    Column("sent", gettext_lazy("Sent"), "sent_at", "date", sort="sent_at"),
)


@require_GET
@authorised(VIEW)
def listed(request: ActorRequest) -> HttpResponseBase:
    """Handovers across the border, both ways, and answers that fit none."""
    page = ListPage(
        request,
        queries.crossings_for(request.actor, VIEW),
        _COLUMNS,
        name="stamp-crossings",
        filters=CrossingFilter,
        default_sort="-sent",
        empty=Empty(
            _("No stamps have crossed the border yet"),
            _("Whoever holds stamps sends them abroad from the page of their batch."),
        ),
    )
    context = {
        "lead": _("Stamps are the sender's, in transit, until the node of the receiver answers."),
        "crumbs": (Link(_("Handovers of stamps"), reverse("excise:stamp-handovers")),),
    }
    return page.respond(_("Stamps across the border"), context=context)


@require_http_methods(["GET", "POST"])
@authorised(HANDLE)
def send(request: ActorRequest, pk: int) -> HttpResponse:
    """Send stamps to a holder on a partner's node."""
    batch = queries.batches_for(request.actor, HANDLE).filter(pk=pk).first()
    if batch is None:
        raise NotFound("excise.no-stamp-batch", _("There is no such batch of stamps."))
    form = SendAbroadForm(
        request.POST or None,
        organisations=queries.organisations_of(request.actor, HANDLE),
        partners=crossing.partners(),
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            row = crossing.send(
                batch,
                given["first"],
                given["last"],
                sender=form.holder,
                partner=given["partner"],
                receiver=given["receiver"],
                receiver_name=given["receiver_name"],
                actor=request.actor.label,
            )
            return redirect("excise:stamp-crossing", row.pk)
        except BadInput as error:
            where = next((one.where for one in error.faults if one.where in form.fields), "first")
            form.add_error(where, str(error))
    here = reverse("excise:stamp-batch", args=[pk])
    context = {
        "title": _("Hand stamps over abroad"),
        "lead": _("They stay yours, in transit, until the receiver's node confirms them with its signature."),
        "crumbs": (Link(_("Batch %(number)s") % {"number": pk}, here),),
        "form": form,
        "submit": _("Send them"),
        "cancel_url": here,
    }
    return render(request, "ui/form.html", context)


def _find(request: ActorRequest, pk: int, action: str) -> StampCrossing:
    row = queries.crossings_for(request.actor, action).filter(pk=pk).first()
    if row is None:
        raise NotFound("excise.no-stamp-crossing", _("There is no such handover."))
    return row


def _crumbs() -> tuple[Link, ...]:
    return (
        Link(_("Handovers of stamps"), reverse("excise:stamp-handovers")),
        Link(_("Across the border"), reverse("excise:stamp-crossings")),
    )


@require_GET
@authorised(VIEW)
def one(request: ActorRequest, pk: int) -> HttpResponse:
    """One handover across the border, and what may be done with it."""
    row = _find(request, pk, VIEW)
    may = can(request.actor, HANDLE) and row.state == CrossingState.SENT
    turned_away = crossing.turned_away(row) if row.way == "out" else None
    batch_url = "" if row.batch_id is None else reverse("excise:stamp-batch", args=[row.batch_id])
    facts = (
        Fact(_("State"), _state(row)),
        Fact(_("Way"), row.get_way_display()),
        Fact(_("Product"), row.product or None),
        Fact(_("GTIN"), row.gtin or None),
        Fact(_("Issued by"), row.issuer),
        Fact(_("Batch of the issuer"), str(row.issuer_batch), batch_url),
        Fact(_("Numbers"), _run(row)),
        Fact(_("Stamps"), Amount(row.count)),
        Fact(_("Other side"), _other(row)),
        Fact(_("Excise number or code there"), row.other or None),
        Fact(_("Organisation"), row.organisation.name if row.organisation is not None else None),
        Fact(_("Sent"), row.sent_at),
        Fact(_("Sent by"), row.sent_by),
        Fact(_("Answered"), row.answered_at),
        Fact(_("Answered by"), row.answered_by or None),
        Fact(_("Reason"), row.reason or turned_away or None),
    )
    context = {
        "title": _("Stamps %(run)s across the border") % {"run": _run(row)},
        "lead": _("Only the signed answer of the other node closes the handover."),
        "crumbs": _crumbs(),
        "crossing": row,
        "facts": tuple(fact for fact in facts if fact.value is not None),
        "may_answer": may and row.way == "in",
        "may_take_back": may and turned_away is not None,
    }
    return render(request, "excise/stamp_crossing.html", context)


@require_http_methods(["GET", "POST"])
@authorised(HANDLE)
def answer(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirm what arrived, or refuse it and say why; the sender's node is told."""
    row = _find(request, pk, HANDLE)
    mine = queries.organisations_of(request.actor, HANDLE)
    form = AnswerForm(request.POST or None, organisations=mine, initial={"organisation": row.organisation_id})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            if given["says"] == "received":
                crossing.confirm(row, organisation=form.holder, actor=request.actor.label)
            else:
                crossing.refuse(row, given["reason"], organisation=form.holder, actor=request.actor.label)
            return redirect("excise:stamp-crossing", pk)
        except BadInput as error:
            where = next((one.where for one in error.faults if one.where in form.fields), "says")
            form.add_error(where, f"{error.message} {error.next_step}".strip())
    here = reverse("excise:stamp-crossing", args=[pk])
    context = {
        "title": _("Answer the sender"),
        "lead": _("Count the stamps first: %(count)s, numbers %(run)s.")
        % {"count": f"{row.count:,}", "run": _run(row)},
        "crumbs": (*_crumbs(), Link(_run(row), here)),
        "form": form,
        "submit": _("Send the answer"),
        "cancel_url": here,
    }
    return render(request, "ui/form.html", context)


@require_POST
@authorised(HANDLE)
def take_back(request: ActorRequest, pk: int) -> HttpResponse:
    """Take back what the other node turned away."""
    crossing.take_back(_find(request, pk, HANDLE), actor=request.actor.label)
    return redirect("excise:stamp-crossing", pk)
