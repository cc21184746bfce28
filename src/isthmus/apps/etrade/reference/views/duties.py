"""The rates of duty by which what is at stake in a case is counted."""

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.apps.etrade.reference.forms import DutyFilter
from isthmus.apps.etrade.reference.models import DutyRate
from isthmus.apps.etrade.reference.views.lists import VIEW, code_lists
from isthmus.ui.components import Amount, Empty
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column

_COLUMNS: tuple[Column[DutyRate], ...] = (
    Column("code", gettext_lazy("HS code"), "hs_code", sort="hs_code"),
    Column(
        "rate",
        gettext_lazy("Rate on the value"),
        lambda row: Amount((row.rate * 100).normalize(), "%"),
        kind="number",
        sort="rate",
    ),
    Column("day", gettext_lazy("From"), "day", kind="date", sort="day"),
)


@require_GET
@authorised(VIEW)
def listed(request: ActorRequest) -> HttpResponseBase:
    """Every dated rate, by code and day."""
    page = ListPage(
        request,
        DutyRate.objects.all(),
        _COLUMNS,
        name="duties",
        filters=DutyFilter,
        default_sort="code",
        empty=Empty(
            _("No rates of duty yet"),
            _("Whoever runs this node loads them with the command “isthmus reference load duties FILE”."),
        ),
    )
    lead = _(
        "A rate counts from its day until the next one of its code. Cases are ranked by the duty at stake."
    )
    return page.respond(
        _("Rates of duty"), "etrade/code_list.html", {"lead": lead, "code_lists": code_lists()}
    )
