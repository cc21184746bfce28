"""The list of returns, one return with why each line owes what it owes, drafting and declaring."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can, require
from isthmus.apps.excise.registry.queries import operators_of
from isthmus.apps.excise.returns import queries
from isthmus.apps.excise.returns.forms import HEAD, AmendForm, DraftForm, LinesForm, ReturnFilter, as_csv
from isthmus.apps.excise.returns.models import DutyReturn, DutyReturnLine
from isthmus.apps.excise.returns.rules.states import Deed, State, may
from isthmus.apps.excise.returns.services import accounts, declaring
from isthmus.apps.excise.returns.views.deeds import DEEDS
from isthmus.apps.excise.returns.wording import entry_words, in_units, money, state_of
from isthmus.apps.excise.tariff.rules.model import ABV_SCALE, LITRE_SCALE
from isthmus.kit.errors import BadInput, Conflict, NotFound
from isthmus.ui.components import Amount, Empty, Fact, Folded, Link
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column, tabulate

VIEW, DECLARE, ASSESS = queries.VIEW, "excise.return.declare", "excise.return.assess"
LINES_A_PAGE = 50

_COLUMNS: tuple[Column[DutyReturn], ...] = (
    Column(
        "number",
        gettext_lazy("Return"),
        lambda row: row.number or _("Draft"),
        "link",
        sort="number",
        url=lambda row: reverse("excise:return", args=[row.pk]),
    ),
    Column("operator", gettext_lazy("Operator"), "operator.name", sort="operator__name"),
    Column("period", gettext_lazy("Month"), lambda row: f"{row.period:%Y-%m}", sort="period"),
    Column("due", gettext_lazy("Due"), "due_on", "date", sort=("rank", "due_on", "pk")),
    Column("total", gettext_lazy("Declared"), lambda row: money(row.total_minor, row.currency), "number"),
    Column("owed", gettext_lazy("Still owed"), lambda row: money(row.owed, row.currency), "number"),  # type: ignore[attr-defined]  # with_owed adds it
    Column(
        "state",
        gettext_lazy("State"),
        lambda row: state_of(row, overdue=row.rank == 0),  # type: ignore[attr-defined]  # with_owed adds it
        "state",
        sort="state",
    ),
)


@require_GET
@authorised(VIEW)
def listed(request: ActorRequest) -> HttpResponseBase:
    """Returns, what is overdue first."""
    rows = queries.with_owed(queries.returns_of(request.actor), queries.today())
    page = ListPage(
        request,
        rows,
        _COLUMNS,
        name="returns",
        filters=ReturnFilter,
        default_sort="due",
        empty=Empty(
            _("No returns yet"),
            _("An operator declares its goods for a month; the duty is worked out line by line."),
        ),
    )
    context = {
        "lead": _(
            "What operators declared, when it is due, and what is still owed. Overdue returns come first."
        ),
        "may_declare": can(request.actor, DECLARE),
    }
    return page.respond(_("Returns of excise"), "excise/returns.html", context)


def find(request: ActorRequest, pk: int, action: str = VIEW) -> DutyReturn:
    """A return that the visitor may do something with; NotFound."""
    row = queries.returns_of(request.actor, action).filter(pk=pk).first()
    if row is None:
        raise NotFound("excise.no-return", _("There is no such return."))
    return row


def _faults(form: LinesForm, error: BadInput) -> None:
    for fault in error.faults:
        if fault.where in form.fields:
            form.add_error(fault.where, fault.message)
        else:
            where = "file" if form.cleaned_data.get("file") else "rows"
            form.add_error(
                where, _("Line %(line)s: %(fault)s") % {"line": fault.where, "fault": fault.message}
            )
    if not error.faults:
        form.add_error(None, str(error))


@require_http_methods(["GET", "POST"])
@authorised(DECLARE)
def begin(request: ActorRequest) -> HttpResponse:
    """Draft a return; it is looked at before it is declared."""
    form = DraftForm(
        request.POST or None,
        request.FILES or None,
        operators=operators_of(request.actor, DECLARE),
        initial={"rows": f"{HEAD}\n"},
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        point = given["tax_point"].partition("/")[2]
        try:
            row = declaring.draft(
                given["operator"], given["day"], point, form.written, actor=request.actor.label
            )
            return redirect("excise:return", row.pk)
        except BadInput as error:
            _faults(form, error)
    context = {
        "title": _("Draft a return"),
        "lead": _(
            "State all goods of the month. Next you see what each line owes, and why; then you declare it."
        ),
        "crumbs": (Link(_("Returns"), reverse("excise:returns")),),
        "form": form,
        "submit": _("Work it out"),
        "cancel_url": reverse("excise:returns"),
    }
    return render(request, "ui/form.html", context)


@require_http_methods(["GET", "POST"])
@authorised(DECLARE)
def change(request: ActorRequest, pk: int) -> HttpResponse:
    """Put other lines into a draft."""
    row = find(request, pk, DECLARE)
    form = LinesForm(request.POST or None, request.FILES or None, initial={"rows": as_csv(row.lines.all())})
    if request.method == "POST" and form.is_valid():
        try:
            declaring.change(row, form.written, actor=request.actor.label)
            return redirect("excise:return", pk)
        except BadInput as error:
            _faults(form, error)
    return _form(request, row, form, _("Change the lines"), _("The draft is worked out anew."))


@require_http_methods(["GET", "POST"])
@authorised(DECLARE)
def amend(request: ActorRequest, pk: int) -> HttpResponse:
    """Draft a new version of what was declared."""
    row = find(request, pk, DECLARE)
    form = AmendForm(request.POST or None, request.FILES or None, initial={"rows": as_csv(row.lines.all())})
    if request.method == "POST" and form.is_valid():
        try:
            made = declaring.amend(row, form.written, why=form.cleaned_data["why"], actor=request.actor.label)
            return redirect("excise:return", made.pk)
        except BadInput as error:
            _faults(form, error)
    lead = _("State all goods again. What was declared stands until you declare the new version.")
    return _form(request, row, form, _("Amend the return"), lead)


def _form(request: ActorRequest, row: DutyReturn, form: LinesForm, title: str, lead: str) -> HttpResponse:
    here = reverse("excise:return", args=[row.pk])
    context = {
        "title": title,
        "lead": lead,
        "crumbs": (Link(_("Returns"), reverse("excise:returns")), Link(title_of(row), here)),
        "form": form,
        "submit": _("Work it out"),
        "cancel_url": here,
    }
    return render(request, "ui/form.html", context)


@require_POST
@authorised(VIEW)
def step(request: ActorRequest, pk: int) -> HttpResponse:
    """The buttons of a return: declare, discard, assess."""
    asked = request.POST.get("action")
    if asked == "assess":
        row = find(request, pk)
        # A firm sees its own returns; only the authority that keeps the operator assesses them.
        require(request.actor, ASSESS, row)
        accounts.assess(row, actor=request.actor.label)
        messages.success(request, _("The return is assessed."))
    elif asked == "declare":
        row = declaring.declare(find(request, pk, DECLARE), actor=request.actor.label)
        messages.success(request, _("Declared as %(number)s.") % {"number": row.number})
    elif asked == "discard":
        declaring.discard(find(request, pk, DECLARE))
        messages.success(request, _("The draft is thrown away."))
        return redirect("excise:returns")
    else:
        raise Conflict("excise.no-step", _("This page has no such button."))
    return redirect("excise:return", pk)


def title_of(row: DutyReturn) -> str:
    """What a return is called on pages."""
    if row.number is None:
        return _("Draft for %(month)s") % {"month": f"{row.period:%Y-%m}"}
    if row.version == 1:
        return row.number
    return _("%(number)s, version %(version)d") % {"number": row.number, "version": row.version}


def _lines(row: DutyReturn) -> tuple[Column[DutyReturnLine], ...]:
    def charges(line: DutyReturnLine) -> str:
        return "; ".join(f"{name} {in_units(amount, row.currency)}" for name, amount in line.charges.items())

    def litres(line: DutyReturnLine) -> Amount | None:
        if line.volume is None or line.quantity is None:
            return None
        return Amount(in_litres(line.volume * line.quantity), "l")

    return (
        Column("name", _("Line"), "name"),
        Column("product", _("Product"), lambda line: line.gtin or line.product or line.hs),
        Column("day", _("Tax point"), "day", "date"),
        Column(
            "abv", _("Strength"), lambda line: None if line.abv is None else f"{line.abv / ABV_SCALE:g} %"
        ),
        Column("litres", _("Quantity"), litres, "number"),
        Column("duty", _("Duty"), lambda line: money(line.duty_minor, row.currency), "number"),
        Column("charges", _("Beside it"), charges),
        Column(
            "why",
            _("Why this amount"),
            lambda line: Folded(line.code, tuple(one["text"] for one in line.steps)),
        ),
    )


def in_litres(microlitres: int) -> float | int:
    """Litres for a page; whole ones without decimals."""
    whole, rest = divmod(microlitres, LITRE_SCALE)
    return round(microlitres / LITRE_SCALE, 3) if rest else whole


@require_GET
@authorised(VIEW)
def one(request: ActorRequest, pk: int) -> HttpResponse:
    """One return: its lines with every step, its entries in the duty book, and what may be done."""
    row = find(request, pk)
    owed, due_back = queries.held(row, "owed"), -queries.held(row, "refunds")
    stands = row.stands
    overdue = stands in (State.DECLARED, State.ASSESSED) and owed > 0 and row.due_on < queries.today()
    points = dict(queries.tax_points())
    facts = [
        Fact(_("State"), state_of(row, overdue=overdue)),
        Fact(
            _("Operator"),
            row.operator.name,
            url=reverse("excise:return-statement", args=[row.operator.excise_number]),
        ),
        Fact(_("Tax point"), points.get(f"{row.country}/{row.tax_point}", row.tax_point)),
        Fact(_("Month"), f"{row.period:%Y-%m}"),
        Fact(_("Due"), row.due_on),
        Fact(_("Duty"), money(row.duty_minor, row.currency)),
    ]
    if row.charges_minor:
        facts.append(Fact(_("Charges beside it"), money(row.charges_minor, row.currency)))
    if stands is not State.DRAFT:
        label = _("Still owed") if owed >= 0 else _("Paid too much")
        facts.append(Fact(label, money(abs(owed), row.currency)))
    if due_back:
        facts.append(Fact(_("To be refunded"), money(due_back, row.currency)))
    if row.why:
        facts.append(Fact(_("Why it was amended"), row.why))
    if row.declared_at is not None:
        facts.append(Fact(_("Declared by"), row.declared_by))
        facts.append(Fact(_("Declared"), row.declared_at))
    page = Paginator(row.lines.all(), LINES_A_PAGE).get_page(request.GET.get("page"))
    mine = (
        queries.returns_of(request.actor, DECLARE).filter(pk=pk).exists()
        if can(request.actor, DECLARE)
        else False
    )
    officer = DEEDS.may_post(request.actor, row)
    versions = DutyReturn.objects.filter(number=row.number).exclude(pk=pk) if row.number else ()
    entries: tuple[Column[queries.Stated], ...] = (
        Column("number", _("Entry"), "entry.number"),
        Column("on", _("Counts from"), "entry.value_on", "date"),
        Column("what", _("What"), lambda line: entry_words(line.entry)),
        Column("amount", _("Amount"), lambda line: money(line.amount, row.currency), "number"),
        Column("after", _("Owed then"), lambda line: money(line.after, row.currency), "number"),
        Column("who", _("By"), "entry.actor"),
    )
    context = {
        "title": title_of(row),
        "lead": _("%(operator)s, %(month)s")
        % {"operator": row.operator.name, "month": f"{row.period:%Y-%m}"},
        "crumbs": (Link(_("Returns"), reverse("excise:returns")),),
        "row": row,
        "facts": tuple(facts),
        "page": page,
        "lines": tabulate(_lines(row), page.object_list, _("Lines")),
        "entries": tabulate(entries, queries.stated(row), _("Entries in the duty book")),
        "versions": [
            Link(
                f"{title_of(other)} · {other.get_state_display()}", reverse("excise:return", args=[other.pk])
            )
            for other in versions
        ],
        "may_declare": mine and stands is State.DRAFT,
        "may_amend": mine and may(Deed.AMEND, stands),
        "may_assess": officer and stands is State.DECLARED,
        "deeds": DEEDS.offered(request.actor, row, owed, due_back),
    }
    return render(request, "excise/return.html", context)
