"""The activity file on a page: a download."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.apps.workshops.iati import queries
from isthmus.apps.workshops.iati.formats.activity import write_activity
from isthmus.apps.workshops.programme.house import VIEW
from isthmus.apps.workshops.programme.views.programmes import find


@require_GET
@authorised(VIEW)
def activity(request: ActorRequest, code: str) -> HttpResponse:
    """The programme as an IATI activity."""
    row = find(request, code)
    answer = HttpResponse(write_activity(queries.activity_of(row)), content_type="application/xml")
    answer["Content-Disposition"] = f'attachment; filename="iati-{row.code.lower()}.xml"'
    return answer
