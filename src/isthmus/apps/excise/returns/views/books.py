"""An operator's account, the trial balance of the duty book with its check, and the terms in force."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.apps.excise.ledger import queries as ledger
from isthmus.apps.excise.registry.queries import operators_of
from isthmus.apps.excise.returns import queries
from isthmus.apps.excise.returns.rules.entries import CHART
from isthmus.apps.excise.returns.rules.terms import Dated
from isthmus.apps.excise.returns.wording import ROLES, entry_words, money, money_text
from isthmus.ui.components import Amount, Fact, Link, State
from isthmus.ui.formats import country_name
from isthmus.ui.table import Column, tabulate

VERIFIED_AT_ONCE = 20_000
"""Up to so many entries the book is verified whenever the page is opened; beyond, when it is asked for."""


@require_GET
@authorised(queries.VIEW)
def statement(request: ActorRequest, excise_number: str) -> HttpResponse:
    """What one operator owes and why, an account a currency."""
    operator = queries.operator_by_number(excise_number, operators_of(request.actor, queries.VIEW))
    shown = []
    for one in queries.statements(operator):
        columns: tuple[Column[queries.Stated], ...] = (
            Column("on", _("Counts from"), "entry.value_on", "date"),
            Column("reference", _("Return"), "entry.reference"),
            Column("what", _("What"), lambda line: entry_words(line.entry)),
            Column("amount", _("Amount"), lambda line, at=one.currency: money(line.amount, at), "number"),  # type: ignore[misc]  # a default of a lambda
            Column("after", _("Owed then"), lambda line, at=one.currency: money(line.after, at), "number"),  # type: ignore[misc]  # a default of a lambda
        )
        facts = [Fact(_("Owed now"), money(one.owed, one.currency))]
        if one.refunds:
            facts.append(Fact(_("To be refunded"), money(one.refunds, one.currency)))
        if one.left_out:
            facts.append(Fact(_("Owed before the entries below"), money(one.before, one.currency)))
            facts.append(Fact(_("Older entries that are not shown"), Amount(one.left_out)))
        shown.append((one.currency, tuple(facts), tabulate(columns, one.lines, one.currency)))
    context = {
        "title": _("Account of %(name)s") % {"name": operator.name},
        "lead": _("Every entry of the duty book about this operator, the newest last."),
        "crumbs": (Link(_("Returns"), reverse("excise:returns")),),
        "operator": operator,
        "shown": shown,
    }
    return render(request, "excise/duty_account.html", context)


@dataclass(frozen=True, slots=True)
class _Sum:
    """What all accounts of a role hold of a unit."""

    role: str
    unit: str
    amount: int


_SUMS: tuple[Column[_Sum], ...] = (
    Column("role", gettext_lazy("Accounts"), lambda row: ROLES.get(row.role, row.role)),
    Column(
        "debit",
        gettext_lazy("Debit"),
        lambda row: money(row.amount, row.unit) if row.amount > 0 else None,
        "number",
    ),
    Column(
        "credit",
        gettext_lazy("Credit"),
        lambda row: money(-row.amount, row.unit) if row.amount < 0 else None,
        "number",
    ),
)
_ACCOUNTS: tuple[Column[ledger.TrialLine], ...] = (
    Column("holder", gettext_lazy("Holder"), "account.holder"),
    Column("role", gettext_lazy("Account"), lambda row: ROLES.get(row.account.role, row.account.role)),
    Column(
        "debit",
        gettext_lazy("Debit"),
        lambda row: money(row.amount, row.unit) if row.amount > 0 else None,
        "number",
    ),
    Column(
        "credit",
        gettext_lazy("Credit"),
        lambda row: money(-row.amount, row.unit) if row.amount < 0 else None,
        "number",
    ),
)


def _checked(verdict: ledger.Verdict) -> tuple[Fact, ...]:
    if verdict.whole:
        state = State("ok", _("Whole: nothing was changed since it was posted"))
    elif verdict.broken is not None:
        state = State(
            "bad", _("Entry %(number)d is not as it was posted") % {"number": verdict.broken.number}
        )
    else:
        state = State("bad", _("Accounts do not hold what was posted to them"))
    return (
        Fact(_("The chain"), state),
        Fact(_("Entries"), Amount(verdict.entries)),
        Fact(_("Off balance"), ", ".join(verdict.off_balance) or _("No account")),
        Fact(_("Hash of the last entry"), verdict.head),
    )


@require_GET
@authorised("excise.book.view")
def duty_book(request: ActorRequest) -> HttpResponse:
    """The trial balance: every account with its debit or credit, sums, and whether the chain holds."""
    lines = ledger.trial_balance(CHART.book)
    sums: dict[tuple[str, str], int] = {}
    for line in lines:
        place = (line.unit, line.account.role)
        sums[place] = sums.get(place, 0) + line.amount
    order = list(CHART.roles)
    units = sorted({line.unit for line in lines})
    size = ledger.size(CHART.book)
    verified = size <= VERIFIED_AT_ONCE or "verify" in request.GET
    context = {
        "title": _("Duty book"),
        "lead": _(
            "The trial balance of all duty: what one account gives, another receives, so all sum to zero."
        ),
        "checked": _checked(ledger.verify(CHART.book)) if verified else (),
        "size": size,
        "units": [
            (
                unit,
                money(sum(line.amount for line in lines if line.unit == unit), unit),
                tabulate(
                    _SUMS,
                    [_Sum(role, unit, sums[unit, role]) for role in order if (unit, role) in sums],
                    _("Sums in %(unit)s") % {"unit": unit},
                ),
                tabulate(
                    _ACCOUNTS,
                    [line for line in lines if line.unit == unit and line.amount],
                    _("Accounts in %(unit)s") % {"unit": unit},
                ),
            )
            for unit in units
        ],
    }
    return render(request, "excise/duty_book.html", context)


@dataclass(frozen=True, slots=True)
class _Term:
    """A term as the page shows it."""

    what: str
    says: str
    row: Dated


_TERMS: tuple[Column[_Term], ...] = (
    Column("what", gettext_lazy("Term"), "what"),
    Column("says", gettext_lazy("Says"), "says"),
    Column("first", gettext_lazy("From"), "row.first_day", "date"),
    Column("last", gettext_lazy("Until"), "row.last_day", "date"),
    Column("act", gettext_lazy("Act and source"), lambda term: f"{term.row.act}. {term.row.source}"),
    Column(
        "state",
        gettext_lazy("State"),
        lambda term: State("ok", _("Confirmed")) if term.row.confirmed else State("warn", _("Unconfirmed")),
        "state",
    ),
)


@require_GET
@authorised(queries.VIEW)
def terms(request: ActorRequest) -> HttpResponse:
    """When duty falls due, interest and penalties, with act and source, by country."""
    shown = []
    for one in queries.all_terms():
        rows = []
        for point in one.tax_points:
            due = (
                _("due on the day of the event")
                if point.due_day is None
                else _("due on day %(day)d, %(months)d month after the event")
                % {"day": point.due_day, "months": point.months_after}
            )
            rows.append(_Term(point.title, due, point))
        rows += [
            _Term(_("Interest"), _("%(rate)s %% a day") % {"rate": f"{float(rate.percent_a_day):.4f}"}, rate)
            for rate in one.rates
        ]
        for penalty in one.penalties:
            if penalty.fixed_minor is not None:
                says = money_text(penalty.fixed_minor, one.currency)
            elif penalty.percent is not None:
                says = _("%(percent)s %% of the duty") % {"percent": f"{float(penalty.percent):g}"}
            else:
                says = penalty.missing
            rows.append(_Term(penalty.title, says, penalty))
        name = country_name(one.country)
        shown.append((name, tabulate(_TERMS, rows, name)))
    context = {
        "title": _("Terms of payment"),
        "lead": _("When duty falls due, and what late payment costs, by day, with the act that says so."),
        "crumbs": (Link(_("Returns"), reverse("excise:returns")),),
        "shown": shown,
    }
    return render(request, "excise/duty_terms.html", context)
