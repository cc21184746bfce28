"""Pages of tariffs: which there are, one with all that it says, and the duty of goods with every step."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.apps.excise.tariff import queries
from isthmus.apps.excise.tariff.api import VIEW
from isthmus.apps.excise.tariff.formats.lines import Written
from isthmus.apps.excise.tariff.forms import DutyForm
from isthmus.apps.excise.tariff.rules.model import Example, Row, Tariff
from isthmus.apps.excise.tariff.services import answers
from isthmus.apps.excise.tariff.wording import (
    Told,
    bands_words,
    money,
    rate_words,
    rounding_words,
)
from isthmus.ui.components import Fact, Link, State
from isthmus.ui.table import Column, tabulate


def _settled(tariff: Tariff) -> State:
    open_rows = sum(not row.settled for row in tariff.rows)
    if not open_rows:
        return State("ok", _("Confirmed"))
    return State(
        "warn", _("%(count)d of %(total)d rows unconfirmed") % {"count": open_rows, "total": len(tariff.rows)}
    )


_TARIFFS: tuple[Column[Tariff], ...] = (
    Column(
        "country",
        gettext_lazy("Country"),
        lambda row: f"{row.country} · {row.title}",
        kind="link",
        url=lambda row: reverse("excise:tariff", args=[row.country]),
    ),
    Column("currency", gettext_lazy("Currency"), "currency"),
    Column("products", gettext_lazy("Products"), lambda row: ", ".join(one.title for one in row.groups)),
    Column("rows", gettext_lazy("Rows"), lambda row: len(row.rows), kind="number"),
    Column("checked", gettext_lazy("Last looked at"), "checked_on", kind="date"),
    Column("state", gettext_lazy("State"), _settled, kind="state"),
)


@require_GET
@authorised(VIEW)
def listed(request: ActorRequest) -> HttpResponse:
    """The tariffs in use, and those that show the format."""
    found = queries.tariffs()
    context = {
        "title": _("Tariffs of excise"),
        "lead": _("What each country charges on alcohol, by day, with the act that says so."),
        "used": tabulate(_TARIFFS, [one for one in found if not one.is_example], _("Tariffs in use")),
        "examples": tabulate(_TARIFFS, [one for one in found if one.is_example], _("Examples of the format")),
    }
    return render(request, "excise/tariffs.html", context)


def _rows(tariff: Tariff) -> tuple[Column[Row], ...]:
    titles = {group.name: group.title for group in tariff.groups}

    def state(row: Row) -> State:
        if row.missing:
            return State("bad", _("Not known"))
        return State("ok", _("Confirmed")) if row.settled else State("warn", _("Unconfirmed"))

    return (
        Column("first_day", gettext_lazy("From"), "first_day", kind="date"),
        Column("last_day", gettext_lazy("Until"), "last_day", kind="date"),
        Column(
            "product",
            gettext_lazy("Product"),
            lambda row: "; ".join(part for part in (titles[row.group], row.relief, bands_words(row)) if part),
        ),
        Column("rate", gettext_lazy("Rate"), lambda row: rate_words(row, tariff.currency)),
        Column(
            "rounding", gettext_lazy("Rounding"), lambda row: "; ".join(map(rounding_words, row.roundings))
        ),
        Column("act", gettext_lazy("Act and source"), lambda row: f"{row.act}. {row.source}"),
        Column("state", gettext_lazy("State"), state, kind="state"),
    )


def _examples(tariff: Tariff) -> tuple[Column[Example], ...]:
    def outcome(row: Example) -> str:
        if row.duty_minor is None:
            return _("An error, as it must be")
        return money(tariff, row.duty_minor)

    return (
        Column("title", gettext_lazy("Worked example"), "title"),
        Column("product", gettext_lazy("Product"), lambda row: row.line.product or row.line.hs),
        Column("day", gettext_lazy("Day"), lambda row: row.line.day, kind="date"),
        Column("duty", gettext_lazy("Duty"), outcome),
    )


@require_GET
@authorised(VIEW)
def one(request: ActorRequest, country: str) -> HttpResponse:
    """One tariff: its dated rows with rates, bands, roundings and acts, its discounts and worked examples."""
    tariff = queries.tariff_of(country)
    discounts = {row.discount.name: row.discount for row in tariff.rows if row.discount is not None}
    context = {
        "title": _("Tariff of %(country)s") % {"country": tariff.title},
        "lead": _("An example that shows the format; it is not kept up to date.")
        if tariff.is_example
        else _("The newest rows come last; a day before the first or after the last has no rate."),
        "crumbs": (Link(_("Tariffs"), reverse("excise:tariffs")),),
        "facts": (
            Fact(_("State"), _settled(tariff)),
            Fact(_("Currency"), tariff.currency),
            Fact(_("Last looked at"), tariff.checked_on),
            Fact(_("Stamps by"), tariff.stamp_act or None),
            Fact(
                _("Discounts of small producers"),
                "; ".join(f"{name} ({found.act})" for name, found in sorted(discounts.items())) or None,
            ),
        ),
        "rows": tabulate(_rows(tariff), tariff.rows, _("Rows")),
        "examples": tabulate(_examples(tariff), tariff.examples, _("Worked examples")),
        "duty_url": f"{reverse('excise:duty')}?tariff={tariff.country}",
    }
    return render(request, "excise/tariff.html", context)


@dataclass(frozen=True, slots=True)
class _Shown:
    """An answer as the page shows it."""

    title: str
    error: str
    needs_cif: str
    facts: tuple[Fact, ...]
    steps: tuple[Told, ...]
    unconfirmed: tuple[Told, ...]


def _worked_out(country: str, line: Written) -> _Shown:
    tariff = queries.tariff_of(country)
    (answer,) = answers(tariff, [line], explained=True)
    unconfirmed = tuple(told for told in answer.steps if told.kind == "unconfirmed")
    facts: tuple[Fact, ...] = ()
    if answer.duty_minor is not None:
        charges = tuple(
            Fact(
                charge.name.capitalize(),
                None if charge.amount_minor is None else money(tariff, charge.amount_minor),
            )
            for charge in answer.charges
        )
        facts = (Fact(_("Duty"), money(tariff, answer.duty_minor)), *charges)
    steps = tuple(told for told in answer.steps if told.kind != "unconfirmed")
    needs_cif = tariff.currency if answer.missing == "cif" else ""
    return _Shown(tariff.title, answer.error, needs_cif, facts, steps, unconfirmed)


def _others(request: ActorRequest, asked: str) -> tuple[Link, ...]:
    """One click each: the rules of every other country whose tariff is in use, on the same goods."""
    found = []
    for tariff in queries.tariffs():
        if tariff.country != asked and not tariff.is_example:
            given = request.GET.copy()
            given["other"] = tariff.country
            label = _("Run the rules of %(country)s on these goods") % {"country": tariff.title}
            found.append(Link(label, f"{request.path}?{given.urlencode()}"))
    return tuple(found)


@require_GET
@authorised(VIEW)
def duty(request: ActorRequest) -> HttpResponse:
    """Work out the duty of one line of goods under one tariff, or compare two of them on it."""
    form = DutyForm(request.GET if "date" in request.GET else None, initial=request.GET.dict())
    shown: tuple[_Shown, ...] = ()
    others: tuple[Link, ...] = ()
    if form.is_bound and form.is_valid():
        line = form.written()
        asked = (form.cleaned_data["tariff"], form.cleaned_data["other"])
        shown = tuple(_worked_out(country, line) for country in dict.fromkeys(asked) if country)
        others = _others(request, asked[0]) if len(shown) == 1 else ()
    context = {
        "title": _("Work out the duty"),
        "lead": _("What is due on goods, with every step and rounding. Nothing is kept."),
        "form": form,
        "shown": shown,
        "others": others,
    }
    return render(request, "excise/duty.html", context)
