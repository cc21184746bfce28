"""The front page of the network and its search page."""

from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import Actor
from isthmus.exchange.application import Panel, PanelRow
from isthmus.exchange.registry import resolve
from isthmus.kit.errors import BadInput
from isthmus.node.network import asking, kinds
from isthmus.node.network.asking import Answer, Result
from isthmus.node.network.kinds import VIEW
from isthmus.search.highlights import as_html
from isthmus.search.rules.worth import MILLION
from isthmus.ui.charts import TileMap
from isthmus.ui.components import Link
from isthmus.ui.formats import country_name, grouped

ROWS = 5
"""Lines of a group on the front page; the rest is on the application's own pages."""
_PARTS = 6


@dataclass(frozen=True, slots=True)
class GroupShown:
    """A headed list of a panel: its first lines, and how many more there are."""

    title: str
    rows: tuple[PanelRow, ...]
    more: int


@dataclass(frozen=True, slots=True)
class PanelShown:
    """An application's part of the page; ``map`` is None where it counts nothing by country."""

    panel: Panel
    icon: str
    groups: tuple[GroupShown, ...]
    map: TileMap | None


def _map(panel: Panel) -> TileMap | None:
    if not panel.countries:
        return None
    counts = dict(panel.countries)
    return TileMap(
        panel.title,
        counts,
        panel.unit,
        _("Countries of the network, shaded by how many each has; this country has a frame."),
        frozenset({settings.ISTHMUS.country} & counts.keys()),
        {code: country_name(code) for code in counts},
    )


def panels(actor: Actor) -> tuple[PanelShown, ...]:
    """The parts of all applications that have one for the actor, in the network's order."""
    shown = []
    for app in kinds.in_order():
        panel: Panel | None = resolve(app.panel)(actor) if app.panel else None
        if panel is not None:
            groups = tuple(
                GroupShown(title, rows[:ROWS], max(len(rows) - ROWS, 0))
                for title, rows in panel.groups
                if rows
            )
            shown.append(PanelShown(panel, app.icon, groups, _map(panel)))
    return tuple(shown)


@require_safe
@authorised(VIEW)
def front(request: ActorRequest) -> HttpResponse:
    """The network at a glance: the search box, and what each application shows of it."""
    context = {
        "title": _("The network"),
        "lead": _("Ideas, needs, offers and experts of this country and its partners."),
        "kinds": kinds.open_to(request.actor).values(),
        "panels": panels(request.actor),
    }
    return render(request, "node/network/front.html", context)


def points(millionths: int) -> str:
    """Millionths of a point as a number with all its digits, so that a reader can add them up."""
    return grouped(Decimal(millionths) / MILLION, _PARTS)


@dataclass(frozen=True, slots=True)
class ReasonShown:
    """One item of a score."""

    word: str
    in_title: bool
    count: int
    points: str


@dataclass(frozen=True, slots=True)
class ResultShown:
    """A result as the page draws it; the points of ``reasons`` add up to ``score``."""

    result: Result
    title: SafeString
    excerpt: SafeString
    score: str
    reasons: tuple[ReasonShown, ...]


def _shown(result: Result) -> ResultShown:
    return ResultShown(
        result,
        as_html(result.title),
        as_html(result.hit.excerpt),
        points(result.score),
        tuple(
            ReasonShown(item.word, item.part == "title", item.count, points(item.points))
            for item in result.items
        ),
    )


def _page_number(text: str) -> int:
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 5 else 1


def _address(text: str, kind: str, page: int) -> str:
    given = {"q": text, "kind": kind, "page": page if page > 1 else ""}
    return "?" + urlencode({name: value for name, value in given.items() if value})


@require_safe
@authorised(VIEW)
def search(request: ActorRequest) -> HttpResponse:
    """One box over all kinds; each result says why it is there."""
    text, kind = asking.clean(request.GET.get("q", "")), asking.clean(request.GET.get("kind", ""))
    page = _page_number(request.GET.get("page", ""))
    answer: Answer | None = None
    fault: BadInput | None = None
    if "q" in request.GET:
        try:
            answer = asking.ask(request.actor, text, kind=kind, page=page)
        except BadInput as error:
            fault = error
    context = {
        "title": _("Search the network"),
        "lead": _("The best answers first. Each says why it is there, point by point."),
        "crumbs": (Link(_("The network"), reverse("network")),),
        "kinds": kinds.open_to(request.actor).values(),
        "text": text[:_LONGEST_SHOWN],
        "kind": kind,
        "fault": fault,
        "answer": answer,
        "results": tuple(_shown(one) for one in answer.results) if answer else (),
        "before": _address(text, kind, page - 1) if answer and page > 1 else "",
        "after": _address(text, kind, page + 1) if answer and answer.more else "",
        "everywhere": _address(text, "", 1) if answer and kind else "",
    }
    return render(request, "node/network/search.html", context)


_LONGEST_SHOWN = 2_000
"""Signs of a question that are written back into the box."""
