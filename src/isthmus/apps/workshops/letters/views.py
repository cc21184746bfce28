"""Travel details of an accepted person, and the letters made of them."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import visible
from isthmus.apps.workshops.letters import queries, services
from isthmus.apps.workshops.letters.forms import TravelForm
from isthmus.apps.workshops.nominations.models import Nominee
from isthmus.apps.workshops.programme.forms import add_faults
from isthmus.apps.workshops.programme.house import KEEP
from isthmus.apps.workshops.programme.views.workshop import way
from isthmus.kit.errors import BadInput, Conflict, NotFound
from isthmus.ui.papers import files as papers


def _accepted(request: ActorRequest, pk: int) -> Nominee:
    rows = Nominee.objects.select_related("invitation__workshop__programme__organisation")
    row = visible(request.actor, KEEP, rows).filter(pk=pk).first()
    if row is None:
        raise NotFound("workshops.no-nominee", _("There is no such nominee."))
    if not services.is_accepted(row):
        raise Conflict("workshops.not-accepted", _("Only whoever is accepted is asked for travel details."))
    return row


@never_cache
@require_http_methods(["GET", "POST"])
@authorised(KEEP)
def travel(request: ActorRequest, pk: int) -> HttpResponse:
    """Note what an accepted person told for the journey."""
    row = _accepted(request, pk)
    form = TravelForm(request.POST or None, initial=queries.travel_of(row))
    if request.method == "POST" and form.is_valid():
        try:
            services.note_travel(row, form.told, actor=request.actor.label)
            return redirect("workshops:nominee", pk)
        except BadInput as error:
            add_faults(form, error, "passport")
    context = {
        "title": _("Travel details of %(name)s") % {"name": row.name},
        "lead": _("Kept sealed, and wiped %(days)d days after the workshop.") % {"days": queries.keep_days()},
        "crumbs": way(row.invitation.workshop),
        "form": form,
        "cancel_url": reverse("workshops:nominee", args=[pk]),
    }
    return render(request, "ui/form.html", context)


@never_cache
@require_GET
@authorised(KEEP)
def letter(request: ActorRequest, pk: int, kind: str) -> HttpResponse:
    """A letter for invitation or visa, as PDF, in the wording that is chosen in the address."""
    row = _accepted(request, pk)
    if kind not in queries.KINDS:
        raise NotFound("workshops.no-letter", _("There is no such letter."))
    choice = queries.chosen(row, request.GET.get("wording", ""))
    content = papers.made(queries.letter(row, kind, choice), "pdf")
    services.note_letter(row, kind, choice.trail, actor=request.actor.label)
    answer = HttpResponse(content, content_type=papers.KINDS["pdf"])
    answer["Content-Disposition"] = f'attachment; filename="{kind}-{row.reference[:12]}.pdf"'
    return answer
