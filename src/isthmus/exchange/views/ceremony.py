"""The ceremony: two people on a telephone, each reads out the own words and types the other's."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised, proven
from isthmus.exchange import front
from isthmus.exchange.forms import WordsForm
from isthmus.exchange.views.acts import posted, submitted
from isthmus.exchange.views.partners import crumb, page_of, seen
from isthmus.trust.models import PartnerState
from isthmus.trust.services import confirm
from isthmus.ui.components import Link


@require_http_methods(["GET", "POST"])
@authorised("trust.partner.confirm")
@proven
def ceremony(request: ActorRequest, node_id: str) -> HttpResponse:
    """Own words to read out on one side, a field for the partner's words on the other."""
    row = seen(request, node_id)
    if row.state != PartnerState.PENDING:
        return redirect(page_of(row))
    form = WordsForm(posted(request))
    if request.method == "POST":
        confirmed = submitted(form, lambda given: confirm(row, given["words"], actor=request.actor.label))
        if confirmed is not None:
            return redirect(page_of(row))
    context = {
        "title": _("Confirm %(name)s") % {"name": row.name},
        "crumbs": [crumb(), Link(row.name, page_of(row))],
        "partner": row,
        "words": front.own_words(),
        "form": form,
    }
    return render(request, "exchange/ceremony.html", context)
