"""The administration's figures as pictures, and the introduction document on a page and as files."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from babel.numbers import get_currency_precision
from django.db import transaction
from django.db.models import Count
from django.db.models.functions import TruncDate
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can
from isthmus.apps.excise.assessment import queries
from isthmus.apps.excise.assessment.formats import papers
from isthmus.apps.excise.assessment.forms import IntroductionForm
from isthmus.apps.excise.assessment.rules.figures import Figure, Figures
from isthmus.apps.excise.assessment.rules.paper import PaperTable
from isthmus.apps.excise.assessment.services import introducing
from isthmus.apps.excise.events.models import EpcisEvent
from isthmus.apps.excise.stamps.rules.custody import Place
from isthmus.apps.excise.stamps.wording import PLACES
from isthmus.apps.excise.tariff import queries as tariffs
from isthmus.kit import clock
from isthmus.kit.errors import BadInput
from isthmus.ui.charts import BarChart, Chart, LineChart, Series
from isthmus.ui.components import Amount, Empty, Fact, Link
from isthmus.ui.table import Column, Table, tabulate

VIEW, SIGN = "excise.figures.view", "excise.introduction.sign"
DAYS = 30
"""Days that the line of events goes back."""


def _currency(row: Figure) -> str:
    return row.unit.removeprefix("minor units ") if row.unit.startswith("minor units ") else ""


def _amount(row: Figure) -> Amount | int:
    """A counter; minor units as money, which people read."""
    currency = _currency(row)
    if not currency:
        return row.value
    places = get_currency_precision(currency)
    return Amount(Decimal(row.value).scaleb(-places), currency, places)


_FIGURES: tuple[Column[Figure], ...] = (
    Column("counter", gettext_lazy("Counter"), lambda row: row.name.replace(".", " · ").replace("-", " ")),
    Column("figure", gettext_lazy("Figure"), _amount, "number"),
    # Apart from the figure: a number does not break, and a unit in words may have to on a phone.
    Column("unit", gettext_lazy("Unit"), lambda row: "" if _currency(row) else row.unit),
    Column("source", gettext_lazy("Source"), "source"),
)


def _lost(figures: Figures) -> Amount:
    issued, lost = figures.value("stamps.issued") or 0, figures.value("stamps.lost") or 0
    return Amount(lost * 100 / issued if issued else 0, "%", 2)


def _stamps_chart(figures: Figures) -> Chart:
    shown = [place for place in Place if place is not Place.ISSUED]
    values = [float(figures.value(f"stamps.{place.name.lower()}") or 0) for place in shown]
    return BarChart(
        _("Stamps by place"),
        [str(PLACES[place]) for place in shown],
        [Series(_("Stamps"), values)],
        unit=_("stamps"),
        description=_("Source: the book of custody."),
    )


def _events_chart() -> Chart:
    last = clock.now().date()
    first = last - timedelta(days=DAYS - 1)
    rows = EpcisEvent.objects.filter(captured_at__date__gte=first).order_by()
    found = {
        row["day"]: row["count"]
        for row in rows.annotate(day=TruncDate("captured_at")).values("day").annotate(count=Count("pk"))
    }
    days = [first + timedelta(days=place) for place in range(DAYS)]
    return LineChart(
        _("Events of goods captured a day"),
        days,
        [Series(_("Events"), [float(found.get(day, 0)) for day in days])],
        unit=_("events"),
        description=_("Source: events of goods, by the day of their capture."),
        step_name=_("Day"),
    )


def _duty_charts() -> list[Chart]:
    """A chart a currency; past five groups the smaller ones stand together."""
    rows = queries.duty_by_month()
    charts: list[Chart] = []
    for currency in sorted({row[2] for row in rows}):
        own = [row for row in rows if row[2] == currency]
        months = sorted({row[0] for row in own})[-12:]
        sums: dict[str, int] = {}
        for _month, code, _currency, duty in own:
            sums[code] = sums.get(code, 0) + duty
        largest = sorted(sums, key=lambda code: (-sums[code], code))[:5]
        held: dict[tuple[str, object], int] = {}
        for month, code, _currency, duty in own:
            place = (code if code in largest else _("Others"), month)
            held[place] = held.get(place, 0) + duty
        scale = 10 ** get_currency_precision(currency)
        names = [*largest, *([_("Others")] if len(sums) > len(largest) else [])]
        series = [Series(name, [held.get((name, month), 0) / scale for month in months]) for name in names]
        charts.append(
            LineChart(
                _("Duty by product group and month"),
                [month.isoformat()[:7] for month in months],
                series,
                unit=currency,
                description=_("Source: the returns that stand, by the month of their period."),
                step_name=_("Month"),
            )
        )
    return charts


@require_GET
@authorised(VIEW)
def figures(request: ActorRequest) -> HttpResponse:
    """Every live counter of this node with its source, the main ones drawn."""
    found = queries.counters(clock.now())
    quiet = not any(
        found.value(name)
        for name in ("registry.operators", "stamps.issued", "events.captured", "returns.returns")
    )
    facts = [
        Fact(_("Operators"), Amount(found.value("registry.operators"))),
        Fact(_("Authorisations in force"), Amount(found.value("registry.in-force"))),
        Fact(_("Authorisations suspended"), Amount(found.value("registry.suspended"))),
        Fact(_("Stamps issued"), Amount(found.value("stamps.issued"), _("stamps"))),
        Fact(_("Share of stamps lost"), _lost(found)),
        Fact(_("Handovers that wait"), Amount(found.value("stamps.open-handovers"))),
        Fact(_("Oldest of them"), Amount(found.value("stamps.oldest-handover-days"), _("days"))),
        Fact(_("Checks of stamps"), Amount(found.value("stamps.checked"))),
        Fact(_("Events of goods"), Amount(found.value("events.captured"))),
        Fact(_("Returns overdue"), Amount(found.value("returns.overdue"))),
        Fact(_("Books that do not verify"), Amount(found.value("ledger.breaks"))),
    ]
    context = {
        "title": _("Figures of excise"),
        "lead": _("Counted now from the records of this node; each figure names the record it rests on."),
        "facts": tuple(facts),
        "charts": () if quiet else (*_duty_charts(), _stamps_chart(found), _events_chart()),
        "empty": Empty(
            _("Nothing to draw yet"),
            _("Pictures appear once operators are registered, stamps issued or events captured."),
            Link(_("Stamps"), reverse("excise:stamps")),
        )
        if quiet
        else None,
        "table": tabulate(_FIGURES, found.all, _("All counters")),
    }
    return render(request, "excise/figures.html", context)


def _form(given: object) -> IntroductionForm:
    countries = [(one.country, f"{one.country} · {one.title}") for one in tariffs.tariffs()]
    return IntroductionForm(given, countries=countries)


def _shown(table: PaperTable, caption: str) -> Table:
    columns: list[Column[tuple[str, ...]]] = [
        Column(f"c{place}", head, _cell(place), "number" if place in table.numbers else "text")
        for place, head in enumerate(table.heads)
    ]
    return tabulate(columns, table.rows, caption)


def _cell(place: int) -> Callable[[tuple[str, ...]], str]:
    return lambda row: row[place]


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
        context |= {
            "paper": made,
            "parts": [
                (part, [_shown(table, part.heading) for table in part.tables]) for part in made.sections
            ],
            "given": given,
        }
    return render(request, "excise/introduction.html", context)


@require_POST
@authorised(VIEW)
def introduction_file(request: ActorRequest) -> HttpResponse:
    """The document as PDF or DOCX. BadInput where the form is at fault."""
    made, name, kind = _file(request)
    answer = HttpResponse(made, content_type=papers.KINDS[kind])
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_POST
@authorised(SIGN)
def introduction_signature(request: ActorRequest) -> HttpResponse:
    """This node's signature of the same file."""
    made, name, kind = _file(request)
    with transaction.atomic():
        token = introducing.signed(made, name=name, kind=kind, actor=request.actor.label)
    answer = HttpResponse(token + "\n", content_type="application/jose")
    answer["Content-Disposition"] = f'attachment; filename="{name}.sig"'
    return answer


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
