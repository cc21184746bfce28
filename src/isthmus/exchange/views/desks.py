"""Desks: which organisation receives which records."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import visible
from isthmus.exchange import wording
from isthmus.exchange.forms import DeskForm
from isthmus.exchange.models import Desk
from isthmus.exchange.services.desks import remove_desk, set_desk
from isthmus.exchange.views.acts import carry_out, posted, submitted

MANAGE = "exchange.desk.manage"


@require_http_methods(["GET", "POST"])
@authorised(MANAGE)
def desks(request: ActorRequest) -> HttpResponse:
    """The desks of this node, and a form to set one."""
    form = DeskForm(posted(request))
    if request.method == "POST":
        made = submitted(
            form,
            lambda given: set_desk(given["record_type"], given["organisation"], actor=request.actor.label),
        )
        if made is not None:
            return redirect("exchange:desks")
    rows = visible(request.actor, MANAGE, Desk.objects.select_related("organisation").order_by("record_type"))
    context = {
        "title": _("Desks"),
        "lead": _(
            "Which organisation of this node receives which records. Its officers see them; others do not."
        ),
        "desks": [(row, wording.type_title(row.record_type)) for row in rows],
        "form": form,
    }
    return render(request, "exchange/desks.html", context)


@require_POST
@authorised(MANAGE)
def remove(request: ActorRequest, pk: int) -> HttpResponse:
    """Let records of a type go to nobody in particular."""
    row = visible(request.actor, MANAGE, Desk.objects.filter(pk=pk)).first()
    record_type = row.record_type if row is not None else ""
    return carry_out(
        request,
        lambda: remove_desk(record_type, actor=request.actor.label),
        _("Removed. What arrived before stays with the organisation."),
        reverse("exchange:desks"),
    )
