"""Pages of a programme's money: the book, the budget, entries and who approved them, the closing."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can
from isthmus.apps.workshops.expenditure import queries, services
from isthmus.apps.workshops.expenditure.forms import (
    BudgetForm,
    EntryForm,
    TakeBackForm,
    TotalsForm,
    VirementForm,
)
from isthmus.apps.workshops.expenditure.house import APPROVE
from isthmus.apps.workshops.expenditure.models import Entry
from isthmus.apps.workshops.expenditure.rules.book import Standing
from isthmus.apps.workshops.expenditure.wording import open_words
from isthmus.apps.workshops.programme.forms import add_faults, joined
from isthmus.apps.workshops.programme.house import KEEP, VIEW
from isthmus.apps.workshops.programme.models import Programme
from isthmus.apps.workshops.programme.views.programmes import crumbs, find, own
from isthmus.apps.workshops.programme.wording import digits_of, money
from isthmus.kit.errors import BadInput, NotFound
from isthmus.ui.charts import BarChart, Series
from isthmus.ui.components import Fact, Link, State
from isthmus.ui.table import Column, tabulate

_ENTRIES: tuple[Column[Entry], ...] = (
    Column(
        "number",
        gettext_lazy("No."),
        "number",
        "link",
        url=lambda row: reverse("workshops:entry", args=[row.pk]),
    ),
    Column("on", gettext_lazy("Day"), "on", "date"),
    Column("kind", gettext_lazy("Kind"), lambda row: row.get_kind_display()),
    Column("line", gettext_lazy("Line"), lambda row: str(row.line) if row.line else row.person or None),
    Column("text", gettext_lazy("What for"), "text"),
    Column(
        "amount",
        gettext_lazy("Amount"),
        lambda row: money(row.amount_minor, row.programme.currency),
        "number",
    ),
    Column("approved", gettext_lazy("Approved by"), lambda row: row.approved_by or None),
)


def _standing_columns(currency: str, sources: dict[str, str]) -> tuple[Column[Standing], ...]:
    paid: Column[Standing] = Column("source", gettext_lazy("Paid by"), lambda one: sources.get(one.line.key))
    return (
        Column("line", gettext_lazy("Line"), lambda one: f"{one.line.heading}: {one.line.name}"),
        Column(
            "budget", gettext_lazy("Budget"), lambda one: money(one.line.budget_minor, currency), "number"
        ),
        Column("moved", gettext_lazy("Moved"), lambda one: money(one.moved_minor, currency), "number"),
        Column("spent", gettext_lazy("Spent"), lambda one: money(one.spent_minor, currency), "number"),
        Column("free", gettext_lazy("Still free"), lambda one: money(one.free_minor, currency), "number"),
        *((paid,) if sources else ()),
    )


def way(programme: Programme) -> tuple[Link, ...]:
    """The way to a programme's money."""
    return (*crumbs(programme), Link(_("Money"), reverse("workshops:book", args=[programme.code])))


def _chart(programme: Programme, found: tuple[Standing, ...]) -> BarChart:
    """Budget and spending by heading."""
    headings: dict[str, list[int]] = {}
    for one in found:
        sums = headings.setdefault(one.line.heading, [0, 0])
        sums[0] += one.revised_minor
        sums[1] += one.spent_minor
    whole = 10 ** digits_of(programme.currency)
    series = [
        Series(name, [pair[place] / whole for pair in headings.values()])
        for place, name in enumerate((_("Budget"), _("Spent")))
    ]
    return BarChart(_("Budget and spending by heading"), list(headings), series, unit=programme.currency)


@require_GET
@authorised(VIEW)
def book(request: ActorRequest, code: str) -> HttpResponse:
    """The book of a programme: lines, entries, and what keeps it open."""
    row = find(request, code)
    found, entries = queries.standings_of(row), list(queries.entries_of(row).order_by("-number")[:200])
    for one in entries:
        one.programme = row
    sums = queries.sums_of(row)
    keeps_open = [] if row.closed_at is not None else open_words(queries.open_of(row), row.currency)
    facts = (
        Fact(
            _("State"),
            State("off", _("Closed")) if row.closed_at is not None else State("wait", _("Open")),
        ),
        Fact(_("Subtotal"), money(sums.subtotal_minor, row.currency)),
        Fact(_("Overhead"), money(sums.overhead_minor, row.currency)),
        Fact(_("Total"), money(sums.total_minor, row.currency)),
    )
    may_keep = row.closed_at is None and can(request.actor, KEEP, row)
    may_approve = row.closed_at is None and can(request.actor, APPROVE)
    context = {
        "title": _("Money of %(programme)s") % {"programme": row.title},
        "lead": _("No line is spent beyond its budget; a virement moves money between lines."),
        "crumbs": crumbs(row),
        "programme": row,
        "facts": facts,
        "lines": tabulate(_standing_columns(row.currency, queries.sources_of(row)), found) if found else None,
        "chart": _chart(row, found) if found else None,
        "entries": tabulate(_ENTRIES, entries) if entries else None,
        "keeps_open": keeps_open,
        "may_set": may_keep and not found,
        "may_enter": may_keep and bool(found),
        "may_declare": may_keep,
        "may_move": may_approve and bool(found),
        "may_correct": may_approve and bool(queries.rates_of(row)),
        "may_close": may_approve and bool(found) and not keeps_open,
    }
    return render(request, "workshops/book.html", context)


@require_http_methods(["GET", "POST"])
@authorised(KEEP)
def budget(request: ActorRequest, code: str) -> HttpResponse:
    """Set the budget."""
    row = own(request, code)
    form = BudgetForm(request.POST or None, programme=row, initial={"source": row.fund[:100]})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        services.set_budget(
            row, told["lines"], actor=request.actor.label, source=joined(told["source"]), sources=form.sources
        )
        return redirect("workshops:book", code)
    context = {
        "title": _("Set the budget"),
        "lead": _("As the fund approved it, in %(currency)s. Afterwards only a virement changes a line.")
        % {"currency": row.currency},
        "crumbs": way(row),
        "form": form,
        "submit": _("Set it"),
        "cancel_url": reverse("workshops:book", args=[code]),
    }
    return render(request, "ui/form.html", context)


@require_http_methods(["GET", "POST"])
@authorised(KEEP)
def totals(request: ActorRequest, code: str) -> HttpResponse:
    """Note what is declared to the fund."""
    row = own(request, code)
    form = TotalsForm(request.POST or None, programme=row)
    if request.method == "POST" and form.is_valid():
        services.declare(row, form.cleaned_data["totals"], actor=request.actor.label)
        return redirect("workshops:book", code)
    context = {
        "title": _("Note the declared totals"),
        "lead": _("The book closes only when its sums are these, in %(currency)s.")
        % {"currency": row.currency},
        "crumbs": way(row),
        "form": form,
        "cancel_url": reverse("workshops:book", args=[code]),
    }
    return render(request, "ui/form.html", context)


def _noting(
    request: ActorRequest, row: Programme, kind: type[EntryForm | VirementForm], **says: str
) -> HttpResponse:
    """A form for an entry of whichever kind, and the entry once it is admitted."""
    form = kind(request.POST or None, programme=row)
    if request.method == "POST" and form.is_valid():
        try:
            services.enter(row, form.new, actor=request.actor.label)
            return redirect("workshops:book", row.code)
        except BadInput as error:
            add_faults(form, error, "amount")
    cancel_url = reverse("workshops:book", args=[row.code])
    return render(
        request, "ui/form.html", {**says, "crumbs": way(row), "form": form, "cancel_url": cancel_url}
    )


@require_http_methods(["GET", "POST"])
@authorised(KEEP)
def enter(request: ActorRequest, code: str) -> HttpResponse:
    """Note an entry."""
    row = own(request, code)
    lead = _("Amounts in %(currency)s. A second person approves it.") % {"currency": row.currency}
    return _noting(request, row, EntryForm, title=_("Note an entry"), lead=lead)


@require_http_methods(["GET", "POST"])
@authorised(APPROVE)
def virement(request: ActorRequest, code: str) -> HttpResponse:
    """Move money between lines."""
    says = {
        "title": _("Move money between lines"),
        "lead": _("It stands in the report with its reason."),
        "submit": _("Move it"),
    }
    return _noting(request, find(request, code), VirementForm, **says)


def find_entry(request: ActorRequest, pk: int) -> Entry:
    """One entry that the visitor may see."""
    rows = Entry.objects.select_related("programme", "line", "taken_from", "reverses", "corrects")
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound("workshops.no-entry", _("There is no such entry."))
    row.programme = find(request, row.programme.code)
    return row


def receipt_links(row: Entry) -> tuple[Link, ...]:
    """The files of an entry's receipt."""
    files = row.receipt_files.order_by("pk")
    return tuple(Link(one.name, reverse("workshops:receipt", args=[one.pk])) for one in files)


@require_http_methods(["GET", "POST"])
@authorised(VIEW)
def entry(request: ActorRequest, pk: int) -> HttpResponse:
    """One entry: where it comes from, who noted and approved it; it is taken back here."""
    row = find_entry(request, pk)
    programme = row.programme
    taken_back = Entry.objects.filter(reverses=row).first()
    is_open = programme.closed_at is None
    may = is_open and row.reverses is None and taken_back is None and can(request.actor, KEEP, programme)
    form = TakeBackForm(request.POST or None) if may else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            services.take_back(row, form.cleaned_data["reason"], actor=request.actor.label)
            return redirect("workshops:book", programme.code)
        except BadInput as error:
            add_faults(form, error, "reason")
    original = money(row.original_minor, row.original_currency) if row.original_minor is not None else None
    facts = (
        Fact(_("Kind"), row.get_kind_display()),
        Fact(_("Day"), row.on),
        Fact(_("Amount"), money(row.amount_minor, programme.currency)),
        Fact(_("From"), str(row.taken_from) if row.taken_from else None),
        Fact(_("To") if row.taken_from else _("Budget line"), str(row.line) if row.line else None),
        Fact(_("Who holds the advance"), row.person or None),
        Fact(_("What for"), row.text),
        Fact(_("Receipt"), row.receipt or None),
        Fact(_("Files of the receipt"), receipt_links(row) or None),
        Fact(_("Stands in place of entry"), row.corrects.number if row.corrects else None),
        Fact(_("Paid in another currency"), original),
        Fact(_("Rate"), row.rate.normalize() if row.rate is not None else None),
        Fact(_("Day of the rate"), row.rate_on),
        Fact(_("Source of the rate"), row.rate_source or None),
        Fact(_("Takes back entry"), row.reverses.number if row.reverses else None),
        Fact(_("Taken back by entry"), taken_back.number if taken_back else None),
        Fact(_("Noted by"), row.by),
        Fact(_("Approved by"), row.approved_by or None),
    )
    may_approve = is_open and not row.approved_by and row.by != request.actor.label
    context = {
        "title": _("Entry %(number)s") % {"number": row.number},
        "lead": _("An entry never changes; it is taken back by another one, and both stay."),
        "crumbs": way(programme),
        "entry": row,
        "facts": tuple(fact for fact in facts if fact.value is not None),
        "form": form,
        "may_attach": is_open and can(request.actor, KEEP, programme),
        "may_approve": may_approve and can(request.actor, APPROVE),
    }
    return render(request, "workshops/entry.html", context)


@require_POST
@authorised(APPROVE)
def approve(request: ActorRequest, pk: int) -> HttpResponse:
    """A second person approves an entry."""
    row = services.approve(find_entry(request, pk), actor=request.actor.label)
    return redirect("workshops:book", row.programme.code)


@require_POST
@authorised(APPROVE)
def close(request: ActorRequest, code: str) -> HttpResponse:
    """Close the book."""
    services.close(find(request, code), actor=request.actor.label)
    return redirect("workshops:book", code)
