"""Places of UN/LOCODE."""

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.apps.etrade.reference.forms import PlaceFilter
from isthmus.apps.etrade.reference.models import Place
from isthmus.apps.etrade.reference.views.lists import VIEW, code_lists
from isthmus.apps.etrade.reference.wording import functions_in_words
from isthmus.ui.components import Empty, Tile
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column

_COLUMNS: tuple[Column[Place], ...] = (
    Column("code", gettext_lazy("Code"), "code", sort="code"),
    Column("name", gettext_lazy("Name"), "name", sort="name"),
    Column("country", gettext_lazy("Country"), lambda row: Tile(row.country), sort="country"),
    Column("subdivision", gettext_lazy("Subdivision"), "subdivision"),
    Column("functions", gettext_lazy("Has"), lambda row: ", ".join(functions_in_words(row.functions))),
)


@require_GET
@authorised(VIEW)
def listed(request: ActorRequest) -> HttpResponseBase:
    """Ports, crossings and other places, by name, code, country and function."""
    page = ListPage(
        request,
        Place.objects.all(),
        _COLUMNS,
        name="places",
        filters=PlaceFilter,
        default_sort="code",
        empty=Empty(
            _("No places yet"),
            _("Whoever runs this node loads them with the command “isthmus reference load --unlocode FILE”."),
        ),
    )
    lead = _("The places of UN/LOCODE that declarations name: ports, terminals, airports, crossings.")
    return page.respond(_("Places"), "etrade/code_list.html", {"lead": lead, "code_lists": code_lists()})
