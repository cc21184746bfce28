"""The list of experts, and the search by need."""

from collections import Counter
from collections.abc import Iterable

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_safe

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can
from isthmus.apps.experts import finding_queries as finding
from isthmus.apps.experts import queries, wording
from isthmus.apps.experts.finding_queries import Match
from isthmus.apps.experts.forms import ExpertFilter, NeedForm
from isthmus.apps.experts.models import Expert
from isthmus.apps.experts.queries import KEEP, OWN, VIEW
from isthmus.apps.experts.views.rows import crumbs
from isthmus.apps.experts.wording import joined
from isthmus.kit.errors import BadInput
from isthmus.search.highlights import as_html
from isthmus.ui.charts import TileMap
from isthmus.ui.components import Empty, Tile
from isthmus.ui.formats import country_name
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column

_SHOWN = 50
_COLUMNS: tuple[Column[Expert], ...] = (
    Column(
        "name",
        gettext_lazy("Name"),
        wording.name_of,
        "link",
        sort="name",
        url=lambda row: reverse("experts:expert", args=[row.key]),
    ),
    Column("headline", gettext_lazy("What the person is"), "headline", sort="headline"),
    Column("country", gettext_lazy("Country"), lambda row: Tile(row.country) if row.country else None),
    Column("languages", gettext_lazy("Languages"), lambda row: joined(wording.spoken(row))),
    Column("verified", gettext_lazy("Verification"), wording.verification, "state"),
    Column("state", gettext_lazy("State"), wording.state, "state"),
    Column("node", gettext_lazy("Kept at"), "node", sort="node"),
)


def tile_map(places: Iterable[str]) -> TileMap | None:
    """Experts by country; None where no country is known."""
    counts = Counter(code for code in places if code)
    if not counts:
        return None
    return TileMap(
        _("Experts by country"),
        counts,
        _("experts"),
        _("Where the experts live who are listed here; this country has a frame."),
        frozenset({settings.ISTHMUS.country} & counts.keys()),
        {code: country_name(code) for code in counts},
    )


@require_GET
@authorised(VIEW)
def experts(request: ActorRequest) -> HttpResponseBase:
    """Who is listed here, in a list and by country on a map of tiles."""
    page = ListPage(
        request,
        queries.experts_for(request.actor),
        _COLUMNS,
        name="experts",
        filters=ExpertFilter,
        default_sort="name",
        empty=Empty(
            _("Nobody is listed here yet"),
            _("Whoever can help writes a profile and consents; partners send those who consent to be here."),
        ),
    )
    context = {
        "lead": _("People of this country and its partners, as far as they consented to be listed here."),
        "map": tile_map(queries.listed().values_list("country", flat=True)),
        "may_write": can(request.actor, OWN) and queries.mine(request.actor) is None,
        "may_keep": can(request.actor, KEEP),
    }
    return page.respond(_("Experts"), template="experts/experts.html", context=context)


def _spoken_here() -> list[tuple[str, str]]:
    codes = {one["code"] for row in queries.listed() for one in row.languages}
    named = ((code, wording.language_name(code)) for code in codes)
    return sorted(named, key=lambda pair: pair[1].casefold())


def shown(match: Match) -> dict[str, object]:
    """A match as the page draws it: the points of its reasons add up to its score."""
    excerpt: SafeString | str = as_html(match.hit.excerpt) if match.hit is not None else ""
    return {
        "match": match,
        "name": wording.name_of(match.expert),
        "url": reverse("experts:expert", args=[match.expert.key]),
        "facts": wording.facts_in_short(match.expert),
        "excerpt": excerpt,
        "score": wording.points_text(match.score),
        "reasons": wording.reasons(match),
    }


@require_safe
@authorised(VIEW)
def find(request: ActorRequest) -> HttpResponse:
    """Who answers a need: what is demanded leaves others out, and each point is told."""
    asked = request.GET.copy()
    if asked:
        asked.setdefault("level", "B1")
    form = NeedForm(asked or None, spoken=_spoken_here())
    matches: list[Match] | None = None
    if form.is_bound and form.is_valid():
        try:
            matches = finding.find(request.actor, form.cleaned_data["q"], form.need)
        except BadInput as error:
            form.add_error("q", str(error))
    context = {
        "title": _("Find an expert by need"),
        "lead": _("Languages and time leave others out; words, codes, verification and freshness rank."),
        "crumbs": crumbs(),
        "form": form,
        "found": [shown(one) for one in matches[:_SHOWN]] if matches is not None else None,
    }
    return render(request, "experts/find.html", context)
