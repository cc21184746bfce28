"""Pages on which movements are begun, accepted, received and reported on."""

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import OrganisationIds, reach_of
from isthmus.apps.excise.movements.forms import DraftForm, MessageForm, ReceiptForm
from isthmus.apps.excise.movements.models import Movement
from isthmus.apps.excise.movements.services import answering, sending
from isthmus.apps.excise.movements.views.listing import SAY, crumbs_of, find
from isthmus.kit.errors import BadInput


def put_faults(form: Form, error: BadInput, fallback: str) -> None:
    """Show the faults of an error at the fields that they are about, the others at ``fallback``."""
    for fault in error.faults:
        known = fault.where in form.fields
        text = (
            fault.message
            if known or not fault.where.startswith("line")
            else f"{fault.where}: {fault.message}"
        )
        form.add_error(fault.where if known else fallback, text)
    if not error.faults:
        form.add_error(fallback, str(error))


def _page(request: ActorRequest, form: Form, title: str, lead: str, row: Movement | None) -> HttpResponse:
    crumbs = crumbs_of(row)
    context = {
        "title": title,
        "lead": lead,
        "crumbs": crumbs,
        "form": form,
        "submit": title,
        "cancel_url": crumbs[-1].url,
    }
    return render(request, "ui/form.html", context)


@require_http_methods(["GET", "POST"])
@authorised(SAY)
def draft(request: ActorRequest) -> HttpResponse:
    """Begin a movement with a draft (IE815) from a file."""
    reach = reach_of(request.actor, SAY)
    own = reach.ids if isinstance(reach, OrganisationIds) else request.actor.organisation_ids
    form = DraftForm(request.POST or None, request.FILES or None, organisations=own)
    if request.method == "POST" and form.is_valid():
        try:
            row = sending.draft(form.holder, form.cleaned_data["file"].read(), actor=request.actor.label)
            return redirect("excise:movement", row.pk)
        except BadInput as error:
            put_faults(form, error, "file")
    lead = _(
        "The draft of the electronic document (IE815). If the goods left on paper while the node was down,"
        " it says so and carries the paper's number as its local reference."
    )
    return _page(request, form, _("Enter a draft"), lead, None)


@require_http_methods(["GET", "POST"])
@authorised(SAY)
def receipt(request: ActorRequest, pk: int) -> HttpResponse:
    """Report what arrived (IE818)."""
    row = find(request, pk, SAY)
    form = ReceiptForm(request.POST or None, movement=row)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            answering.report_receipt(
                row, given["arrived"], given["conclusion"], form.differing, actor=request.actor.label
            )
            messages.success(request, _("The report of receipt is on its way."))
            return redirect("excise:movement", pk)
        except BadInput as error:
            put_faults(form, error, "conclusion")
    return _page(
        request, form, _("Report the receipt"), _("What arrived of %(arc)s.") % {"arc": row.arc}, row
    )


@require_http_methods(["GET", "POST"])
@authorised(SAY)
def message(request: ActorRequest, pk: int) -> HttpResponse:
    """Send any other message about a movement from a file."""
    row = find(request, pk, SAY)
    form = MessageForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            sending.say(row, form.cleaned_data["file"].read(), actor=request.actor.label)
            return redirect("excise:movement", pk)
        except BadInput as error:
            put_faults(form, error, "file")
    lead = _("Cancellation, change of destination, alert, explanation and the like, as an EMCS message.")
    return _page(request, form, _("Send a message"), lead, row)
