"""The administration's figures as pictures, and the introduction document on a page and as files."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can
from isthmus.apps.excise.assessment import chart_views, paper_views, queries
from isthmus.apps.excise.assessment.forms import IntroductionForm
from isthmus.apps.excise.assessment.queries import flows
from isthmus.apps.excise.assessment.rules.figures import Figure
from isthmus.apps.excise.assessment.rules.shares import Share, shares
from isthmus.apps.excise.assessment.services import introducing
from isthmus.apps.excise.assessment.wording.counters import name_of, part_of_whole, quantity
from isthmus.apps.excise.tariff import queries as tariffs
from isthmus.kit import clock
from isthmus.kit.errors import BadInput
from isthmus.ui.components import Amount, Empty, Fact, Link
from isthmus.ui.papers import files as papers
from isthmus.ui.table import Column, tabulate

VIEW, SIGN = "excise.figures.view", "excise.introduction.sign"


def _amount(row: Figure) -> Amount:
    """A counter's figure; money with its currency, which does not break from it."""
    found = quantity(row)
    return Amount(found.value, found.unit if found.is_money else "", found.places)


def _unit(row: Figure) -> str:
    found = quantity(row)
    return "" if found.is_money else found.unit


_FIGURES: tuple[Column[Figure], ...] = (
    Column("counter", gettext_lazy("Counter"), lambda row: name_of(row.name)),
    Column("figure", gettext_lazy("Figure"), _amount, "number"),
    # Apart from the figure: a number does not break, and a unit in words may have to on a phone.
    Column("unit", gettext_lazy("Unit"), _unit),
    Column("source", gettext_lazy("Source"), "source"),
)


_SHARES: tuple[Column[Share], ...] = (
    Column("part", gettext_lazy("Counter"), lambda row: name_of(row.part.name)),
    Column("share", gettext_lazy("Share"), lambda row: Amount(row.thousandths / 10, "%", 1), "number"),
    Column("figures", gettext_lazy("Figures"), part_of_whole),
    Column("whole", gettext_lazy("Of"), lambda row: name_of(row.whole.name)),
)


@require_GET
@authorised(VIEW)
def figures(request: ActorRequest) -> HttpResponse:
    """Every live counter of this node with its source, the main ones drawn."""
    moment = clock.now()
    found = queries.counters(moment)
    charts = [chart_views.drawn(flow) for flow in flows.all_flows(moment.date())]
    if found.value("stamps.issued"):
        charts.append(chart_views.stamps_by_place(found))
    facts = [
        Fact(_("Counted"), moment),
        Fact(_("Operators"), Amount(found.value("registry.operators"))),
        Fact(_("Authorisations in force"), Amount(found.value("registry.in-force"))),
        Fact(_("Authorisations suspended"), Amount(found.value("registry.suspended"))),
        Fact(_("Stamps issued"), Amount(found.value("stamps.issued"), _("stamps"))),
        Fact(_("Handovers that wait"), Amount(found.value("stamps.open-handovers"))),
        Fact(_("Oldest of them"), Amount(found.value("stamps.oldest-handover-days"), _("days"))),
        Fact(_("Movements under suspension"), Amount(found.value("movements.accepted"))),
        Fact(_("Movements on their way"), Amount(found.value("movements.open"))),
        Fact(_("Import permits approved"), Amount(found.value("permits.approved"))),
        Fact(_("Checks of stamps"), Amount(found.value("stamps.checked"))),
        Fact(_("Events of goods"), Amount(found.value("events.captured"))),
        Fact(_("Returns overdue"), Amount(found.value("returns.overdue"))),
        Fact(_("Books that do not verify"), Amount(found.value("ledger.breaks"))),
    ]
    context = {
        "title": _("Figures of excise"),
        "lead": _("Counted now from the records of this node; each figure names the record it rests on."),
        "facts": tuple(facts),
        "charts": charts,
        "empty": None
        if charts
        else Empty(
            _("Nothing to draw yet"),
            _("Pictures appear once stamps are issued, goods move, duty is declared or events are captured."),
            Link(_("Stamps"), reverse("excise:stamps")),
        ),
        "shares": tabulate(_SHARES, shares(found), _("Shares")),
        "table": tabulate(_FIGURES, found.all, _("All counters")),
    }
    return render(request, "excise/figures.html", context)


def _form(given: object) -> IntroductionForm:
    countries = [(one.country, f"{one.country} · {one.title}") for one in tariffs.tariffs()]
    return IntroductionForm(given, countries=countries)


def _start() -> dict[str, str]:
    return {"giver": "MD", "taker": "MV", "day": clock.now().date().isoformat(), "language": "en"}


@require_GET
@authorised(VIEW)
def introduction(request: ActorRequest) -> HttpResponse:
    """The document on a page; its form says for which countries, day and language."""
    given = {**_start(), **{name: request.GET[name] for name in _start() if name in request.GET}}
    form = _form(given)
    context: dict[str, object] = {
        "title": _("Introduction to another country"),
        "lead": _(
            "What one country's excise has, what fits the other, what has to change, and what it costs."
        ),
        "form": form,
        "may_sign": can(request.actor, SIGN),
    }
    if form.is_valid():
        asked = form.cleaned_data
        made = introducing.introduction(
            asked["giver"], asked["taker"], day=asked["day"], language=asked["language"]
        )
        addresses = (reverse(f"excise:introduction-{one}") for one in ("file", "signature"))
        context |= paper_views.shown(made, given, *addresses)
    return render(request, "excise/paper.html", context)


@require_POST
@authorised(VIEW)
def introduction_file(request: ActorRequest) -> HttpResponse:
    """The document as PDF or DOCX. BadInput where the form is at fault."""
    return paper_views.file(*_file(request))


@require_POST
@authorised(SIGN)
def introduction_signature(request: ActorRequest) -> HttpResponse:
    """This node's signature of the same file."""
    return paper_views.signature(*_file(request), queries.INTRODUCTION_SIGNED, request.actor)


def _file(request: ActorRequest) -> tuple[bytes, str, str]:
    form = _form(request.POST)
    kind = request.POST.get("kind", "")
    if not form.is_valid() or kind not in papers.KINDS:
        raise BadInput(
            "excise.introduction",
            _("Countries, day, language or kind of file are not as the page offers them."),
            next_step=_("Open the introduction again and choose there."),
        )
    asked = form.cleaned_data
    giver, taker, day = asked["giver"], asked["taker"], asked["day"]
    made = introducing.introduction(giver, taker, day=day, language=asked["language"])
    name = f"introduction-{giver}-{taker}-{day}-{asked['language']}.{kind}".lower()
    return papers.made(made, kind), name, kind
