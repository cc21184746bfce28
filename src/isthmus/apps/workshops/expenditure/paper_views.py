"""Pages of what stands behind the figures: receipts as files, and rates that were wrong."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import require
from isthmus.apps.workshops.expenditure import queries
from isthmus.apps.workshops.expenditure import rate_services as correcting
from isthmus.apps.workshops.expenditure import receipt_services as receipts
from isthmus.apps.workshops.expenditure.forms import RateForm, ReceiptForm
from isthmus.apps.workshops.expenditure.house import APPROVE
from isthmus.apps.workshops.expenditure.models import ReceiptFile
from isthmus.apps.workshops.expenditure.views import find_entry, way
from isthmus.apps.workshops.programme.forms import add_faults
from isthmus.apps.workshops.programme.house import KEEP, VIEW
from isthmus.apps.workshops.programme.views.programmes import find
from isthmus.kit.errors import BadInput, Conflict, NotFound
from isthmus.kit.limits import FORM_BYTES, takes


@takes(receipts.MOST_BYTES + FORM_BYTES)
@require_http_methods(["GET", "POST"])
@authorised(KEEP)
def attach(request: ActorRequest, pk: int) -> HttpResponse:
    """Put the file of a receipt beside its entry."""
    row = find_entry(request, pk)
    require(request.actor, KEEP, row.programme)
    form = ReceiptForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = receipts.attach(row, file.name, file.read(), actor=request.actor.label)
            if others := receipts.also_used(made):
                numbers = ", ".join(map(str, others))
                messages.warning(
                    request, _("The same file stands by entries %(numbers)s too.") % {"numbers": numbers}
                )
            return redirect("workshops:entry", pk)
        except BadInput as error:
            add_faults(form, error, "file")
        except Conflict as error:
            form.add_error("file", str(error))
    context = {
        "title": _("Add the receipt of entry %(number)s") % {"number": row.number},
        "lead": _("The file is kept sealed with its hash, and stays with the book."),
        "crumbs": way(row.programme),
        "form": form,
        "submit": _("Keep it"),
        "cancel_url": reverse("workshops:entry", args=[pk]),
    }
    return render(request, "ui/form.html", context)


@require_GET
@authorised(VIEW)
def receipt(request: ActorRequest, pk: int) -> HttpResponse:
    """The file of a receipt, as it came."""
    row = ReceiptFile.objects.select_related("entry").filter(pk=pk).first()
    if row is None:
        raise NotFound("workshops.no-receipt", _("There is no such receipt."))
    find_entry(request, row.entry.pk)
    answer = HttpResponse(receipts.read(row), content_type=row.media_type)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=row.name) or ""
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_http_methods(["GET", "POST"])
@authorised(APPROVE)
def rate(request: ActorRequest, code: str) -> HttpResponse:
    """Correct a rate by which entries stand, in one step."""
    row = find(request, code)
    form = RateForm(request.POST or None, rates=queries.rates_of(row))
    if request.method == "POST" and form.is_valid():
        used, new = form.told
        try:
            made = correcting.correct_rate(row, used, new, actor=request.actor.label)
            said = ngettext(
                "%(count)d entry stands at the right rate now; no other has changed.",
                "%(count)d entries stand at the right rate now; no other has changed.",
                len(made),
            )
            messages.success(request, said % {"count": len(made)})
            return redirect("workshops:book", code)
        except BadInput as error:
            add_faults(form, error, "rate")
        except Conflict as error:
            form.add_error(None, str(error))
    context = {
        "title": _("Correct a rate"),
        "lead": _("The entries that stand by it are taken back and noted anew. The report says so."),
        "crumbs": way(row),
        "form": form,
        "submit": _("Correct it"),
        "cancel_url": reverse("workshops:book", args=[code]),
    }
    return render(request, "ui/form.html", context)
