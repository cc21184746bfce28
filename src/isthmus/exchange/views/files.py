"""The files of a record, downloaded from its page."""

from django.http import HttpResponseBase
from django.views.decorators.http import require_GET

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.exchange import downloads
from isthmus.exchange.models import Naming
from isthmus.exchange.views.acts import find
from isthmus.exchange.views.records import seen


@require_GET
@authorised("exchange.record.view")
def file(request: ActorRequest, leaf: str, digest: str) -> HttpResponseBase:
    """One file, for saving."""
    row = seen(request, leaf)
    naming = find(
        Naming.objects.filter(erased=False).select_related("attachment__subject_key"),
        leaf=row.leaf,
        attachment__sha256=digest,
    )
    return downloads.hand_out(naming, row, request.actor)
