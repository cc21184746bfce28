"""Pages of the secretariat: the plans of a workshop, and how far each is."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.apps.workshops.plans import queries
from isthmus.apps.workshops.plans.handing_queries import handing_of
from isthmus.apps.workshops.plans.house import VIEW
from isthmus.apps.workshops.plans.wording import HELD, questions, tables, told
from isthmus.apps.workshops.programme.views.workshop import find, way
from isthmus.kit.errors import NotFound
from isthmus.ui.components import Empty, Fact, Link, Tile
from isthmus.ui.lists import ListPage


@require_GET
@authorised(VIEW)
def plans(request: ActorRequest, number: str) -> HttpResponseBase:
    """The plans of a workshop."""
    workshop = find(request, number)
    page = ListPage(
        request,
        queries.held_of(workshop),
        HELD,
        name="workshops-held-plans",
        default_sort="title",
        empty=Empty(
            _("No plan has arrived yet"),
            _("Delegates write them on the nodes of their countries, and the focal point lets them go."),
        ),
    )
    lead = _("What delegates plan for home, and how far it is six and twelve months after the workshop.")
    context = {"lead": lead, "crumbs": way(workshop)}
    return page.respond(_("Country plans"), context=context)


@require_GET
@authorised(VIEW)
def one(request: ActorRequest, pk: int) -> HttpResponse:
    """One plan that arrived."""
    row = queries.held_for(request.actor).filter(pk=pk).first()
    if row is None:
        raise NotFound("workshops.no-plan", _("There is no such plan."))
    invitation = row.nominee.invitation
    here = Link(_("Country plans"), reverse("workshops:workshop-plans", args=[invitation.workshop.number]))
    delegate = Link(row.nominee.name, reverse("workshops:nominee", args=[row.nominee_id]))
    facts = (
        Fact(_("Country"), Tile((invitation.country or invitation.partner).upper())),
        Fact(_("Delegate"), delegate),
        Fact(_("Workshop"), invitation.workshop.title),
        Fact(_("Version"), row.version),
        Fact(_("Arrived"), row.arrived_at),
        Fact(_("Record"), Link(row.leaf[:16], reverse("exchange:record", args=[row.leaf]))),
    )
    context = {
        "title": row.title,
        "lead": _("What %(name)s plans for home.") % {"name": row.nominee.name},
        "crumbs": (*way(invitation.workshop), here),
        "facts": facts,
        "told": told(row.body),
        **tables(row.body),
        "questions": questions(queries.asked_of_held(row), list(row.answers.all())),
        "handing": handing_of(request.actor, row),
    }
    return render(request, "workshops/held_plan.html", context)
