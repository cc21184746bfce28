"""Declining a letter of intent that arrived, and withdrawing one of this node, each with its reason."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.apps.partners.forms import EndForm, add_faults
from isthmus.apps.partners.house import SIGN
from isthmus.apps.partners.models import Letter
from isthmus.apps.partners.services import closing
from isthmus.apps.partners.views.introductions import crumbs
from isthmus.apps.partners.views.letters import find
from isthmus.kit.errors import BadInput
from isthmus.ui.components import Link


def _end(
    request: ActorRequest, row: Letter, end: Callable[..., Letter], *, title: str, lead: str, said: str
) -> HttpResponse:
    form = EndForm(request.POST or None)
    here = reverse("partners:letter", args=[row.pk])
    if request.method == "POST" and form.is_valid():
        try:
            end(row, form.cleaned_data["reason"], actor=request.actor.label)
            messages.success(request, said)
            return redirect(here)
        except BadInput as error:
            add_faults(form, error)
    context = {
        "title": title,
        "lead": lead,
        "crumbs": (*crumbs(), Link(_("Letter of intent"), here)),
        "form": form,
        "submit": title,
        "cancel_url": here,
    }
    return render(request, "ui/form.html", context)


@require_http_methods(["GET", "POST"])
@authorised(SIGN)
def decline(request: ActorRequest, pk: int) -> HttpResponse:
    """Decline a letter that a partner sent."""
    return _end(
        request,
        find(request, pk),
        closing.decline,
        title=_("Decline the letter"),
        lead=_("Signed by this node and sent to the partner with your reason. It cannot be taken back."),
        said=_("Declined. The partner is told why."),
    )


@require_http_methods(["GET", "POST"])
@authorised(SIGN)
def withdraw(request: ActorRequest, pk: int) -> HttpResponse:
    """Withdraw a letter of this node."""
    return _end(
        request,
        find(request, pk),
        closing.withdraw,
        title=_("Withdraw the letter"),
        lead=_(
            "It ends once the partner hears of it; where the partner has signed before, the letter counts."
        ),
        said=_("Withdrawn. The partner is told why."),
    )
