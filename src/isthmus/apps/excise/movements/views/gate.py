"""The page of the officer at a gate: three things typed, one big answer."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.models import Organisation
from isthmus.apps.excise.movements.forms import GateForm
from isthmus.apps.excise.movements.services.gates import Seen, scan
from isthmus.apps.excise.movements.wording import ALARMS
from isthmus.kit.errors import BadInput

SCAN = "excise.gate.scan"


@require_http_methods(["GET", "POST"])
@authorised(SCAN)
def gate(request: ActorRequest) -> HttpResponse:
    """Check a load. The gate and the direction stay typed for the next one."""
    form = GateForm(request.POST or None)
    row = None
    if request.method == "POST" and form.is_valid():
        own = Organisation.objects.filter(pk__in=request.actor.organisation_ids)
        try:
            row = scan(
                own.order_by("pk").first(),
                Seen(**form.cleaned_data),
                actor=request.actor.label,
            )
            form = GateForm(initial={"gate": row.gate, "way": row.way})
        except BadInput as error:
            for fault in error.faults:
                form.add_error(fault.where, fault.message)
    context = {
        "title": _("At the gate"),
        "lead": _("Whether a load under suspension may pass. Each document passes once in each direction."),
        "form": form,
        "scan": row,
        "reasons": [str(ALARMS[one]) for one in row.alarms] if row is not None else [],
    }
    return render(request, "excise/gate.html", context)
