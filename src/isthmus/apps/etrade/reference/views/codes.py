"""HS codes: the chapters and the search, and one code within its tree."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.apps.etrade.reference import queries
from isthmus.apps.etrade.reference.forms import CodeFilter
from isthmus.apps.etrade.reference.models import HsCode
from isthmus.apps.etrade.reference.rules.codes import level_of
from isthmus.apps.etrade.reference.views.lists import VIEW, code_lists
from isthmus.kit.errors import NotFound
from isthmus.ui.components import Empty, Fact, Link
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column, tabulate

_LEVELS = {
    "chapter": gettext_lazy("Chapter"),
    "heading": gettext_lazy("Heading"),
    "subheading": gettext_lazy("Subheading"),
}


def _url(row: HsCode) -> str:
    return reverse("etrade:hs-code", args=[row.edition, row.code])


_COLUMNS: tuple[Column[HsCode], ...] = (
    Column("code", gettext_lazy("Code"), "code", kind="link", sort="code", url=_url),
    Column("words", gettext_lazy("Goods"), "words"),
    Column("edition", gettext_lazy("Edition"), lambda row: f"HS {row.edition}", sort="edition"),
)


@require_GET
@authorised(VIEW)
def listed(request: ActorRequest) -> HttpResponseBase:
    """The chapters, or what a search finds."""
    page = ListPage(
        request,
        HsCode.objects.all(),
        _COLUMNS,
        name="hs-codes",
        filters=CodeFilter,
        default_sort="code",
        empty=Empty(
            _("No HS codes yet"),
            _("Whoever runs this node loads them with the command “isthmus reference load --hs FILE”."),
        ),
    )
    lead = _("Look goods up by words, or by the digits that a code begins with.")
    return page.respond(_("HS codes"), "etrade/code_list.html", {"lead": lead, "code_lists": code_lists()})


@require_GET
@authorised(VIEW)
def one(request: ActorRequest, edition: str, code: str) -> HttpResponse:
    """One code: what stands above and below it."""
    row = HsCode.objects.filter(edition=edition, code=code).first()
    if row is None:
        raise NotFound(
            "etrade.no-hs-code",
            _("No loaded edition %(edition)s of the HS has the code %(code)s.")
            % {"edition": edition, "code": code},
            next_step=_("Look the goods up by their words."),
        )
    level = level_of(row.code)
    assert level is not None
    others = HsCode.objects.filter(code=code).exclude(edition=edition).order_by("-edition")
    section = queries.section_of(row)
    chain = queries.chain_above(row)
    context = {
        "title": f"{row.code} · {row.words}",
        "crumbs": (
            Link(_("HS codes"), reverse("etrade:hs-codes")),
            *(Link(above.code, _url(above)) for above in chain),
        ),
        "facts": (
            Fact(_("Level"), str(_LEVELS[level])),
            Fact(_("Edition"), f"HS {row.edition}"),
            *((Fact(_("Section"), f"{section.number}, {section.words}"),) if section is not None else ()),
            *(Fact(str(_LEVELS[level_of(above.code) or "chapter"]), above.words) for above in chain),
            *(Fact(f"HS {other.edition}", other.words, url=_url(other)) for other in others),
        ),
        "below": tabulate(_COLUMNS[:2], queries.below(row), _("Below it")),
        "declarations_url": f"{reverse('etrade:declarations')}?hs={row.code}",
    }
    return render(request, "etrade/hs_code.html", context)
