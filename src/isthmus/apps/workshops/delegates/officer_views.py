"""Pages of the officer who gives out forms."""

from urllib.parse import urljoin

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import visible
from isthmus.apps.workshops.delegates import services
from isthmus.apps.workshops.delegates.forms import GiveOutForm
from isthmus.apps.workshops.delegates.models import DelegateLink
from isthmus.apps.workshops.delegates.wording import FORMS
from isthmus.apps.workshops.nominations.house import NOMINATE
from isthmus.apps.workshops.nominations.views.country import find_call, way
from isthmus.apps.workshops.programme.forms import add_faults, joined
from isthmus.kit.errors import BadInput, NotFound
from isthmus.ui.table import tabulate


@never_cache
@require_http_methods(["GET", "POST"])
@authorised(NOMINATE)
def forms_of(request: ActorRequest, pk: int) -> HttpResponse:
    """The forms that were given out for a call, and a new one; its link is shown once."""
    call = find_call(request, pk)
    form = GiveOutForm(request.POST or None, organisations=request.actor.organisation_ids)
    link = ""
    if request.method == "POST" and form.is_valid():
        try:
            meant_for = joined(form.cleaned_data["meant_for"])
            _row, secret = services.give_out(call, form.holder, meant_for, actor=request.actor.label)
            link = urljoin(settings.ISTHMUS.url, reverse("workshops:delegate", args=[secret]))
            form = GiveOutForm(organisations=request.actor.organisation_ids)
        except BadInput as error:
            add_faults(form, error, "meant_for")
    rows = list(
        visible(request.actor, NOMINATE, DelegateLink.objects.filter(call=call))
        .select_related("call")
        .order_by("-pk")
    )
    context = {
        "title": _("Forms for delegates"),
        "lead": _("The person fills in through a link, without an account; the focal point approves."),
        "crumbs": way(call),
        "call": call,
        "form": form,
        "link": link,
        "forms": tabulate(FORMS, rows) if rows else None,
        "open": [row for row in rows if services.is_open(row)],
    }
    return render(request, "workshops/delegate_forms.html", context)


@require_POST
@authorised(NOMINATE)
def take_back(request: ActorRequest, pk: int) -> HttpResponse:
    """Take a form back that is not handed in."""
    rows = visible(request.actor, NOMINATE, DelegateLink.objects.select_related("call"))
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound("workshops.no-form", _("There is no such form."))
    services.take_back(row, actor=request.actor.label)
    return redirect("workshops:delegate-forms", row.call_id)
