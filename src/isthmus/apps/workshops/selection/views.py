"""The proposal of whom to accept, and marking a nominee."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import visible
from isthmus.apps.workshops.nominations.models import Nominee
from isthmus.apps.workshops.programme.forms import add_faults
from isthmus.apps.workshops.programme.house import KEEP
from isthmus.apps.workshops.programme.views.workshop import kept, way
from isthmus.apps.workshops.selection import queries, services
from isthmus.apps.workshops.selection.forms import AssessForm, RoomForm
from isthmus.apps.workshops.selection.models import Assessment
from isthmus.apps.workshops.selection.wording import PROPOSAL
from isthmus.kit.errors import BadInput, NotFound
from isthmus.ui.components import Fact
from isthmus.ui.table import tabulate


@require_GET
@authorised(KEEP)
def proposal(request: ActorRequest, number: str) -> HttpResponse:
    """Whom the rule proposes to accept, with every point."""
    row = kept(request, number)
    most = sum(row.invitations.values_list("quota", flat=True)) or 1
    form = RoomForm(request.GET or None, initial={"room": most})
    room = form.cleaned_data["room"] if form.is_bound and form.is_valid() else most
    found = queries.proposal_of(row, room)
    context = {
        "title": _("Proposal for the selection"),
        "lead": _("The rule proposes and explains each point. You decide on the page of each nominee."),
        "crumbs": way(row),
        "form": form,
        "proposal": tabulate(PROPOSAL, found) if found else None,
    }
    return render(request, "workshops/proposal.html", context)


@require_http_methods(["GET", "POST"])
@authorised(KEEP)
def assess(request: ActorRequest, pk: int) -> HttpResponse:
    """Mark a nominee, or say that one may not judge."""
    rows = Nominee.objects.select_related("invitation__workshop__programme__organisation")
    row = visible(request.actor, KEEP, rows).filter(pk=pk).first()
    if row is None:
        raise NotFound("workshops.no-nominee", _("There is no such nominee."))
    workshop = row.invitation.workshop
    mine = Assessment.objects.filter(nominee=row, by=request.actor.label).first()
    known = {**mine.marks, "conflict": mine.conflict} if mine is not None else {}
    form = AssessForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            services.assess(row, *form.told, actor=request.actor.label)
            return redirect("workshops:proposal", workshop.number)
        except BadInput as error:
            add_faults(form, error, "conflict")
    facts = (
        Fact(_("Position"), row.position or None),
        Fact(_("Employer"), row.employer or None),
        Fact(_("Why this person"), row.motivation or None),
    )
    context = {
        "title": _("Marks for %(name)s") % {"name": row.name},
        "lead": _("From 0 to 5. Each assessor marks alone; the mean counts."),
        "crumbs": way(workshop),
        "facts": facts,
        "form": form,
        "nominee": row,
        "cancel_url": reverse("workshops:proposal", args=[workshop.number]),
    }
    return render(request, "workshops/assess.html", context)
