"""What officers of the authority do with a guarantee by hand: release, claim, end. One page a deed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import require
from isthmus.apps.excise.guarantees import queries, services
from isthmus.apps.excise.guarantees.forms import ClaimForm, DeedForm, EndForm, ReleaseForm
from isthmus.apps.excise.guarantees.models import Guarantee, ReservationState
from isthmus.apps.excise.guarantees.wording import amount_text
from isthmus.kit.errors import BadInput, IsthmusError, NotFound, Refused
from isthmus.ui.components import Link
from isthmus.ui.text import Text

ACT = "excise.guarantee.act"


@dataclass(frozen=True, slots=True)
class DeedPage:
    """One deed: its words, its form, what it calls, and where it makes sense."""

    name: str
    title: Text
    lead: Text
    form: type[DeedForm]
    run: Callable[[Guarantee, dict[str, Any], str], object]
    offered: Callable[[Guarantee], bool]


def _release(row: Guarantee, given: dict[str, Any], actor: str) -> object:
    return services.release_by_hand(row, key=given["key"], on=given["on"], reason=given["why"], actor=actor)


def _claim(row: Guarantee, given: dict[str, Any], actor: str) -> object:
    return services.claim(
        row, given["amount"], key=given["key"], on=given["on"], reason=given["why"], actor=actor
    )


def _end(row: Guarantee, given: dict[str, Any], actor: str) -> object:
    return services.end(row, on=given["on"], why=given["why"], actor=actor)


DEEDS = (
    DeedPage(
        "claim",
        gettext_lazy("Claim from the guarantor"),
        gettext_lazy("The guarantor pays what the operator owes. A claim cannot be taken back."),
        ClaimForm,
        _claim,
        lambda row: row.consented_at is not None,
    ),
    DeedPage(
        "release",
        gettext_lazy("Release by hand"),
        gettext_lazy(
            "What is done releases itself. By hand, somebody other than who reserved it releases it."
        ),
        ReleaseForm,
        _release,
        lambda row: row.reservations.filter(state=ReservationState.OPEN).exists(),
    ),
    DeedPage(
        "end",
        gettext_lazy("End the guarantee"),
        gettext_lazy(
            "It covers nothing new from that day on; what is reserved stays so until it is released."
        ),
        EndForm,
        _end,
        lambda row: row.ended_on is None,
    ),
)


def deed_address(name: str, row: Guarantee, key: str = "") -> str:
    """The page of a deed, for one reservation where its key is given."""
    query = f"?{urlencode({'deed': key})}" if key else ""
    return f"{reverse('excise:guarantee-deed', args=[row.pk, name])}{query}"


@require_http_methods(["GET", "POST"])
@authorised(ACT)
def deed(request: ActorRequest, pk: int, name: str) -> HttpResponse:
    """The page of one deed."""
    page = next((one for one in DEEDS if one.name == name), None)
    row = queries.guarantees_of(request.actor).filter(pk=pk).first()
    if page is None or row is None:
        raise NotFound("excise.no-guarantee", _("There is no such guarantee."))
    require(request.actor, ACT, row)
    key = request.GET.get("deed", "")
    form = page.form(request.POST or None, row=row, initial={"key": key})
    here = reverse("excise:guarantee", args=[pk])
    if request.method == "POST" and form.is_valid():
        try:
            page.run(row, form.cleaned_data, request.actor.label)
            messages.success(request, _("Posted."))
            return redirect(here)
        except (BadInput, Refused) as error:
            _tell(form, error)
    free = amount_text(queries.free(row), row.currency)
    context = {
        "title": page.title,
        "lead": _("%(lead)s Free now: %(free)s.") % {"lead": page.lead, "free": free},
        "crumbs": (
            Link(_("Guarantees"), reverse("excise:guarantees")),
            Link(_("Guarantee %(number)s") % {"number": row.number}, here),
        ),
        "form": form,
        "submit": page.title,
        "cancel_url": here,
        "claim_url": deed_address("claim", row, key) if page.name == "release" else "",
    }
    return render(request, "excise/guarantee_deed.html", context)


def _tell(form: DeedForm, error: IsthmusError) -> None:
    for fault in error.faults:
        where = {"reason": "why"}.get(fault.where, fault.where)
        form.add_error(where if where in form.fields else None, fault.message)
    if not error.faults:
        form.add_error(None, str(error))
