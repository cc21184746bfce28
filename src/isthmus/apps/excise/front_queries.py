"""Excise's card on the front page of a node."""

from django.urls import reverse
from django.utils.translation import ngettext

from isthmus.accounts.policy import Actor, visible
from isthmus.apps.excise.models import DutyReturn, ImportPermit, Movement, StampIndication, StampRequest
from isthmus.apps.excise.movements import queries as movements
from isthmus.apps.excise.permits.rules.states import State as PermitState
from isthmus.apps.excise.returns.rules.states import State as ReturnState
from isthmus.apps.excise.stamps.models import RequestState
from isthmus.exchange.application import Card, Waiting
from isthmus.kit import clock


def card(actor: Actor) -> Card:
    """How many movements are open, and what waits for a decision of this person."""
    found = movements.figures(visible(actor, "excise.movement.view", Movement.objects.all()), clock.now())
    lines = (
        _late(found.late),
        _returns(actor),
        _stamps(actor),
        _permits(actor),
        _indications(actor),
    )
    return Card(
        figure=str(found.open),
        caption=ngettext(
            "movement under suspension is open", "movements under suspension are open", found.open
        ),
        url=reverse("excise:movements"),
        waiting=tuple(line for line in lines if line.count),
    )


def _late(count: int) -> Waiting:
    title = ngettext("A movement is overdue", "Movements are overdue", count)
    return Waiting(title, count, f"{reverse('excise:movements')}?show=late", urgent=True)


def _returns(actor: Actor) -> Waiting:
    declared = DutyReturn.objects.filter(state=ReturnState.DECLARED)
    count = visible(actor, "excise.return.assess", declared).count()
    title = ngettext("A return of duty waits to be assessed", "Returns of duty wait to be assessed", count)
    return Waiting(title, count, f"{reverse('excise:returns')}?state=declared")


def _stamps(actor: Actor) -> Waiting:
    asked = StampRequest.objects.filter(state=RequestState.ASKED)
    count = visible(actor, "excise.stamp.decide", asked).count()
    title = ngettext("A request for tax stamps waits", "Requests for tax stamps wait", count)
    return Waiting(title, count, reverse("excise:stamps"))


def _permits(actor: Actor) -> Waiting:
    applied = ImportPermit.objects.filter(state=PermitState.APPLIED)
    count = visible(actor, "excise.permit.decide", applied).count()
    title = ngettext("An application to import waits", "Applications to import wait", count)
    return Waiting(title, count, f"{reverse('excise:permits')}?state=applied")


def _indications(actor: Actor) -> Waiting:
    open_ones = StampIndication.objects.filter(closed_at=None)
    count = visible(actor, "excise.stamp.indications", open_ones).count()
    title = ngettext("A stamp may be a clone: look", "Stamps may be clones: look, the worst first", count)
    return Waiting(title, count, reverse("excise:stamp-indications"))
