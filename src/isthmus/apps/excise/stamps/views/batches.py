"""Pages of batches: custody, what was done, doing it, handing over, and what a printer gets."""

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from isthmus.accounts import audit
from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can
from isthmus.apps.excise.stamps import queries
from isthmus.apps.excise.stamps.forms import ActForm, OfferForm
from isthmus.apps.excise.stamps.models import HandoverState, StampBatch, StampHandover
from isthmus.apps.excise.stamps.services import book, crossing, issuing, moving
from isthmus.apps.excise.stamps.views.requests import DECIDE, VIEW
from isthmus.apps.excise.stamps.wording import PLACES
from isthmus.kit.errors import BadInput, NotFound
from isthmus.ui.components import Amount, Empty, Fact, Link, State, StateKind
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column, tabulate

HANDLE = "excise.stamp.handle"
_SHEET_STAMPS = 1000
_STATES: dict[str, StateKind] = {
    HandoverState.OFFERED: "wait",
    HandoverState.CONFIRMED: "ok",
    HandoverState.TAKEN_BACK: "off",
}


def _find(request: ActorRequest, pk: int, action: str) -> StampBatch:
    row = queries.batches_for(request.actor, action).filter(pk=pk).first()
    if row is None:
        raise NotFound("excise.no-stamp-batch", _("There is no such batch of stamps."))
    return row


_HELD: tuple[Column[book.Held], ...] = (
    Column("holder", gettext_lazy("Holder"), "holder"),
    Column("place", gettext_lazy("State"), lambda row: PLACES[row.place]),
    Column("count", gettext_lazy("Stamps"), "count", "number"),
)


@require_GET
@authorised(VIEW)
def one(request: ActorRequest, pk: int) -> HttpResponse:
    """One batch: who holds how many stamps in which state, and what was done."""
    batch = _find(request, pk, VIEW)
    facts = (
        Fact(_("Product"), batch.product),
        Fact(_("GTIN"), batch.gtin),
        Fact(_("Stamps"), Amount(batch.count)),
        Fact(_("Kind of code"), batch.get_proof_display()),
        Fact(_("Issued by"), f"{batch.issuer} {batch.issuer_batch}" if batch.issuer else None),
        Fact(_("Numbers"), f"{batch.begins:,} – {batch.ends:,}"),
        Fact(_("Arrived at") if batch.issuer else _("Issued to"), batch.organisation.name),
        Fact(_("Arrived") if batch.issuer else _("Issued"), batch.issued_at),
    )
    acts: tuple[Column[queries.Done], ...] = (
        Column("what", _("What was done"), lambda row: row.get_act_display()),
        Column("run", _("Numbers"), lambda row: f"{row.first:,} – {row.last:,}"),
        Column("holder", _("Holder"), "holder.name"),
        Column("who", _("By"), "actor"),
        Column("when", _("When"), "at", "date"),
        Column("reason", _("Reason"), "reason"),
    )
    context = {
        "title": _("Batch %(number)s") % {"number": batch.pk},
        "lead": _("Every stamp is held by somebody, in one state: the sums say where all of them are."),
        "crumbs": (Link(_("Requests for stamps"), reverse("excise:stamps")),),
        "batch": batch,
        "facts": tuple(fact for fact in facts if fact.value is not None),
        "held": tabulate(_HELD, book.held(batch), _("Where the stamps are")),
        "acts": tabulate(acts, queries.done_with(batch), _("What was done")),
        "may_handle": can(request.actor, HANDLE),
        "may_print": can(request.actor, DECIDE) and not batch.issuer,
        "may_send": can(request.actor, HANDLE) and bool(crossing.partners()),
        "sheets": range(1, min(batch.count, 50 * _SHEET_STAMPS) + 1, _SHEET_STAMPS),
    }
    return render(request, "excise/stamp_batch.html", context)


@require_http_methods(["GET", "POST"])
@authorised(HANDLE)
def act(request: ActorRequest, pk: int) -> HttpResponse:
    """Note what was done with stamps that the visitor's organisation holds."""
    batch = _find(request, pk, HANDLE)
    form = ActForm(request.POST or None, organisations=queries.organisations_of(request.actor, HANDLE))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            moving.act_on(
                batch,
                form.chosen,
                given["first"],
                given["last"],
                holder=form.holder,
                actor=request.actor.label,
                reason=given["reason"],
            )
            return redirect("excise:stamp-batch", pk)
        except BadInput as error:
            form.add_error("reason" if error.faults else "first", str(error))
    return _form(request, batch, form, _("Note what was done"))


@require_http_methods(["GET", "POST"])
@authorised(HANDLE)
def offer(request: ActorRequest, pk: int) -> HttpResponse:
    """Hand stamps over; they are the sender's until the receiver confirms."""
    batch = _find(request, pk, HANDLE)
    form = OfferForm(request.POST or None, organisations=queries.organisations_of(request.actor, HANDLE))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            moving.offer(
                batch,
                given["first"],
                given["last"],
                sender=form.holder,
                receiver=given["receiver"],
                actor=request.actor.label,
            )
            return redirect("excise:stamp-handovers")
        except BadInput as error:
            form.add_error("receiver" if error.faults else "first", str(error))
    return _form(request, batch, form, _("Hand stamps over"))


def _form(request: ActorRequest, batch: StampBatch, form: ActForm | OfferForm, title: str) -> HttpResponse:
    here = reverse("excise:stamp-batch", args=[batch.pk])
    context = {
        "title": title,
        "lead": _("Stamps %(first)s to %(last)s of batch %(batch)s, %(product)s")
        % {
            "first": f"{batch.begins:,}",
            "last": f"{batch.ends:,}",
            "batch": batch.pk,
            "product": batch.product,
        },
        "crumbs": (Link(_("Batch %(number)s") % {"number": batch.pk}, here),),
        "form": form,
        "submit": title,
        "cancel_url": here,
    }
    return render(request, "ui/form.html", context)


@require_GET
@authorised(DECIDE)
def code_file(request: ActorRequest, pk: int) -> HttpResponseBase:
    """The codes of a batch, a line each, for a printer of its own."""
    batch = _find(request, pk, DECIDE)
    audit.note("excise.stamp-codes-taken", actor=request.actor.label, subject=str(batch.pk))
    answer = StreamingHttpResponse(issuing.code_lines(batch), content_type="text/plain; charset=us-ascii")
    answer["Content-Disposition"] = f'attachment; filename="stamps-{batch.pk}.txt"'
    return answer


@require_GET
@authorised(DECIDE)
def sheet(request: ActorRequest, pk: int, first: int) -> HttpResponse:
    """A document of up to a thousand stamps."""
    batch = _find(request, pk, DECIDE)
    last = min(batch.count, first + _SHEET_STAMPS - 1)
    answer = HttpResponse(issuing.sheet(batch, first, last), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="stamps-{batch.pk}-{first}.pdf"'
    audit.note(
        "excise.stamp-codes-taken",
        actor=request.actor.label,
        subject=str(batch.pk),
        detail={"first": first, "last": last},
    )
    return answer


def _run_of(row: StampHandover) -> str:
    return f"{row.first:,} – {row.last:,}"


_COLUMNS: tuple[Column[StampHandover], ...] = (
    Column(
        "batch",
        gettext_lazy("Batch"),
        lambda row: f"{row.batch_id}: {_run_of(row)}",
        "link",
        sort=("batch_id", "first"),
        url=lambda row: reverse("excise:stamp-handover", args=[row.pk]),
    ),
    Column("sender", gettext_lazy("Sender"), "sender.name", sort="sender__name"),
    Column("receiver", gettext_lazy("Receiver"), "receiver.name", sort="receiver__name"),
    Column(
        "state",
        gettext_lazy("State"),
        lambda row: State(_STATES[row.state], row.get_state_display()),
        "state",
        sort="state",
    ),
    Column("offered", gettext_lazy("Sent"), "offered_at", "date", sort="offered_at"),
)


@require_GET
@authorised(VIEW)
def handovers(request: ActorRequest) -> HttpResponseBase:
    """Handovers of the visitor's organisations, both ways."""
    page = ListPage(
        request,
        queries.handovers_for(request.actor, VIEW),
        _COLUMNS,
        name="stamp-handovers",
        default_sort="-offered",
        empty=Empty(
            _("No handovers yet"), _("Whoever holds stamps hands them over from the page of their batch.")
        ),
    )
    context = {"lead": _("Stamps on their way, and those whose receipt was confirmed.")}
    return page.respond(_("Handovers of stamps"), "excise/stamp_handovers.html", context)


def _find_handover(request: ActorRequest, pk: int, action: str) -> StampHandover:
    row = queries.handovers_for(request.actor, action).filter(pk=pk).first()
    if row is None:
        raise NotFound("excise.no-stamp-handover", _("There is no such handover."))
    return row


@require_GET
@authorised(VIEW)
def handover(request: ActorRequest, pk: int) -> HttpResponse:
    """One handover, and the buttons of its receiver and its sender."""
    row = _find_handover(request, pk, VIEW)
    mine = queries.organisations_of(request.actor, HANDLE) if can(request.actor, HANDLE) else frozenset()
    is_open = row.state == HandoverState.OFFERED
    context = {
        "title": _("Handover of batch %(number)s") % {"number": row.batch_id},
        "lead": _("The receiver counts the stamps and confirms; until then the sender answers for them."),
        "crumbs": (Link(_("Handovers of stamps"), reverse("excise:stamp-handovers")),),
        "handover": row,
        "facts": (
            Fact(_("State"), State(_STATES[row.state], row.get_state_display())),
            Fact(_("Product"), row.batch.product),
            Fact(_("Numbers"), _run_of(row)),
            Fact(_("Stamps"), Amount(row.last + 1 - row.first)),
            Fact(_("Sender"), row.sender.name),
            Fact(_("Sent by"), row.offered_by),
            Fact(_("Sent"), row.offered_at),
            Fact(_("Receiver"), row.receiver.name),
            Fact(_("Closed by"), row.closed_by or None),
            Fact(_("Closed"), row.closed_at),
        ),
        "may_confirm": is_open and row.receiver_id in mine,
        "may_take_back": is_open and row.sender_id in mine,
    }
    return render(request, "excise/stamp_handover.html", context)


@require_POST
@authorised(HANDLE)
def close(request: ActorRequest, pk: int) -> HttpResponse:
    """The receiver confirms, or the sender takes back."""
    row = _find_handover(request, pk, HANDLE)
    mine = queries.organisations_of(request.actor, HANDLE)
    wanted = request.POST.get("action")
    if wanted == "confirm" and row.receiver_id in mine:
        moving.confirm(row, actor=request.actor.label)
    elif wanted == "take-back" and row.sender_id in mine:
        moving.take_back(row, actor=request.actor.label)
    else:
        raise NotFound("excise.no-stamp-handover", _("There is no such handover."))
    return redirect("excise:stamp-handover", pk)
